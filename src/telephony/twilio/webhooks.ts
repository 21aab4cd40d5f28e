// What Twilio asks of the app's server by HTTP in one call: the TwiML of its webhooks, and status callbacks, signed as the account signs.

import { messageOf, RealtimeKitError } from '../../errors.ts'
import type { PlatformAnswer, PlatformLine } from '../platform.ts'
import { signatureOf } from './signature.ts'
import { readTwiml, type Twiml } from './twiml.ts'

export type StreamEvent = 'stream-started' | 'stream-stopped' | 'stream-error'

/** A stream, as its status callback tells of it. */
export interface ToldStream {
  readonly streamSid: string
  readonly name: string | undefined
  readonly statusCallback: URL | undefined
}

const wrongToken = 'a token that is not the account’s'
const xmlTypes = /\b(?:xml|html)\b/

export class Webhooks {
  readonly #line: PlatformLine
  readonly #ids: { readonly accountSid: string; readonly callId: string }

  constructor(line: PlatformLine, ids: { readonly accountSid: string; readonly callId: string }) {
    this.#line = line
    this.#ids = ids
  }

  /** @throws RealtimeKitError RTK_CALL where the app answers no TwiML that Twilio could use */
  async twiml(url: URL, method: 'GET' | 'POST', status: 'ringing' | 'in-progress'): Promise<Twiml> {
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

  /** Header of the signature, by that name: the socket's upgrade writes it small. */
  signed(name: string, url: string, fields?: Readonly<Record<string, string>>): Record<string, string> {
    const { authToken, signature = 'valid' } = this.#line.options
    if (authToken === undefined || signature === 'missing') return {}
    return { [name]: signatureOf(signature === 'wrong' ? wrongToken : authToken, url, fields) }
  }

  tellStream({ statusCallback, streamSid, name = streamSid }: ToldStream, event: StreamEvent, error?: string): void {
    if (!statusCallback) return
    this.#tell(statusCallback, {
      ...{ AccountSid: this.#ids.accountSid, CallSid: this.#ids.callId, StreamSid: streamSid, StreamName: name },
      ...{ StreamEvent: event, Timestamp: new Date(this.#line.unixMs()).toISOString() },
      ...(error === undefined ? {} : { StreamError: error }),
    })
  }

  /** The call is over. */
  tellEnd(): void {
    const { publicUrl, options } = this.#line
    if (options.statusCallback === undefined) return
    this.#tell(new URL(options.statusCallback, publicUrl), {
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
      (error: unknown) => failed(messageOf(error)),
    )
  }

  get #callFields(): Record<string, string> {
    const { from = '+15550100', to = '+15550199' } = this.#line.options
    return {
      ...{ AccountSid: this.#ids.accountSid, CallSid: this.#ids.callId, ApiVersion: '2010-04-01' },
      ...{ From: from, To: to, Caller: from, Called: to, Direction: 'inbound' },
    }
  }

  #ask(url: URL, method: 'GET' | 'POST', fields: Readonly<Record<string, string>>): Promise<PlatformAnswer> {
    const body = new URLSearchParams(fields).toString()
    if (method === 'GET') {
      const whole = new URL(url)
      for (const [name, value] of Object.entries(fields)) whole.searchParams.set(name, value)
      return this.#line.request({ url: whole, method, headers: this.signed('X-Twilio-Signature', whole.href) })
    }
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'TwilioProxy/1.1',
      ...this.signed('X-Twilio-Signature', url.href, fields),
    }
    return this.#line.request({ url, method, headers, body })
  }
}

function refusedWebhook(url: URL, { status, body }: PlatformAnswer): RealtimeKitError {
  const said = body.trim() === '' ? '' : `\nIt said: ${body.trim().slice(0, 300)}`
  const hint =
    status === 403 || status === 401
      ? '\nWhere the app checks signatures: give phone.dial the same `authToken`, and as `publicUrl` the host that the app thinks it has.'
      : ''
  return new RealtimeKitError('RTK_CALL', `phone.dial(…): the webhook ${url.pathname} answered HTTP ${status}.${said}${hint}`)
}
