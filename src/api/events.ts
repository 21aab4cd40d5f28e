// Public types of events: their names, their shapes, and what sequences and waits match them with.

import type { ClientEvent } from '../protocol/client-events.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { ServiceSession } from './realtime.ts'

/** Names of the server's events (GA). */
export type ServerEventType = ServerEvent['type']
/** Names of the client's events (GA). */
export type ClientEventType = ClientEvent['type']
export type EventType = ServerEventType | ClientEventType

export type ServerEventOf<K extends ServerEventType> = Extract<ServerEvent, { type: K }>
export type ClientEventOf<K extends ClientEventType> = Extract<ClientEvent, { type: K }>
export type EventOf<K extends EventType> = Extract<ServerEvent | ClientEvent, { type: K }>

/** Every field optional, at every depth; an asymmetric matcher (`any`) fits anywhere. */
export type Matching<T> = T extends readonly (infer U)[]
  ? readonly Matching<U>[]
  : T extends object
    ? { [K in keyof T]?: Matching<T[K]> }
    : T

/** A partial event: its type and any of its fields. */
export type EventPattern = { [K in EventType]: { type: K } & Matching<Omit<EventOf<K>, 'type'>> }[EventType]

/** One event on the timeline. */
export interface Entry {
  readonly index: number
  /** Ms of the test's clock. */
  readonly atMs: number
  readonly from: 'app' | 'service'
  readonly session: ServiceSession
  /** Index of the entry that set this one off. */
  readonly cause?: number
  readonly event: ServerEvent | ClientEvent
}

/** What a sequence lists: an event type, a partial event, or a predicate. */
export type SequenceItem = EventType | EventPattern | ((event: ServerEvent | ClientEvent, entry: Entry) => boolean)
