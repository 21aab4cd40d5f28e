// Each client that an app may use, unmodified: says hello in text, and gives the answer or why there was none.

import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'
import OpenAI from 'openai'
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { WebSocket as UndiciWebSocket } from 'undici'
import { WebSocket } from 'ws'

export const realtimeUrl = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'

type Ask = (url?: string) => Promise<string>

const protocols = ['realtime', 'openai-insecure-api-key.sk-x']

export const bareClients: Readonly<Record<string, Ask>> = {
  ws: (url = realtimeUrl) => talk(new WebSocket(url, { headers: { authorization: 'Bearer sk-x' } }) as never),
  undici: (url = realtimeUrl) => talk(new UndiciWebSocket(url, protocols) as never),
  'global WebSocket': (url = realtimeUrl) => talk(new globalThis.WebSocket(url, protocols)),
}

export const allClients: Readonly<Record<string, Ask>> = {
  ...bareClients,
  OpenAIRealtimeWS: () => {
    const client = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, new OpenAI({ apiKey: 'sk-x' }))
    client.on('error', () => {})
    return talk(client.socket as never)
  },
  OpenAIRealtimeWebSocket: () => {
    const openai = new OpenAI({ apiKey: 'sk-x', dangerouslyAllowBrowser: true })
    const client = new OpenAIRealtimeWebSocket({ model: 'gpt-realtime', dangerouslyAllowBrowser: true }, openai)
    client.on('error', () => {})
    return talk(client.socket as never)
  },
  RealtimeSession: async () => {
    const session = new RealtimeSession(new RealtimeAgent({ name: 'a' }), { transport: 'websocket', model: 'gpt-realtime' })
    const answer = new Promise<string>((resolve, reject) => {
      session.on('error', ({ error }) => reject(new Error('the session failed', { cause: error })))
      session.transport.on('*', (event) => {
        if (event.type === 'response.output_audio_transcript.done') resolve(event.transcript as string)
      })
    })
    answer.catch(() => {})
    await session.connect({ apiKey: 'sk-x' })
    session.sendMessage('hello')
    try {
      return await answer
    } finally {
      session.close()
    }
  },
}

/** A text turn over any WebSocket. */
export function talk(socket: globalThis.WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', (event) => reject(failureOf(event)))
    socket.addEventListener('close', ({ code, reason }) => reject(new Error(`closed ${code} ${reason}`)))
    socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(String(data)) as { type: string; text?: string; response?: { status: string } }
      if (event.type === 'session.created') sayHello(socket)
      if (event.type === 'response.done' && event.response?.status !== 'completed')
        reject(new Error(`response ${event.response?.status}`))
      if (event.type !== 'response.output_text.done') return
      socket.close(1000)
      resolve(String(event.text))
    })
  })
}

function sayHello(socket: globalThis.WebSocket): void {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] }
  socket.send(JSON.stringify({ type: 'conversation.item.create', item }))
  socket.send(JSON.stringify({ type: 'response.create', response: { output_modalities: ['text'] } }))
}

function failureOf(event: Event): Error {
  const { error } = event as Event & { error?: unknown }
  return error instanceof Error ? error : new Error('the socket failed', { cause: error })
}
