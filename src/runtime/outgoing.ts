// What really goes out for an event that a session wants to send: the event, or what the test's faults make of it.

import type { Fault } from '../api.ts'
import type { AnyServerEvent } from '../protocol/any-events.ts'
import { encode } from '../protocol/encode.ts'
import { errorEvent, fault as wireFault } from '../protocol/faults.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { Connection } from './connection.ts'
import type { SessionFault } from './faults.ts'
import type { Service } from './service.ts'

/** An event, or a text that is sent as it is. */
type Sent = AnyServerEvent | string

/** What faults hold back of one session. */
interface Backlog {
  /** By `reorder`, until the next event went out. */
  readonly reordered: AnyServerEvent[]
  /** By `stall`, until it ends. */
  readonly stalled: Sent[]
  stalledUntilMs: number
}

/** Events without which the app does not know that a call waits for its output. */
const callCarriers: ReadonlySet<string> = new Set([
  'response.function_call_arguments.done',
  'response.output_item.done',
  'response.done',
])

export class Outgoing {
  readonly #service: Service
  readonly #backlogs = new WeakMap<Connection, Backlog>()

  constructor(service: Service) {
    this.#service = service
  }

  /** The events to send now, in order. */
  pass(connection: Connection, event: AnyServerEvent): readonly Sent[] {
    const { faults } = this.#service
    if (!faults.isArmed) return [event]
    if (faults.hasUnplaced) queueMicrotask(() => this.strike(connection))
    const fault = connection.isHalfOpen ? undefined : faults.takeAt(connection, event as ServerEvent)
    return this.#holdStalled(connection, this.#struck(connection, event, fault))
  }

  /** Carries out a fault that names an event of the app, or none: at once on an open session, else once it has greeted. */
  strike(connection: Connection, received?: string): void {
    const { faults } = this.#service
    if (!connection.isOpen) return
    const fault = received === undefined ? faults.takeUnplaced(connection) : faults.takeReceived(connection, received)
    if (fault) this.#befall(connection, fault)
  }

  /** Silences the session where a fault says so for that event of the app: before anything answers it. */
  silence(connection: Connection, received: string): void {
    const fault = this.#service.faults.takeSilence(connection, received)
    if (fault) this.#befall(connection, fault)
  }

  #befall(connection: Connection, fault: SessionFault): void {
    if ('close' in fault) this.#close(connection, fault)
    else if ('error' in fault) this.#tell(connection, fault)
    else if ('stall' in fault) this.#stall(connection, fault.stall)
    else connection.halfOpen()
  }

  /** A call outlives the sockets of the app. */
  #close(connection: Connection, { close, reason = '' }: Extract<Fault, { close: unknown }>): void {
    const call = this.#service.calls.ofSession(connection.id)
    if (call) call.dropSockets(close, reason)
    else connection.close(close, reason)
  }

  #struck(connection: Connection, event: AnyServerEvent, fault: Fault | undefined): readonly Sent[] {
    if (fault && event.type === 'response.created' && keepsBack(fault))
      this.#service.responses.noteCreated(event.response, connection.id, this.#service.clock.now())
    if (fault && 'reorder' in fault) {
      this.#backlogOf(connection).reordered.push(event)
      return []
    }
    const out = fault ? this.#strike(connection, event, fault) : [event]
    const late = this.#backlogs.get(connection)?.reordered.splice(0)
    return late?.length ? [...out, ...late] : out
  }

  #strike(connection: Connection, event: AnyServerEvent, fault: Fault): readonly Sent[] {
    if ('drop' in fault) {
      this.#lose(event)
      return []
    }
    if ('duplicate' in fault) return [event, event]
    if ('malformed' in fault) {
      this.#lose(event)
      return [encode(event as ServerEvent).slice(0, -2)]
    }
    if ('delay' in fault) {
      const { clock } = this.#service
      clock.at(clock.now() + fault.ms, () => this.#sendAll(connection, this.#holdStalled(connection, [event])), 'service')
      return []
    }
    if ('close' in fault || 'error' in fault || 'stall' in fault || 'halfOpen' in fault) this.#befall(connection, fault)
    return connection.isOpen ? [event] : []
  }

  /** What of it goes out now: nothing of a half-open session, and nothing yet while the service stalls. */
  #holdStalled(connection: Connection, out: readonly Sent[]): readonly Sent[] {
    if (connection.isHalfOpen) {
      for (const event of out) if (typeof event !== 'string') this.#lose(event)
      return []
    }
    const backlog = this.#backlogs.get(connection)
    if (!backlog || this.#service.clock.now() >= backlog.stalledUntilMs) return out
    backlog.stalled.push(...out)
    return []
  }

  #stall(connection: Connection, ms: number): void {
    const { clock } = this.#service
    const backlog = this.#backlogOf(connection)
    backlog.stalledUntilMs = Math.max(backlog.stalledUntilMs, clock.now() + ms)
    const release = (): void => {
      // A later stall goes on.
      if (clock.now() >= backlog.stalledUntilMs) this.#sendAll(connection, backlog.stalled.splice(0))
    }
    clock.at(clock.now() + ms, release, 'service')
  }

  #sendAll(connection: Connection, out: readonly Sent[]): void {
    for (const event of out) {
      if (typeof event === 'string') connection.sendText(event)
      else connection.send(event)
    }
  }

  #backlogOf(connection: Connection): Backlog {
    let backlog = this.#backlogs.get(connection)
    if (!backlog) {
      backlog = { reordered: [], stalled: [], stalledUntilMs: Number.NEGATIVE_INFINITY }
      this.#backlogs.set(connection, backlog)
    }
    return backlog
  }

  /** The app never learns of it: nobody waits for what would follow. */
  #lose(event: AnyServerEvent): void {
    if (!callCarriers.has(event.type)) return
    if ('response_id' in event && typeof event.response_id === 'string') this.#service.responses.noteLost(event.response_id)
    if (event.type === 'response.done') this.#service.responses.noteLost(event.response.id)
  }

  #tell(
    connection: Connection,
    { error, message = `Injected by the test: ${error}.` }: Extract<Fault, { error: unknown }>,
  ): void {
    const event = errorEvent(wireFault(error, message), this.#service.ids.id('event'))
    this.#service.inject(connection, event)
  }
}

/** Faults that let a session go on without an event, or ahead of it. */
function keepsBack(fault: Fault): boolean {
  return 'drop' in fault || 'malformed' in fault || 'delay' in fault || 'reorder' in fault
}
