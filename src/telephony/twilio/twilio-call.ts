// One call of Twilio: rings the app's webhook, follows its TwiML, and for each `<Connect><Stream>` speaks the messages of a media stream.

import { encodeBase64 } from '../../../audio/base64.ts'
import { RealtimeKitError } from '../../errors.ts'
import { frameMs } from '../phone-sound.ts'
import type { PhoneFormat, PlatformAnswer, PlatformDial, PlatformLine, PlatformPeer } from '../platform.ts'
import { readAppMessage } from './app-messages.ts'
import { signatureOf } from './signature.ts'
import { parametersOf, readTwiml, streamOf, type Twiml, type Verb } from './twiml.ts'
import { VoiceFlow } from './voice-flow.ts'

/** What one media stream was asked for. */
interface StreamSettings {
  readonly url: string
  readonly streamSid: string
  readonly name: string | undefined
  readonly parameters: Readonly<Record<string, string>>
  readonly statusCallback: URL | undefined
}

const wrongToken = 'a token that is not the account’s'
const xmlTypes = /\b(?:xml|html)\b/

export class TwilioCall implements PlatformPeer {
  readonly platform = 'twilio'
  readonly inputFormat: PhoneFormat = { encoding: 'mulaw', rateHz: 8000 }
  readonly accountSid: string
  readonly callId: string
  readonly #line: PlatformLine
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
  #webhook: URL

  constructor(line: PlatformLine) {
    this.#line = line
    this.accountSid = `AC${line.hex(32)}`
    this.callId = `CA${line.hex(32)}`
    this.#webhook = line.publicUrl
    line.identify(this.callId)
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
    return { url, headers: this.#signed('x-twilio-signature', signUrl ?? url) }
  }

  #signed(name: string, url: string, fields?: Readonly<Record<string, string>>): Record<string, string> {
    const { authToken, signature = 'valid' } = this.#line.options
    if (authToken === undefined || signature === 'missing') return {}
    return { [name]: signatureOf(signature === 'wrong' ? wrongToken : authToken, url, fields) }
  }

  get #callFields(): Record<string, string> {
    const { from = '+15550100', to = '+15550199' } = this.#line.options
    return {
      ...{ AccountSid: this.accountSid, CallSid: this.callId, ApiVersion: '2010-04-01' },
      ...{ From: from, To: to, Caller: from, Called: to, Direction: 'inbound' },
    }
  }

  async #fetchTwiml(url: URL, method: 'GET' | 'POST'): Promise<Twiml> {
    this.#webhook = url
    const status = this.#stream ? 'in-progress' : 'ringing'
    const answer = await this.#ask(url, method, { ...this.#callFields, CallStatus: status })
    const type = answer.headers['content-type'] ?? ''
    if (answer.status < 200 || answer.status > 299) throw refusedWebhook(url, answer)
    if (!xmlTypes.test(type) && answer.body.trim() !== '') {
      const message = `the webhook's answer has the content type '${type}', TwiML is text/xml`
      this.#line.finding({ code: 12_300, level: 'error', message, path: 'content-type' })
    }
    const twiml = readTwiml(answer.body)
    for (const finding of twiml.lint) this.#line.finding(finding)
    const broken = twiml.lint.find(({ level }) => level === 'error')
    if (broken) {
      throw new RealtimeKitError(
        'RTK_CALL',
        `phone.dial(…): Twilio cannot use the TwiML of ${url.pathname} (${broken.code}, ${broken.path}): ${broken.message}\n${answer.body.slice(0, 400)}`,
      )
    }
    return twiml
  }

  #ask(url: URL, method: 'GET' | 'POST', fields: Readonly<Record<string, string>>): Promise<PlatformAnswer> {
    const body = new URLSearchParams(fields).toString()
    if (method === 'GET') {
      const whole = new URL(url)
      for (const [name, value] of Object.entries(fields)) whole.searchParams.set(name, value)
      return this.#line.request({ url: whole, method, headers: this.#signed('X-Twilio-Signature', whole.href) })
    }
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'TwilioProxy/1.1',
      ...this.#signed('X-Twilio-Signature', url.href, fields),
    }
    return this.#line.request({ url, method, headers, body })
  }

  /** Runs verbs up to the next stream; where there is none, the call is over. */
  async #follow(verbs: readonly Verb[]): Promise<void> {
    const connect = await this.#flow.run(verbs, this.#webhook)
    if (!connect) return
    const stream = streamOf(connect.verb)!
    const { url = '', name, statusCallback } = stream.attributes
    const target = new URL(url, asSocketUrl(this.#webhook))
    // Twilio gives nothing of the query on.
    target.search = ''
    this.#verbsAfter = connect.after
    this.#stream = {
      url: /^[a-z]+:/i.test(url) ? url.replace(/\?.*$/, '') : target.href,
      streamSid: `MZ${this.#line.hex(32)}`,
      name,
      parameters: parametersOf(stream),
      statusCallback: statusCallback === undefined ? undefined : new URL(statusCallback, this.#webhook),
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
      .catch((error: unknown) => this.#end('app', error instanceof Error ? error.message : String(error)))
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
      this.#end('app', error instanceof Error ? error.message : String(error)),
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
    this.#tellVoice()
    this.#line.ended(by, reason)
  }

  // ---- callbacks

  #tellStream(event: 'stream-started' | 'stream-stopped' | 'stream-error', error?: string): void {
    const { statusCallback, streamSid, name = streamSid } = this.#stream ?? {}
    if (!statusCallback || streamSid === undefined) return
    this.#tell(statusCallback, {
      ...{ AccountSid: this.accountSid, CallSid: this.callId, StreamSid: streamSid, StreamName: name ?? streamSid },
      ...{ StreamEvent: event, Timestamp: new Date(this.#line.unixMs()).toISOString() },
      ...(error === undefined ? {} : { StreamError: error }),
    })
  }

  #tellVoice(): void {
    const { statusCallback, publicUrl } = { ...this.#line.options, publicUrl: this.#line.publicUrl }
    if (statusCallback === undefined) return
    this.#tell(new URL(statusCallback, publicUrl), {
      ...this.#callFields,
      ...{ CallStatus: 'completed', CallDuration: String(Math.ceil(this.#line.nowMs() / 1000)) },
      ...{ Timestamp: new Date(this.#line.unixMs()).toUTCString(), CallbackSource: 'call-progress-events', SequenceNumber: '0' },
    })
  }

  #tell(url: URL, fields: Readonly<Record<string, string>>): void {
    const failed = (why: string): void =>
      this.#line.finding({ code: 11_200, level: 'warning', message: `the status callback ${url.pathname} failed: ${why}` })
    this.#ask(url, 'POST', fields).then(
      ({ status }) => {
        if (status > 299) failed(`HTTP ${status}`)
      },
      (error: unknown) => failed(error instanceof Error ? error.message : String(error)),
    )
  }
}

function asSocketUrl(url: URL): URL {
  const target = new URL(url)
  target.protocol = 'wss:'
  return target
}

function refusedWebhook(url: URL, { status, body }: PlatformAnswer): RealtimeKitError {
  const said = body.trim() === '' ? '' : `\nIt said: ${body.trim().slice(0, 300)}`
  const hint =
    status === 403 || status === 401
      ? '\nWhere the app checks signatures: give phone.dial the same `authToken`, and as `publicUrl` the host that the app thinks it has.'
      : ''
  return new RealtimeKitError('RTK_CALL', `phone.dial(…): the webhook ${url.pathname} answered HTTP ${status}.${said}${hint}`)
}
