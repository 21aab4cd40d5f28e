// The sound that the service has sent to the app, item by item: what a phone's playout is compared with. One for all calls of a test.

import { decodeBase64 } from '../../audio/base64.ts'
import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent } from '../runtime/timeline.ts'

export class SentItem {
  readonly itemId: string
  readonly sessionId: string
  readonly format: WireAudioFormat
  #bytes = new Uint8Array(8000)
  #length = 0
  readonly #waiting: string[] = []

  constructor(itemId: string, sessionId: string, format: WireAudioFormat) {
    this.itemId = itemId
    this.sessionId = sessionId
    this.format = format
  }

  add(base64: string): void {
    this.#waiting.push(base64)
  }

  /** All that was sent so far, as on the wire. */
  get bytes(): Uint8Array {
    for (const base64 of this.#waiting.splice(0)) this.#append(decodeBase64(base64) ?? new Uint8Array(0))
    return this.#bytes.subarray(0, this.#length)
  }

  get durationMs(): number {
    return (this.bytes.length / (this.format.type === 'audio/pcm' ? 2 : 1) / wireRateHz(this.format)) * 1000
  }

  /** Samples from a moment on. */
  samplesFrom(offsetMs: number, ms: number): Int16Array {
    const perMs = wireRateHz(this.format) / 1000
    const size = this.format.type === 'audio/pcm' ? 2 : 1
    const from = Math.round(offsetMs * perMs) * size
    return decodeWireAudio(this.bytes.slice(from, from + Math.round(ms * perMs) * size), this.format)
  }

  #append(piece: Uint8Array): void {
    if (this.#length + piece.length > this.#bytes.length) {
      const more = new Uint8Array(2 * (this.#length + piece.length))
      more.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = more
    }
    this.#bytes.set(piece, this.#length)
    this.#length += piece.length
  }
}

export class SentSound {
  /** In order of their first sound. */
  readonly items: SentItem[] = []
  readonly #byId = new Map<string, SentItem>()
  readonly #stop: () => void

  constructor(service: Service) {
    this.#stop = service.timeline.subscribe((entry) => {
      if (!isEvent(entry) || entry.event.type !== 'response.output_audio.delta') return
      const { item_id: itemId, response_id: responseId, delta } = entry.event
      const item = this.#byId.get(itemId) ?? this.#add(itemId, entry.sessionId, service.outputFormat(entry.sessionId, responseId))
      item.add(delta)
    })
  }

  stop(): void {
    this.#stop()
  }

  #add(itemId: string, sessionId: string, format: WireAudioFormat): SentItem {
    const item = new SentItem(itemId, sessionId, format)
    this.#byId.set(itemId, item)
    this.items.push(item)
    return item
  }
}
