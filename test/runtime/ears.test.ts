// What one session understands of audio: by the time at which our caller spoke, by the shape of sound that `speech()` made, by an
// engine; and a finding where nobody knows.

import { describe, expect, test } from 'vitest'
import { noise } from '../../audio/noise.ts'
import { bytesFromSamples, concatPcm, pcm, slicePcm } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm, SpeechFrame, TranscriptionEngine, WireAudioFormat } from '../../audio/types.ts'
import { Ears, type EarsWorld } from '../../src/runtime/ears.ts'
import { Utterances } from '../../src/runtime/utterances.ts'

const format: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }
const hum = pcm(
  Int16Array.from({ length: 36_000 }, (_, i) => 9000 * Math.sin(i / 20) * Math.sin(i / 3000) + 3000 * Math.sin(i / 7)),
  24_000,
)

function ears(some: Partial<EarsWorld> = {}) {
  const findings: string[] = []
  const utterances = new Utterances()
  const world: EarsWorld = {
    sessionId: 's',
    utterances,
    vad: 'truth',
    recognizer: undefined,
    finding: (message) => findings.push(message),
    ...some,
  }
  return { ears: new Ears(world), utterances, findings }
}

/** The caller says it from `beganMs` on. */
function say(utterances: Utterances, sound: Pcm, beganMs: number): void {
  const { text = '', words = [], speechSpan = { startMs: 0, endMs: sound.durationMs } } = sound
  const { startMs, endMs } = speechSpan
  utterances.add({ text, words, beganMs, startMs: beganMs + startMs, endMs: beganMs + endMs, sessionId: () => 's' })
}

/** A stretch of audio that became an item: it came in 20 ms pieces while it was spoken, `lateMs` after that. */
function hear(some: Ears, sound: Pcm, { atMs = 0, lateMs = 0, itemId = 'item' } = {}): void {
  const from = some.arrivals.endMs
  for (let endMs = 20; endMs <= sound.durationMs; endMs += 20) some.arrivals.note(from + endMs, atMs + endMs + lateMs)
  listen(some, sound, from, itemId)
}

function listen(some: Ears, sound: Pcm, fromMs: number, itemId = 'item', detached = false): void {
  const startSample = fromMs * 24
  some.listen({
    itemId,
    startSample,
    endSample: startSample + sound.samples.length,
    audio: bytesFromSamples(sound.samples),
    format,
    detached,
  })
}

