// The model's sound on its way to the caller: cut into the platform's frames, sent no further ahead than the platform wants and its
// socket takes, dropped when the caller interrupts. What was heard is the business of playback.ts.

import { joinBytes } from '../telephony/phone-sound.ts'
import type { PhoneFormat } from '../telephony/platform.ts'
import type { PhoneSide } from './phone-side.ts'
import type { HeardStretch, Place, Unheard } from './playback.ts'
import { Playback } from './playback.ts'
import { bytesPerMs, createSoundPath, formatOfModel, type SoundPath } from './sound-path.ts'

export interface SpeakerSettings {
  readonly format: PhoneFormat
  readonly phone: PhoneSide
  /** Bytes in the platform's socket above which sound waits here. */
  readonly highWaterBytes: number
  /** Most sound that waits here, in ms; what is beyond is dropped. */
  readonly queueMs: number
  /** An answer begins when so much of it is there, in ms, or twice that time has passed: what comes late later is not missed. */
  readonly prebufferMs: number
  onHeard?(stretch: HeardStretch): void
  /** First sound of an answer, at the time when it should be heard. */
  onFirstSound(responseId: string, atMs: number): void
  onDropped(bytes: number): void
  /** Everything was played. */
  onIdle(): void
}

type Entry =
  | (Place & { readonly type: 'sound'; readonly bytes: Uint8Array })
  | { readonly type: 'end'; readonly responseId: string }

/** A mark after so much sound, at most. */
const markEveryMs = 200
/** How long a mark may be missing before its sound is taken to be played. */
const markPatienceMs = 2000
const fullSocketMs = 20
/** What an answer waits for comes within a multiple of its length, or the model is slow: then there is nothing to be gained. */
const prebufferPatience = 2

export class Speaker {
  readonly #settings: SpeakerSettings
  readonly #playback: Playback
  readonly #path: SoundPath
  readonly #frameBytes: number
  readonly #queue: Entry[] = []
  #queuedMs = 0
  /** Less than a frame, until more comes. */
  #rest: (Place & { bytes: Uint8Array }) | undefined
  #unmarkedMs = 0
  #holdUntilMs = 0
  #speaking: string | undefined
  /** Answers that have sound, and those of them that were sent some of it. */
  readonly #sounded = new Set<string>()
  readonly #begun = new Set<string>()
  #pump: ReturnType<typeof setTimeout> | undefined
  #idle: ReturnType<typeof setTimeout> | undefined

  constructor(settings: SpeakerSettings) {
    const { format, phone, onHeard } = settings
    this.#settings = settings
    const { hasMarks, latencyMs } = phone
    this.#playback = new Playback({ hasMarks, latencyMs, ...(onHeard && { onHeard }) })
    this.#path = createSoundPath(formatOfModel(format), format)
    this.#frameBytes = bytesPerMs(format) * phone.frameMs
  }

  get underruns(): number {
    return this.#playback.underruns
  }

  /** Whether the caller hears something, or is about to. */
  get isBusy(): boolean {
    return this.#queue.length > 0 || this.#rest !== undefined || this.#playback.isSounding(Date.now())
  }

