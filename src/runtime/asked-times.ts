// When what the next response of a session answers was over: the caller's last sound, or the `response.create`.

import type { EventEntry } from './timeline.ts'
import type { Utterances } from './utterances.ts'

interface Asked {
  readonly createMs?: number
  readonly committedMs?: number
}

export class AskedTimes {
  readonly #utterances: Utterances
  readonly #asked = new Map<string, Asked>()

  constructor(utterances: Utterances) {
    this.#utterances = utterances
  }

  observe({ event, from, sessionId, atMs }: EventEntry): void {
    if (event.type === 'response.create' && from === 'app') this.#note(sessionId, { createMs: atMs })
    if (event.type === 'input_audio_buffer.committed') this.#note(sessionId, { committedMs: atMs })
  }

  #note(sessionId: string, asked: Asked): void {
    this.#asked.set(sessionId, { ...this.#asked.get(sessionId), ...asked })
  }

  /** The time for a response that begins at `nowMs`; each is given once. */
  take(sessionId: string, nowMs: number): number {
    const { createMs, committedMs } = this.#asked.get(sessionId) ?? {}
    this.#asked.delete(sessionId)
    if (committedMs === undefined) return createMs ?? nowMs
    return this.#utterances.lastEndMs(committedMs, sessionId) ?? committedMs
  }

  forget(sessionId: string): void {
    this.#asked.delete(sessionId)
  }
}
