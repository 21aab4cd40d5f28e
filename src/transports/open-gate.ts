// Where this process's gate is found, and others who intercept, by whoever must not load either.

import type { GateRequest } from './gate.ts'
import type { Doorman } from './transport.ts'

/** The part of the gate that others may ask. */
export interface AskableGate {
  /** Whether a service takes a socket that the running code opens to this URL. */
  claims(url: URL): boolean
  /** Who takes such a socket, or refuses it; undefined for one that stays real. */
  doorman(url: URL): Doorman | undefined
  /** Whether a service answers a request that the running code makes. */
  answers(request: GateRequest): boolean
  /** Whether it listens to the interceptor. */
  readonly isOpen: boolean
}

export const gateKey = Symbol.for('vitest-realtime.gate')

/** The gate, if anybody has installed one. */
export function openGate(): AskableGate | undefined {
  return (globalThis as { [gateKey]?: AskableGate })[gateKey]
}

interface SocketListeners {
  readonly readyState?: string
  listenerCount?(type: 'connection'): number
}

const registryKey = Symbol.for('socket-interceptor')

/**
 * Whether somebody beside the gate intercepts HTTP requests by @mswjs/interceptors (msw, nock): what they answer is never sent,
 * and only they know. Before 0.42 the package left a symbol of its own instead of a registry.
 */
export function othersIntercept(): boolean {
  const home = globalThis as { __MSW_INTERCEPTORS_REGISTRY?: Map<symbol, SocketListeners> }
  const live = home.__MSW_INTERCEPTORS_REGISTRY?.get(registryKey)
  if (live?.readyState === 'ACTIVE') return (live.listenerCount?.('connection') ?? 0) > (openGate()?.isOpen ? 1 : 0)
  return Object.getOwnPropertySymbols(globalThis).some(({ description }) => description === 'client-request-interceptor')
}
