// A support agent and its guardrail, for tests and servers that make their own RealtimeSession.

import { RealtimeAgent, type RealtimeOutputGuardrail, tool } from '@openai/agents-realtime'
import { z } from 'zod'

const findOrder = tool({
  name: 'find_order',
  description: 'Says on which day an order ships.',
  parameters: z.object({ id: z.string() }),
  execute: async () => ({ day: 'Monday' }),
})

export const supportAgent: RealtimeAgent = new RealtimeAgent({
  name: 'Support',
  instructions: 'You help customers with their orders. You never promise a refund.',
  tools: [findOrder],
})

export const noRefundPromises: RealtimeOutputGuardrail = {
  name: 'No refund promises',
  policyHint: 'Refunds are decided by people, never promised on the phone.',
  execute: async ({ agentOutput }) => {
    const promised = /\bpromise\b.*\brefund\b/i.test(agentOutput)
    return { tripwireTriggered: promised, outputInfo: { promised } }
  },
}
