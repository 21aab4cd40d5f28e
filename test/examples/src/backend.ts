// The server side of the barista page: it holds the real key and mints a short-lived one for each browser that wants to talk.

import { Hono } from 'hono'
import OpenAI from 'openai'

const instructions = 'You are the barista of a small coffee bar. Greet everybody, and keep it short.'

export const backend = new Hono()

backend.post('/api/token', async (context) => {
  // Tests run this server in the same process as the page, where the SDK takes jsdom for a browser and wants this to be said.
  const openai = new OpenAI({ dangerouslyAllowBrowser: true })
  const secret = await openai.realtime.clientSecrets.create({
    expires_after: { anchor: 'created_at', seconds: 600 },
    session: { type: 'realtime', model: 'gpt-realtime', instructions, output_modalities: ['text'] },
  })
  return context.json({ value: secret.value })
})
