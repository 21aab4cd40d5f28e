// Two agents, two sessions: triage understands the matter and transfers the question to billing.

import type { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeFunctionTool, RealtimeResponse } from 'openai/resources/realtime/realtime'
import { openSession, sendQuestion, textOf } from './connect.ts'

export interface Agent {
  ask(text: string): Promise<string>
}

const transfer: RealtimeFunctionTool = {
  type: 'function',
  name: 'transfer',
  description: 'Hands the question to a colleague.',
  parameters: { type: 'object', properties: { to: { type: 'string', enum: ['billing'] } }, required: ['to'] },
}

/** The colleagues who are at their desks; billing joins when it starts. */
const desks = new Map<string, Agent>()

export async function startBilling(): Promise<Agent> {
  const realtime = await openSession({
    type: 'realtime',
    instructions: 'You are billing. You know all invoices.',
    output_modalities: ['text'],
  })
  const billing: Agent = {
    async ask(text) {
      sendQuestion(realtime, text)
      return textOf(await nextResponse(realtime))
    },
  }
  desks.set('billing', billing)
  realtime.socket.on('close', () => {
    if (desks.get('billing') === billing) desks.delete('billing')
  })
  return billing
}

export async function startTriage(): Promise<Agent> {
  const realtime = await openSession({
    type: 'realtime',
    instructions: 'You are triage. Find out who can help.',
    output_modalities: ['text'],
    tools: [transfer],
  })
  return {
    async ask(text) {
      sendQuestion(realtime, text)
      const first = await nextResponse(realtime)
      const call = first.output?.find((item) => item.type === 'function_call')
      if (!call?.call_id) return textOf(first)
      const { to } = JSON.parse(call.arguments) as { to: string }
      const handedOver = desks.get(to)?.ask(text)
      const output = JSON.stringify({ transferred: handedOver !== undefined })
      realtime.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output } })
      realtime.send({ type: 'response.create' })
      const goodbye = textOf(await nextResponse(realtime))
      return handedOver ? `${goodbye} ${await handedOver}` : goodbye
    },
  }
}

async function nextResponse(realtime: OpenAIRealtimeWS): Promise<RealtimeResponse> {
  const { response } = await realtime.emitted('response.done')
  return response
}
