// Two apps in one test: the caller speaks to the one that it is attached to, whichever opened first.

import { describe } from 'vitest'
import { expect, speech, test } from 'vitest-realtime'
import { startClient, startSession, truncateWhereHeard } from './support/apps.ts'
import { deviceApp } from './support/device-app.ts'

const opening = 'Hello! How can I help you today? We are open until ten in the evening, and on Sundays from noon until four.'
const muLaw = { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcmu' } } } as const

describe.for(['first', 'last'] as const)('attached to the app that opened %s', (place) => {
  const apps = {
    async 'RealtimeSession, G.711'(caller: { attach(app: Awaited<ReturnType<typeof startSession>>): unknown }) {
      caller.attach(await startSession({ model: 'gpt-realtime-mini', format: 'g711_ulaw' }))
    },
    async 'OpenAIRealtimeWS, G.711'(caller: { attach(app: Awaited<ReturnType<typeof startClient>>): unknown }) {
      const client = await startClient(muLaw, 'gpt-realtime-mini')
      truncateWhereHeard(client, { bytesPerMs: 8 })
      caller.attach(client)
    },
    async 'a device of its own'(caller: { attach(app: ReturnType<typeof deviceApp>): unknown }) {
      caller.attach(deviceApp(await startClient({}, 'gpt-realtime-mini')))
    },
  }
  test.for(Object.entries(apps))('%s', async ([, start], { realtime, caller }) => {
    const mine = realtime.for({ model: 'gpt-realtime-mini' })
    const other = realtime.for({ model: 'gpt-realtime' })
    mine.respond('opening', { when: 'hello', text: opening })
    mine.respond('booked', { when: 'table for two', text: 'Done.' })
    if (place === 'last') await startClient()
    await start(caller)
    if (place === 'first') await startClient()

    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 2500 })
    await realtime.settled()

    expect(other).not.toHaveReceived('input_audio_buffer.append', { audio: expect.stringMatching(/./) })
    expect(mine.responses.map(({ name }) => name)).toEqual(['opening', 'booked'])
    expect(mine.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
    // Garbled sound, such as frames in the other session's format, would last longer.
    expect(mine).toHaveDetectedSpeech({ startMs: 200, endMs: 874, toleranceMs: 200 })
    expect(caller).toHaveHeard(/^Hello! .* Done\.$/)
    expect(mine.responses[1]).toHaveRespondedWithin(1000)
  })
})

test('what one session hears is not what the caller says to the other', async ({ realtime, caller }) => {
  const mine = realtime.for({ model: 'gpt-realtime-mini' })
  const other = realtime.for({ model: 'gpt-realtime' })
  mine.respond('mine', { when: 'hello', text: 'Hello!' })
  other.respond('other', { when: 'weather', text: 'Sunny.' })
  caller.attach(await startSession({ model: 'gpt-realtime-mini' }))
  const second = await startClient()
  const question = await speech('What is the weather like in the mountains today?')
  const speaking = caller.says('Hello there')
  for (const frame of question.frames(100)) second.send({ type: 'input_audio_buffer.append', audio: frame.base64 })
  await speaking
  await realtime.settled()
  expect(mine.responses.map(({ name }) => name)).toEqual(['mine'])
  expect(other.responses.map(({ name }) => name)).toEqual(['other'])
})

test('one microphone for an agent and for captions: both hear what is said as it is said', async ({ realtime, caller }) => {
  realtime.respond('weather', { when: 'weather', text: 'Sunny.' })
  const agent = await startClient({ input: { turn_detection: { type: 'semantic_vad', eagerness: 'low' } } })
  const captions = await startClient({ input: { turn_detection: null, transcription: { model: 'gpt-realtime-whisper' } } })
  caller.attach({
    microphone({ base64: audio }) {
      for (const app of [captions, agent]) app.send({ type: 'input_audio_buffer.append', audio })
    },
  })
  await caller.says('How is the weather in the, um')
  const words = realtime.emitted('conversation.item.input_audio_transcription.delta').map(({ delta }) => delta)
  expect(words.join('')).toBe('How is the weather in the, um')
  expect(await realtime.nextResponse()).toSelectResponse('weather')
})

test('a caller without an app must be told to which of two sessions it speaks', async ({ caller }) => {
  await startClient()
  await startClient()
  await expect(caller.says('Hello')).rejects.toThrow(/2 sessions are open.*attached to no app[\s\S]*caller\.attach\(app\)/)
})

test('an app that reconnects is spoken to where it is now', async ({ realtime, caller }) => {
  realtime.respond('hello', { when: 'hello', text: 'Hello!' })
  const session = await startSession()
  caller.attach(session)
  await caller.says('Hello there')
  await realtime.settled()
  session.close()
  await session.connect({ apiKey: 'sk-any' })
  await caller.says('Hello again')
  await realtime.settled()
  expect(realtime.sessions.map(({ open }) => open)).toEqual([false, true])
  expect(realtime.sessions[1]?.responses).toHaveLength(1)
})
