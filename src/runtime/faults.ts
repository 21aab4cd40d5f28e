// Faults that the test injects: what fails, where, how often. What then goes out is outgoing.ts; here they are only taken.

import type { ErrorCode, EventType, Fault } from '../api.ts'
import type { AnyServerEvent } from '../protocol/any-events.ts'
import type { Connection } from './connection.ts'
import { checkFault } from './fault-check.ts'
import { faultText } from './fault-text.ts'
import type { Scope } from './view.ts'

interface ScriptedFault {
  readonly fault: Fault
  readonly at: EventType | undefined
  readonly probability: number
  readonly scope: Scope
  left: number
  hasStruck: boolean
}

/** Told of each fault that strikes; `sessionId` is empty before there is a session. */
export type TellStruck = (fault: Fault, sessionId: string) => void

type FaultOf<Kind extends string> = Extract<Fault, Record<Kind, unknown>>
/** What befalls a whole session rather than one event. */
export type SessionFault = FaultOf<'close'> | FaultOf<'error'> | FaultOf<'stall'> | FaultOf<'halfOpen'>

export class Faults {
  readonly #faults: ScriptedFault[] = []
  readonly #random: () => number
  readonly #tell: TellStruck

  constructor(random: () => number, tell: TellStruck = () => {}) {
    this.#random = random
    this.#tell = tell
  }

  /** Whether the test has injected any fault. */
  get isArmed(): boolean {
    return this.#faults.length > 0
  }

  /** Faults that had to strike and did not, as texts. One that was left to chance may have missed. */
  get missed(): string[] {
    return this.#faults
      .filter(({ hasStruck, probability }) => !hasStruck && probability === 1)
      .map(({ fault, at }) => `${faultText(fault)}${at === undefined ? '' : ` at ${at}`}`)
  }

  add(fault: Fault, when: { at?: EventType; times?: number; probability?: number }, scope: Scope): void {
    checkFault(fault, when, { ofSome: scope.kind !== 'realtime' })
    const { at, times: left = 1, probability = 1 } = when
    this.#faults.push({ fault, at, probability, scope, left, hasStruck: false })
  }

  /** The fault of the next connection, if one is due. The connection does not exist yet, so only unscoped faults count. */
  takeConnect(): FaultOf<'connect'>['connect'] | undefined {
    const fault = this.#take('', (entry) => 'connect' in entry.fault && entry.scope.kind === 'realtime')
    return fault && 'connect' in fault ? fault.connect : undefined
  }

  /** How long the next upgrade takes, where the test said so. */
  takeHandshake(): number | undefined {
    const fault = this.#take('', (entry) => 'handshake' in entry.fault && entry.scope.kind === 'realtime')
    return fault && 'handshake' in fault ? fault.handshake : undefined
  }

  takeResponse(connection: Connection): ErrorCode | undefined {
    const fault = this.#take(connection.id, (entry) => 'response' in entry.fault && entry.scope.includes(connection))
    return fault && 'response' in fault ? fault.response : undefined
  }

  /** Faults that strike at this outgoing event, in order of addition. */
  takeAt(connection: Connection, event: AnyServerEvent): Fault | undefined {
    return this.#take(connection.id, (entry) => {
      if ('connect' in entry.fault || 'response' in entry.fault || 'handshake' in entry.fault) return false
      return (entry.at ?? ownType(entry.fault)) === event.type && entry.scope.includes(connection)
    })
  }

  /** What silences the session when the app sends such an event: the answer to it is silenced too. */
  takeSilence(connection: Connection, type: string): FaultOf<'stall'> | FaultOf<'halfOpen'> | undefined {
    const fault = this.#take(
      connection.id,
      ({ fault: one, at, scope }) => at === type && ('stall' in one || 'halfOpen' in one) && scope.includes(connection),
    )
    return fault && ('stall' in fault || 'halfOpen' in fault) ? fault : undefined
  }

  /** A close or an error that strikes when the app sends such an event. */
  takeReceived(connection: Connection, type: string): SessionFault | undefined {
    const fault = this.#take(
      connection.id,
      ({ fault: one, at, scope }) => at === type && ('close' in one || 'error' in one) && scope.includes(connection),
    )
    return fault && isSessionFault(fault) ? fault : undefined
  }

  /** Whether a fault of a session that names no event waits for one. */
  get hasUnplaced(): boolean {
    return this.#faults.some((entry) => entry.left > 0 && isUnplaced(entry))
  }

  /** A fault of a session without `at` strikes as soon as one is open. */
  takeUnplaced(connection: Connection): SessionFault | undefined {
    const fault = this.#take(connection.id, (entry) => isUnplaced(entry) && entry.scope.includes(connection))
    return fault && isSessionFault(fault) ? fault : undefined
  }

  #take(sessionId: string, fits: (entry: ScriptedFault) => boolean): Fault | undefined {
    for (const entry of this.#faults) {
      if (entry.left <= 0 || !fits(entry)) continue
      if (entry.probability < 1 && this.#random() >= entry.probability) continue
      entry.left--
      entry.hasStruck = true
      this.#tell(entry.fault, sessionId)
      return entry.fault
    }
    return undefined
  }
}

function isSessionFault(fault: Fault): fault is SessionFault {
  return 'close' in fault || 'error' in fault || 'stall' in fault || 'halfOpen' in fault
}

function isUnplaced({ at, fault }: ScriptedFault): boolean {
  return at === undefined && isSessionFault(fault)
}

function ownType(fault: Fault): string | undefined {
  for (const kind of ['drop', 'duplicate', 'reorder', 'delay', 'malformed'] as const) {
    if (kind in fault) return (fault as Record<string, string>)[kind]
  }
  return undefined
}
