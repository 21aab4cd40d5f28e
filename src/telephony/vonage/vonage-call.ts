// One call of Vonage with a websocket: binary sound both ways, small JSON texts beside it. Whoever closes the socket ends the call.

import { jsonObject } from '../../protocol/json.ts'
import type { PhoneFormat, PlatformDial, PlatformLine, PlatformPeer } from '../platform.ts'
import type { EventWebhook } from './event-webhook.ts'
import type { NccoAction, WebsocketEndpoint } from './ncco.ts'

const packetMs = 20
/** What waits to be played: beyond that the platform drops it. */
const mostPackets = 3072
/** How long a key sounds, as far as the app is told. */
const keyMs = 260

export interface VonageParts {
  readonly uuid: string
  readonly endpoint: WebsocketEndpoint
  /** Actions behind the websocket: they do not wait for its end. */
  readonly after: readonly NccoAction[]
  readonly dial: PlatformDial
  readonly webhook: EventWebhook
}

export class VonageCall implements PlatformPeer {
  readonly platform = 'vonage'
  readonly callId: string
  readonly inputFormat: PhoneFormat
  readonly dial: PlatformDial
  readonly #line: PlatformLine
  readonly #parts: VonageParts
  #isOver = false

  constructor(line: PlatformLine, parts: VonageParts) {
    this.#line = line
    this.#parts = parts
    this.callId = parts.uuid
    this.dial = parts.dial
    this.inputFormat = { encoding: 'pcm16', rateHz: parts.endpoint.rateHz }
  }

  get isOver(): boolean {
    return this.#isOver
  }

  opened(): void {
    const { headers, rateHz } = this.#parts.endpoint
    this.#line.send({ event: 'websocket:connected', 'content-type': `audio/l16;rate=${rateHz}`, ...headers })
    void this.#parts.webhook.tell('answered')
    this.#line.answered()
    void this.#runActions()
  }

  message(data: string | Uint8Array): void {
    if (typeof data === 'string') this.#command(data)
    else this.#play(data)
  }

  frame(bytes: Uint8Array, { lost, delayMs }: { readonly lost: boolean; readonly delayMs: number }): void {
    if (!lost && !this.#isOver) this.#line.send(bytes, { isSound: true, delayMs })
  }

  key(digit: string): void {
    this.#line.send({ event: 'websocket:dtmf', digit, duration: keyMs })
  }

  hangUp(): void {
    this.#end('caller', 'the caller hung up')
  }

  /** REST: `{ "action": "hangup" }`. */
  hungUpByApp(): void {
    this.#end('app', 'hung up by REST')
  }

  refused(reason: string, status: number | undefined): void {
    this.#line.finding({ code: 7301, level: 'error', message: `the websocket did not open: ${reason}` })
    void this.#parts.webhook.tell('failed', { reason: status === undefined ? 'unreachable' : `http ${status}` })
    this.#end('platform', reason)
  }

  closed(code: number, reason: string): void {
    if (this.#isOver) return
    if (code === 1006) this.#line.finding({ code: 7306, level: 'warning', message: 'the app went without a close frame' })
    void this.#parts.webhook.tell('disconnected')
    this.#end('app', `the app closed the socket with ${reason ? `${code} ${reason}` : code}`)
  }

  #play(bytes: Uint8Array): void {
    const packetBytes = (this.inputFormat.rateHz / 1000) * packetMs * 2
    if (bytes.length !== packetBytes) {
      const message = `a packet of ${bytes.length} bytes: 20 ms of 16 bit sound at ${this.inputFormat.rateHz} Hz are ${packetBytes}`
      this.#line.finding({ code: 7302, level: bytes.length % 2 ? 'error' : 'warning', message }, { once: true })
    }
    const ms = (bytes.length / packetBytes) * packetMs
    if (this.#line.queuedMs() + ms <= mostPackets * packetMs) this.#line.play(bytes, this.inputFormat)
    else
      this.#line.finding(
        { code: 7303, level: 'error', message: `more than ${mostPackets} packets wait: this one is dropped` },
        { once: true },
      )
  }

  #command(text: string): void {
    const message = jsonObject(text)
    const action = typeof message?.action === 'string' ? message.action : undefined
    this.#line.received(action ?? 'something else', message ?? text)
    if (!message) return this.#line.finding({ code: 7304, level: 'error', message: 'a text that is no JSON object' })
    if (action === 'clear') return this.#clear()
    if (action === 'notify') return this.#notify(message.payload)
    this.#line.finding({
      code: 7305,
      level: 'error',
      message: `the action ${JSON.stringify(message.action)} is neither clear nor notify`,
      path: 'action',
    })
  }

  #clear(): void {
    this.#line.clear()
    this.#line.send({ event: 'websocket:cleared' })
  }

  /** What was cleared was not played: nobody is notified of it. */
  #notify(payload: unknown): void {
    const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload)
    if (!isObject)
      return this.#line.finding({ code: 7305, level: 'error', message: 'notify without a payload object', path: 'payload' })
    this.#line.mark((how) => {
      if (how !== 'cleared' && !this.#isOver) this.#line.send({ event: 'websocket:notify', payload })
    })
  }

  async #runActions(): Promise<void> {
    for (const { action, text } of this.#parts.after) {
      if (this.#isOver) return
      if (action === 'talk' && typeof text === 'string') await this.#line.say(text)
      else this.#line.note('platform', `${action} is passed over`)
    }
  }

  #end(by: 'app' | 'caller' | 'platform', reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#line.close(1000, '')
    void this.#parts.webhook.tell('completed')
    this.#line.ended(by, reason)
  }
}
