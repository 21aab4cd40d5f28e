// Loads the engine of the old system's classes at first use, synchronously: importing the kit must cost little.

import { loadBeside } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'

export type LegacyEngine = typeof import('./engine.ts')

let loaded: LegacyEngine | undefined

export function loadEngine(): LegacyEngine {
  loaded ??= requireEngine()
  return loaded
}

function requireEngine(): LegacyEngine {
  const engine = loadBeside(import.meta.url, './engine') as LegacyEngine | undefined
  if (engine) return engine
  throw new RealtimeKitError(
    'RTK_OPTION',
    "The old system's classes need Node. In a page, use `realtime.respond(…)` and its like.",
  )
}
