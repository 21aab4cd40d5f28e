// The sound of a recording beside its text: one WAV per item of the service, one per session for what the app sent. In events stands
// where it lies: file, place and length in bytes of the file's sound, and what it must hash to.

import { hash } from 'node:crypto'
import { decodeBase64 } from '../../audio/base64.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import { isRecord } from '../protocol/json.ts'
import type { EventEntry, TimelineEntry } from '../runtime/timeline.ts'
import { isEvent } from '../runtime/timeline.ts'
import { AudioInForce } from './audio-in-force.ts'
import { isBareAppend, isSound, isSoundField, type Leaf, mapLeaves } from './walk.ts'

/** Stands in an event instead of base64. */
export interface SoundPlace {
  /** Below the recording's folder: `audio/item_3.wav`. */
  readonly wav: string
  /** Bytes of sound before this piece. */
  readonly offset: number
  readonly bytes: number
  /** Of this piece. Left out by hand: the file is taken as it is. */
  readonly sha256?: string
}

export function isSoundPlace(eventType: string, key: string, value: unknown): value is SoundPlace {
  return isRecord(value) && isSoundField(eventType, key) && typeof value.wav === 'string'
}

export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}

/** One WAV file that is to be written. */
export interface SoundFile {
  readonly path: string
  readonly format: WireAudioFormat
  readonly pieces: Uint8Array[]
  bytes: number
}

/** Takes the sound out of entries that are given in order. */
export class SoundFiles {
  readonly #files = new Map<string, SoundFile>()
  readonly #inForce = new AudioInForce()
  /** Pieces that do not follow each other (those of items) are kept once. */
  readonly #known = new Map<string, SoundPlace>()

  get files(): readonly SoundFile[] {
    return [...this.#files.values()]
  }

  /** The entry as it is written. */
  take(entry: TimelineEntry): unknown {
    this.#inForce.follow(entry)
    if (!isEvent(entry)) return entry.note
    const { event } = entry
    // Most of a recording is this: nothing else is to be looked for in it.
    if (isBareAppend(event))
      return { ...event, audio: this.#place(event.audio, entry, { key: 'audio', parent: '', holder: undefined }, undefined) }
    let item: unknown
    return mapLeaves(
      event,
      (leaf, at) => (isSound(event.type, at.key, leaf) ? this.#place(leaf, entry, at, item) : leaf),
      (value, at) => {
        if (at.key === 'item' || at.key === 'output') item = value.id
        return undefined
      },
    )
  }

  #place(base64: string, entry: EventEntry, at: Leaf, item: unknown): unknown {
    const bytes = decodeBase64(base64)
    if (!bytes) return base64
    const isStream = at.parent === ''
    const digest = sha256(bytes)
    const file = this.#file(this.#nameOf(entry, isStream, item), this.#formatOf(entry, isStream))
    const known = isStream ? undefined : this.#known.get(`${file.path} ${digest}`)
    if (known) return known
    const place = { wav: file.path, offset: file.bytes, bytes: bytes.byteLength, sha256: digest }
    file.pieces.push(bytes)
    file.bytes += bytes.byteLength
    if (!isStream) this.#known.set(`${file.path} ${digest}`, place)
    return place
  }

  #nameOf({ from, sessionId, event }: EventEntry, isStream: boolean, item: unknown): string {
    const { item_id } = event as { item_id?: unknown }
    const session = sessionId || 'session'
    if (isStream && from === 'app') return `${session}-input`
    if (isStream) return typeof item_id === 'string' ? item_id : `${session}-output`
    return typeof item === 'string' ? `${item}-content` : `${session}-items`
  }

  #formatOf({ from, sessionId, event }: EventEntry, isStream: boolean): WireAudioFormat {
    const { response_id } = event as { response_id?: unknown }
    return from === 'app' || !isStream ? this.#inForce.input(sessionId) : this.#inForce.output(sessionId, response_id)
  }

  /** The file of that name and format: a session that changes its format begins another one. */
  #file(name: string, format: WireAudioFormat): SoundFile {
    const safe = name.replace(/[^\w-]/g, '_').slice(0, 80)
    for (let number = 1; ; number++) {
      const path = `audio/${safe}${number === 1 ? '' : `-${number}`}.wav`
      const known = this.#files.get(path)
      if (known && !isSame(known.format, format)) continue
      const file = known ?? { path, format, pieces: [], bytes: 0 }
      this.#files.set(path, file)
      return file
    }
  }
}

function isSame(one: WireAudioFormat, other: WireAudioFormat): boolean {
  return one.type === other.type && (one.type !== 'audio/pcm' || other.type !== 'audio/pcm' || one.rate === other.rate)
}
