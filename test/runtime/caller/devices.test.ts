// Apps with a microphone and a loudspeaker of their own: the caller gives frames and hears what is played; when and how the app
// sends is its own affair.

import { describe } from 'vitest'
import { expect, speech, test } from 'vitest-realtime'
import { pcm, resamplePcm } from 'vitest-realtime/audio'
import { startClient } from './support/apps.ts'
import { deviceApp } from './support/device-app.ts'

const opening = 'Hello! How can I help you today? We are open until ten in the evening, and on Sundays from noon until four.'
const withTranscription = { input: { transcription: { model: 'whisper-1' } } }

describe.for([
  { everyMs: 20, lateMs: 0 },
  { everyMs: 100, lateMs: 0 },
  { everyMs: 250, lateMs: 0 },
  { everyMs: 100, lateMs: 200 },
  { everyMs: 40, lateMs: 300 },
])('an app that sends every $everyMs ms, $lateMs ms late', (pace) => {
  test('is understood, and interrupted', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    const client = await startClient(withTranscription)
    const app = deviceApp(client, pace)
    caller.attach(app)

    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 2500 })
    await realtime.settled()
    app.stop()

    expect(realtime).toHaveTranscribed('Hello there')
    expect(realtime).toHaveTranscribed('A table for two please')
    const [greeting, booked] = realtime.responses
    expect(greeting).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
    expect(greeting).toHaveBeenInterrupted({ afterMs: 2500, toleranceMs: 900 })
    expect(booked).toSelectResponse('booked')
    expect(caller).toHaveHeard(/^Hello! .* Done\.$/)
    expect(caller).not.toHaveHeard('Sundays')
  })
})

test('a short word that ends with the microphone is heard through an app that is slow', async ({ realtime, caller }) => {
  realtime.respond('yes', { when: 'yes', text: 'Good.' })
  const app = deviceApp(await startClient(), { everyMs: 250, lateMs: 300 })
  caller.attach(app)
  await caller.says(await speech('Yes', { leadMs: 0, trailMs: 0 }))
  expect(await realtime.nextResponse()).toSelectResponse('yes')
  app.stop()
})

test('sound without an item counts for the item that was sent last', async ({ realtime, caller }) => {
  realtime.respond('opening', { when: 'hello', text: 'Good morning.' })
  const client = await startClient()
  caller.attach({
    microphone: (frame) => client.send({ type: 'input_audio_buffer.append', audio: frame.base64 }),
    speaker: (speaker) =>
      client.on('response.output_audio.delta', ({ delta }) => {
        const bytes = Buffer.from(delta, 'base64')
        speaker.play(new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)))
      }),
  })
  await caller.says('Hello')
  await caller.hears('Good morning.')
  expect(caller.heard.text).toBe('Good morning.')
})

test('what is played may be a Buffer, or a sound of another rate', async ({ realtime, caller }) => {
  const spoken = await speech('Good morning.')
  realtime.respond('opening', { when: 'hello', audio: spoken, text: 'Good morning.' })
  const client = await startClient()
  let played = 0
  caller.attach({
    microphone: (frame) => client.send({ type: 'input_audio_buffer.append', audio: frame.base64 }),
    speaker: (speaker) =>
      client.on('response.output_audio.delta', ({ delta }) => {
        const bytes = Buffer.from(delta, 'base64')
        if (played++ % 2 === 0) return speaker.play(bytes)
        speaker.play(resamplePcm(pcm(bytes), 8000))
      }),
  })
  await caller.says('Hello')
  await caller.hears('Good morning.')
  await realtime.settled()
  expect(played).toBeGreaterThan(1)
  expect(caller.heard.durationMs).toBeCloseTo(spoken.durationMs, -1)
})

test.for([
  ['a string', 'AAAA'],
  ['a Float32Array', new Float32Array(8)],
  ['null', null],
])('what is no sound is refused: %s', ([name, sound], { caller }) => {
  let play: (sound: never) => void = () => {}
  caller.attach({ microphone: () => {}, speaker: (speaker) => (play = speaker.play) })
  const wrong = `speaker.play() got ${name}.\nIt takes PCM16 at 24,000 Hz`
  expect(() => play(sound as never)).toThrow(
    expect.objectContaining({ code: 'RTK_CALLER', message: expect.stringContaining(wrong) }),
  )
})

test('a player that goes on after a truncate was heard on, and is red for it', async ({ realtime, caller }) => {
  realtime.respond('opening', { when: 'hello', text: opening })
  realtime.respond('booked', { when: 'table for two', text: 'Done.' })
  const client = await startClient()
  const { speaker, microphone, stop } = deviceApp(client)
  caller.attach({ microphone, speaker: (given) => speaker({ play: given.play, stop: () => {} }) })
  await caller.says('Hello there')
  await caller.interrupts('A table for two please', { afterMs: 2000 })
  await realtime.settled()
  stop()

  const [greeting] = realtime.responses
  expect(greeting).toHaveBeenInterrupted({ afterMs: 2000, toleranceMs: 320 })
  expect(() => expect(greeting).toHaveTruncatedWhereHeard()).toThrow(/too early/)
  expect(caller).toHaveHeard('from noon until four')
})

test('an app that records first and sends all at once is understood too', async ({ realtime, caller }) => {
  realtime.respond('weather', { when: 'weather', text: 'Sunny.' })
  const client = await startClient({ input: { turn_detection: null, transcription: { model: 'whisper-1' } } })
  const recorded: Buffer[] = []
  caller.attach({ microphone: ({ samples }) => void recorded.push(Buffer.from(samples.slice().buffer)) })
  await caller.says('Good evening')
  recorded.length = 0
  await caller.says('What is the weather like in the mountains today?')
  for (const bytes of recorded) client.send({ type: 'input_audio_buffer.append', audio: bytes.toString('base64') })
  client.send({ type: 'input_audio_buffer.commit' })
  client.send({ type: 'response.create' })
  expect(await realtime.nextResponse()).toSelectResponse('weather')
  await realtime.settled()
  expect(realtime).toHaveTranscribed('What is the weather like in the mountains today?')
  expect(realtime).not.toHaveTranscribed('Good evening')
})

test('an app that holds its own recording of speech() is understood without a caller', async ({ realtime }) => {
  realtime.respond('weather', { when: 'weather', text: 'Sunny.' })
  const client = await startClient()
  const question = await speech('What is the weather like in the mountains today?')
  for (const frame of question.frames(100)) client.send({ type: 'input_audio_buffer.append', audio: frame.base64 })
  expect(await realtime.nextResponse()).toSelectResponse('weather')
})
