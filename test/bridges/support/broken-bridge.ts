// A telephone app without a model, whose every duty can be left out: it hums where others speak. For the validator, which must notice.

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { bytesOf, samplesOf } from '../../../src/bridges/sound-path.ts'
import { twilioSignature } from '../../../src/bridges/twilio-signature.ts'
import type { PhoneFormat } from '../../../src/telephony/platform.ts'

export type Defect =
  | 'unreachable'
  | 'takes-strangers'
  | 'no-greeting'
  | 'deaf'
  | 'nameless-marks'
  | 'noise'
  | 'slow'
  | 'no-marks'
  | 'no-clear'
  | 'answers-once'
  | 'fragile'
  | 'stays'
  | 'keyless'
  | 'one-call'
  | 'late'
  | 'tires'
  | 'query'
  | 'no-validation'
  | 'one-format'
  | 'forgets'

export const token = 'secret'

export interface BrokenBridge extends AsyncDisposable {
  readonly url: string
}

/** Starts the app; without a defect it does all of it well. */
export async function brokenBridge(platform: 'twilio' | 'audiocodes', defect?: Defect): Promise<BrokenBridge> {
  const world: World = { has: (one) => one === defect, calls: new Set(), conversations: new Map() }
  const server = createServer((request, response) => {
    const query = world.has('query') ? '?call=1' : ''
    const stream = `<Stream url="wss://${request.headers.host}/phone${query}"/>`
    response.setHeader('content-type', 'text/xml')
    response.end(`<Response><Connect>${stream}</Connect></Response>`)
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (world.has('unreachable')) return socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
    if (!world.has('takes-strangers') && !isAllowed(platform, request)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (opened) => {
      if (platform === 'twilio') new TwilioCall(opened, world)
      else new AudioCodesCall(opened, world)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/phone`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

interface World {
  has(defect: Defect): boolean
  readonly calls: Set<HummingCall>
  readonly conversations: Map<string, string>
}

function isAllowed(platform: string, { headers, url }: IncomingMessage): boolean {
  if (platform === 'audiocodes') return headers.authorization === `Bearer ${token}`
  return headers['x-twilio-signature'] === twilioSignature(token, `wss://${headers.host}${url}`)
}

type Message = Record<string, unknown>

/** A call: greets, hears by loudness, hums in answer. */
abstract class HummingCall {
  protected readonly socket: WebSocket
  protected readonly world: World
  #timers = new Set<ReturnType<typeof setTimeout>>()
  #loudFrames = 0
  #quietFrames = 0
  #isSpeaking = false
  #turns = 0
  #playEndMs = 0

  constructor(socket: WebSocket, world: World) {
    this.socket = socket
    this.world = world
    world.calls.add(this)
    socket.on('message', (data) => {
      try {
        this.receive(JSON.parse(String(data)) as Message)
      } catch {
        if (world.has('fragile')) socket.close(1011)
      }
    })
    socket.on('close', () => {
      world.calls.delete(this)
      for (const timer of this.#timers) clearTimeout(timer)
    })
  }

  protected abstract readonly format: PhoneFormat
  protected abstract receive(message: Message): void
  protected abstract play(bytes: Buffer): void
  protected abstract played(): void
  protected abstract stopped(): void

  protected send(message: Message): void {
    this.socket.send(JSON.stringify(message))
  }

  protected greet(): void {
    if (!this.world.has('no-greeting')) this.hum(2500)
  }

  get #isLeftOut(): boolean {
    return this.world.has('one-call') && [...this.world.calls][0] !== this
  }

  protected answer(): void {
    this.#turns++
    const isTired = (this.world.has('answers-once') && this.#turns > 1) || (this.world.has('tires') && this.#turns > 3)
    if (this.world.has('deaf') || isTired) return
    this.#after(this.world.has('late') ? 3500 : 300, () => this.hum(700))
  }

  hum(ms: number): void {
    if (this.#isLeftOut) return
    const everyMs = this.world.has('slow') ? 32 : 0
    for (let at = 0; at < ms; at += 20) {
      const send = (): void => this.play(this.#frame(at))
      if (everyMs === 0) send()
      else this.#after((at / 20) * everyMs, send)
    }
    this.#playEndMs = Math.max(Date.now(), this.#playEndMs) + ms
    this.played()
  }

  #frame(atMs: number): Buffer {
    const { rateHz } = this.format
    const samples = Int16Array.from({ length: rateHz / 50 }, (_, index) => {
      const at = (atMs * rateHz) / 1000 + index
      return this.world.has('noise') ? (index % 2 ? 32_000 : -32_000) : 6000 * Math.sin((at * 2 * Math.PI * 300) / rateHz)
    })
    return Buffer.from(bytesOf(samples, this.format))
  }

  protected hear(base64: string): void {
    const samples = samplesOf(Buffer.from(base64, 'base64'), this.format)
    const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length))
    this.#loudFrames = rms > 300 ? this.#loudFrames + 1 : 0
    this.#quietFrames = rms > 300 ? 0 : this.#quietFrames + 1
    if (this.#loudFrames >= 5 && !this.#isSpeaking) {
      this.#isSpeaking = true
      if (!this.world.has('no-clear') && this.#playEndMs > Date.now()) this.stopped()
      this.#playEndMs = 0
    }
    if (this.#quietFrames < 25 || !this.#isSpeaking) return
    this.#isSpeaking = false
    this.answer()
  }

  #after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, ms)
    this.#timers.add(timer)
  }
}

class TwilioCall extends HummingCall {
  protected readonly format = { encoding: 'mulaw', rateHz: 8000 } as const
  #streamSid = ''
  #markCount = 0

  protected receive({ event, start, media, streamSid }: Message): void {
    if (event === 'start' && start) {
      this.#streamSid = String(streamSid)
      this.greet()
    } else if (event === 'media') this.hear((media as { payload: string }).payload)
    else if (event === 'dtmf' && !this.world.has('keyless')) this.answer()
    else if (event === 'stop' && !this.world.has('stays')) this.socket.close(1000)
  }

  protected play(bytes: Buffer): void {
    this.send({ event: 'media', streamSid: this.#streamSid, media: { payload: bytes.toString('base64') } })
  }

  protected played(): void {
    if (this.world.has('no-marks')) return
    const mark = this.world.has('nameless-marks') ? undefined : { name: `m${++this.#markCount}` }
    this.send({ event: 'mark', streamSid: this.#streamSid, ...(mark && { mark }) })
  }

  protected stopped(): void {
    this.send({ event: 'clear', streamSid: this.#streamSid })
  }
}

class AudioCodesCall extends HummingCall {
  protected format: PhoneFormat = { encoding: 'mulaw', rateHz: 8000 }
  #mediaFormat = 'raw/mulaw'
  #streamCount = 0
  #isOpen = false

  protected receive(message: Message): void {
    const { type, conversationId, audioChunk, activities } = message
    if (type === 'connection.validate' && !this.world.has('no-validation'))
      this.send({ type: 'connection.validated', success: true })
    if (type === 'session.initiate') this.#initiate(message)
    if (type === 'session.resume') this.#resume(String(conversationId))
    if (type === 'userStream.start') this.send({ type: 'userStream.started' })
    if (type === 'userStream.stop') this.send({ type: 'userStream.stopped' })
    if (type === 'userStream.chunk') this.hear(String(audioChunk))
    const hasKey = JSON.stringify(activities ?? '').includes('DTMF')
    if (hasKey && !this.world.has('keyless')) this.answer()
    if (type === 'session.end' && !this.world.has('stays')) this.socket.close(1000)
  }

  #initiate({ conversationId, supportedMediaFormats }: Message): void {
    const offered = supportedMediaFormats as string[]
    const wanted = this.world.has('one-format') ? undefined : offered.find((name) => name === 'raw/lpcm16')
    this.#use(wanted ?? 'raw/mulaw')
    this.world.conversations.set(String(conversationId), this.#mediaFormat)
    this.send({ type: 'session.accepted', mediaFormat: this.#mediaFormat })
    this.greet()
  }

  #resume(conversationId: string): void {
    const known = this.world.has('forgets') ? undefined : this.world.conversations.get(conversationId)
    if (known === undefined) return this.send({ type: 'session.error', reason: 'conversation not found' })
    this.#use(known)
    this.send({ type: 'session.accepted', mediaFormat: known })
  }

  #use(name: string): void {
    this.#mediaFormat = name
    this.format = name === 'raw/mulaw' ? { encoding: 'mulaw', rateHz: 8000 } : { encoding: 'pcm16', rateHz: 16_000 }
  }

  protected play(bytes: Buffer): void {
    if (!this.#isOpen)
      this.send({ type: 'playStream.start', streamId: `s${++this.#streamCount}`, mediaFormat: this.#mediaFormat })
    this.#isOpen = true
    this.send({ type: 'playStream.chunk', streamId: `s${this.#streamCount}`, audioChunk: bytes.toString('base64') })
  }

  protected played(): void {
    if (this.#isOpen) this.send({ type: 'playStream.stop', streamId: `s${this.#streamCount}` })
    this.#isOpen = false
  }

  protected stopped(): void {
    this.send({ type: 'userStream.speech.started' })
  }
}
