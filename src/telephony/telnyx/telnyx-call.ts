// One call of Telnyx with a media stream: JSON text with RTP payloads. The stream is not the call: whoever closes the socket leaves the
// caller in silence, until somebody hangs up.

import { encodeBase64 } from '../../../audio/base64.ts'
import { frameMs } from '../phone-sound.ts'
import type { PhoneFormat, PlatformDial, PlatformLine, PlatformPeer } from '../platform.ts'
import { faultCodes, readAppMessage, type StreamFault } from './app-messages.ts'
import { notAnswered } from './call-control.ts'
import { type TelnyxCodec, telnyxFormat } from './stream-format.ts'
import { tell } from './webhooks.ts'

/** How one stream was asked for. */
export interface StreamSettings {
  readonly url: string
  readonly codec: TelnyxCodec
  readonly mode: 'rtp' | 'mp3'
  readonly appCodec: TelnyxCodec
  readonly rateHz: PhoneFormat['rateHz']
  readonly parameters: Readonly<Record<string, string>>
  /** In base64, as a command gave it. */
  readonly clientState?: string
}

/** What one message may hold. */
const leastMs = 20
const mostMs = 30_000
const mp3EveryMs = 1000
const noStream: StreamSettings = { url: '', codec: 'PCMU', mode: 'rtp', appCodec: 'PCMU', rateHz: 16_000, parameters: {} }
/** Who hung up, in the platform's words. */
const sources = { app: 'callee', caller: 'caller', platform: 'unknown' } as const

export class TelnyxCall implements PlatformPeer {
  readonly platform = 'telnyx'
  readonly callId: string
  readonly sessionId: string
  readonly userId: string
  readonly #line: PlatformLine
  readonly #isCallControl: boolean
  readonly #asked = Promise.withResolvers<void>()
  #stream: StreamSettings
  #hasStream: boolean
  /** By a command. */
  isAnswered = false
  #streamId = ''
  #sequence = 0
  #chunk = 0
  #frames = 0
  #isStreaming = false
  #isOver = false
  #lastFileMs = Number.NEGATIVE_INFINITY

  /** Without a stream the app has to ask for one. */
  constructor(line: PlatformLine, stream?: StreamSettings) {
    this.#line = line
    this.#isCallControl = stream === undefined
    this.#hasStream = stream !== undefined
    this.#stream = stream ?? noStream
    this.#asked.promise.catch(() => {})
    this.callId = `v3:${line.hex(48)}`
    this.sessionId = uuid(line.hex)
    this.userId = uuid(line.hex)
  }

  // ---- commands of the app

  /** Resolves once the app has asked for a stream. */
  get streamAsked(): Promise<void> {
    return this.#asked.promise
  }

  /** REST: `actions/answer`, with a stream or without. */
  answer(stream: StreamSettings | undefined): void {
    if (!this.isAnswered) void this.#tell('call.answered')
    this.isAnswered = true
    if (stream) this.startStreaming(stream)
  }

