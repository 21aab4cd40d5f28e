// Handlers of client events, and how they change what the service does: add to its reply, take its place, keep it back. Knows no
// service: it can be used and tested alone.

import { messageOf } from '../errors.ts'

export interface AnyEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** What a handler may do about the event that it was given. */
export interface EventReply {
  /** Sends this as well, after what the service answers. Missing ids are filled in. */
  send(event: AnyEvent): void
  /** Sends these instead: the service does not see the event. */
  replace(...events: AnyEvent[]): void
  /** The service does not see the event. */
  suppress(): void
}

export type EventHandler = (event: AnyEvent, reply: EventReply) => void | Promise<void>

/** What became of one event. */
export interface Dispatched {
  readonly isSuppressed: boolean
  /** To send once the service has answered. */
  readonly events: readonly AnyEvent[]
}

export interface EventHandlersOptions {
  /** Told of handlers that throw. Default: nobody. */
  readonly onError?: (message: string, error: unknown) => void
}

/**
 * Handlers by event type, called in the order in which they were added. One that throws does not stop the others.
 *
 * @example
 * const handlers = new EventHandlerManager()
 * const stop = handlers.register('response.create', (event, reply) => reply.suppress())
 * await handlers.dispatch({ type: 'response.create' }) // { isSuppressed: true, events: [] }
 */
export class EventHandlerManager {
  readonly #handlers = new Map<string, Set<EventHandler>>()
  readonly #onError: (message: string, error: unknown) => void

  constructor({ onError = () => {} }: EventHandlersOptions = {}) {
    this.#onError = onError
  }

  /** Returns the way to take it out again. */
  register(type: string, handler: EventHandler): () => void {
    const known = this.#handlers.get(type) ?? new Set()
    known.add(handler)
    this.#handlers.set(type, known)
    return () => void this.unregister(type, handler)
  }

  /** Whether it was there. */
  unregister(type: string, handler: EventHandler): boolean {
    const known = this.#handlers.get(type)
    const wasThere = known?.delete(handler) ?? false
    if (known?.size === 0) this.#handlers.delete(type)
    return wasThere
  }

  /** How many types have handlers. */
  get size(): number {
    return this.#handlers.size
  }

  has(type: string): boolean {
    return (this.#handlers.get(type)?.size ?? 0) > 0
  }

  /** Calls the handlers of an event; a promise only where one of them is asynchronous. */
  dispatch(event: AnyEvent): Dispatched | Promise<Dispatched> {
    const outcome = { isSuppressed: false, events: [] as AnyEvent[] }
    const reply: EventReply = {
      send: (added) => void outcome.events.push(added),
      replace: (...events) => {
        outcome.isSuppressed = true
        outcome.events.push(...events)
      },
      suppress: () => {
        outcome.isSuppressed = true
      },
    }
    return this.#callFrom([...(this.#handlers.get(event.type) ?? [])], 0, event, reply)?.then(() => outcome) ?? outcome
  }

  #callFrom(handlers: readonly EventHandler[], first: number, event: AnyEvent, reply: EventReply): Promise<void> | undefined {
    for (let at = first; at < handlers.length; at++) {
      const late = this.#call(handlers[at]!, event, reply)
      if (late) return late.then(() => this.#callFrom(handlers, at + 1, event, reply))
    }
    return undefined
  }

  #call(handler: EventHandler, event: AnyEvent, reply: EventReply): Promise<void> | undefined {
    const lose = (error: unknown): void => this.#onError(`a handler of ${event.type} threw: ${messageOf(error)}`, error)
    try {
      const result: unknown = handler(event, reply)
      return result instanceof Promise ? result.then(() => {}, lose) : undefined
    } catch (error) {
      lose(error)
      return undefined
    }
  }
}