  /** Sound of the model, in its own format. */
  push(place: Place, modelBytes: Uint8Array): void {
    const bytes = this.#path.push(modelBytes)
    if (!this.#sounded.has(place.responseId)) this.#hold()
    this.#sounded.add(place.responseId)
    if (this.#rest && this.#rest.itemId !== place.itemId) this.#flushRest()
    const joined = this.#rest ? joinBytes([this.#rest.bytes, bytes]) : bytes
    const whole = joined.length - (joined.length % this.#frameBytes)
    this.#rest = joined.length > whole ? { ...place, bytes: joined.slice(whole) } : undefined
    this.#playback.given(place, bytes.length / this.#bytesPerMs)
    for (let at = 0; at < whole; at += this.#frameBytes) this.#enqueue(place, joined.subarray(at, at + this.#frameBytes))
    this.#send()
  }

  #hold(): void {
    if (!this.isBusy) this.#holdUntilMs = Date.now() + prebufferPatience * this.#settings.prebufferMs
  }

  get #bytesPerMs(): number {
    return bytesPerMs(this.#settings.format)
  }

  #enqueue(place: Place, bytes: Uint8Array): void {
    const ms = bytes.length / this.#bytesPerMs
    if (this.#queuedMs + ms > this.#settings.queueMs) return this.#settings.onDropped(bytes.length)
    this.#queuedMs += ms
    this.#queue.push({ type: 'sound', ...place, bytes })
  }

  #flushRest(): void {
    const rest = this.#rest
    this.#rest = undefined
    if (rest) this.#enqueue(rest, rest.bytes)
  }

  /** A part of an answer has no more sound. */
  finish(place: Place): void {
    const tail = this.#path.flush()
    if (tail.length > 0) this.push(place, tail)
    this.#flushRest()
    this.#send()
  }

  /** The answer is over. */
  end(responseId: string): void {
    if (!this.#sounded.has(responseId)) return
    this.#flushRest()
    this.#queue.push({ type: 'end', responseId })
    this.#send()
  }

  /** Plays sound of our own, in the output format: no item of the conversation. */
  announce(bytes: Uint8Array): void {
    const place = { responseId: 'announcement', itemId: 'announcement', contentIndex: 0 }
    this.#playback.given(place, bytes.length / this.#bytesPerMs)
    for (let at = 0; at < bytes.length; at += this.#frameBytes) this.#enqueue(place, bytes.subarray(at, at + this.#frameBytes))
    this.#sounded.add(place.responseId)
    this.end(place.responseId)
  }

  #send(): void {
    clearTimeout(this.#pump)
    const { phone, highWaterBytes, prebufferMs } = this.#settings
    const holdMs = this.#holdUntilMs - Date.now()
    const mayWait = holdMs > 0 && this.#queuedMs < prebufferMs
    if (mayWait && !this.#queue.some(({ type }) => type === 'end')) return this.#later(holdMs)
    this.#holdUntilMs = 0
    for (let entry = this.#queue[0]; entry; entry = this.#queue[0]) {
      if (phone.bufferedBytes > highWaterBytes) return this.#later(fullSocketMs)
      const aheadMs = (this.#playback.endAtMs ?? 0) - Date.now()
      if (entry.type === 'sound' && aheadMs >= phone.leadMs) return this.#later(aheadMs - phone.leadMs + phone.frameMs)
      this.#queue.shift()
      if (entry.type === 'sound') this.#play(entry)
      else this.#endAnswer(entry.responseId)
    }
    this.#watchIdle()
  }

  #later(ms: number): void {
    this.#pump = setTimeout(() => this.#send(), Math.max(1, Math.ceil(ms)))
  }

  #play(entry: Place & { readonly bytes: Uint8Array }): void {
    const { phone, onFirstSound } = this.#settings
    const { responseId, bytes } = entry
    const ms = bytes.length / this.#bytesPerMs
    const now = Date.now()
    this.#queuedMs -= ms
    if (this.#speaking === responseId && !this.#playback.isSounding(now)) this.#playback.countUnderrun()
    this.#speaking = responseId
    phone.play(bytes, responseId)
    this.#unmarkedMs += ms
    const next = this.#queue[0]
    const isCut = next?.type !== 'sound' || next.itemId !== entry.itemId
    const isMarked = phone.hasMarks && (isCut || this.#unmarkedMs >= markEveryMs)
    const { mark, startAtMs } = this.#playback.sent({ ...entry, ms }, now, { isMarked })
    if (!this.#begun.has(responseId)) {
      this.#begun.add(responseId)
      onFirstSound(responseId, startAtMs)
    }
    if (!isMarked) return
    phone.mark(mark)
    this.#unmarkedMs = 0
  }

  #endAnswer(responseId: string): void {
    this.#settings.phone.endAnswer(responseId)
    this.#sounded.delete(responseId)
    this.#begun.delete(responseId)
    if (this.#speaking === responseId) this.#speaking = undefined
  }

  reached(mark: string): void {
    if (!this.#playback.reached(mark, Date.now())) return
    this.#watchIdle()
  }

  /** The platform says that all was played. */
  finished(): void {
    if (this.#queue.some(({ type }) => type === 'sound')) return
    this.#playback.finished()
    this.#watchIdle()
  }

  #watchIdle(): void {
    clearTimeout(this.#idle)
    const now = Date.now()
    if (this.#queue.length > 0) return
    if (!this.#playback.isSounding(now)) return this.#settings.onIdle()
    const slackMs = this.#settings.phone.hasMarks ? markPatienceMs : 1
    const dueMs = Math.max(0, (this.#playback.endAtMs ?? now) - now)
    this.#idle = setTimeout(() => this.#overdue(), Math.ceil(dueMs + slackMs))
  }

  #overdue(): void {
    if (this.#settings.phone.hasMarks) this.#playback.finished()
    this.#watchIdle()
  }

  /** Drops all sound; gives the items that the caller did not hear to their end. */
  clear(): Unheard[] {
    clearTimeout(this.#pump)
    clearTimeout(this.#idle)
    this.#queue.length = 0
    this.#queuedMs = this.#unmarkedMs = 0
    this.#rest = undefined
    this.#speaking = undefined
    this.#sounded.clear()
    this.#begun.clear()
    this.#path.flush()
    this.#settings.phone.clear()
    return this.#playback.clear(Date.now())
  }

  /** An answer is over and needs no more book-keeping, once it was heard. */
  forget(responseId: string): void {
    this.#playback.forget(responseId)
  }

  close(): void {
    clearTimeout(this.#pump)
    clearTimeout(this.#idle)
  }
}