  /** REST: `actions/streaming_start`; one that runs goes on. */
  startStreaming(stream: StreamSettings): void {
    if (this.#isStreaming) return
    this.#stream = stream
    // The first one is dialled by `place`.
    if (this.#hasStream) this.#line.reconnect(this.dial)
    this.#hasStream = true
    this.#asked.resolve()
  }

  /** No stream will come about. */
  giveUp(why: string): void {
    this.#asked.reject(notAnswered(why))
    this.#isOver = true
  }

  get inputFormat(): PhoneFormat {
    return telnyxFormat(this.#stream.codec, this.#stream.rateHz)
  }

  get dial(): PlatformDial {
    const { authToken, signature = 'valid' } = this.#line.options
    const token = signature === 'wrong' ? `not-${authToken}` : authToken
    const isSent = authToken !== undefined && signature !== 'missing'
    return { url: this.#stream.url, headers: isSent ? { 'x-telnyx-streaming-auth-token': `${token}` } : {} }
  }

  opened(): void {
    const { clientState, tags = [] } = this.#line.options.telnyx ?? {}
    const { from = '+15550100', to = '+15550199' } = this.#line.options
    this.#streamId = uuid(this.#line.hex)
    this.#sequence = 0
    this.#isStreaming = true
    // The token comes in the header, and in this message again.
    this.#line.send({ event: 'connected', version: '1.0.0', ...this.dial.headers })
    this.#send('start', {
      start: {
        user_id: this.userId,
        call_control_id: this.callId,
        call_session_id: this.sessionId,
        from,
        to,
        tags: [...tags],
        client_state:
          this.#stream.clientState ?? (clientState === undefined ? null : Buffer.from(clientState).toString('base64')),
        custom_parameters: this.#stream.parameters,
        media_format: { encoding: this.#stream.codec, sample_rate: this.inputFormat.rateHz, channels: 1 },
      },
    })
    void this.#tell('streaming.started')
    this.#line.answered()
  }

  message(data: string | Uint8Array): void {
    const read = readAppMessage(data)
    const event = read.kind === 'message' ? read.message.event : 'something else'
    if (event !== 'media') this.#line.received(event, read.raw ?? data)
    if (!this.#isStreaming) return
    if (read.kind === 'fault') return this.#fault(read.fault)
    const { message } = read
    if (message.event === 'clear') this.#line.clear()
    else if (message.event === 'mark') this.#line.mark(() => this.#returnMark(message.name))
    else if (this.#stream.mode === 'mp3') this.#takeFile(message.bytes)
    else this.#play(message.bytes)
  }

  frame(bytes: Uint8Array, { lost, delayMs }: { readonly lost: boolean; readonly delayMs: number }): void {
    const timestamp = String(this.#frames++ * frameMs)
    if (lost || !this.#isStreaming) return
    const media = { track: 'inbound', chunk: String(++this.#chunk), timestamp, payload: encodeBase64(bytes) }
    this.#send('media', { media }, { delayMs: delayMs + this.#lateMs(), isSound: true, mayOvertake: true })
  }

  key(digit: string): void {
    const occurred = new Date(this.#line.unixMs()).toISOString()
    if (this.#isStreaming) this.#send('dtmf', { occurred_at: occurred, dtmf: { digit } })
  }

  // ---- the end

  get isOver(): boolean {
    return this.#isOver
  }

  hangUp(): void {
    this.stopStreaming()
    this.#end('caller', 'the caller hung up')
  }

  /** REST: `actions/hangup`. */
  hungUpByApp(): void {
    this.stopStreaming()
    this.#end('app', 'hung up by REST')
  }

  /** REST: `actions/streaming_stop`; the call goes on. */
  stopStreaming(): void {
    if (!this.#isStreaming) return
    this.#send('stop', { stop: { user_id: this.userId, call_control_id: this.callId } })
    this.#isStreaming = false
    this.#line.clear()
    this.#line.close(1000, '')
    void this.#tell('streaming.stopped')
  }

  refused(reason: string): void {
    this.#line.finding({ code: 7201, level: 'error', message: `no media stream came about: ${reason}` })
    void this.#tell('streaming.failed', { failure_reason: reason })
    this.#end('platform', reason)
  }

  closed(code: number, reason: string): void {
    if (!this.#isStreaming) return
    this.#isStreaming = false
    this.#line.clear()
    const how = reason ? `${code} ${reason}` : `${code}`
    this.#line.note('platform', `the app closed the stream (${how}): the call goes on in silence`)
    void (code === 1006 ? this.#tell('streaming.failed', { failure_reason: 'connection lost' }) : this.#tell('streaming.stopped'))
  }

  // ---- inside

  #play(bytes: Uint8Array): void {
    const format = telnyxFormat(this.#stream.appCodec, this.#stream.rateHz)
    const sampleBytes = format.encoding === 'pcm16' ? 2 : 1
    const ms = (bytes.length / sampleBytes / format.rateHz) * 1000
    if (bytes.length % sampleBytes || ms < leastMs || ms > mostMs) {
      const detail = `${bytes.length} bytes of ${this.#stream.appCodec} are ${Math.round(ms * 10) / 10} ms: 20 ms to 30 s are due`
      this.#fault({ title: 'invalid_media', detail, path: 'media.payload' })
      // Short ends of an answer are played all the same.
      if (ms > mostMs) return
    }
    if (!this.#line.play(bytes, format))
      this.#fault({ title: 'rate_limit_reached', detail: 'more than 10 minutes of sound wait to be played' })
  }

  /** Whole MP3 files, one a second: this platform decodes them, the kit does not. */
  #takeFile(bytes: Uint8Array): void {
    const isMp3 = (bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0) || String.fromCharCode(...bytes.subarray(0, 3)) === 'ID3'
    const nowMs = this.#line.nowMs()
    if (!isMp3) {
      const detail = 'no MP3 file. For sound as it is made, streams are started with stream_bidirectional_mode "rtp"'
      this.#fault({ title: 'invalid_media', detail, path: 'media.payload' })
    } else if (nowMs - this.#lastFileMs < mp3EveryMs)
      this.#fault({
        title: 'rate_limit_reached',
        detail: 'one MP3 file a second is allowed',
        path: 'media.payload',
      })
    this.#lastFileMs = nowMs
  }

  /** A frame that the next one is to overtake. */
  #lateMs(): number {
    const share = this.#line.options.network?.reorder ?? 0
    return share > 0 && Number.parseInt(this.#line.hex(4), 16) < share * 0x1_0000 ? frameMs * 1.5 : 0
  }

  #returnMark(name: string): void {
    if (this.#isStreaming) this.#send('mark', { mark: { name } })
  }

  #fault({ title, detail, path }: StreamFault): void {
    const { finding: code, wire } = faultCodes[title]
    const where = path === undefined ? {} : { path }
    this.#line.finding({ code, level: 'error', message: `${title}: ${detail}`, ...where }, { once: true })
    this.#send('error', { payload: { code: wire, title, detail } })
  }

  #send(event: string, fields: object, how: { delayMs?: number; isSound?: boolean; mayOvertake?: boolean } = {}): void {
    this.#line.send({ event, sequence_number: String(++this.#sequence), ...fields, stream_id: this.#streamId }, how)
  }

  get ids(): Readonly<Record<string, string>> {
    return { call_control_id: this.callId, call_session_id: this.sessionId, call_leg_id: this.userId }
  }

  #tell(eventType: string, more: object = {}): Promise<boolean> {
    const stream = eventType.startsWith('streaming.') ? { stream_id: this.#streamId, stream_url: this.#stream.url } : {}
    return tell(this.#line, eventType, { ...this.ids, ...stream, ...more })
  }

  #end(by: 'app' | 'caller' | 'platform', reason: string): void {
    this.#isOver = true
    this.#asked.reject(notAnswered(reason))
    if (this.#isCallControl) void this.#tell('call.hangup', { hangup_cause: 'normal_clearing', hangup_source: sources[by] })
    this.#line.ended(by, reason)
  }
}

function uuid(hex: (length: number) => string): string {
  return [8, 4, 4, 4, 12].map((length) => hex(length)).join('-')
}
