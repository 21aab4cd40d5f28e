// How the example apps open a session with the openai SDK: to api.openai.com, with the key of the environment.
// Nothing here knows of any test kit.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeResponse, SessionUpdateEvent } from 'openai/resources/realtime/realtime'

export const model = 'gpt-realtime'

type Target = { model: string } | { intent: 'transcription' }

/** Opens a socket, configures the session and resolves when the service has accepted the configuration. */
export function openSession(session: SessionUpdateEvent['session'], target: Target = { model }): Promise<OpenAIRealtimeWS> {
  const realtime = new OpenAIRealtimeWS(target)
  return new Promise((resolve, reject) => {
    realtime.on('error', reject)
    realtime.socket.once('close', () => reject(new Error('The service closed the connection before the session was ready.')))
    realtime.once('session.created', () => realtime.send({ type: 'session.update', session }))
    realtime.once('session.updated', () => resolve(realtime))
  })
}

/** Adds a user message and asks for a response to it. */
export function sendQuestion(realtime: OpenAIRealtimeWS, text: string): void {
  realtime.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  })
  realtime.send({ type: 'response.create' })
}

/** What a response says: its text, or the transcript of its audio. */
export function textOf(response: RealtimeResponse): string {
  const messages = (response.output ?? []).flatMap((item) => (item.type === 'message' && item.role === 'assistant' ? [item] : []))
  return messages.flatMap((message) => message.content.map((part) => part.text ?? part.transcript ?? '')).join('')
}
