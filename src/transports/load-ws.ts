// Loads the `ws` package on first use, synchronously: opening a transport may cost its import, importing the kit may not.

import { createRequire } from 'node:module'

type Ws = Pick<typeof import('ws'), 'WebSocketServer' | 'WebSocket'>

let loaded: Ws | undefined

export function loadWs(): Ws {
  loaded ??= createRequire(import.meta.url)('ws') as Ws
  return loaded
}