describe('words are known by time', () => {
  test.for([0, 100, 200, 300])('of what our caller says, arriving %i ms late', async (lateMs) => {
    const { ears: some, utterances } = ears()
    const question = await speech('What time is it?')
    say(utterances, question, 5000)
    hear(some, question, { atMs: 5000, lateMs })
    expect(some.known('item')).toBe('What time is it?')
    expect(some.pending('item')).toBeUndefined()
  })

  test('whatever became of the sound', async () => {
    const { ears: some, utterances } = ears()
    const question = await speech('What time is it?')
    say(utterances, question, 0)
    hear(some, pcm(new Int16Array(question.samples.length), 24_000))
    expect(some.known('item')).toBe('What time is it?')
  })

  test.for([
    ['8 kHz as 24 kHz', 3],
    ['16 kHz as 24 kHz', 1.5],
    ['mu-law as PCM', 6],
  ] as const)('but not when it comes as other sound: %s', async ([, times]) => {
    const { ears: some, utterances, findings } = ears()
    const question = await speech('What time is it?')
    say(utterances, question, 0)
    const sound = pcm(
      question.samples.filter((_, at) => at % times < 1),
      24_000,
    )
    for (let endMs = 20; endMs <= question.durationMs; endMs += 20) some.arrivals.note(endMs / times, endMs)
    listen(some, sound, 0)
    expect(some.known('item')).toBe('')
    expect(findings[0]).toMatch(/came as noise .* ms of sound in the session's input format \(audio\/pcm, 24000 Hz\)/)
  })

  test('of two utterances in one turn', async () => {
    const { ears: some, utterances } = ears()
    const [one, two] = [await speech('Good morning'), await speech('What time is it?')]
    say(utterances, one, 0)
    say(utterances, two, one.durationMs)
    hear(some, concatPcm(one, two))
    expect(some.known('item')).toBe('Good morning What time is it?')
  })

  test('of an utterance in two turns, each with its part', async () => {
    const { ears: some, utterances } = ears()
    const [one, two] = [await speech('I need a flight to Paris'), await speech('tomorrow morning')]
    const both = concatPcm(one, two)
    say(utterances, both, 0)
    hear(some, one, { itemId: 'one' })
    hear(some, two, { atMs: one.durationMs, itemId: 'two' })
    expect([some.known('one'), some.known('two')]).toEqual(['I need a flight to Paris', 'tomorrow morning'])
  })

  test('of an utterance that an app cuts wherever it likes: each word once', async () => {
    const said = await speech('Tonight we talk about bees.')
    const heard = new Set<string>()
    for (let cutMs = 100; cutMs < said.durationMs; cutMs += 20) {
      const { ears: some, utterances } = ears()
      say(utterances, said, 0)
      hear(some, slicePcm(said, 0, cutMs), { itemId: 'one' })
      hear(some, slicePcm(said, cutMs), { atMs: cutMs, itemId: 'two' })
      heard.add(`${some.known('one')} ${some.known('two')}`.trim())
    }
    expect([...heard]).toEqual(['Tonight we talk about bees.'])
  })
})

describe('words are known by the shape of sound that speech() made', () => {
  test('without a caller', async () => {
    const { ears: some, findings } = ears()
    hear(some, await speech('How far is it to the station?'))
    expect(some.known('item')).toBe('How far is it to the station?')
    expect(findings).toEqual([])
  })

  test('when it came all at once, whatever the caller said before', async () => {
    const { ears: some, utterances } = ears()
    const [before, recorded] = [await speech('Good morning'), await speech('How far is it to the station?')]
    say(utterances, before, 0)
    hear(some, before, { itemId: 'before' })
    const from = some.arrivals.endMs
    some.arrivals.note(from + recorded.durationMs, before.durationMs + 100)
    listen(some, recorded, from, 'recorded')
    expect([some.known('before'), some.known('recorded')]).toEqual(['Good morning', 'How far is it to the station?'])
  })

  test('inside of an item, which has no time', async () => {
    const { ears: some, utterances } = ears()
    const greeting = await speech('Good morning')
    say(utterances, greeting, 0)
    hear(some, greeting, { itemId: 'greeting' })
    listen(some, await speech('How far is it to the station?'), 0, 'item', true)
    expect([some.known('greeting'), some.known('item')]).toEqual(['Good morning', 'How far is it to the station?'])
  })
})

describe('words that nobody knows', () => {
  test('are a finding, and empty', () => {
    const { ears: some, findings } = ears()
    hear(some, hum)
    expect(some.known('item')).toBe('')
    expect(findings).toEqual([
      expect.stringMatching(/^speech without known words was heard \(1500 ms, item item\): .*transcription engine/),
    ])
  })

  test.for([0, 1500])('are no finding where nobody spoke: %i ms of silence', (ms) => {
    const { ears: some, findings } = ears()
    hear(some, pcm(noise(ms, { levelDbfs: -60 }).samples, 24_000))
    expect([some.known('item'), findings]).toEqual(['', []])
  })

  test('are no finding where the app cut the first word of our caller', async () => {
    const { ears: some, utterances, findings } = ears()
    const said = await speech('Tonight we talk about bees.')
    say(utterances, said, 0)
    hear(some, slicePcm(said, 0, 320), { itemId: 'one' })
    expect([some.known('one'), findings]).toEqual(['', []])
  })

  test('are asked of an engine, which is loaded once', async () => {
    const loads: number[] = []
    const recognizer: TranscriptionEngine = {
      name: 'guess',
      load: async () => void loads.push(1),
      transcribe: async ({ durationMs, rateHz }) => ({ text: `${durationMs} ms at ${rateHz} Hz` }),
    }
    const { ears: some, findings } = ears({ recognizer })
    hear(some, hum, { itemId: 'one' })
    hear(some, hum, { itemId: 'two' })
    expect(some.known('one')).toBeUndefined()
    expect(await some.pending('one')).toBe('1500 ms at 24000 Hz')
    await some.pending('two')
    expect(some.known('two')).toBe('1500 ms at 24000 Hz')
    expect(some.pending('one')).toBeUndefined()
    expect([loads.length, findings]).toEqual([1, []])
  })

  test('are asked of an engine one after the other, so that they come in the order of their items', async () => {
    const order: string[] = []
    const recognizer: TranscriptionEngine = {
      name: 'slow at first',
      load: async () => {},
      transcribe: async () => {
        const first = order.push('begins') === 1
        for (let turn = 0; turn < (first ? 20 : 1); turn++) await Promise.resolve()
        order.push('ends')
        return { text: first ? 'one' : 'two' }
      },
    }
    const { ears: some } = ears({ recognizer })
    hear(some, hum, { itemId: 'one' })
    hear(some, hum, { itemId: 'two' })
    expect(await Promise.all([some.pending('one'), some.pending('two')])).toEqual(['one', 'two'])
    expect(order).toEqual(['begins', 'ends', 'begins', 'ends'])
  })

  test('are asked of an engine again after it failed', async () => {
    let calls = 0
    const recognizer: TranscriptionEngine = {
      name: 'fails once',
      load: async () => {},
      transcribe: () => (++calls === 1 ? Promise.reject(new Error('no model')) : Promise.resolve({ text: 'two' })),
    }
    const { ears: some } = ears({ recognizer })
    hear(some, hum, { itemId: 'one' })
    hear(some, hum, { itemId: 'two' })
    const [one, two] = [some.pending('one'), some.pending('two')]
    await expect(one).rejects.toThrow('no model')
    expect(await two).toBe('two')
  })

  test('stay unknown when the engine fails, and whoever asks is told', async () => {
    const recognizer: TranscriptionEngine = {
      name: 'broken',
      load: async () => {},
      transcribe: () => Promise.reject(new Error('no model')),
    }
    const { ears: some } = ears({ recognizer })
    hear(some, hum)
    await expect(some.pending('item')).rejects.toThrow('no model')
    expect(some.known('item')).toBeUndefined()
  })
})

describe('the truth as turn detection', () => {
  const frames = (some: Ears, sound: Pcm, atMs: number, restart = false): SpeechFrame[] => {
    const all: SpeechFrame[] = []
    let isFirst = restart
    let nowMs = atMs
    for (const piece of sound.frames(20)) {
      nowMs += 20
      some.arrivals.note(some.arrivals.endMs + 20, nowMs)
      const found = some.detect({ audio: bytesFromSamples(piece.samples), format, restart: isFirst })
      if (found instanceof Promise) throw new Error('the truth needs no time')
      all.push(...found)
      isFirst = false
    }
    return all
  }
  const bounds = (found: readonly SpeechFrame[]): [number, number] => {
    const loud = found.filter(({ probability }) => probability === 1)
    return [(loud[0]?.endSample ?? 0) / 24 - 32, (loud.at(-1)?.endSample ?? 0) / 24]
  }

  test('is speech from the first sound to the last', async () => {
    const { ears: some, utterances } = ears()
    const question = await speech('What time is it?')
    say(utterances, question, 1000)
    const [startMs, endMs] = bounds(frames(some, question, 1000))
    expect(Math.abs(startMs - (question.speechSpan?.startMs ?? 0))).toBeLessThanOrEqual(16)
    expect(Math.abs(endMs - (question.speechSpan?.endMs ?? 0))).toBeLessThanOrEqual(16)
  })

  test('counts anew in a stream that begins late', async () => {
    const { ears: some, utterances } = ears()
    some.arrivals.note(3000, 3000)
    const question = await speech('What time is it?')
    say(utterances, question, 3000)
    const [startMs] = bounds(frames(some, question, 3000, true))
    expect(Math.abs(startMs - (question.speechSpan?.startMs ?? 0))).toBeLessThanOrEqual(16)
  })

  test('hears nothing where no caller speaks', async () => {
    const { ears: some } = ears()
    expect(bounds(frames(some, await speech('What time is it?'), 0))).toEqual([-32, 0])
  })
})
