// The caller takes the turn: the agent falls silent, what still comes of its answer is for nobody, and the model learns how much of
// each item was heard. When that happens is decided in call.ts and model-events.ts.

import type { PhoneFormat } from '../telephony/platform.ts'
import type { CallMetrics } from './call-metrics.ts'
import type { ConversationHistory } from './conversation-history.ts'
import type { ModelLine } from './model-line.ts'
import type { Place, Unheard } from './playback.ts'
import type { ResponseGate } from './response-gate.ts'
import { bytesPerMs } from './sound-path.ts'
import type { Speaker } from './speaker.ts'

export interface BargeInParts {
  /** Of the sound for the caller. */
  readonly format: PhoneFormat
  readonly speaker: Speaker
  readonly gate: ResponseGate
  readonly line: Pick<ModelLine, 'isReady' | 'send'>
  readonly history: ConversationHistory
  readonly metrics: CallMetrics
}

type Cut = Pick<Unheard, 'itemId' | 'contentIndex' | 'heardMs' | 'givenMs'>

export class BargeIn {
  readonly #parts: BargeInParts
  /** Answers that nobody shall hear, until they are over, with those of their items that came too late to be heard at all. */
  readonly #discarded = new Map<string, Map<string, Place>>()
  /** Items whose sound this session made: an earlier one's are texts to it, which cannot be cut. */
  readonly #voiced = new Set<string>()

  constructor(parts: BargeInParts) {
    this.#parts = parts
  }

  isDiscarded(responseId: string): boolean {
    return this.#discarded.has(responseId)
  }

  /** Sound of the model has come; gives whether somebody shall hear it. */
  takes(place: Place, bytes: Uint8Array): boolean {
    this.#voiced.add(place.itemId)
    const late = this.#discarded.get(place.responseId)
    late?.set(place.itemId, place)
    if (late) this.#parts.metrics.discardedAgentBytes += bytes.length
    return !late
  }

  /** An answer that nobody shall hear. */
  discard(responseId: string): void {
    this.#discarded.set(responseId, new Map())
    this.#parts.line.send({ type: 'response.cancel', response_id: responseId })
  }

  /**
   * Makes the line silent. `sinceMs` is when the caller began; `isCancelled`: the service ends its response by itself. Gives false where
   * nobody spoke, nor was about to.
   */
  interrupt({ sinceMs, isCancelled }: { readonly sinceMs: number; readonly isCancelled: boolean }): boolean {
    const { speaker, gate, metrics } = this.#parts
    const isHeard = speaker.isBusy
    if (!isHeard && !gate.isBusy) return false
    const { activeId } = gate
    if (activeId && isCancelled) this.#discarded.set(activeId, new Map())
    const unheard = isHeard ? speaker.clear() : []
    if (isHeard) metrics.note(metrics.bargeInMs, Math.max(0, Date.now() - sinceMs))
    if (activeId && !isCancelled) this.discard(activeId)
    for (const cut of unheard) this.#truncate(cut)
    return true
  }

  #truncate({ itemId, contentIndex, heardMs, givenMs }: Cut): void {
    const { line, history, metrics, format } = this.#parts
    metrics.discardedAgentBytes += Math.round((givenMs - heardMs) * bytesPerMs(format))
    // What we said ourselves is no item of the conversation.
    if (!history.has(itemId)) return
    history.truncated(itemId, { heardMs, givenMs })
    metrics.note(metrics.truncations, { itemId, heardMs, givenMs })
    if (line.isReady && this.#voiced.has(itemId))
      line.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: contentIndex, audio_end_ms: heardMs })
  }

  /** A response is over; gives whether it was for nobody. */
  responseDone(responseId: string): boolean {
    const late = this.#discarded.get(responseId)
    const known = new Set(this.#parts.metrics.truncations.map(({ itemId }) => itemId))
    for (const { itemId, contentIndex } of late?.values() ?? [])
      if (!known.has(itemId)) this.#truncate({ itemId, contentIndex, heardMs: 0, givenMs: 0 })
    this.#discarded.delete(responseId)
    return late !== undefined
  }

  /** A new session knows of none of it. */
  restart(): void {
    this.#voiced.clear()
    this.#discarded.clear()
  }
}
