// How tests talk over a mock connection: events in, parsed events out.

import type { MockWebSocketConnection } from 'vitest-realtime'

type Parsed = { type: string } & Record<string, any>

export const textResponse = { type: 'response.create', response: { output_modalities: ['text'] } }
export const audioResponse = { type: 'response.create', response: { output_modalities: ['audio'] } }

export function user(text: string): object {
  return { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } }
}

export function typesOf(events: readonly Parsed[]): string[] {
  return events.map(({ type }) => type)
}

/** The next event of that type; those before it are dropped. */
export async function next(socket: MockWebSocketConnection, type?: string): Promise<Parsed> {
  for (;;) {
    const event = JSON.parse(await socket.recv())
    if (type === undefined || event.type === type) return event
  }
}

/** All events up to one of that type. */
export async function collect(socket: MockWebSocketConnection, type: string): Promise<Parsed[]> {
  const events: Parsed[] = []
  do events.push(JSON.parse(await socket.recv()))
  while (events.at(-1)?.type !== type)
  return events
}

/** A turn: what the user types, and all events up to the end of the answer. */
export async function ask(socket: MockWebSocketConnection, text: string, response: object = textResponse): Promise<Parsed[]> {
  for (const event of [user(text), response]) await socket.send(event)
  return await collect(socket, 'response.done')
}
