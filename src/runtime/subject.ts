// What matchers may know of the thing given to `expect`: the realtime, a view, a session, a served response, the caller.
// The objects of the public API answer to the symbol below; matchers see nothing else of the runtime.

import type { WordTime } from '../../audio/types.ts'
import type { Entry, PhoneEnd, PhoneFinding } from '../api.ts'
import type { Item } from '../protocol/items.ts'
import type { Recordable } from './recordable.ts'
import type { EventEntry, Timeline, TimelineEntry } from './timeline.ts'

export const subjectKey = Symbol.for('vitest-realtime.subject')

export type SubjectKind = 'realtime' | 'view' | 'session' | 'response' | 'caller' | 'call'

export interface Subject {
  readonly kind: SubjectKind
  /** For messages: `realtime`, `session sess_… (gpt-realtime)`, `response resp_… "greeting"`, `caller`. */
  readonly title: string
  readonly timeline: Timeline
  /** Ids of the sessions that this subject covers, in order of connection. */
  sessionIds(): readonly string[]
  /** True when the entry belongs to this subject (a response: its own events only). */
  covers(entry: TimelineEntry): boolean
  /** Responses served so far in these sessions, in order of creation (a response: itself). */
  responses(): readonly ResponseFacts[]
  /** Items of the default conversation of a session, oldest first. */
  conversation(sessionId: string): readonly Item[]
  /** What the caller said into a session's ears, by item id, whatever was transcribed. */
  heardWords(itemId: string): string | undefined
  /** What the caller heard of the agent (subject `caller`), or undefined when no caller is attached. */
  heard(): { readonly text: string; readonly durationMs: number } | undefined
  /** What a simulated phone call knows of itself; absent for everything else. */
  phone?(): PhoneFacts
  /** Index of the first entry of a session that present-tense waits may look at. */
  cursor(sessionId: string): number
  moveCursor(sessionId: string, index: number): void
  /** The entry as predicates of the public API see it. */
  publicEntry(entry: EventEntry): Entry
  /** What its recordings need; absent on subjects that are not recorded. */
  recordable?(): Recordable
  /** Marks a wire `error` entry as expected by the test, so that it does not make it red. */
  excuse(entry: EventEntry): void
  /**
   * Looks at each new state of the timeline until `check` gives something, at most `timeoutMs` (virtual). `untilQuiet`: also ends,
   * unmet, when the world is quiet (for `.not`). The kit's registry remembers waits that nobody awaits.
   */
  wait<T>(
    check: () => T | undefined,
    options: { timeoutMs?: number; untilQuiet?: boolean; what: string },
  ): Promise<WaitOutcome<T>>
}

export type WaitOutcome<T> = { readonly met: T } | { readonly unmet: string; readonly waitedMs: number; readonly realMs: number }

/** All that is known of one served response. Times are ms of the test's clock. */
export interface ResponseFacts {
  readonly id: string
  readonly sessionId: string
  /** Name of the reply that was chosen; `''` before the choice. */
  readonly name: string
  readonly status: 'in_progress' | 'completed' | 'cancelled' | 'incomplete' | 'failed'
  readonly text: string
  readonly calls: readonly {
    readonly name: string
    readonly callId: string
    readonly arguments: unknown
    readonly output?: unknown
  }[]
  readonly outOfBand: boolean
  readonly why: unknown
  /** `why` as a table, with the reply marked that the test expected; absent before the choice. */
  readonly explain?: (expected: string) => string
  readonly createdAtMs: number
  /** When what it answers was over: true end of the caller's last sound, or the `response.create` for text. */
  readonly askedAtMs: number
  readonly firstOutputAtMs?: number
  /** Audio sent so far, per message item: its length, its words, and how much of it the caller has heard (when a caller is attached). */
  readonly audio: readonly {
    readonly itemId: string
    readonly sentMs: number
    readonly heardMs?: number
    readonly words?: readonly WordTime[]
  }[]
  /** When it was cut short: by the service's turn detection, by the app's cancel, or by a later truncate. */
  readonly interruption?: {
    readonly atMs: number
    readonly heardMs?: number
    readonly how: 'turn_detected' | 'client_cancelled' | 'truncated'
  }
}

/** The caller spoke while the app did. */
export interface PhoneInterruption {
  /** The caller's first sound over the app's. */
  readonly atMs: number
  /** The app dropped its sound. */
  readonly clearedAtMs: number | undefined
  /** The caller heard nothing more of it. */
  readonly silentAtMs: number | undefined
  /** The same answer went on after that. */
  readonly resumedAtMs: number | undefined
}

/** A simulated phone call, as matchers see it. Times are ms of the test's clock. */
export interface PhoneFacts {
  readonly id: string
  readonly interruptions: readonly PhoneInterruption[]
  readonly findings: readonly PhoneFinding[]
  readonly end: PhoneEnd | undefined
  /** From the end of the caller's speech to the first sound heard, per turn that was answered. */
  readonly responseMs: readonly number[]
  /** What to do about sound that was heard and whose words nobody knows; absent without any. */
  readonly wordlessMend: string | undefined
}

export function subjectOf(value: unknown): Subject | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  return (value as { [subjectKey]?: Subject })[subjectKey]
}
