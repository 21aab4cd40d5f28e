// The bot's sound: play streams, one open at a time, and URLs. What waits is played on after a stream has been stopped; it ends early
// only by the caller's speech (where barge-in is on), by `abortPrompts`, or with the connection.

import { decodeBase64 } from '../../../audio/base64.ts'
import type { AudioCodesFormat } from '../../api/phone-platforms.ts'
import type { BotConnection } from './bot-connection.ts'
import { isAudioCodesFormat, isWav, phoneFormat } from './media-formats.ts'
import { WavStripper } from './wav-stream.ts'

interface StreamSound {
  readonly format: AudioCodesFormat
  readonly stripper: WavStripper | undefined
  hasSound: boolean
}

interface PlayStream extends StreamSound {
  readonly id: string
  /** The stream's own setting, else that of the call. */
  readonly bargeIn: boolean | undefined
  state: 'open' | 'closed' | 'aborted'
}

export interface PlaybackListener {
  /** Something is being played, or is about to be. */
  onStarted(): void
  /** First sound of the bot, ever. */
  onSound(): void
  /** Nothing waits any more. */
  onFinished(): void
}

export class Playback {
  readonly #streams = new Map<string, PlayStream>()
  #open: PlayStream | undefined
  /** The last one that was started: its setting decides about barge-in. */
  #latest: PlayStream | undefined
  #isActive = false
  /** Counts what was queued: only the newest mark tells that all has been played. */
  #queued = 0
  readonly #bot: BotConnection
  readonly #offered: readonly AudioCodesFormat[]
  readonly #listener: PlaybackListener

  constructor(bot: BotConnection, offered: readonly AudioCodesFormat[], listener: PlaybackListener) {
    this.#bot = bot
    this.#offered = offered
    this.#listener = listener
  }

  /** A stream is open, or sound waits to be played. */
  get isActive(): boolean {
    return this.#isActive
  }

  get mayBeInterrupted(): boolean {
    return this.#latest?.bargeIn ?? this.#bot.settings.now.bargeIn
  }

  start(streamId: string, mediaFormat: unknown, activityParams: Readonly<Record<string, unknown>> = {}): void {
    if (this.#bot.options.expectAudioMessages === false)
      this.#bot.findingOnce(7104, 'sound, where texts were asked for (expectAudioMessages)', 'type')
    if (this.#streams.has(streamId)) this.#bot.finding(7107, `"${streamId}"`, 'streamId')
    if (this.#open) this.#bot.finding(7106, `"${streamId}" while "${this.#open.id}" was not stopped`, 'streamId')
    if (this.#open) this.#open.state = 'closed'
    this.#open = undefined
    const format = this.#offeredFormat(mediaFormat)
    const bargeIn = typeof activityParams.bargeIn === 'boolean' ? activityParams.bargeIn : undefined
    const stream: PlayStream = { id: streamId, ...soundOf(format ?? 'raw/mulaw'), bargeIn, state: format ? 'open' : 'aborted' }
    this.#streams.set(streamId, stream)
    if (!format) return
    this.#open = stream
    this.#latest = stream
    this.#begin()
  }

  chunk(streamId: string, audioChunk: string): void {
    const stream = this.#streams.get(streamId)
    // The bot may not know yet that the caller has interrupted: what it still sends of that stream is dropped.
    if (stream?.state === 'aborted') return
    if (stream?.state !== 'open')
      return this.#bot.finding(7108, `chunk of "${streamId}", which ${stream ? 'was stopped' : 'was never started'}`, 'streamId')
    const bytes = decodeBase64(audioChunk)
    if (!bytes) return this.#bot.findingOnce(7110, 'audioChunk is not base64', 'audioChunk')
    this.#play(bytes, stream)
  }

  stop(streamId: string): void {
    const stream = this.#streams.get(streamId)
    if (!stream || stream.state === 'closed')
      return this.#bot.finding(
        7108,
        `stop of "${streamId}", which ${stream ? 'was stopped before' : 'was never started'}`,
        'streamId',
      )
    const wasOpen = stream.state === 'open'
    stream.state = 'closed'
    if (this.#open === stream) this.#open = undefined
    if (wasOpen && this.#bot.options.stopFlushes) this.#bot.line.clear()
    if (wasOpen) this.#finishWhenPlayed()
  }

  /** Sound of an activity, all at once. */
  playWhole(bytes: Uint8Array, format: AudioCodesFormat, group: string): void {
    this.#begin()
    this.#play(bytes, { id: group, ...soundOf(format) })
    this.#finishWhenPlayed()
  }

  /** A text that the platform says with a voice of its own. */
  say(text: string): void {
    this.#begin()
    const mine = ++this.#queued
    this.#listener.onSound()
    void this.#bot.line.say(text).then(() => {
      if (mine === this.#queued && !this.#open) this.#finish()
    })
  }

  /** Drops what waits, and what the open stream still brings. */
  abort(): void {
    if (!this.#isActive) return
    if (this.#open) this.#open.state = 'aborted'
    this.#open = undefined
    this.#bot.line.clear()
    this.#finish()
  }

  #offeredFormat(name: unknown): AudioCodesFormat | undefined {
    if (isAudioCodesFormat(name) && this.#offered.includes(name)) return name
    this.#bot.finding(7105, `"${String(name)}"; offered were ${this.#offered.join(', ')}`, 'mediaFormat')
    return undefined
  }

  #begin(): void {
    const wasActive = this.#isActive
    this.#isActive = true
    if (!wasActive) this.#listener.onStarted()
  }

  #play(bytes: Uint8Array, stream: StreamSound & { readonly id: string }): void {
    const sound = this.#withoutHeader(bytes, stream)
    if (!sound.length) return
    const format = phoneFormat(stream.format)
    if (format.encoding === 'pcm16' && sound.length % 2)
      this.#bot.findingOnce(7109, `${sound.length} bytes of ${stream.format}`, 'audioChunk')
    stream.hasSound = true
    // Half a sample would shift all that follows: it is dropped.
    this.#bot.line.play(
      format.encoding === 'pcm16' ? sound.subarray(0, sound.length - (sound.length % 2)) : sound,
      format,
      stream.id,
    )
    this.#queued++
    this.#listener.onSound()
  }

  #withoutHeader(bytes: Uint8Array, { stripper, format, hasSound }: StreamSound): Uint8Array {
    if (!stripper) {
      if (!hasSound && isRiff(bytes)) this.#bot.findingOnce(7111, `a WAV header in ${format} is heard as a click`, 'audioChunk')
      return bytes
    }
    const read = stripper.push(bytes)
    if (read.kind === 'more') return new Uint8Array()
    if (read.wrong === 'missing') this.#bot.findingOnce(7111, `${format} without a header`, 'audioChunk')
    if (read.wrong === 'format') this.#bot.findingOnce(7111, `the header is not that of ${format}`, 'audioChunk')
    if (read.wrong === 'broken') this.#bot.findingOnce(7110, `${format} with a header that has no end`, 'audioChunk')
    return read.sound
  }

  #finishWhenPlayed(): void {
    const mine = ++this.#queued
    this.#bot.line.mark(() => {
      if (mine === this.#queued && !this.#open) this.#finish()
    })
  }

  #finish(): void {
    if (!this.#isActive) return
    this.#isActive = false
    this.#listener.onFinished()
  }
}

function soundOf(format: AudioCodesFormat): StreamSound {
  return { format, stripper: isWav(format) ? new WavStripper(phoneFormat(format)) : undefined, hasSound: false }
}

function isRiff(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && String.fromCharCode(...bytes.subarray(0, 4)) === 'RIFF'
}
