// A raw `ws` client of a served session: sends events, reads what comes, in order.

import { WebSocket } from 'ws'

export interface ServerEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export class Client {
  readonly events: ServerEvent[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #socket: WebSocket
  readonly #waiting: (() => void)[] = []
  #end: string | undefined
  #read = 0

  constructor(url: string, settings: { key?: string; ca?: string } = {}) {
    const { key = 'sk-test', ca } = settings
    this.#socket = new WebSocket(`${url}?model=gpt-realtime`, {
      headers: key ? { authorization: `Bearer ${key}` } : {},
      ...(ca && { ca }),
    })
    this.#socket.on('message', (data) => {
      this.events.push(JSON.parse(String(data)) as ServerEvent)
      this.#wake()
    })
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', (code, reason) => {
        this.#end ??= `closed with ${code} ${reason.toString()}`
        resolve({ code, reason: reason.toString() })
        this.#wake()
      })
    })
    this.#socket.once('error', (error) => {
      this.#end = error.message
    })
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  send(event: object): void {
    this.#socket.send(JSON.stringify(event))
  }

  /** The next event of this type; all before it count as read. */
  async next(type: string): Promise<any> {
    for (;;) {
      while (this.#read < this.events.length) {
        const event = this.events[this.#read++]
        if (event?.type === type) return event
      }
      if (this.#end !== undefined) throw new Error(`${this.#end} while waiting for ${type}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Says a text and gives the text of the answer. */
  async ask(text: string): Promise<string> {
    this.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    })
    this.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    return textOf((await this.next('response.done')).response)
  }

  /** Sends a sound in pieces of 100 ms, all at once. */
  speak(samples: Int16Array): void {
    for (let start = 0; start < samples.length; start += 2400) {
      const piece = samples.slice(start, start + 2400)
      this.send({ type: 'input_audio_buffer.append', audio: Buffer.from(piece.buffer).toString('base64') })
    }
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause()
  }

  /** Goes away without a word. */
  drop(): void {
    this.#socket.terminate()
  }

  async hangUp(): Promise<void> {
    this.#socket.close(1000)
    await this.closed
  }
}

/** What a response says: text, or the transcript of its audio. */
export function textOf(response: { output: { content?: { text?: string; transcript?: string }[] }[] }): string {
  return response.output.flatMap(({ content = [] }) => content.map((part) => part.text ?? part.transcript ?? '')).join(' ')
}
