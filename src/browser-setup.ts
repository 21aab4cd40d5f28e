// `vitest-realtime/setup` in a page (export condition `browser`). It also covers the page's WebSocket and fetch before modules of
// the app take them from the globals: the browser build of the agents SDK does so as it loads.

import './browser.ts'
import './setup.ts'

export type { RealtimeMatchers } from '../matchers/types.ts'
