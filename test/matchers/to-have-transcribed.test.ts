import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

const type = 'conversation.item.input_audio_transcription.completed'
const world = new World()
  .connect()
  .service({ type, item_id: 'item_1', transcript: 'Book a table for two.' })
  .service({ type, item_id: 'item_2', transcript: 'at ate please' })
const realtime = world.subject()

test('the words, not their spelling', () => {
  expect(realtime).toHaveTranscribed('Book a table for two.')
  expect(realtime).toHaveTranscribed('book a table for 2')
  expect(realtime).not.toHaveTranscribed('book a table')
})

test('a share of wrong words, the limit included', () => {
  expect(realtime).not.toHaveTranscribed('at eight, please')
  expect(realtime).toHaveTranscribed('at eight, please', { maxWer: 1 / 3 })
  expect(realtime).not.toHaveTranscribed('at eight, please', { maxWer: 0.3 })
})

test('each transcript is one text', () => {
  expect(realtime).not.toHaveTranscribed('book a table for two at ate please')
})

test('wrong arguments', () => {
  expect(() => expect(realtime).toHaveTranscribed('')).toThrow(/it takes the words that were said, got ''/)
  expect(() => expect(realtime).toHaveTranscribed('a', { wer: 0.1 } as object)).toThrow(/it takes maxWer/)
})
