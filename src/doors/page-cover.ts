// jsdom and happy-dom: modules of the app take `WebSocket` from the globals as they load, or extend it, before any service runs.
// What they take must be ours: the pages' own classes fail at their first event under Vitest. Loads nothing outside of a page.

import { isNode, loadBeside } from '../builtins.ts'
import { openGate } from '../transports/open-gate.ts'

type WrapModule = typeof import('../transports/global-websocket.ts')

const covered = new WeakSet<Document>()

/** Covers the WebSocket of the page that stands in this Node; the running services take its sockets. Gives the way back. */
export function coverPageSocket(): () => void {
  const { document } = globalThis
  if (!isNode() || typeof document !== 'object' || covered.has(document)) return () => {}
  covered.add(document)
  const { wrapGlobalWebSocket } = loadBeside(import.meta.url, '../transports/global-websocket') as WrapModule
  const wrap = wrapGlobalWebSocket({ doorman: (url) => openGate()?.doorman(url) })
  return () => wrap?.restore()
}
