// Faults that the test injects: what fails, where, how often.

import type { ErrorCode, EventType, Fault } from '../api.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { Connection } from './connection.ts'
import { checkFault } from './fault-check.ts'
import type { Scope } from './view.ts'

interface ScriptedFault {
  readonly fault: Fault
  readonly at: EventType | undefined
  readonly probability: number
  readonly scope: Scope
  left: number
}

/** What a failed response says, by code. */
export function responseError(code: ErrorCode): { type: string; code: string; message: string } {
  const known: Record<string, { type: string; message: string }> = {
    rate_limit_exceeded: {
      type: 'tokens',
      message: 'Rate limit reached for this model on tokens per min (TPM). Please try again later.',
    },
    insufficient_quota: {
      type: 'insufficient_quota',
      message: 'You exceeded your current quota, please check your plan and billing details.',
    },
    server_error: { type: 'server_error', message: 'The server had an error while processing your request. Sorry about that!' },
  }
  const { type, message } = known[code] ?? { type: 'invalid_request_error', message: `The response failed: ${code}.` }
  return { type, code, message }
}

export class Faults {
  readonly #faults: ScriptedFault[] = []
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** Whether the test has injected any fault. */
  get isArmed(): boolean {
    return this.#faults.length > 0
  }

  add(fault: Fault, when: { at?: EventType; times?: number; probability?: number }, scope: Scope): void {
    checkFault(fault, when)
    this.#faults.push({ fault, at: when.at, probability: when.probability ?? 1, scope, left: when.times ?? 1 })
  }

  /** The fault of the next connection, if one is due. The connection does not exist yet, so only unscoped faults count. */
  takeConnect(): Extract<Fault, { connect: unknown }> | undefined {
    return this.#take((entry) => 'connect' in entry.fault && entry.scope.kind === 'realtime') as
      | Extract<Fault, { connect: unknown }>
      | undefined
  }

  takeResponse(connection: Connection): ErrorCode | undefined {
    const fault = this.#take((entry) => 'response' in entry.fault && entry.scope.includes(connection))
    return fault && 'response' in fault ? fault.response : undefined
  }

  /** Faults that strike at this outgoing event, in order of addition. */
  takeAt(connection: Connection, event: ServerEvent): Fault | undefined {
    return this.#take((entry) => {
      if (!entry.scope.includes(connection) || 'connect' in entry.fault || 'response' in entry.fault) return false
      return (entry.at ?? ownType(entry.fault)) === event.type
    })
  }

  /** A close or an error that strikes when the app sends such an event. */
  takeReceived(connection: Connection, type: string): Fault | undefined {
    return this.#take(
      (entry) => entry.at === type && ('close' in entry.fault || 'error' in entry.fault) && entry.scope.includes(connection),
    )
  }

  /** Whether a close or an error that names no event waits for a session. */
  get hasUnplaced(): boolean {
    return this.#faults.some((entry) => entry.left > 0 && isUnplaced(entry))
  }

  /** A close or an error without `at` strikes as soon as a session is open. */
  takeUnplaced(connection: Connection): Fault | undefined {
    return this.#take((entry) => isUnplaced(entry) && entry.scope.includes(connection))
  }

  #take(fits: (entry: ScriptedFault) => boolean): Fault | undefined {
    for (const entry of this.#faults) {
      if (entry.left <= 0 || !fits(entry)) continue
      if (entry.probability < 1 && this.#random() >= entry.probability) continue
      entry.left--
      return entry.fault
    }
    return undefined
  }
}

function isUnplaced({ at, fault }: ScriptedFault): boolean {
  return at === undefined && ('close' in fault || 'error' in fault)
}

function ownType(fault: Fault): string | undefined {
  for (const kind of ['drop', 'duplicate', 'reorder', 'delay', 'malformed'] as const) {
    if (kind in fault) return (fault as Record<string, string>)[kind]
  }
  return undefined
}
