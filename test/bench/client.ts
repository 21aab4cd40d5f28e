// The measuring client: counts frames and looks into none but the last, so that what is measured is the server.

import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Replay } from './servers.ts'

/** A message, and the type of the last event that answers it. */
export interface Ask {
  readonly message: object
  readonly until: string
}

const configure = JSON.stringify({
  type: 'session.update',
  session: {
    type: 'realtime',
    output_modalities: ['text'],
    audio: { input: { turn_detection: { type: 'server_vad', create_response: false } } },
  },
})
const headers = { authorization: 'Bearer sk-bench' }

export class Client {
  readonly #socket: WebSocket
  #left = 0
  #last = ''
  #resolve: (() => void) | undefined
  #reject: ((error: Error) => void) | undefined
  #look: ((text: string) => void) | undefined

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#take(data))
    socket.on('close', (code) => this.#reject?.(new Error(`the server closed the socket: ${code}`)))
  }

  /** Resolves with the greeting. */
  static async connect(url: string): Promise<Client> {
    const client = new Client(new WebSocket(`${url}?model=gpt-realtime`, { headers, perMessageDeflate: false }))
    await client.#frames(1, '"type":"session.created"')
    return client
  }

  /** Connects and configures: answers in text, none to speech. */
  static async open(url: string): Promise<Client> {
    const client = await Client.connect(url)
    await client.exchange([configure], 1, 'session.updated')
    return client
  }

  /** Sends the messages and resolves when `count` frames came; the last one must be of the type. */
  exchange(messages: readonly string[], count: number, lastType: string): Promise<void> {
    const answered = this.#frames(count, `"type":"${lastType}"`)
    for (const message of messages) this.#socket.send(message)
    return answered
  }

  send(message: string): void {
    this.#socket.send(message)
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  async close(): Promise<void> {
    this.#reject = undefined
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  /** Sends a message and resolves with all frames up to the one of the type. */
  until(message: string, type: string): Promise<string[]> {
    const frames: string[] = []
    const answered = new Promise<string[]>((resolve, reject) => {
      this.#reject = reject
      this.#look = (text) => {
        frames.push(text)
        if (text.includes(`"type":"${type}"`)) resolve(frames)
      }
    })
    this.#socket.send(message)
    return answered.finally(() => {
      this.#look = undefined
    })
  }

  #frames(count: number, last: string): Promise<void> {
    this.#left = count
    this.#last = last
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  #take(data: Buffer): void {
    this.#look?.(data.toString())
    this.#left -= 1
    if (this.#left !== 0) return
    const text = data.toString()
    if (text.includes(this.#last)) this.#resolve?.()
    else this.#reject?.(new Error(`expected ${this.#last} last, got ${text.slice(0, 200)}`))
  }
}

/** About as long as a session object is. */
const sessionObjectLength = 1200

/** What a server says to these messages on a new connection: for the bare server to say the same. */
export async function recordReplay(url: string, asks: readonly Ask[]): Promise<Replay> {
  const client = await Client.open(url)
  const session = 'x'.repeat(sessionObjectLength)
  const greeting = JSON.stringify({ type: 'session.created', session })
  const updated = JSON.stringify({ type: 'session.updated', session })
  const answers: string[][] = []
  for (const ask of asks) answers.push(await client.until(JSON.stringify(ask.message), ask.until))
  await client.close()
  return { greeting, updated, answers }
}
