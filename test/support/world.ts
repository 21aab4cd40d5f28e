// A test double of what matchers see: a real Timeline, filled by hand with sample events, and a Subject over it.
// Time moves only when the test says so. Nothing of the runtime is here.

import type { Entry } from '../../src/api.ts'
import type { Item } from '../../src/protocol/items.ts'
import { type ResponseFacts, type Subject, type SubjectKind, subjectKey, type WaitOutcome } from '../../src/runtime/subject.ts'
import { type EventEntry, isEvent, type Note, Timeline, type TimelineEntry } from '../../src/runtime/timeline.ts'

type Sample = { type: string } & Record<string, unknown>

interface Wait {
  end(why: string): void
}

/** What a subject of the world is about. */
export interface Scope {
  kind?: SubjectKind
  title?: string
  sessionIds?: readonly string[]
  /** Further narrowing, as a response does. */
  covers?: (entry: TimelineEntry) => boolean
  responses?: readonly ResponseFacts[]
}

export interface Received {
  readonly [subjectKey]: Subject
}

/** Facts of a response, complete but for what a test names. */
export function facts(some: Partial<ResponseFacts> & { id: string }): ResponseFacts {
  return {
    sessionId: 'sess_a',
    name: '',
    status: 'completed',
    text: '',
    calls: [],
    outOfBand: false,
    why: undefined,
    createdAtMs: 0,
    askedAtMs: 0,
    audio: [],
    ...some,
  }
}

export class World {
  readonly timeline = new Timeline()
  readonly excused: number[] = []
  readonly responses: ResponseFacts[] = []
  readonly conversations = new Map<string, Item[]>()
  readonly words = new Map<string, string>()
  heard: { text: string; durationMs: number } | undefined
  nowMs = 0
  readonly #sessions: string[] = []
  readonly #cursors = new Map<string, number>()
  readonly #waits = new Set<Wait>()

  connect(sessionId = 'sess_a'): this {
    this.#sessions.push(sessionId)
    return this.note({ type: 'connected', url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime' }, sessionId)
  }

  at(ms: number): this {
    this.nowMs = ms
    return this
  }

  /** The app sends. */
  app(event: Sample, sessionId = 'sess_a'): this {
    return this.#event('app', event, sessionId)
  }

  /** The service sends. */
  service(event: Sample, sessionId = 'sess_a', cause?: number): this {
    return this.#event('service', event, sessionId, cause)
  }

  note(note: Note, sessionId = 'sess_a', from: 'kit' | 'caller' = 'kit'): this {
    this.timeline.append({ atMs: this.nowMs, sessionId, from, note })
    return this
  }

  #event(from: 'app' | 'service', event: Sample, sessionId: string, cause?: number): this {
    const entry = { atMs: this.nowMs, sessionId, from, event, ...(cause === undefined ? {} : { cause }) }
    this.timeline.append(entry as unknown as Omit<EventEntry, 'index'>)
    return this
  }

  /** Ends the waits that are open: the clock ran out, or nobody can move. */
  endWaits(why = 'nobody can move any more'): void {
    for (const wait of [...this.#waits]) wait.end(why)
  }

  get openWaits(): number {
    return this.#waits.size
  }

  cursor(sessionId = 'sess_a'): number {
    return this.#cursors.get(sessionId) ?? 0
  }

  subject(scope: Scope = {}): Received {
    const ids = () => scope.sessionIds ?? this.#sessions
    const subject: Subject = {
      kind: scope.kind ?? 'realtime',
      title: scope.title ?? scope.kind ?? 'realtime',
      timeline: this.timeline,
      sessionIds: ids,
      covers: (entry) => ids().includes(entry.sessionId) && (scope.covers?.(entry) ?? true),
      responses: () => scope.responses ?? this.responses,
      conversation: (sessionId) => this.conversations.get(sessionId) ?? [],
      heardWords: (itemId) => this.words.get(itemId),
      heard: () => this.heard,
      cursor: (sessionId) => this.cursor(sessionId),
      moveCursor: (sessionId, index) => void this.#cursors.set(sessionId, index),
      publicEntry: ({ index, atMs, from, event }) => ({ index, atMs, from, event }) as Entry,
      excuse: (entry) => void this.excused.push(entry.index),
      wait: (check, options) => this.#wait(check, options.untilQuiet === true),
    }
    return { [subjectKey]: subject }
  }

  #wait<T>(check: () => T | undefined, untilQuiet: boolean): Promise<WaitOutcome<T>> {
    const now = check()
    if (now !== undefined) return Promise.resolve({ met: now })
    const { promise, resolve } = Promise.withResolvers<WaitOutcome<T>>()
    const startMs = this.nowMs
    const done = (outcome: WaitOutcome<T>) => {
      stop()
      this.#waits.delete(wait)
      resolve(outcome)
    }
    const wait: Wait = {
      end: (why) => done({ unmet: untilQuiet ? 'the world is quiet' : why, waitedMs: this.nowMs - startMs, realMs: 3 }),
    }
    this.#waits.add(wait)
    const stop = this.timeline.subscribe(() => {
      const met = check()
      if (met !== undefined) done({ met })
    })
    return promise
  }

  /** Events of the timeline, for looking up indexes. */
  entry(type: string): EventEntry {
    const found = this.timeline.entries.find((entry): entry is EventEntry => isEvent(entry) && entry.event.type === type)
    if (!found) throw new Error(`no ${type} on the sample timeline`)
    return found
  }
}
