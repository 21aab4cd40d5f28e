// A model may say nothing: an empty text is a reply like any other.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { expect, test } from 'vitest-realtime'

const modalities = ['text', 'audio'] as const
const replies = [
  ['a text', ''],
  ['a config', { text: '' }],
  ['a function', () => ''],
] as const

for (const modality of modalities) {
  test.for(replies)(`${modality}: nothing said by %s completes`, async ([, reply], { realtime }) => {
    realtime.respond('silent', reply)
    const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
    await app.emitted('session.created')
    app.send({ type: 'response.create', response: { output_modalities: [modality] } })
    const response = await realtime.nextResponse()
    expect(response).toMatchObject({ name: 'silent', status: 'completed', text: '' })
  })
}
