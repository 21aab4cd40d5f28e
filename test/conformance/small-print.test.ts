// Small facts that a change would lose without any other test noticing: each was found by making that change.

import { expect, test } from 'vitest'
import { end, SessionDriver, spoken, text } from '../session/session-driver.ts'
import { append, appends, commit, loud, quiet, respond, says, truncate, update } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const last = (events: readonly WireEvent[], type: string): WireEvent => events.findLast((event) => event.type === type)!

test('4.2 a failed response has no usage', async () => {
  await using local = startLocal({ latency: 'instant' })
  const client = await local.open()
  local.realtime.fail({ response: 'server_error' })
  const turn = await client.turn(says('short'), respond())
  expect(last(turn, 'response.done').response).toMatchObject({ status: 'failed', usage: null })
})

test('2.8 truncate is about the one part that there is', async () => {
  const client = await served.open()
  const turn = await client.turn(says('tone'), respond())
  const [{ id }] = last(turn, 'response.done').response.output
  const error = errorOf(await client.askOne(truncate(id, 100, { content_index: 1 })))
  expect(error).toMatchObject({ code: null, message: 'Only model output audio messages can be truncated' })
  expect((await client.askOne(truncate(id, 100))).type).toBe('conversation.item.truncated')
})

test('4.4 prefix padding does not reach into sound that was committed already', async () => {
  const client = await served.open()
  await client.askOne(update({ output_modalities: ['text'] }))
  await client.ask(append(quiet(640)), commit)
  const answers = await client.ask(...appends(loud(320)))
  expect(last(answers, 'input_audio_buffer.speech_started').audio_start_ms).toBe(640)
})

test('4.9 truncation auto never drops the newest item, however long it is', async () => {
  const client = await served.openText()
  await client.ask(says('before'))
  const words = 'word '.repeat(30_000)
  const turn = await client.turn(says(`short ${words}`), respond())
  const { usage } = last(turn, 'response.done').response
  expect(usage.input_token_details.text_tokens).toBeGreaterThan(words.length / 5)
})

test('4.13 a call truncates to whole ms that were played, never to one that was not', () => {
  const session = new SessionDriver({ playsOutput: true })
  session.client({ type: 'response.create' })
  session.reply(text('One two three.', spoken(2000)), end)
  session.advance(100.75)
  session.client({ type: 'output_audio_buffer.clear' })
  expect(session.last('conversation.item.truncated').audio_end_ms).toBe(100)
})
