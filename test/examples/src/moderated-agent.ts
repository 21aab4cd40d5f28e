// A chat agent that classifies the mood of each turn out of band, beside the conversation.

import type { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeResponse } from 'openai/resources/realtime/realtime'
import { openSession, sendQuestion, textOf } from './connect.ts'

const topic = 'mood'

export interface ModeratedAgent {
  ask(text: string): Promise<string>
  mood?: string
}

export async function startModerated(): Promise<ModeratedAgent> {
  const realtime = await openSession({ type: 'realtime', instructions: 'You are a patient host.', output_modalities: ['text'] })
  const agent: ModeratedAgent = {
    async ask(text) {
      const answer = answerOf(realtime)
      sendQuestion(realtime, text)
      classify(realtime)
      return await answer
    },
  }
  realtime.on('response.done', ({ response }) => {
    if (isClassification(response)) agent.mood = (JSON.parse(textOf(response)) as { mood: string }).mood
  })
  return agent
}

function classify(realtime: OpenAIRealtimeWS): void {
  realtime.send({
    type: 'response.create',
    response: {
      conversation: 'none',
      metadata: { topic },
      output_modalities: ['text'],
      instructions: 'Classify the mood of the user as JSON: {"mood": "calm" | "angry"}.',
    },
  })
}

function answerOf(realtime: OpenAIRealtimeWS): Promise<string> {
  return new Promise((resolve, reject) => {
    const listen = ({ response }: { response: RealtimeResponse }) => {
      if (isClassification(response)) return
      realtime.off('response.done', listen)
      if (response.status === 'completed') resolve(textOf(response))
      else reject(new Error(`No answer: ${response.status}`, { cause: response.status_details }))
    }
    realtime.on('response.done', listen)
  })
}

function isClassification(response: RealtimeResponse): boolean {
  return response.metadata?.topic === topic
}
