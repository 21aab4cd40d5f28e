// An app that translates: the official client of translation sessions, unmodified.

import OpenAI from 'openai'
import { OpenAIRealtimeTranslationWS } from 'openai/realtime/translations/ws'

/** Connects, sets the target language, and waits for the acknowledgement. */
export async function startInterpreter(language = 'es', input: object = {}): Promise<OpenAIRealtimeTranslationWS> {
  const client = await OpenAIRealtimeTranslationWS.create(new OpenAI({ apiKey: 'sk-test' }), { model: 'gpt-realtime-translate' })
  const updated = new Promise((resolve, reject) => {
    client.on('error', reject)
    client.on('session.updated', resolve)
  })
  client.on('session.created', () => client.send({ type: 'session.update', session: { audio: { input, output: { language } } } }))
  await updated
  return client
}

/** The translated text, as the app gets it. */
export function subtitles(client: OpenAIRealtimeTranslationWS): () => string {
  let text = ''
  client.on('session.output_transcript.delta', ({ delta }) => {
    text += delta
  })
  return () => text
}
