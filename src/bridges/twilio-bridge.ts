// A bridge behind Twilio Media Streams: mu-law passes as it is, marks tell what was heard, `clear` makes the line silent.

import type { WebSocket } from 'ws'
import { encodeBase64 } from '../../audio/base64.ts'
import { isRecord } from '../protocol/json.ts'
import type { BridgeOptions } from './bridge-options.ts'
import type { PhoneListener, PhoneSide } from './phone-side.ts'
import { PlatformSocket } from './platform-socket.ts'
import { RealtimeBridge } from './realtime-bridge.ts'

export interface TwilioBridgeOptions extends BridgeOptions {
  /** Whether a stream with these parameters is one of ours; false closes it before any session is opened. Default: always. */
  admit?(parameters: Readonly<Record<string, string>>): boolean
}

/**
 * A call of Twilio, on the socket that its `<Connect><Stream>` opened.
 *
 * @example
 * sockets.on('connection', (socket) => new TwilioBridge(socket, { session: { instructions: 'You are a florist.' } }))
 */
export class TwilioBridge extends RealtimeBridge {
  protected readonly phone: TwilioSide

  constructor(socket: WebSocket, options: TwilioBridgeOptions = {}) {
    super(options)
    this.phone = new TwilioSide(socket, this.listener, options.admit ?? (() => true))
  }
}

const mulaw = { encoding: 'mulaw', rateHz: 8000 } as const
/** How long Twilio may take from the upgrade to `start`. */
const startMs = 10_000

class TwilioSide implements PhoneSide {
  readonly platform = 'twilio'
  readonly hasMarks = true
  readonly frameMs = 20
  readonly latencyMs = 0
  readonly leadMs = Number.POSITIVE_INFINITY
  readonly #socket: PlatformSocket
  readonly #listener: PhoneListener
  readonly #admit: (parameters: Readonly<Record<string, string>>) => boolean
  readonly #patience: ReturnType<typeof setTimeout>
  #streamSid: string | undefined

  constructor(socket: WebSocket, listener: PhoneListener, admit: (parameters: Readonly<Record<string, string>>) => boolean) {
    this.#listener = listener
    this.#admit = admit
    this.#socket = new PlatformSocket(socket, {
      message: (message) => this.#receive(message),
      unreadable: (what) => listener.problem(`Twilio sent ${what}`),
      closed: (code) => this.#closed(code),
    })
    this.#patience = setTimeout(() => this.#socket.close(1008, 'no start message'), startMs)
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedBytes
  }

  #receive(message: Record<string, unknown>): void {
    const handler = handlers.get(String(message.event))
    if (handler) handler(this, message)
    else this.#listener.problem(`Twilio sent an unknown event: ${String(message.event).slice(0, 40)}`)
  }

  start({ start, streamSid }: Record<string, unknown>): void {
    const facts = isRecord(start) ? start : {}
    const sid = typeof facts.streamSid === 'string' ? facts.streamSid : streamSid
    if (typeof sid !== 'string' || typeof facts.callSid !== 'string') {
      return this.#listener.problem('start has no streamSid or no callSid')
    }
    if (this.#streamSid !== undefined) return this.#listener.problem('start came twice')
    clearTimeout(this.#patience)
    const parameters = textsOf(facts.customParameters)
    if (!this.#admit(parameters)) return this.#socket.close(1008, 'the token of the call is missing, unknown or used')
    this.#streamSid = sid
    const { from, to } = parameters
    this.#listener.started({
      callId: facts.callSid,
      inputFormat: mulaw,
      outputFormat: mulaw,
      parameters,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    })
  }

  media({ media }: Record<string, unknown>): void {
    if (this.#streamSid === undefined) return this.#listener.problem('media came before start')
    if (!isRecord(media) || typeof media.payload !== 'string') return this.#listener.problem('media has no media.payload')
    if (media.track !== undefined && media.track !== 'inbound') return
    const atMs = Number(media.timestamp)
    this.#listener.audio(media.payload, Number.isFinite(atMs) && atMs >= 0 ? atMs : undefined)
  }

  dtmf({ dtmf }: Record<string, unknown>): void {
    if (isRecord(dtmf) && typeof dtmf.digit === 'string') this.#listener.key(dtmf.digit)
    else this.#listener.problem('dtmf has no dtmf.digit')
  }

  markReached({ mark }: Record<string, unknown>): void {
    if (isRecord(mark) && typeof mark.name === 'string') this.#listener.marked(mark.name)
    else this.#listener.problem('mark has no mark.name')
  }

  stop(): void {
    this.#listener.ended('caller', 'Twilio sent stop: the call is over.')
    this.#socket.close(1000)
  }

  #closed(code: number): void {
    clearTimeout(this.#patience)
    // Twilio has no way to take a stream up again.
    this.#listener.ended(code === 1000 ? 'caller' : 'platform', `the stream closed with ${code}`)
  }

  ready(): void {}

  play(bytes: Uint8Array): void {
    this.#send({ event: 'media', media: { payload: encodeBase64(bytes) } })
  }

  mark(name: string): void {
    this.#send({ event: 'mark', mark: { name } })
  }

  endAnswer(): void {}

  clear(): void {
    this.#send({ event: 'clear' })
  }

  speech(): void {}

  recognized(): void {}

  hangUp(reason: string): void {
    // `<Connect>` ends with its socket, and nothing follows it in our TwiML: the call is over.
    this.#socket.close(1000, reason)
  }

  fail(reason: string): void {
    this.#socket.close(1011, reason)
  }

  #send(message: Record<string, unknown>): void {
    if (this.#streamSid !== undefined) this.#socket.send({ ...message, streamSid: this.#streamSid })
  }
}

type Handler = (side: TwilioSide, message: Record<string, unknown>) => void

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['connected', () => {}],
  ['start', (side, message) => side.start(message)],
  ['media', (side, message) => side.media(message)],
  ['dtmf', (side, message) => side.dtmf(message)],
  ['mark', (side, message) => side.markReached(message)],
  ['stop', (side) => side.stop()],
])

function textsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}
