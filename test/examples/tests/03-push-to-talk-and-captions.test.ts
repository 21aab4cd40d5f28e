// Turn detection off, and transcription only.

import { expect, test } from 'vitest-realtime'
import { startCaptions } from '../src/captions.js'
import { startWalkieTalkie } from '../src/walkie-talkie.js'

test('what is said while the button is down is one turn', async ({ realtime, caller }) => {
  realtime.respond('where', { when: 'where are you', text: 'On the hill. Over.' })
  const radio = await startWalkieTalkie()
  caller.attach({ microphone: (frame) => radio.mic(frame.samples) })
  radio.press()
  await caller.says('Where are you?')
  radio.release()

  expect(await realtime.nextResponse()).toSelectResponse('where')
  expect(realtime.emitted('input_audio_buffer.committed')).toHaveLength(1)
  expect(realtime).not.toHaveEmitted('input_audio_buffer.speech_started')
})

test('what is said while the button is up is not sent', async ({ realtime, caller }) => {
  const radio = await startWalkieTalkie()
  caller.attach({ microphone: (frame) => radio.mic(frame.samples) })
  await caller.says('Nobody hears this.')
  expect(realtime).not.toHaveReceived('input_audio_buffer.append')
})

test('an empty press gives the user a hint', async ({ realtime }) => {
  const radio = await startWalkieTalkie()
  radio.press()
  radio.release()
  await expect(realtime).toEmit('error', { error: { code: 'input_audio_buffer_commit_empty' } })
  expect(radio.lastError).toBe('Hold the button while you speak.')
})

test('captions appear per utterance, also for the one that nobody understood', async ({ realtime, caller }) => {
  const stage = await startCaptions()
  caller.attach({ microphone: (frame) => stage.mic(frame.samples) })
  await caller.says('Welcome to the second day.')
  realtime.transcribeOnce({ fail: 'audio_unintelligible' })
  await caller.says('Something in the applause.')
  realtime.transcribeOnce('Our first speaker is here.')
  await caller.says('Our first speaker is here.')
  await realtime.settled()

  expect(stage.captions).toEqual(['Welcome to the second day.', '[unintelligible]', 'Our first speaker is here.'])
  expect(realtime.responses).toEqual([])
})
