// A small Realtime service on a virtual clock over a loopback socket: enough to interrupt an answer, call a tool, drop a socket.
// Turn detection: three loud frames of 20 ms begin a turn, 500 ms of silence end it. Answers begin after 300 ms, at 5x real time.

import { type WebSocket, WebSocketServer } from 'ws'
import type { VirtualClock } from '../../../../src/runtime/clock/virtual-clock.ts'

export interface Frame {
  readonly type: string
  readonly [field: string]: unknown
}

export interface LogEntry {
  readonly atMs: number
  readonly from: 'app' | 'service'
  readonly type: string
  readonly detail?: unknown
}

/** What the model does in its nth turn. */
export type Answer = { readonly audioMs: number } | { readonly call: string }

const latencyMs = 300
const deltaMs = 100
const deltaEveryMs = 20
const bytesPerMs = 48

export class SmallService {
  readonly log: LogEntry[] = []
  readonly sockets: WebSocket[] = []
  readonly #clock: VirtualClock
  readonly #answer: (turn: number) => Answer
  readonly #server: WebSocketServer
  readonly #waiting = new Set<() => void>()
  #turns = 0

  constructor(clock: VirtualClock, answer: (turn: number) => Answer) {
    this.#clock = clock
    this.#answer = answer
    this.#server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
    this.#server.on('connection', (socket) => new Connection(this, clock, socket))
  }

