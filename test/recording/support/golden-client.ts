// A client on the openai package for the golden sessions: sends events one by one, reads what comes in order.

import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeClientEvent, RealtimeServerEvent, SessionUpdateEvent } from 'openai/resources/realtime/realtime'

type EventOf<T> = Extract<RealtimeServerEvent, { type: T }>

export class GoldenClient {
  readonly client: OpenAIRealtimeWS
  readonly events: RealtimeServerEvent[] = []
  readonly closed: Promise<number>
  readonly #waiting: (() => void)[] = []
  #read = 0

  constructor(target: ConstructorParameters<typeof OpenAIRealtimeWS>[0] = { model: 'gpt-realtime' }, apiKey = 'sk-golden') {
    this.client = new OpenAIRealtimeWS(target, new OpenAI({ apiKey }))
    this.client.on('event', (event) => {
      this.events.push(event)
      for (const wake of this.#waiting.splice(0)) wake()
    })
    this.client.on('error', () => {})
    this.closed = new Promise((resolve) => this.client.socket.once('close', (code) => resolve(code)))
  }

  send(...events: RealtimeClientEvent[]): void {
    for (const event of events) this.client.send(event)
  }

  /** Text that may be no event. */
  sendText(text: string): void {
    this.client.socket.send(text)
  }

  /** The next event of this type; all before it count as read. */
  async next<T extends RealtimeServerEvent['type']>(type: T): Promise<EventOf<T>> {
    for (;;) {
      while (this.#read < this.events.length) {
        const event = this.events[this.#read++]
        if (event?.type === type) return event as EventOf<T>
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async configure(session: SessionUpdateEvent['session']): Promise<void> {
    await this.next('session.created')
    this.send({ type: 'session.update', session })
    await this.next('session.updated')
  }

  /** Adds a message of the user, asks for a response, and waits for its end. */
  async ask(text: string): Promise<EventOf<'response.done'>> {
    this.send(userMessage(text), { type: 'response.create' })
    return await this.next('response.done')
  }

  close(): void {
    this.client.close()
  }
}

export function userMessage(text: string, more: { id?: string; previous_item_id?: string } = {}): RealtimeClientEvent {
  const { id, previous_item_id } = more
  return {
    type: 'conversation.item.create',
    ...(previous_item_id !== undefined && { previous_item_id }),
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }], ...(id !== undefined && { id }) },
  }
}
