// Starts the page: draws the app into it and listens to keys.

import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.tsx'
import { onKey } from './keyboard.ts'
import { theme, viewed } from './state.ts'

document.title = `${viewed.data.title} · timeline`
effect(() => {
  document.documentElement.dataset.theme = theme.value
})
window.addEventListener('keydown', onKey)
const place = document.querySelector('#viewer')
if (place) render(<App />, place)
