// Public types of events: their names, their shapes, and what sequences and waits match them with.

import type { AnyClientEvent, AnyServerEvent } from '../protocol/any-events.ts'
import type { ServiceSession } from './realtime.ts'

/** Names of the server's events (GA), those of translation sessions too. */
export type ServerEventType = AnyServerEvent['type']
/** Names of the client's events (GA), those of translation sessions too. */
export type ClientEventType = AnyClientEvent['type']
export type EventType = ServerEventType | ClientEventType

export type ServerEventOf<K extends ServerEventType> = Extract<AnyServerEvent, { type: K }>
export type ClientEventOf<K extends ClientEventType> = Extract<AnyClientEvent, { type: K }>
export type EventOf<K extends EventType> = Extract<AnyServerEvent | AnyClientEvent, { type: K }>

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
  readonly event: AnyServerEvent | AnyClientEvent
}

/** What a sequence lists: an event type, a partial event, or a predicate. */
export type SequenceItem = EventType | EventPattern | ((event: AnyServerEvent | AnyClientEvent, entry: Entry) => boolean)
