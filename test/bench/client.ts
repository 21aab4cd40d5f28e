// The measuring client: counts frames and looks into none but the last, so that what is measured is the server.

import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Replay } from './servers.ts'

/** A message, and the type of the last event that answers it. */
export interface Ask {
  readonly message: object
  readonly until: string
}

const headers = { authorization: 'Bearer sk-bench' }

export class Client {
  readonly #socket: WebSocket
  #left = 0
  #last = ''
  #resolve: (() => void) | undefined
  #reject: ((error: Error) => void) | undefined
  #kept: string[] | undefined

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => this.#take(data))
    socket.on('close', (code) => this.#reject?.(new Error(`the server closed the socket: ${code}`)))
  }

  /** Resolves with the greeting. */
  static async open(url: string): Promise<Client> {
    const client = new Client(new WebSocket(`${url}?model=gpt-realtime`, { headers, perMessageDeflate: false }))
    await client.#frames(1, '"type":"session.created"')
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

  /** The frames that answer a message, up to the one of the type. */
  async collect({ message, until }: Ask): Promise<string[]> {
    const frames: string[] = []
    this.#kept = frames
    this.#socket.send(JSON.stringify(message))
    while (!frames.at(-1)?.includes(`"type":"${until}"`)) await this.#frames(1, '')
    this.#kept = undefined
    return frames
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
    this.#kept?.push(data.toString())
    this.#left -= 1
    if (this.#left !== 0) return
    const text = data.toString()
    if (text.includes(this.#last)) this.#resolve?.()
    else this.#reject?.(new Error(`expected ${this.#last} last, got ${text.slice(0, 200)}`))
  }
}

/** What a server says to these messages on a new connection: for the bare server to say the same. */
export async function recordReplay(url: string, asks: readonly Ask[]): Promise<Replay> {
  const client = await Client.open(url)
  const greeting = [JSON.stringify({ type: 'session.created', session: 'x'.repeat(1200) })]
  const answers: string[][] = []
  for (const ask of asks) answers.push(await client.collect(ask))
  await client.close()
  return { greeting, answers }
}