  static async start(clock: VirtualClock, answer: (turn: number) => Answer = () => ({ audioMs: 8000 })): Promise<SmallService> {
    const service = new SmallService(clock, answer)
    await new Promise((resolve) => service.#server.once('listening', resolve))
    return service
  }

  get url(): string {
    const address = this.#server.address()
    return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }

  nextAnswer(): { readonly turn: number; readonly answer: Answer } {
    const turn = ++this.#turns
    return { turn, answer: this.#answer(turn) }
  }

  note(from: LogEntry['from'], frame: Frame): void {
    const detail = frame.audio_end_ms ?? frame.audio_start_ms
    this.log.push({
      atMs: Math.round(this.#clock.now() * 1000) / 1000,
      from,
      type: frame.type,
      ...(detail !== undefined && { detail }),
    })
    for (const look of this.#waiting) look()
  }

  /** Waits, as a test does, for the first entry of that type after `afterIndex`. */
  until(type: string, afterIndex = -1): Promise<LogEntry> {
    const { promise, resolve } = Promise.withResolvers<LogEntry>()
    const look = () => {
      const found = this.log.find((entry, index) => index > afterIndex && entry.type === type)
      if (found) resolve(found)
    }
    this.#waiting.add(look)
    look()
    return this.#clock.wait(promise, { timeoutMs: 30_000, what: `until('${type}')` }).finally(() => this.#waiting.delete(look))
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate()
    this.#server.close()
  }
}

class Connection {
  readonly #service: SmallService
  readonly #clock: VirtualClock
  readonly #socket: WebSocket
  #eventCount = 0
  #response: { cancelled: boolean } | undefined
  #heardMs = 0
  #loudMs = 0
  #silentMs = 0
  #isSpeaking = false

  constructor(service: SmallService, clock: VirtualClock, socket: WebSocket) {
    this.#service = service
    this.#clock = clock
    this.#socket = socket
    service.sockets.push(socket)
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))))
    const session = {
      id: 'sess_1',
      type: 'realtime',
      object: 'realtime.session',
      model: 'gpt-realtime',
      output_modalities: ['audio'],
    }
    this.#send({
      type: 'session.created',
      session: { ...session, instructions: '', tools: [], tool_choice: 'auto', audio: {}, tracing: null },
    })
  }

  #send(frame: Frame, isLogged = true): void {
    this.#clock.activity()
    if (isLogged) this.#service.note('service', frame)
    this.#socket.send(JSON.stringify({ event_id: `event_${this.#eventCount++}`, ...frame }))
  }

  #receive(frame: Frame): void {
    this.#clock.activity()
    if (frame.type === 'input_audio_buffer.append') this.#hear(Buffer.from(String(frame.audio), 'base64'))
    else this.#obey(frame)
  }

  #obey(frame: Frame): void {
    this.#service.note('app', frame)
    if (frame.type === 'session.update') this.#acknowledge()
    if (frame.type === 'response.create') void this.#respond()
    if (frame.type === 'response.cancel') this.#interrupt()
  }

  #acknowledge(): void {
    const turn_detection = { type: 'server_vad', interrupt_response: true }
    const session = {
      id: 'sess_1',
      type: 'realtime',
      object: 'realtime.session',
      model: 'gpt-realtime',
      audio: { input: { turn_detection } },
    }
    this.#send({ type: 'session.updated', session })
  }

  #hear(pcm: Buffer): void {
    const ms = pcm.length / bytesPerMs
    const isLoud = pcm.readInt16LE(0) !== 0
    this.#heardMs += ms
    this.#loudMs = isLoud ? this.#loudMs + ms : 0
    this.#silentMs = isLoud ? 0 : this.#silentMs + ms
    if (!this.#isSpeaking && this.#loudMs >= 60) this.#startTurn()
    if (this.#isSpeaking && this.#silentMs >= 500) this.#endTurn()
  }

  #startTurn(): void {
    this.#isSpeaking = true
    this.#send({ type: 'input_audio_buffer.speech_started', audio_start_ms: this.#heardMs - this.#loudMs, item_id: 'item_user' })
    this.#interrupt()
  }

  #endTurn(): void {
    this.#isSpeaking = false
    this.#send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: this.#heardMs, item_id: 'item_user' })
    this.#send({ type: 'input_audio_buffer.committed', item_id: 'item_user', previous_item_id: null })
    void this.#respond()
  }

  #interrupt(): void {
    if (this.#response) this.#response.cancelled = true
    this.#response = undefined
  }

  async #respond(): Promise<void> {
    const { turn, answer } = this.#service.nextAnswer()
    const response = { cancelled: false }
    this.#response = response
    const head = { id: `resp_${turn}`, object: 'realtime.response' }
    this.#send({
      type: 'response.created',
      response: { ...head, status: 'in_progress', output: [], output_modalities: ['audio'] },
    })
    await this.#sleep(latencyMs)
    if (response.cancelled) return
    const output = 'call' in answer ? this.#call(turn, answer.call) : await this.#speak(turn, answer.audioMs, response)
    if (!output || response.cancelled) return
    this.#response = undefined
    const usage = { total_tokens: 0, input_tokens: 0, output_tokens: 0 }
    this.#send({ type: 'response.done', response: { ...head, status: 'completed', output, usage } })
  }

  #call(turn: number, name: string): unknown[] {
    const place = { response_id: `resp_${turn}`, output_index: 0 }
    const call = { call_id: `call_${turn}`, name, arguments: '{}' }
    const item = { id: `item_${turn}`, object: 'realtime.item', type: 'function_call', status: 'completed', ...call }
    this.#send({ type: 'response.output_item.added', ...place, item })
    this.#send({ type: 'response.function_call_arguments.done', ...place, item_id: item.id, ...call })
    this.#send({ type: 'response.output_item.done', ...place, item })
    return [item]
  }

  async #speak(turn: number, audioMs: number, response: { cancelled: boolean }): Promise<unknown[] | undefined> {
    const place = { response_id: `resp_${turn}`, output_index: 0 }
    const item = {
      id: `item_${turn}`,
      object: 'realtime.item',
      type: 'message',
      role: 'assistant',
      status: 'in_progress',
      content: [],
    }
    this.#send({ type: 'response.output_item.added', ...place, item })
    const delta = Buffer.alloc(deltaMs * bytesPerMs).toString('base64')
    for (let ms = 0; ms < audioMs; ms += deltaMs) {
      this.#send({ type: 'response.output_audio.delta', ...place, item_id: item.id, content_index: 0, delta }, ms === 0)
      await this.#sleep(deltaEveryMs)
      if (response.cancelled) return undefined
    }
    return []
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.at(this.#clock.now() + ms, resolve, 'service'))
  }
}
