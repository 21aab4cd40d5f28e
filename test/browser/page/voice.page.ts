// The embedded voice in a real page: what it says is, sample by sample, what it says in Node.

import { expect, test } from 'vitest-realtime'
import { speech } from 'vitest-realtime/audio'
import { voiceMark } from './voice-mark.ts'

test('speech() sounds in a page as in Node', async () => {
  const { sentence, rms } = voiceMark.says
  expect(await voiceMark.of(await speech(sentence))).toEqual(voiceMark.inNode)
  expect((await speech(sentence, { voice: 'rms', speed: 1.5 })).words).toHaveLength(rms)
})

test('the caller speaks, and the service hears the words', async ({ realtime, caller }) => {
  realtime.respond('order', { when: /flat white/i, text: 'One flat white, coming up.' })
  const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', [
    'realtime',
    'openai-insecure-api-key.sk-page',
  ])
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  await caller.says('A flat white, please.')
  await realtime.settled()
  expect(realtime).toHaveSaid('One flat white, coming up.')
  expect(realtime).toHaveEmitted('response.output_audio.delta')
})
