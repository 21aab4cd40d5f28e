// What users say and type in the sessions of a client, as it becomes known: from texts of the app, known words and transcripts.

import { isRecord } from '../protocol/json.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'

export class UserInputs {
  readonly #service: Service
  readonly #tell: (text: string, sessionId: string) => void
  /** Items that were told of, for transcripts that come late. */
  readonly #told = new Set<string>()

  constructor(service: Service, tell: (text: string, sessionId: string) => void) {
    this.#service = service
    this.#tell = tell
    service.timeline.subscribe((entry) => this.#observe(entry))
  }

  #observe(entry: TimelineEntry): void {
    if (!isEvent(entry) || entry.from !== 'service') return
    const event = entry.event as { type: string; item?: unknown; item_id?: string; transcript?: string }
    if (event.type === 'conversation.item.added') this.#added(event.item, entry.sessionId)
    if (event.type === 'conversation.item.input_audio_transcription.completed')
      this.#know(event.item_id, event.transcript, entry.sessionId)
  }

  #added(item: unknown, sessionId: string): void {
    if (!isRecord(item) || item.type !== 'message' || item.role !== 'user' || !Array.isArray(item.content)) return
    const parts: readonly Record<string, unknown>[] = item.content
    const text = parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join(' ')
    const id = String(item.id)
    if (text !== '') return this.#know(id, text, sessionId)
    // The words of sound are looked for right after its item is announced.
    queueMicrotask(() => this.#heard(id, sessionId))
  }

  #heard(id: string, sessionId: string): void {
    const ears = this.#service.connection(sessionId)?.ears
    const pending = ears?.pending(id)
    if (!pending) return this.#know(id, ears?.known(id), sessionId)
    void pending.then(
      (words) => this.#know(id, words, sessionId),
      () => {},
    )
  }

  #know(id: string | undefined, text: string | undefined, sessionId: string): void {
    if (id === undefined || !text?.trim() || this.#told.has(id)) return
    this.#told.add(id)
    this.#tell(text, sessionId)
  }
}
