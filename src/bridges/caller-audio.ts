// The caller's sound on its way to the model: kept until a session is ready, and while the socket is full; said again to a new session
// as far as no turn has taken it; filled up with silence where a platform sends none, for a turn ends by silence that is heard.

import { decodeBase64, encodeBase64 } from '../../audio/base64.ts'
import type { PhoneFormat } from '../telephony/platform.ts'
import type { BridgeEvent } from './model-link.ts'
import { bytesPerMs, createSoundPath, formatOfModel, type SoundPath, silentBytes } from './sound-path.ts'

export interface CallerAudioSettings {
  readonly format: PhoneFormat
  readonly line: { readonly isReady: boolean; readonly bufferedBytes: number; send(event: BridgeEvent): void }
  /** Most sound that waits, in ms; the oldest is dropped. */
  readonly queueMs: number
  /** Bytes in the model's socket above which sound waits here. */
  readonly highWaterBytes: number
  onDropped(bytes: number): void
}

interface Chunk {
  readonly base64: string
  readonly ms: number
}

/** After so much silence on the line, while the caller is taken to speak, silence is made up. */
const gapMs = 750
const fillMs = 1000
/** Sound before the start of speech that a new session should hear too. */
const preludeMs = 1000
const longestTurnMs = 30_000

export class CallerAudio {
  readonly #settings: CallerAudioSettings
  readonly #path: SoundPath
  readonly #modelFormat: PhoneFormat
  readonly #waiting: Chunk[] = []
  #waitingMs = 0
  /** Given to the model, and in no turn yet. */
  readonly #untaken: Chunk[] = []
  #untakenMs = 0
  #appendedMs = 0
  #isSpeaking = false
  #lastMs = 0
  #gap: ReturnType<typeof setTimeout> | undefined

  constructor(settings: CallerAudioSettings) {
    this.#settings = settings
    this.#modelFormat = formatOfModel(settings.format)
    this.#path = createSoundPath(settings.format, this.#modelFormat)
  }

  /** Ms of sound that the session has got: its `audio_start_ms` count from the same start. */
  get appendedMs(): number {
    return this.#appendedMs
  }

  /** Sound that waits for a session or a socket. */
  get waitingMs(): number {
    return this.#waitingMs
  }

  /** Gives the bytes, or undefined when the text is no base64 or holds nothing. */
  push(base64: string, nowMs: number): Uint8Array | undefined {
    const bytes = decodeBase64(base64)
    if (!bytes || bytes.length === 0) return undefined
    this.#lastMs = nowMs
    const out = this.#path.isDirect ? bytes : this.#path.push(bytes)
    if (out.length > 0) this.#give({ base64: this.#path.isDirect ? base64 : encodeBase64(out), ms: this.#msOf(out) })
    return bytes
  }

  #msOf(bytes: Uint8Array): number {
    return bytes.length / bytesPerMs(this.#modelFormat)
  }

  #give(chunk: Chunk): void {
    const { line, highWaterBytes } = this.#settings
    if (line.isReady && line.bufferedBytes < highWaterBytes) {
      if (this.#waiting.length > 0) this.flush()
      return this.#append(chunk)
    }
    this.#waiting.push(chunk)
    this.#waitingMs += chunk.ms
    while (this.#waitingMs > this.#settings.queueMs) this.#dropOldest()
  }

  #dropOldest(): void {
    const oldest = this.#waiting.shift()
    if (!oldest) return
    this.#waitingMs -= oldest.ms
    this.#settings.onDropped(Math.round(oldest.ms * bytesPerMs(this.#modelFormat)))
  }

  /** All that waited goes to the session, in order. */
  flush(): void {
    for (const chunk of this.#waiting.splice(0)) this.#append(chunk)
    this.#waitingMs = 0
  }

  #append(chunk: Chunk): void {
    this.#settings.line.send({ type: 'input_audio_buffer.append', audio: chunk.base64 })
    this.#appendedMs += chunk.ms
    this.#untaken.push(chunk)
    this.#untakenMs += chunk.ms
    const most = this.#isSpeaking ? longestTurnMs : preludeMs
    while (this.#untakenMs > most) this.#untakenMs -= this.#untaken.shift()?.ms ?? this.#untakenMs
  }

  /** A new session: its count begins, and what the old one had taken into no turn is said again, before all that waits. */
  restart(): void {
    this.#appendedMs = 0
    this.#waiting.unshift(...this.#untaken.splice(0))
    this.#waitingMs += this.#untakenMs
    this.#untakenMs = 0
    this.speechEnded()
    this.flush()
  }

  speechStarted(): void {
    this.#isSpeaking = true
    this.#watchGap()
  }

  speechEnded(): void {
    this.#isSpeaking = false
    clearTimeout(this.#gap)
  }

  /** A turn has taken what was said. */
  taken(): void {
    this.#untaken.length = 0
    this.#untakenMs = 0
  }

  /** The platform stops sending: silence ends the turn of one who speaks. */
  paused(): void {
    if (this.#isSpeaking) this.#fill()
  }

  #watchGap(): void {
    clearTimeout(this.#gap)
    this.#gap = setTimeout(() => {
      if (!this.#isSpeaking) return
      if (Date.now() - this.#lastMs >= gapMs) this.#fill()
      this.#watchGap()
    }, gapMs)
  }

  #fill(): void {
    this.#give({ base64: encodeBase64(silentBytes(this.#modelFormat, fillMs)), ms: fillMs })
  }

  close(): void {
    this.speechEnded()
  }
}
