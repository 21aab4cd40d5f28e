// One call of Twilio: rings the app's webhook, follows its TwiML, and for each `<Connect><Stream>` speaks the messages of a media stream.

import { encodeBase64 } from '../../../audio/base64.ts'
import { messageOf, RealtimeKitError } from '../../errors.ts'
import { frameMs } from '../phone-sound.ts'
import type { PhoneFormat, PlatformDial, PlatformLine, PlatformPeer } from '../platform.ts'
import { readAppMessage } from './app-messages.ts'
import { parametersOf, readTwiml, streamOf, type Twiml, type Verb } from './twiml.ts'
import { VoiceFlow } from './voice-flow.ts'
import { type StreamEvent, type ToldStream, Webhooks } from './webhooks.ts'

/** What one media stream was asked for. */
interface StreamSettings extends ToldStream {
  readonly url: string
  readonly parameters: Readonly<Record<string, string>>
}

export class TwilioCall implements PlatformPeer {
  readonly platform = 'twilio'
  readonly inputFormat: PhoneFormat = { encoding: 'mulaw', rateHz: 8000 }
  readonly accountSid: string
  readonly callId: string
  readonly #line: PlatformLine
  readonly #webhooks: Webhooks
  readonly #flow: VoiceFlow
  #stream: StreamSettings | undefined
  /** Verbs behind the `<Connect>` that is at work. */
  #verbsAfter: readonly Verb[] = []
  #sequence = 0
  #chunk = 0
  #frames = 0
  /** The platform itself has closed the stream. */
  #hasLeft = false
  #isOver = false
  /** Of the TwiML that is followed: what is relative in it counts from here. */
  #twimlUrl: URL

  constructor(line: PlatformLine) {
    this.#line = line
    this.accountSid = `AC${line.hex(32)}`
    this.callId = `CA${line.hex(32)}`
    this.#twimlUrl = line.publicUrl
    line.identify(this.callId)
    this.#webhooks = new Webhooks(line, this)
    this.#flow = new VoiceFlow(line, (url, method) => this.#fetchTwiml(url, method))
  }

  // ---- before the stream

  /** Asks the webhook, and follows its TwiML to a stream. */
  async ring(voice: string): Promise<void> {
    const twiml = await this.#fetchTwiml(new URL(voice, this.#line.publicUrl), 'POST')
    await this.#follow(twiml.verbs)
    if (this.#stream) return
    const names = twiml.verbs.map(({ name }) => `<${name}>`).join('')
    const advice = twiml.lint.map(({ message, path }) => `\n${path}: ${message}`).join('')
    throw new RealtimeKitError(
      'RTK_CALL',
      `phone.dial(…): the TwiML of ${voice} connects no stream: ${names === '' ? 'it has no verbs' : names}.\n` +
        'A voice agent answers <Response><Connect><Stream url="wss://…"/></Connect></Response>.' +
        advice,
    )
  }

  /** Without a webhook. */
  dialStream(stream: string): void {
    const { publicUrl, options, hex } = this.#line
    const url = new URL(stream, asSocketUrl(publicUrl))
    this.#stream = {
      url: url.href,
      streamSid: `MZ${hex(32)}`,
      name: undefined,
      parameters: options.parameters ?? {},
      statusCallback: undefined,
    }
  }

  get dial(): PlatformDial {
    const { url } = this.#stream!
    const { signUrl } = this.#line.options
    return { url, headers: this.#webhooks.signed('x-twilio-signature', signUrl ?? url) }
  }

  #fetchTwiml(url: URL, method: 'GET' | 'POST'): Promise<Twiml> {
    this.#twimlUrl = url
    return this.#webhooks.twiml(url, method, this.#stream ? 'in-progress' : 'ringing')
  }

