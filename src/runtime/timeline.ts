// The append-only log of one LocalRealtime: every event in and out, and notes of the kit itself, in one order.
// Matchers, red-test stories, recordings and metrics read only this.

import type { Fault } from '../api.ts'
import type { AnyClientEvent, AnyServerEvent } from '../protocol/any-events.ts'

interface EntryBase {
  readonly index: number
  /** Ms of the test's clock. */
  readonly atMs: number
  /** Id of the session; `''` for entries about no session. */
  readonly sessionId: string
  /** Index of the entry that set this one off. */
  readonly cause?: number
}

/** A client event as received (also one that was refused), or a server event as sent. */
export interface EventEntry extends EntryBase {
  readonly from: 'app' | 'service'
  readonly event: AnyClientEvent | AnyServerEvent
}

/** Something that is no wire event: connected, closed, a selection, an engine at work, caller speech, a finding. */
export interface NoteEntry extends EntryBase {
  readonly from: 'kit' | 'caller'
  readonly note: Note
}

export type Note =
  | { readonly type: 'connected'; readonly url: string }
  /** The upgrade of a socket was answered with plain HTTP: no session came of it. Headers as far as clients act on them. */
  | {
      readonly type: 'refused'
      readonly url: string
      readonly status: number
      readonly body: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly type: 'closed'; readonly code: number; readonly reason: string; readonly by: 'app' | 'service' }
  /** A reply was chosen; `why` is the score table. */
  | { readonly type: 'selected'; readonly responseId: string; readonly name: string; readonly why: unknown }
  | {
      readonly type: 'engine'
      readonly part: 'vad' | 'transcription' | 'voice'
      readonly name: string
      readonly modelSha256?: string
    }
  /** The caller spoke: bounds of the true speech on this clock. */
  | { readonly type: 'said'; readonly text: string; readonly startMs: number; readonly endMs: number; readonly injected: boolean }
  | { readonly type: 'played'; readonly itemId: string; readonly heardMs: number; readonly stopped: boolean }
  /**
   * Something odd that fails nothing but explains much. `code` tells the kinds apart, where they are told apart; `mend` is what to
   * do instead. What the app did is the entry's `cause`.
   */
  | { readonly type: 'finding'; readonly message: string; readonly code?: string; readonly mend?: string }
  /** A fault of the test struck here. */
  | { readonly type: 'injected'; readonly fault: Fault }
  /** What becomes of a call over SIP or WebRTC. */
  | { readonly type: 'call'; readonly callId: string; readonly what: string }
  /**
   * On a simulated telephone line: what passed between the platform and the app's socket (sound left out: `played` and `said` tell of
   * it), and what happened to the line.
   */
  | {
      readonly type: 'phone'
      readonly callId: string
      readonly by: 'platform' | 'app' | 'caller'
      readonly what: string
      readonly message?: unknown
    }
  /** A request to the REST side, as it passed through a proxy; bodies as far as they are JSON. */
  | {
      readonly type: 'rest'
      readonly method: string
      /** Path and query. */
      readonly path: string
      readonly status: number
      readonly request?: unknown
      readonly response?: unknown
    }
  /** A message that is no event at all: bad JSON, binary. Of the app, where it does not say. */
  | { readonly type: 'garbage'; readonly bytes: number; readonly by?: 'service' }

export type TimelineEntry = EventEntry | NoteEntry

type Finding = Extract<Note, { type: 'finding' }>

/** A finding as people read it: what happened, and what to do instead. */
export function findingText({ message, mend }: Finding): string {
  return mend === undefined ? message : `${message} ${mend}`
}

export function isEvent(entry: TimelineEntry): entry is EventEntry {
  return 'event' in entry
}

type Unnumbered = Omit<EventEntry, 'index'> | Omit<NoteEntry, 'index'>

/** Written out, and without `cause` where there is none: each event of the wire comes by here. */
function eventEntry(index: number, { atMs, sessionId, from, event, cause }: Omit<EventEntry, 'index'>): EventEntry {
  if (cause === undefined) return { index, atMs, sessionId, from, event }
  return { index, atMs, sessionId, from, event, cause }
}

/** How many entries a timeline keeps before it refuses more: a loop in an app must not eat the machine. */
export const maxTimelineEntries = 2_000_000
/** How many it keeps for a process that runs for long: the newest. */
const recentTimelineEntries = 200

export class Timeline {
  readonly #entries: TimelineEntry[] = []
  readonly #keeps: 'all' | 'open'
  #dropped = 0
  readonly #listeners = new Set<(entry: TimelineEntry) => void>()

  /** `keeps`: 'open' drops the oldest entries in the end. */
  constructor(keeps: 'all' | 'open' = 'all') {
    this.#keeps = keeps
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries
  }

  /** Events only: notes left out; `index` still counts both. */
  get events(): readonly EventEntry[] {
    return this.#entries.filter(isEvent)
  }

  append(entry: Unnumbered): TimelineEntry {
    if (this.#entries.length >= maxTimelineEntries) throw new RangeError(`timeline is full: ${maxTimelineEntries} entries`)
    const index = this.#dropped + this.#entries.length
    const whole = 'event' in entry ? eventEntry(index, entry) : { index, ...entry }
    this.#entries.push(whole)
    if (this.#keeps === 'open' && this.#entries.length >= 2 * recentTimelineEntries) {
      this.#dropped += this.#entries.splice(0, recentTimelineEntries).length
    }
    for (const listener of this.#listeners) listener(whole)
    return whole
  }

  /** Calls `listener` for each later entry, synchronously; returns the way to stop. */
  subscribe(listener: (entry: TimelineEntry) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
