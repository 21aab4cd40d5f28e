// A small text client on the official SDK: the app of tests that are about the kit, not about an app.

import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'

export const realtimeUrl = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'

export interface TextApp {
  readonly socket: OpenAIRealtimeWS
  /** Sends a user's text and asks for a response. */
  tell(text: string): void
  /** The same; resolves with the text of the answer. */
  ask(text: string): Promise<string>
}

/** Resolves when the session has greeted. */
export async function connectTextApp(model = 'gpt-realtime'): Promise<TextApp> {
  const socket = new OpenAIRealtimeWS({ model }, new OpenAI({ apiKey: 'sk-app' }))
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('session.created', resolve))
  const tell = (text: string): void => {
    socket.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    })
    socket.send({ type: 'response.create', response: { output_modalities: ['text'] } })
  }
  return {
    socket,
    tell,
    ask(text) {
      const answer = new Promise<string>((resolve) => {
        socket.once('response.done', ({ response }) => {
          const [item] = response.output ?? []
          resolve(item?.type === 'message' ? (item.content[0]?.text ?? '') : '')
        })
      })
      tell(text)
      return answer
    },
  }
}
