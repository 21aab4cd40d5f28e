// The support line on the openai SDK: server VAD, one tool, and barge-in done by hand as this SDK leaves it to the app.

import type { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeFunctionTool, RealtimeResponse, ResponseAudioDeltaEvent } from 'openai/resources/realtime/realtime'
import { openSession, sendQuestion } from './connect.ts'
import { findOrder, instructions } from './orders.ts'

const findOrderTool: RealtimeFunctionTool = {
  type: 'function',
  name: 'find_order',
  description: 'Looks up an order by its number.',
  parameters: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
}

/** 24 kHz, 16 bit, mono. */
const bytesPerMs = 48

export interface SupportLine {
  readonly realtime: OpenAIRealtimeWS
  type(text: string): void
  hangUp(): void
}

export async function startSupportLine(): Promise<SupportLine> {
  const realtime = await openSession({
    type: 'realtime',
    instructions,
    tools: [findOrderTool],
    audio: { input: { turn_detection: { type: 'server_vad' }, transcription: { model: 'gpt-4o-mini-transcribe' } } },
  })
  realtime.on('response.done', ({ response }) => void answerCalls(realtime, response))
  truncateWhereHeard(realtime)
  return {
    realtime,
    type: (text) => sendQuestion(realtime, text),
    hangUp: () => realtime.close(),
  }
}

async function answerCalls(realtime: OpenAIRealtimeWS, response: RealtimeResponse): Promise<void> {
  const calls = (response.output ?? []).flatMap((item) => (item.type === 'function_call' ? [item] : []))
  if (response.status !== 'completed' || calls.length === 0) return
  for (const call of calls) {
    const { id } = JSON.parse(call.arguments) as { id: string }
    const output = JSON.stringify(await findOrder(id))
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: call.call_id ?? '', output },
    })
  }
  realtime.send({ type: 'response.create' })
}

/** When the caller starts to speak, tells the service how much of the answer had been played by then. */
function truncateWhereHeard(realtime: OpenAIRealtimeWS): void {
  let playing: { itemId: string; contentIndex: number; startedAt: number; lengthMs: number } | undefined
  const play = ({ item_id: itemId, content_index: contentIndex, delta }: ResponseAudioDeltaEvent) => {
    if (playing?.itemId !== itemId) playing = { itemId, contentIndex, startedAt: Date.now(), lengthMs: 0 }
    playing.lengthMs += Buffer.byteLength(delta, 'base64') / bytesPerMs
  }
  const stop = () => {
    if (!playing) return
    const { itemId, contentIndex, startedAt, lengthMs } = playing
    playing = undefined
    const playedMs = Date.now() - startedAt
    if (playedMs >= lengthMs) return
    realtime.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: contentIndex, audio_end_ms: playedMs })
  }
  realtime.on('response.output_audio.delta', play)
  realtime.on('input_audio_buffer.speech_started', stop)
}
