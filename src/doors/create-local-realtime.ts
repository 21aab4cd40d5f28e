// The door without Vitest: a service anywhere, closed by hand or by `await using`.

import type { LocalRealtime, RealtimeOptions } from '../api.ts'
import { loadRuntime, type Runtime } from './load-runtime.ts'
import { placeWithoutTest } from './recording-place.ts'

/**
 * Starts a local Realtime service. Sockets that this process opens to the Realtime URLs are its own until it is closed.
 *
 * @throws RealtimeKitError RTK_OPTION for unknown or wrong options.
 * @example
 * await using realtime = createLocalRealtime({ latency: 'instant' })
 * realtime.respond('greeting', { when: 'hello', text: 'Hello!' })
 */
export function createLocalRealtime(options: RealtimeOptions = {}): LocalRealtime {
  const runtime: Runtime = loadRuntime()
  runtime.checkOptions(options, 'createLocalRealtime()')
  return runtime.createInstance({ name: '', options, place: placeWithoutTest() })
}
