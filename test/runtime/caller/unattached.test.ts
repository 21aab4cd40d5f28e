// A caller without an app to speak through: straight into the service's ear, and listening to what the service sends.

import { describe } from 'vitest'
import { expect, silence, speech, test } from 'vitest-realtime'
import { concatPcm } from 'vitest-realtime/audio'
import { startClient, truncateWhereHeard } from './support/apps.ts'

const story = 'Once upon a time there was a king who had three daughters, and each of them was wiser than the other two.'

test('speaks without a single append of the app, which the timeline marks', async ({ realtime, caller }) => {
  realtime.respond('story', { when: 'a story', text: 'Once upon a time.' })
  await startClient()
  await caller.says('Tell me a story')
  expect(await realtime.nextResponse()).toSelectResponse('story')
  expect(realtime).not.toHaveReceived('input_audio_buffer.append')
  expect(realtime.timeline.toString()).toMatch(/caller says "Tell me a story" .*\(injected\)/)
  expect(realtime.emitted('input_audio_buffer.committed')).toHaveLength(1)
})

test('hears what is sent, as it would be played, and stops hearing when it interrupts', async ({ realtime, caller }) => {
  realtime.respond('story', { when: 'a story', text: story })
  realtime.respond('stop', { when: 'stop', text: 'All right.' })
  const client = await startClient()
  truncateWhereHeard(client)
  await caller.says('Tell me a story')
  await caller.hears('Once upon a time')
  expect(caller).not.toHaveHeard('daughters')
  await caller.interrupts('Please stop', { afterMs: 2500 })
  await realtime.settled()

  expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: 2500, toleranceMs: 320 })
  expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
  expect(caller).toHaveHeard(/^Once upon a time there was .*All right\.$/)
  expect(caller).not.toHaveHeard('wiser')
})

test('`heard` is the sound until where it was stopped', async ({ realtime, caller }) => {
  const tone = await speech(story, { leadMs: 0, trailMs: 0 })
  realtime.respond('story', { when: 'a story', audio: tone })
  realtime.respond('stop', { when: 'stop', text: 'All right.' })
  await startClient()
  await caller.says('Tell me a story')
  await caller.interrupts('Please stop', { afterMs: 2000 })
  const { durationMs, audio, text } = caller.heard
  expect(durationMs).toBeGreaterThanOrEqual(2000)
  expect(durationMs).toBeLessThan(2320)
  expect(audio.durationMs).toBe(durationMs)
  expect(audio.samples).toEqual(tone.samples.subarray(0, audio.samples.length))
  expect(story.startsWith(text)).toBe(true)
  await realtime.settled()
  expect(caller.heard.text).toBe(`${text} All right.`)
})

describe('what it says', () => {
  test('may be in another voice, and in noise: the words are known all the same', async ({ realtime, caller }) => {
    realtime.respond('weather', { when: 'weather', text: 'Sunny.' })
    const client = await startClient({ input: { transcription: { model: 'whisper-1' } } })
    caller.attach(client)
    await caller.says('What is the weather like?', { voice: 'rms', snrDb: 20 })
    await realtime.settled()
    expect(realtime).toHaveTranscribed('What is the weather like?')
    expect(realtime).toSelectResponse('weather')
  })

  test('may be sound, at any rate', async ({ realtime, caller }) => {
    realtime.respond('weather', { when: 'weather', text: 'Sunny.' })
    caller.attach(await startClient({ input: { format: { type: 'audio/pcmu' } } }))
    await caller.says(await speech('What is the weather like?', { rateHz: 48_000 }))
    expect(await realtime.nextResponse()).toSelectResponse('weather')
  })

  test('may begin and end without silence: the microphone stays open until the turn is over', async ({ realtime, caller }) => {
    realtime.respond('yes', { when: 'yes', text: 'Good.' })
    caller.attach(await startClient())
    await caller.says(await speech('Yes', { leadMs: 0, trailMs: 0 }))
    expect(await realtime.nextResponse()).toSelectResponse('yes')
  })

  test('may be one short word', async ({ realtime, caller }) => {
    realtime.respond('yes', { when: 'yes', text: 'Good.' })
    caller.attach(await startClient())
    await caller.says('Yes')
    expect(await realtime.nextResponse()).toSelectResponse('yes')
    expect(realtime).toHaveDetectedSpeech({ startMs: 200, toleranceMs: 100 })
  })

  test('may last long: one turn, all its words', async ({ realtime, caller }) => {
    const long = Array.from({ length: 4 }, () => 'I would like to book a table for two on Friday evening by the window').join(
      ' and ',
    )
    realtime.respond('book', { when: 'by the window', text: 'Done.' })
    const client = await startClient({
      input: { transcription: { model: 'whisper-1' }, turn_detection: { type: 'server_vad', silence_duration_ms: 500 } },
    })
    caller.attach(client)
    await caller.says(long)
    await realtime.settled()
    const { startMs, endMs } = (await speech(long)).speechSpan ?? { startMs: 0, endMs: 0 }
    expect(endMs - startMs).toBeGreaterThan(10_000)
    expect(realtime).toHaveTranscribed(long)
    expect(realtime).toHaveDetectedSpeech({ startMs, endMs, toleranceMs: 250 })
    expect(realtime.responses).toHaveLength(1)
  })

  test('is no turn when it is silence', async ({ realtime, caller }) => {
    caller.attach(await startClient())
    await caller.says(silence(3000))
    await realtime.settled()
    expect(realtime).not.toHaveEmitted('input_audio_buffer.speech_started')
    expect(realtime).not.toHaveDetectedSpeech()
    expect(realtime.responses).toEqual([])
  })
})

test('a pause within a sentence makes two turns, each with its own words', async ({ realtime, caller, clock }) => {
  realtime.respond('first', { when: 'flight to paris', text: 'When?' })
  realtime.respond('second', { when: 'tomorrow morning', text: 'Booked.' })
  const client = await startClient({ input: { transcription: { model: 'whisper-1' } } })
  caller.attach(client)
  const start = await speech('I need a flight to Paris', { leadMs: 0, trailMs: 600 })
  const rest = await speech('tomorrow morning', { leadMs: 0, trailMs: 0 })
  await caller.says(concatPcm(start, rest))
  await caller.pauses(1000)
  await realtime.settled()
  expect(realtime.emitted('conversation.item.input_audio_transcription.completed').map(({ transcript }) => transcript)).toEqual([
    'I need a flight to Paris',
    'tomorrow morning',
  ])
  expect(realtime.responses.map(({ name }) => name)).toEqual(['first', 'second'])
  expect(clock.now()).toBeGreaterThan(3000)
})

test('pauses take their time of the clock', async ({ caller, clock, realtime }) => {
  await startClient()
  expect(realtime.sessions).toHaveLength(1)
  const before = clock.now()
  await caller.pauses(2500)
  expect(clock.now()).toBe(before + 2500)
})
