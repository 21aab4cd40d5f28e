// The keys, in a dialog. It is made from the table that the keys work by.

import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { keys } from './keyboard.ts'
import { isHelpOpen } from './state.ts'

const names: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
  Escape: 'Esc',
}

export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  useSignalEffect(() => {
    if (isHelpOpen.value) dialog.current?.showModal()
    else dialog.current?.close()
  })
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => (isHelpOpen.value = false)}>
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {keys.map(({ keys: all, help }) => (
          <div key={help}>
            <dt>
              {all.map((key) => (
                <kbd key={key}>{names[key] ?? key}</kbd>
              ))}
            </dt>
            <dd>{help}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">
        Over the lanes: the wheel zooms, Shift and wheel or a drag pans, a click chooses an event, a click on the ruler or on
        sound sets the play head.
      </p>
      <button type="button" onClick={() => (isHelpOpen.value = false)}>
        Close
      </button>
    </dialog>
  )
}
