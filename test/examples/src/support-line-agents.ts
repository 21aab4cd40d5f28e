// The support line on @openai/agents-realtime: the SDK handles tools and barge-in.

import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import { z } from 'zod'
import { findOrder, instructions } from './orders.ts'

const findOrderTool = tool({
  name: 'find_order',
  description: 'Looks up an order by its number.',
  parameters: z.object({ id: z.string() }),
  execute: async ({ id }) => await findOrder(id),
})

export interface SupportLine {
  readonly session: RealtimeSession
  type(text: string): void
  hangUp(): void
}

export async function startSupportLine(): Promise<SupportLine> {
  const agent = new RealtimeAgent({ name: 'Support line', instructions, tools: [findOrderTool] })
  const session = new RealtimeSession(agent, {
    transport: 'websocket',
    model: 'gpt-realtime',
    config: { audio: { input: { turnDetection: { type: 'server_vad' } } } },
  })
  session.on('error', ({ error }) => console.error('support line:', error))
  await session.connect({ apiKey: process.env.OPENAI_API_KEY ?? '' })
  return {
    session,
    type: (text) => session.sendMessage(text),
    hangUp: () => session.close(),
  }
}
