// A booking agent whose calendar is slow: it asks the model to bridge the silence while the tool works.

import type { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeFunctionTool, RealtimeResponse } from 'openai/resources/realtime/realtime'
import { openSession, sendQuestion, textOf } from './connect.ts'

const calendarMs = 4000
const patienceMs = 1500

const checkCalendar: RealtimeFunctionTool = {
  type: 'function',
  name: 'check_calendar',
  description: 'Says whether a day has a free table.',
  parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
}

export async function startBookingAgent(): Promise<{ ask(text: string): Promise<string> }> {
  const realtime = await openSession({
    type: 'realtime',
    instructions: 'You book tables.',
    output_modalities: ['text'],
    tools: [checkCalendar],
  })
  return {
    async ask(text) {
      sendQuestion(realtime, text)
      const first = await nextResponse(realtime)
      const call = first.output?.find((item) => item.type === 'function_call')
      if (!call?.call_id) return textOf(first)
      const output = await lookUp(realtime, call.arguments)
      realtime.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output } })
      realtime.send({ type: 'response.create' })
      return textOf(await nextResponse(realtime))
    },
  }
}

/** Asks the calendar. The caller hears a filler when that takes long, and the filler is over before this resolves. */
async function lookUp(realtime: OpenAIRealtimeWS, callArguments: string): Promise<string> {
  let filler: Promise<unknown> | undefined
  const impatience = setTimeout(() => {
    realtime.send({
      type: 'response.create',
      response: { instructions: 'Ask the caller to hold the line.', tool_choice: 'none' },
    })
    filler = nextResponse(realtime)
  }, patienceMs)
  const output = await readCalendar(callArguments)
  clearTimeout(impatience)
  await filler
  return output
}

function readCalendar(callArguments: string): Promise<string> {
  const { day } = JSON.parse(callArguments) as { day: string }
  return new Promise((resolve) => setTimeout(() => resolve(JSON.stringify({ day, free: true })), calendarMs))
}

async function nextResponse(realtime: OpenAIRealtimeWS): Promise<RealtimeResponse> {
  const { response } = await realtime.emitted('response.done')
  if (response.status === 'failed') throw new Error('The booking did not work.', { cause: response.status_details })
  return response
}
