// Whether an app gives the caller's sound to a session that expects another format: the bytes of the phone as they came, or their samples
// at the phone's rate. Nothing is told of sound that the app made anew.

import { decodeBase64 } from '../../audio/base64.ts'
import { bytesFromSamples } from '../../audio/pcm.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import { isAppend } from '../runtime/connection.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent } from '../runtime/timeline.ts'
import { decodePhone, wireFormat } from './phone-sound.ts'
import type { PhoneFormat } from './platform.ts'

/** Frames that may be on their way through the app. */
const keptFrames = 50
/** Fewer bytes lie in many sounds. */
const comparedBytes = 64

interface Watch {
  readonly service: Service
  readonly format: () => PhoneFormat
  /** Told once: the app appends sound of one format to a session that expects the other. */
  onMistake(given: WireAudioFormat, expected: WireAudioFormat): void
}

export class CallerFormat {
  readonly #watch: Watch
  readonly #frames: Uint8Array[] = []
  /** Formats of sessions that were found right. */
  readonly #right = new Map<string, string>()
  readonly stop: () => void

  constructor(watch: Watch) {
    this.#watch = watch
    this.stop = watch.service.timeline.subscribe((entry) => {
      if (isEvent(entry) && isAppend(entry.event)) this.#appended(entry.sessionId, entry.event.audio)
    })
  }

  /** A frame of the caller is on its way. Silence of one format is sound of none. */
  sent(bytes: Uint8Array): void {
    if (isUniform(bytes)) return
    this.#frames.push(bytes)
    if (this.#frames.length > keptFrames) this.#frames.shift()
  }

  #appended(sessionId: string, audio: string): void {
    if (this.#frames.length === 0) return
    const expected = this.#watch.service.inputFormat(sessionId)
    const wanted = JSON.stringify(expected)
    if (this.#right.get(sessionId) === wanted) return
    const given = this.#givenFormat(audio)
    if (given === undefined) return
    if (JSON.stringify(given) === wanted) this.#right.set(sessionId, wanted)
    else {
      this.stop()
      this.#watch.onMistake(given, expected)
    }
  }

  /** The format of an append that is the phone's sound; undefined for any other. */
  #givenFormat(audio: string): WireAudioFormat | undefined {
    const start = decodeBase64(audio.slice(0, (Math.ceil(comparedBytes / 3) + 1) * 4))
    if (!start || start.length < comparedBytes || isUniform(start)) return undefined
    const format = this.#watch.format()
    if (this.#frames.some((frame) => holds(frame, start))) return wireFormat(format)
    const isDecoded = this.#frames.some((frame) => holds(bytesFromSamples(decodePhone(frame, format)), start))
    return isDecoded ? { type: 'audio/pcm', rate: format.rateHz } : undefined
  }
}

function holds(frame: Uint8Array, start: Uint8Array): boolean {
  const [whole, part] = [frame, start.subarray(0, comparedBytes)].map((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
  )
  return whole!.includes(part!)
}

function isUniform(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === bytes[0])
}

/** As people read it: `16 bit samples at 8000 Hz`, `mu-law at 8000 Hz`. */
export function formatText(format: WireAudioFormat): string {
  if (format.type === 'audio/pcm') return `16 bit samples at ${format.rate} Hz`
  return `${format.type === 'audio/pcmu' ? 'mu-law' : 'A-law'} at 8000 Hz`
}
