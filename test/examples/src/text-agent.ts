// A text-only support agent on the openai SDK. It keeps its configuration and the open question over reconnects.

import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import type { RealtimeResponse, RealtimeSessionCreateRequest } from 'openai/resources/realtime/realtime'
import { model, sendQuestion, textOf } from './connect.ts'

const session: RealtimeSessionCreateRequest = {
  type: 'realtime',
  instructions: 'You are the support desk of a small shop. Answer briefly.',
  output_modalities: ['text'],
}

interface Question {
  readonly text: string
  answer(text: string): void
  fail(error: Error): void
}

export interface TextAgent {
  ask(text: string): Promise<string>
  close(): void
}

export interface TextAgentOptions {
  apiKey?: string
  /** Reconnects after a dropped socket or an expired session. Default true. */
  reconnect?: boolean
}

export async function startTextAgent({ apiKey, reconnect = true }: TextAgentOptions = {}): Promise<TextAgent> {
  const realtime = new OpenAIRealtimeWS({ model, reconnect }, apiKey === undefined ? new OpenAI() : new OpenAI({ apiKey }))
  const questions: Question[] = []
  let configured = false

  const askFirst = () => {
    const [first] = questions
    if (first && configured) sendQuestion(realtime, first.text)
  }
  const answerFirst = (response: RealtimeResponse) => {
    const question = questions.shift()
    if (response.status === 'completed') question?.answer(textOf(response))
    else question?.fail(new Error('Sorry, that did not work. Please try again later.', { cause: response.status_details }))
    askFirst()
  }
  const fail = (error: Error) => {
    for (const question of questions.splice(0)) question.fail(error)
  }
  const configure = () => realtime.send({ type: 'session.update', session })

  realtime.on('reconnecting', () => {
    configured = false
  })
  realtime.on('reconnected', configure)
  realtime.on('session.updated', () => {
    if (configured) return
    configured = true
    askFirst()
  })
  realtime.on('response.done', ({ response }) => answerFirst(response))
  realtime.on('close', (_code, reason) => fail(new Error(`The connection was closed: ${reason}`)))

  await new Promise<void>((resolve, reject) => {
    realtime.once('session.created', configure)
    realtime.once('session.updated', () => resolve())
    realtime.on('error', (error) => {
      if (error.error?.code === 'session_expired') return // a fresh session follows
      reject(error)
      fail(error)
    })
    if (!reconnect) realtime.socket.on('close', () => fail(new Error('The connection was closed.')))
  })

  return {
    ask(text) {
      return new Promise((answer, fail) => {
        questions.push({ text, answer, fail })
        if (questions.length === 1) askFirst()
      })
    },
    close: () => realtime.close(),
  }
}
