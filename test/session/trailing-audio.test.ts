// behavior.trailingAudio: a last piece of sound after `response.output_audio.done`, as the beta was seen to send it.

import { expect, test } from 'vitest'
import { encodeBase64 } from '../../audio/base64.ts'
import { itemAudio } from '../../src/session/state.ts'
import { end, SessionDriver, shape, spoken, text } from './session-driver.ts'

function answer(trailingAudio: boolean) {
  const session = new SessionDriver({ behavior: { trailingAudio } })
  session.client({ type: 'response.create' })
  const sound = spoken(1000)
  const events = session.reply(text('One', sound), end)
  const deltas = session.sent('response.output_audio.delta')
  const joined = encodeBase64(Buffer.concat(deltas.map(({ delta }) => Buffer.from(delta, 'base64'))))
  return { session, sound, events, deltas, joined }
}

test('the sound is the same, its end late; the item keeps all of it', () => {
  const { session, sound, events, deltas, joined } = answer(true)
  expect(shape(events).slice(3)).toEqual([
    'response.output_audio_transcript.delta',
    'response.output_audio.delta',
    'response.output_audio.done',
    'response.output_audio.delta',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'conversation.item.done',
    'response.output_item.done',
    'response.done',
    'rate_limits.updated',
  ])
  expect(joined).toBe(encodeBase64(sound.bytes))
  expect(Buffer.from(deltas.at(-1)!.delta, 'base64').byteLength % 2).toBe(0)
  const { id } = session.last('response.output_item.done').item
  expect(itemAudio(session.state, id)?.bytes).toEqual(sound.bytes)
  expect(session.last('response.done').response.usage?.output_token_details.audio_tokens).toBe(20)
})

test('by default nothing follows output_audio.done', () => {
  const { events, joined, sound } = answer(false)
  expect(shape(events).filter((type) => type === 'response.output_audio.delta')).toHaveLength(1)
  expect(joined).toBe(encodeBase64(sound.bytes))
})

test('a cancelled answer has no trail', () => {
  const session = new SessionDriver({ behavior: { trailingAudio: true }, latency: { audioSpeed: 1 } })
  session.client({ type: 'response.create' })
  session.advance(10)
  session.reply(text('One', spoken(1000)), end)
  session.advance(600)
  const before = session.events.length
  session.client({ type: 'response.cancel' })
  expect(session.events.slice(before).map(({ type }) => type)).not.toContain('response.output_audio.delta')
})
