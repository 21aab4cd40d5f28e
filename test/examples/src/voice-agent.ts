// A voice agent on @openai/agents-realtime: server VAD, and a tool that books tables.

import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import { z } from 'zod'

const bookTable = tool({
  name: 'book_table',
  description: 'Books a table for tonight.',
  parameters: z.object({ seats: z.number() }),
  execute: async ({ seats }) => ({ booked: true, seats }),
})

export async function startVoiceAgent(): Promise<{ session: RealtimeSession }> {
  const agent = new RealtimeAgent({
    name: 'Restaurant',
    instructions: 'You answer the phone of a restaurant.',
    tools: [bookTable],
  })
  const session = new RealtimeSession(agent, {
    transport: 'websocket',
    model: 'gpt-realtime',
    config: { audio: { input: { turnDetection: { type: 'server_vad' } } } },
  })
  session.on('error', ({ error }) => console.error('voice agent:', error))
  await session.connect({ apiKey: process.env.OPENAI_API_KEY ?? '' })
  return { session }
}
