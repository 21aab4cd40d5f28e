// A service in Node: sockets are taken by the gate, servers of the app are entered, a loopback server is a URL away.

import { Service, type ServiceSettings } from '../runtime/service.ts'
import { enrol } from './gatekeeper.ts'
import { openLoopback } from './loopback.ts'
import { RealtimeInstance } from './realtime-instance.ts'
import { enterServers } from './reentry.ts'
import type { Surroundings } from './surroundings.ts'

export const nodeSurroundings: Surroundings = { enrol, enterServers, openLoopback }

/** Makes a running service. `options` have been checked. */
export function createInstance(settings: Pick<ServiceSettings, 'name' | 'options' | 'place'>): RealtimeInstance {
  return new RealtimeInstance(new Service(settings), nodeSurroundings)
}
