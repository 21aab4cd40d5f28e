// Where the sound that an app plays on the phone comes from: which bytes of which item of the service. Exactly, where the app hands the
// payload on; else by order, length and loudness of what the service sent. What is not the model's (a recorded greeting) has no item.

import { energyEnvelope } from '../../audio/level.ts'
import { isSilent } from './foreign-sound.ts'
import { decodePhone, wireFormat } from './phone-sound.ts'
import type { PhoneFormat } from './platform.ts'
import type { SentItem, SentSound } from './sent-sound.ts'

/** A piece of the app's sound: bytes [from, to) of what was looked at. */
export interface SourcedPiece {
  readonly from: number
  readonly to: number
  /** Undefined where it is not the model's. */
  readonly itemId: string | undefined
  readonly itemOffsetMs: number
}

/** Shorter runs of bytes lie in many sounds. */
const leastBytes = 40
const searchBytes = 400
/** Sound that is as long as this must also rise and fall like the model's. */
const judgedFromMs = 200
const leastLikeness = 0.5
/** A transcoder's end may come a little later than the item's. */
const tailMs = 80
/** Powers, full scale is 1. */
const faintest = 1e-6
const soft = 1e-4

export class SoundSource {
  readonly #sent: SentSound
  readonly #sessionId: () => string | undefined
  /** What is expected next. */
  #index = 0
  #offset = 0
  /** The same for sound that is not the payload itself, in ms. */
  #transcoded = { index: 0, offsetMs: 0 }

  constructor(sent: SentSound, sessionId: () => string | undefined) {
    this.#sent = sent
    this.#sessionId = sessionId
  }

  find(bytes: Uint8Array, format: PhoneFormat): SourcedPiece[] {
    const pieces: SourcedPiece[] = []
    const encoding = JSON.stringify(wireFormat(format))
    let at = 0
    while (at < bytes.length) {
      const piece = this.#exact(bytes, at, encoding)
      if (!piece) break
      pieces.push(piece)
      at = piece.to
    }
    if (at < bytes.length) pieces.push(...this.#byLength(bytes, at, format))
    return pieces
  }

  /** The format of the model's sound, where its very bytes came as something else: the app hands them on without a conversion. */
  mistaken(bytes: Uint8Array, format: PhoneFormat): string | undefined {
    const wanted = bytes.subarray(0, searchBytes)
    if (wanted.length < leastBytes || isUniform(wanted)) return undefined
    const encoding = JSON.stringify(wireFormat(format))
    const found = this.#sent.items.findLast(({ bytes: sent, format: own }) => {
      return (
        JSON.stringify(own) !== encoding && Buffer.from(sent.buffer, sent.byteOffset, sent.length).includes(Buffer.from(wanted))
      )
    })
    return found?.format.type
  }

  /** The app dropped what it had: what was not heard by now will not be. */
  cleared(): void {
    this.#transcoded = { index: this.#sent.items.length, offsetMs: 0 }
  }

  /** The item of a place, where this call may play it. */
  #item(index: number): SentItem | undefined {
    const item = this.#sent.items[index]
    return item && (this.#sessionId() ?? item.sessionId) === item.sessionId ? item : undefined
  }

  #indexAfter(index: number): number {
    const { items } = this.#sent
    let after = index + 1
    while (after < items.length && !this.#item(after)) after++
    return after
  }

  #exact(bytes: Uint8Array, at: number, encoding: string): SourcedPiece | undefined {
    const next = this.#follows(bytes, at, encoding) ?? this.#search(bytes, at, encoding)
    if (!next) return undefined
    const { index, offset, count } = next
    const item = this.#sent.items[index]!
    this.#index = index
    this.#offset = offset + count
    const perMs = item.bytes.length / item.durationMs
    this.#transcoded = { index, offsetMs: (offset + count) / perMs }
    return { from: at, to: at + count, itemId: item.itemId, itemOffsetMs: offset / perMs }
  }

  /** What was expected: more of the same item, or the beginning of the next. */
  #follows(bytes: Uint8Array, at: number, encoding: string): Match | undefined {
    for (const [index, offset] of [
      [this.#index, this.#offset],
      [this.#indexAfter(this.#index), 0],
    ] as const) {
      const item = this.#item(index)
      if (!item || JSON.stringify(item.format) !== encoding) continue
      const sent = item.bytes
      const count = Math.min(bytes.length - at, sent.length - offset)
      if (count > 0 && isEqual(bytes, at, sent, offset, count)) return { index, offset, count }
    }
    return undefined
  }

  #search(bytes: Uint8Array, at: number, encoding: string): Match | undefined {
    const wanted = bytes.subarray(at, at + searchBytes)
    if (wanted.length < leastBytes || isUniform(wanted)) return undefined
    const order = [...this.#sent.items.keys()].sort((a, b) => Number(a < this.#index) - Number(b < this.#index) || a - b)
    for (const index of order) {
      const item = this.#item(index)
      if (!item || JSON.stringify(item.format) !== encoding) continue
      const sent = item.bytes
      const offset = Buffer.from(sent.buffer, sent.byteOffset, sent.length).indexOf(wanted)
      if (offset < 0) continue
      let count = wanted.length
      while (at + count < bytes.length && offset + count < sent.length && bytes[at + count] === sent[offset + count]) count++
      return { index, offset, count }
    }
    return undefined
  }

  #byLength(bytes: Uint8Array, at: number, format: PhoneFormat): SourcedPiece[] {
    const samples = decodePhone(bytes.subarray(at), format)
    const perMs = (bytes.length - at) / ((samples.length / format.rateHz) * 1000)
    const pieces: SourcedPiece[] = []
    let from = at
    while (from < bytes.length) {
      const place = this.#place()
      const restMs = (bytes.length - from) / perMs
      const item = place && this.#item(place.index)
      if (!item || !this.#isLike(samples.subarray(sampleAt(from - at, perMs, format)), format, item, place.offsetMs)) break
      const leftMs = item.durationMs - place.offsetMs
      const isLast = this.#item(this.#indexAfter(place.index)) === undefined
      // Nobody can play more than was sent.
      if (isLast && restMs > leftMs + tailMs && !isSilent(samples.subarray(sampleAt(from - at + leftMs * perMs, perMs, format))))
        break
      const ms = restMs <= leftMs || (isLast && restMs <= leftMs + tailMs) ? restMs : leftMs
      const to = restMs === ms ? bytes.length : Math.min(bytes.length, from + evenly(ms * perMs, format))
      pieces.push({ from, to, itemId: item.itemId, itemOffsetMs: place.offsetMs })
      this.#transcoded = { index: place.index, offsetMs: place.offsetMs + ms }
      from = to
    }
    if (from < bytes.length) pieces.push({ from, to: bytes.length, itemId: undefined, itemOffsetMs: 0 })
    return pieces
  }

  /** The first sound that was sent and not played yet. */
  #place(): { index: number; offsetMs: number } | undefined {
    let { index, offsetMs } = this.#transcoded
    for (; index < this.#sent.items.length; index++, offsetMs = 0) {
      const item = this.#item(index)
      if (item && item.durationMs - offsetMs > 1) return { index, offsetMs }
    }
    // The tail of a transcoder.
    const last = this.#item(this.#transcoded.index)
    return last && this.#transcoded.offsetMs < last.durationMs + tailMs ? this.#transcoded : undefined
  }

  #isLike(samples: Int16Array, format: PhoneFormat, item: SentItem, offsetMs: number): boolean {
    const ms = Math.max(0, Math.min((samples.length / format.rateHz) * 1000, item.durationMs - offsetMs))
    const theirs = energyEnvelope(samples.subarray(0, Math.round((ms * format.rateHz) / 1000)), format.rateHz)
    const rate = item.format.type === 'audio/pcm' ? item.format.rate : 8000
    const ours = energyEnvelope(item.samplesFrom(offsetMs, ms), rate)
    // A phone makes nothing of what is soft or high; silence between answers meets the beginning of one.
    if (isBelow(theirs, faintest)) return (offsetMs > 0 && ms < judgedFromMs) || isBelow(ours, soft)
    return ms < judgedFromMs || correlation(theirs, ours) >= leastLikeness
  }
}