  /** Runs verbs up to the next stream; where there is none, the call is over. */
  async #follow(verbs: readonly Verb[]): Promise<void> {
    const connect = await this.#flow.run(verbs, this.#twimlUrl)
    if (!connect) return
    const stream = streamOf(connect.verb)!
    const { url = '', name, statusCallback } = stream.attributes
    const target = new URL(url, asSocketUrl(this.#twimlUrl))
    // Twilio gives nothing of the query on.
    target.search = ''
    this.#verbsAfter = connect.after
    this.#stream = {
      url: /^[a-z]+:/i.test(url) ? url.replace(/\?.*$/, '') : target.href,
      streamSid: `MZ${this.#line.hex(32)}`,
      name,
      parameters: parametersOf(stream),
      statusCallback: statusCallback === undefined ? undefined : new URL(statusCallback, this.#twimlUrl),
    }
  }

  // ---- the stream

  opened(): void {
    const { streamSid, parameters } = this.#stream!
    this.#sequence = 0
    this.#chunk = 0
    this.#frames = 0
    this.#hasLeft = false
    this.#line.send({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    this.#send('start', {
      start: {
        accountSid: this.accountSid,
        streamSid,
        callSid: this.callId,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: parameters,
      },
    })
    this.#tellStream('stream-started')
    this.#line.answered()
  }

  #tellStream(event: StreamEvent, error?: string): void {
    if (this.#stream) this.#webhooks.tellStream(this.#stream, event, error)
  }

  #send(event: string, fields: object, how: { delayMs?: number; isSound?: boolean } = {}): void {
    const message = { event, sequenceNumber: String(++this.#sequence), ...fields, streamSid: this.#stream!.streamSid }
    this.#line.send(message, how)
  }

  message(data: string | Uint8Array): void {
    const { raw, message, complaint } = readAppMessage(data, this.#stream!.streamSid)
    if (message?.event !== 'media') this.#line.received(message?.event ?? 'something else', raw ?? data)
    if (complaint) this.#line.finding(complaint, { once: true })
    if (!message || this.#hasLeft) return
    if (message.event === 'clear') this.#line.clear()
    else if (message.event === 'mark') this.#line.mark(() => this.#echoMark(message.name))
    else if (!this.#line.play(message.bytes, this.inputFormat)) {
      const what = 'more than 10 minutes of sound wait to be played: what comes beyond is discarded'
      this.#line.finding({ code: 31_931, level: 'warning', message: what }, { once: true })
    }
  }

  #echoMark(name: string): void {
    if (!this.#hasLeft) this.#send('mark', { mark: { name } })
  }

  frame(bytes: Uint8Array, { lost, delayMs }: { lost: boolean; delayMs: number }): void {
    const timestamp = String(this.#frames++ * frameMs)
    if (lost || this.#hasLeft || !this.#stream) return
    const media = { track: 'inbound', chunk: String(++this.#chunk), timestamp, payload: encodeBase64(bytes) }
    this.#send('media', { media }, { delayMs, isSound: true })
  }

  key(digit: string): void {
    // Not a slip: media says `inbound`, keys say `inbound_track`.
    if (!this.#hasLeft) this.#send('dtmf', { dtmf: { track: 'inbound_track', digit } })
  }

  // ---- the end

  get isOver(): boolean {
    return this.#isOver
  }

  hangUp(): void {
    this.#leaveStream()
    this.#end('caller', 'the caller hung up')
  }

  /** REST: `Status=completed`. */
  complete(): void {
    this.#leaveStream()
    this.#end('app', 'Status=completed by REST')
  }

  /** REST: another TwiML; the stream is lost by that. */
  redirect(twiml: { readonly source: string } | { readonly url: URL; readonly method: 'GET' | 'POST' }): void {
    this.#leaveStream()
    this.#line.clear()
    const verbs = async (): Promise<readonly Verb[]> => {
      if ('url' in twiml) return (await this.#fetchTwiml(twiml.url, twiml.method)).verbs
      const read = readTwiml(twiml.source)
      for (const finding of read.lint) this.#line.finding(finding)
      return read.verbs
    }
    verbs()
      .then((next) => this.#goOn(next, 'redirected by REST'))
      .catch((error: unknown) => this.#end('app', messageOf(error)))
  }

  refused(reason: string, status: number | undefined): void {
    const isUnsigned = (status === 401 || status === 403) && this.#line.options.authToken === undefined
    const why = isUnsigned ? `${reason}; phone.dial was given no authToken to sign with` : reason
    const code = status === undefined ? 31_902 : 31_920
    this.#line.finding({ code, level: 'error', message: why })
    this.#tellStream('stream-error', `${code}: ${reason}`)
    // Twilio does not document what then becomes of the call, and when: nobody should build on it.
    const names = this.#verbsAfter.map(({ name }) => `<${name}>`).join('')
    const rest = names === '' ? '' : `. Behind <Connect> is ${names}: it is not documented whether a caller hears that`
    this.#end('platform', `${code}: ${why}${rest}`)
  }

  closed(code: number, reason: string): void {
    if (this.#hasLeft || this.#isOver) return
    this.#hasLeft = true
    const said = `${code}${reason === '' ? '' : ` ${reason}`}`
    if (code === 1006) {
      this.#line.finding({ code: 31_903, level: 'error', message: 'the socket broke: the app went without a close frame' })
    } else if (code !== 1000 && code !== 1001 && code !== 1005) {
      this.#line.finding({ code: 31_921, level: 'error', message: `the app closed the stream with ${said}` })
    } else this.#line.note('platform', `31921: the app closed the stream (${said}); its TwiML goes on`)
    // What waits to be played goes with the stream.
    this.#line.clear()
    this.#tellStream(code === 1006 ? 'stream-error' : 'stream-stopped', code === 1006 ? '31903' : undefined)
    this.#goOn(this.#verbsAfter, `the app closed the stream (${said})`).catch((error: unknown) =>
      this.#end('app', messageOf(error)),
    )
  }

  /** What TwiML says next: another stream, or the end. */
  async #goOn(verbs: readonly Verb[], why: string): Promise<void> {
    this.#verbsAfter = []
    const before = this.#stream
    await this.#follow(verbs)
    if (this.#isOver) return
    if (this.#stream !== before) this.#line.reconnect(this.dial)
    else this.#end('app', this.#flow.endedBy === undefined ? why : `${why}, then ${this.#flow.endedBy}`)
  }

  #leaveStream(): void {
    if (this.#hasLeft || this.#isOver) return
    this.#send('stop', { stop: { accountSid: this.accountSid, callSid: this.callId } })
    this.#hasLeft = true
    this.#line.close(1000, '')
    this.#tellStream('stream-stopped')
  }

  #end(by: 'app' | 'caller' | 'platform', reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#webhooks.tellEnd()
    this.#line.ended(by, reason)
  }
}

function asSocketUrl(url: URL): URL {
  const target = new URL(url)
  target.protocol = 'wss:'
  return target
}
