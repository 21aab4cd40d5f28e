// Twilio's end of a stream, no more than the bridges' tests need: frames every 20 ms, a player that drains by the clock, marks, clear.
// It runs on the global timers, so that a test's clock drives it. The faithful simulator is in src/telephony.

import type { Server } from 'node:http'
import { duplexPair } from 'node:stream'
import { WebSocket } from 'ws'
import { encodeMulaw } from '../../../audio/g711.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import type { Pcm } from '../../../audio/types.ts'

export interface TwilioMessage {
  readonly atMs: number
  readonly event: string
  readonly [field: string]: unknown
}

const frame = { ms: 20, bytes: 160 }
const silence = Buffer.alloc(frame.bytes, 0xff).toString('base64')

export interface StreamOptions {
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly parameters?: Record<string, string>
  readonly callSid?: string
  readonly markEchoMs?: number
  readonly sendsSilence?: boolean
}

/** A socket to a server of this process, without a port; to a URL over one. */
export function openSocket(server: Server | string, path: string, headers: Record<string, string> = {}): WebSocket {
  if (typeof server === 'string') return new WebSocket(`${server}${path}`, { headers, perMessageDeflate: false })
  const [near, far] = duplexPair()
  for (const side of [near, far]) {
    const noop = (): typeof side => side
    Object.assign(side, { setTimeout: noop, setNoDelay: noop, setKeepAlive: noop, ref: noop, unref: noop })
  }
  near.once('close', () => far.destroy())
  far.once('close', () => near.destroy())
  server.emit('connection', far)
  return new WebSocket(`ws://bridge.test${path}`, {
    headers,
    perMessageDeflate: false,
    createConnection: () => {
      queueMicrotask(() => near.emit('connect'))
      return near as never
    },
  })
}

export class TwilioStream {
  readonly socket: WebSocket
  readonly messages: TwilioMessage[] = []
  readonly #options: StreamOptions
  readonly #pendingMarks: { readonly name: string; readonly timer: ReturnType<typeof setTimeout> }[] = []
  readonly #speech: string[] = []
  readonly startedAtMs = Date.now()
  #ticker: ReturnType<typeof setTimeout> | undefined
  #tick = 0
  #playEndMs = 0
  heardMs = 0
  framesSent = 0
  closed: { code: number; reason: string } | undefined
  readonly ended: Promise<void>

  private constructor(socket: WebSocket, options: StreamOptions) {
    this.socket = socket
    this.#options = options
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))))
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.closed = { code, reason: String(reason) }
        clearTimeout(this.#ticker)
        for (const { timer } of this.#pendingMarks) clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Connects and starts; rejects when the upgrade is refused. */
  static async open(server: Server | string, options: StreamOptions = {}): Promise<TwilioStream> {
    const socket = openSocket(server, options.path ?? '/twilio-agent', options.headers)
    const stream = new TwilioStream(socket, options)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve())
      socket.once('error', reject)
    })
    stream.send({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    stream.start(options)
    if (options.sendsSilence !== false) stream.#next()
    return stream
  }

  start({ callSid = 'CA1', parameters = {} }: StreamOptions = {}): void {
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 }
    const start = { streamSid: 'MZ1', accountSid: 'AC1', callSid, tracks: ['inbound'], mediaFormat, customParameters: parameters }
    this.send({ event: 'start', sequenceNumber: '1', streamSid: 'MZ1', start })
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }

  /** Frames keep coming, whoever speaks. */
  #next(): void {
    if (this.closed) return
    const due = this.startedAtMs + ++this.#tick * frame.ms
    this.#ticker = setTimeout(
      () => {
        this.media(this.#speech.shift() ?? silence)
        this.#next()
      },
      Math.max(0, due - Date.now()),
    )
    // The line alone must not keep a test's clock going.
    this.#ticker.unref?.()
  }

  media(payload: string): void {
    const media = { track: 'inbound', chunk: String(this.#tick), timestamp: String(this.#tick * frame.ms), payload }
    if (this.socket.readyState !== 1) return
    this.framesSent++
    this.send({ event: 'media', streamSid: 'MZ1', media })
  }

  says(sound: Pcm): Promise<void> {
    const bytes = encodeMulaw(resamplePcm(sound, 8000).samples)
    for (let at = 0; at < bytes.length; at += frame.bytes) {
      const piece = Buffer.alloc(frame.bytes, 0xff)
      piece.set(bytes.subarray(at, at + frame.bytes))
      this.#speech.push(piece.toString('base64'))
    }
    return pause(sound.durationMs)
  }

  /** Frames of the speech alone: the platform sends nothing before and after it. */
  async saysAlone(sound: Pcm): Promise<void> {
    const spoken = this.says(sound)
    for (let payload = this.#speech.shift(); payload !== undefined; payload = this.#speech.shift()) {
      this.media(payload)
      await pause(frame.ms)
    }
    await spoken
  }

  presses(keys: string): void {
    for (const digit of keys) this.send({ event: 'dtmf', streamSid: 'MZ1', dtmf: { track: 'inbound_track', digit } })
  }

  hangsUp(): void {
    this.send({ event: 'stop', streamSid: 'MZ1', stop: { accountSid: 'AC1', callSid: 'CA1' } })
    this.socket.close(1000)
  }

  get isPlaying(): boolean {
    return this.#playEndMs > Date.now()
  }

  of(event: string): TwilioMessage[] {
    return this.messages.filter((message) => message.event === event)
  }

  /** Bytes that were sent to be played. */
  get sound(): Buffer {
    return Buffer.concat(this.of('media').map(({ media }) => Buffer.from((media as { payload: string }).payload, 'base64')))
  }

  #receive(message: { event: string; [field: string]: unknown }): void {
    const now = Date.now()
    this.messages.push({ atMs: now - this.startedAtMs, ...message })
    if (message.event === 'media')
      this.#play(now, Buffer.from((message.media as { payload: string }).payload, 'base64').length / 8)
    if (message.event === 'mark') this.#mark(now, (message.mark as { name: string }).name)
    if (message.event === 'clear') this.#clear(now)
  }

  #play(now: number, ms: number): void {
    this.#playEndMs = Math.max(now, this.#playEndMs) + ms
    this.heardMs += ms
  }

  #mark(now: number, name: string): void {
    const timer = setTimeout(() => this.#echo(name), Math.max(0, this.#playEndMs - now) + (this.#options.markEchoMs ?? 0))
    this.#pendingMarks.push({ name, timer })
  }

  #echo(name: string): void {
    const index = this.#pendingMarks.findIndex((mark) => mark.name === name)
    const [mark] = index < 0 ? [] : this.#pendingMarks.splice(index, 1)
    if (mark && this.socket.readyState === 1) this.send({ event: 'mark', streamSid: 'MZ1', mark: { name } })
  }

  #clear(now: number): void {
    this.heardMs -= Math.max(0, this.#playEndMs - now)
    this.#playEndMs = now
    for (const { name, timer } of [...this.#pendingMarks]) {
      clearTimeout(timer)
      this.#echo(name)
    }
  }
}

let advance: ((ms: number) => Promise<void>) | undefined

/** A test's clock moves by what is waited for. Without it, time is real. */
export function drive(clock: { advance(ms: number): Promise<void> } | undefined): void {
  advance = clock && ((ms) => clock.advance(ms))
}

export function pause(ms: number): Promise<void> {
  if (advance) return advance(ms)
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** Waits until it is so; at most 60 s of the clock. */
export async function until(condition: () => boolean, what = String(condition)): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += 20) {
    if (waitedMs > 60_000) throw new Error(`It never came to be: ${what}`)
    await pause(20)
  }
}
