// One record for each response of a client, the last hundred of them.

import { base64Bytes } from '../../audio/base64.ts'
import type { ServedResponse } from '../api.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'

export interface ResponseTiming {
  readonly responseId: string
  /** Key of the config; null for the default one. */
  readonly responseKey: string | null
  /** From its `response.created` to its end, in seconds of the service's clock. */
  readonly duration: number
  /** When it ended, ISO 8601 of the service's clock. */
  readonly timestamp: string
  readonly status: ServedResponse['status']
  /** To the first text or sound, in ms; null for none. */
  readonly firstDeltaMs: number | null
  readonly firstAudioMs: number | null
  /** Deltas of any kind. */
  readonly chunks: number
  readonly audioBytes: number
  readonly textLength: number
}

interface Growing {
  readonly createdAtMs: number
  key: string | null
  firstDeltaMs: number | null
  firstAudioMs: number | null
  chunks: number
  audioBytes: number
  textLength: number
}

interface ServerLike {
  readonly type: string
  readonly response_id?: string
  readonly delta?: unknown
  readonly response?: { readonly id: string; readonly status: ServedResponse['status'] }
}

const kept = 100

export class Timings {
  #records: readonly ResponseTiming[] = Object.freeze([])
  readonly #growing = new Map<string, Growing>()

  /** The last hundred, oldest first. */
  get records(): readonly ResponseTiming[] {
    return this.#records
  }

  watch(service: Service): void {
    service.timeline.subscribe((entry) => this.#observe(service, entry))
  }

  #observe(service: Service, entry: TimelineEntry): void {
    if (!isEvent(entry)) {
      if (entry.note.type === 'selected') this.#selected(entry.note)
      return
    }
    if (entry.from !== 'service') return
    const event = entry.event as ServerLike
    if (event.type === 'response.created' && event.response) this.#begin(event.response.id, entry.atMs)
    else if (event.type === 'response.done' && event.response) this.#end(service, event.response, entry.atMs)
    else if (event.response_id !== undefined && typeof event.delta === 'string')
      this.#count(event.response_id, event.type, event.delta, entry.atMs)
  }

  #selected({ responseId, name, why }: { responseId: string; name: string; why: unknown }): void {
    const growing = this.#growing.get(responseId)
    if (growing) growing.key = (why as { rule?: string }).rule === 'fallback' ? null : name
  }

  #begin(id: string, createdAtMs: number): void {
    const nothing = { firstDeltaMs: null, firstAudioMs: null, chunks: 0, audioBytes: 0, textLength: 0 }
    this.#growing.set(id, { createdAtMs, key: null, ...nothing })
  }

  #count(id: string, type: string, delta: string, atMs: number): void {
    const growing = this.#growing.get(id)
    if (!growing) return
    growing.chunks += 1
    growing.firstDeltaMs ??= atMs - growing.createdAtMs
    if (type !== 'response.output_audio.delta') {
      growing.textLength += delta.length
      return
    }
    growing.firstAudioMs ??= atMs - growing.createdAtMs
    growing.audioBytes += base64Bytes(delta)
  }

  #end(service: Service, { id, status }: NonNullable<ServerLike['response']>, atMs: number): void {
    const growing = this.#growing.get(id)
    if (!growing) return
    this.#growing.delete(id)
    const { createdAtMs, key, ...counted } = growing
    const record: ResponseTiming = Object.freeze({
      responseId: id,
      responseKey: key,
      duration: (atMs - createdAtMs) / 1000,
      timestamp: new Date(service.clock.epochMs + atMs).toISOString(),
      status,
      ...counted,
    })
    this.#records = Object.freeze([...this.#records, record].slice(-kept))
  }
}
