// A service in a page (Vitest's browser mode). Nothing there follows asynchronous code, so one service runs at a time and owns
// whatever the page opens; there are no servers.

import { RealtimeKitError } from '../errors.ts'
import { contexts } from '../runtime/context.ts'
import { Service, type ServiceSettings } from '../runtime/service.ts'
import { openPageGate, type PageGate } from './page-gate.ts'
import { RealtimeInstance } from './realtime-instance.ts'
import type { Resident, Surroundings } from './surroundings.ts'

const key = Symbol.for('vitest-realtime.page-gate')
const home = globalThis as { [key]?: PageGate }

/** From now on no Realtime socket or request of the page reaches the network unasked. A second call does nothing. */
export function armPage(): void {
  home[key] ??= openPageGate()
}

function enrol(resident: Resident): () => void {
  const [running] = contexts.live
  if (running) throw secondService(running.name, resident.service.name)
  armPage()
  return home[key]?.take(resident) ?? (() => {})
}

function secondService(running: string, name: string): RealtimeKitError {
  const quoted = (one: string): string => (one ? `"${one}"` : 'a service without a test')
  return new RealtimeKitError(
    'RTK_OUTSIDE_TEST',
    `${quoted(name)} began while ${quoted(running)} was running. In a page one local Realtime service runs at a time: nothing\n` +
      'there tells which test a socket belongs to. Take `concurrent` off these tests, or run them in Node (environment jsdom).',
  )
}

const pageSurroundings: Surroundings = {
  enrol,
  enterServers: () => () => {},
  openLoopback() {
    throw new RealtimeKitError(
      'RTK_TRANSPORT',
      'realtime.url: a page has no servers.\nLet the app open wss://api.openai.com/v1/realtime, or name its URL in the option `intercept`.',
    )
  },
}

/** Makes a running service. `options` have been checked. */
export function createInstance(settings: Pick<ServiceSettings, 'name' | 'options' | 'place'>): RealtimeInstance {
  return new RealtimeInstance(new Service(settings), pageSurroundings)
}
