// Loads the engines that need Node when an option names one: a page has none of them, and most tests neither.

import { loadBeside } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'

type NativeEngines = typeof import('./native-engines.ts')

/**
 * The engines that run in Node only.
 *
 * @throws RealtimeKitError RTK_ENGINE in a page
 */
export function nativeEngines(name: string): NativeEngines {
  const engines = loadBeside(import.meta.url, './native-engines') as NativeEngines | undefined
  if (engines) return engines
  throw new RealtimeKitError(
    'RTK_ENGINE',
    `Engine '${name}' is unavailable: it needs Node, and this is a page.\nTake vad: 'energy' or 'truth', or an engine object.`,
  )
}