interface Match {
  readonly index: number
  readonly offset: number
  readonly count: number
}

function isEqual(left: Uint8Array, leftAt: number, right: Uint8Array, rightAt: number, count: number): boolean {
  for (let index = 0; index < count; index++) if (left[leftAt + index] !== right[rightAt + index]) return false
  return true
}

function isUniform(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === bytes[0])
}

function sampleAt(bytes: number, perMs: number, { rateHz }: PhoneFormat): number {
  return Math.round((bytes / perMs / 1000) * rateHz)
}

/** Whole samples. */
function evenly(bytes: number, { encoding }: PhoneFormat): number {
  const whole = Math.max(2, Math.round(bytes))
  return encoding === 'pcm16' ? whole - (whole % 2) : whole
}

function isBelow(envelope: Float64Array, limit: number): boolean {
  return envelope.every((power) => power < limit)
}

/** Of loudness over time: 1 where they rise and fall together. */
function correlation(left: Float64Array, right: Float64Array): number {
  const count = Math.min(left.length, right.length)
  const levels = [left, right].map((powers) => Float64Array.from(powers.subarray(0, count), (power) => Math.sqrt(power)))
  const [a, b] = levels.map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / count
    return values.map((value) => value - mean)
  }) as [Float64Array, Float64Array]
  let product = 0
  let squareA = 0
  let squareB = 0
  for (let index = 0; index < count; index++) {
    product += a[index]! * b[index]!
    squareA += a[index]! ** 2
    squareB += b[index]! ** 2
  }
  return squareA === 0 || squareB === 0 ? 0 : product / Math.sqrt(squareA * squareB)
}
