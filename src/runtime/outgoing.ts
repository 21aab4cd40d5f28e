// What really goes out for an event that the session wants to send: the event, or what the test's faults make of it.

import type { Fault } from '../api.ts'
import { encode } from '../protocol/encode.ts'
import { errorEvent, fault as wireFault } from '../protocol/faults.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { Connection } from './connection.ts'
import type { Service } from './service.ts'

export class Outgoing {
  readonly #service: Service
  /** Held back by `reorder` until the next event of the session went out. */
  readonly #held = new WeakMap<Connection, ServerEvent[]>()

  constructor(service: Service) {
    this.#service = service
  }

  /** The events to send now, in order; a text is sent as it is (malformed). */
  pass(connection: Connection, event: ServerEvent): readonly (ServerEvent | string)[] {
    if (this.#service.faults.hasUnplaced) queueMicrotask(() => this.strike(connection))
    const fault = this.#service.faults.takeAt(connection, event)
    if (fault && 'reorder' in fault) return this.#hold(connection, event)
    const out = fault ? this.#strike(connection, event, fault) : [event]
    const held = this.#held.get(connection)
    if (!held) return out
    this.#held.delete(connection)
    return [...out, ...held]
  }

  /** Carries out a close or an error that names an event of the app, or none: at once on an open session, else once it has greeted. */
  strike(connection: Connection, received?: string): void {
    const { faults } = this.#service
    if (!connection.isOpen) return
    const fault = received === undefined ? faults.takeUnplaced(connection) : faults.takeReceived(connection, received)
    if (!fault) return
    if ('close' in fault) this.#close(connection, fault)
    if ('error' in fault) this.#tell(connection, fault)
  }

  #strike(connection: Connection, event: ServerEvent, fault: Fault): readonly (ServerEvent | string)[] {
    if ('close' in fault) return this.#close(connection, fault)
    if ('error' in fault) {
      this.#tell(connection, fault)
      return [event]
    }
    if ('drop' in fault) return []
    if ('duplicate' in fault) return [event, event]
    if ('malformed' in fault) return [encode(event).slice(0, -2)]
    if ('delay' in fault) {
      this.#service.clock.at(this.#service.clock.now() + fault.ms, () => connection.send(event), 'service')
      return []
    }
    return [event]
  }

  #hold(connection: Connection, event: ServerEvent): readonly ServerEvent[] {
    this.#held.set(connection, [...(this.#held.get(connection) ?? []), event])
    return []
  }

  #tell(
    connection: Connection,
    { error, message = `Injected by the test: ${error}.` }: Extract<Fault, { error: unknown }>,
  ): void {
    this.#service.inject(connection, errorEvent(wireFault(error, message), this.#service.ids.id('event')))
  }

  #close(connection: Connection, fault: Extract<Fault, { close: number }>): readonly ServerEvent[] {
    if (fault.close === 1006) connection.terminate()
    else connection.close(fault.close, fault.reason ?? '')
    return []
  }
}
