// `audio.output.speed` of the session: the voice speaks faster or slower, from the next response on.

import { describe, expect, test } from 'vitest'
import { pcm } from '../../audio/pcm.ts'
import type { SpeechEngine, VoiceSettings, WireAudioFormat } from '../../audio/types.ts'
import { Mouth } from '../../src/runtime/mouth.ts'
import { openService } from './support/open-service.ts'

const pcm24: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }
const sentence = 'We are open from nine to five'
const breathMs = 120

describe('the embedded voice', () => {
  test.each([
    [0.5, 2],
    [1.5, 1 / 1.5],
    [0.25, 4],
  ])('at speed %d takes %d times as long', async (speed, share) => {
    const usual = await new Mouth(undefined).speak(sentence, pcm24)
    const other = await new Mouth(undefined).speak(sentence, pcm24, speed)
    const ratio = (other.durationMs - breathMs) / (usual.durationMs - breathMs)
    expect(ratio / share).toBeCloseTo(1, 1)
    expect(other.words?.map(({ text }) => text)).toEqual(sentence.split(' '))
    expect(other.words?.at(-1)?.endMs).toBeLessThanOrEqual(other.durationMs - breathMs)
  })

  test('keeps the speeds apart that it remembers', async () => {
    const mouth = new Mouth(undefined)
    const [fast, usual, again] = [
      await mouth.speak('Yes', pcm24, 1.5),
      await mouth.speak('Yes', pcm24),
      await mouth.speak('Yes', pcm24, 1.5),
    ]
    expect(fast.bytes).toEqual(again.bytes)
    expect(fast.durationMs).toBeLessThan(usual.durationMs)
  })
})

test('an engine of the author is told the speed', async () => {
  const told: VoiceSettings[] = []
  const engine: SpeechEngine = {
    name: 'beep',
    synthesize: async (_text, settings) => {
      told.push(settings)
      return pcm(new Int16Array(240), 24_000)
    },
  }
  await new Mouth(engine).speak('four', pcm24)
  await new Mouth(engine).speak('four', pcm24, 1.25)
  expect(told).toEqual([{}, { speed: 1.25 }])
})

test('an update counts from the next response on', async () => {
  await using local = openService({ responses: { any: { text: sentence } }, latency: 'instant' })
  const app = await local.open()
  const sentMs = async (): Promise<number> => {
    app.say('Hello')
    const { id } = await local.realtime.nextResponse()
    return local.service.responses.get(id)!.audio[0]!.sentMs
  }
  const usual = await sentMs()
  app.send({ type: 'session.update', session: { type: 'realtime', audio: { output: { speed: 1.5 } } } })
  expect((await sentMs()) / usual).toBeCloseTo(1 / 1.5, 1)
})
