import { describe, expect, test } from 'vitest'
import { scriptedTranscription, tunedTranscription } from '../../../audio/engines/scripted-transcription.ts'
import { silence } from '../../../audio/pcm.ts'
import type { TranscriptionEngine } from '../../../audio/types.ts'

const sound = silence(100)

describe('scriptedTranscription', () => {
  test('answers sound for sound, then with nothing; an Error fails its sound', async () => {
    const engine = scriptedTranscription(['one', { text: 'two', confidence: 0.4 }, new Error('out of memory')])
    expect(await engine.transcribe(sound, {})).toEqual({ text: 'one' })
    expect(await engine.transcribe(sound, {})).toEqual({ text: 'two', confidence: 0.4 })
    await expect(engine.transcribe(sound, {})).rejects.toThrow('out of memory')
    expect(await engine.transcribe(sound, {})).toEqual({ text: '' })
    expect(await scriptedTranscription([], { then: 'again' }).transcribe(sound, {})).toEqual({ text: 'again' })
  })

  test('an entry of another kind is refused with its place', () => {
    expect(() => scriptedTranscription(['one', 2 as never])).toThrow(
      'Entry 2 must be a text, { text, confidence, words, deltas }',
    )
  })
})

describe('tunedTranscription', () => {
  const words = [
    { text: 'a', startMs: 0, endMs: 200 },
    { text: 'table', startMs: 220, endMs: 480 },
    { text: 'for', startMs: 900, endMs: 1100 },
    { text: 'two', startMs: 1100, endMs: 1500 },
  ]

  test('what the engine is less sure of is nothing; what tells no confidence is sure', async () => {
    const script = [{ text: 'sure', confidence: 0.6 }, { text: 'maybe', confidence: 0.59 }, 'untold']
    const engine = tunedTranscription(scriptedTranscription(script), { minConfidence: 0.6 })
    expect((await engine.transcribe(sound, {})).text).toBe('sure')
    expect(await engine.transcribe(sound, {})).toEqual({ text: '', words: [], confidence: 0.59 })
    expect((await engine.transcribe(sound, {})).text).toBe('untold')
  })

  test('chunks become partial results', async () => {
    const heard = { text: 'a table for two', words }
    for (const [chunkMs, deltas] of [
      [500, ['a table', ' for two']],
      [1000, ['a table', ' for two']],
      [250, ['a', ' table', ' for', ' two']],
      [5000, ['a table for two']],
    ] as const) {
      const found = await tunedTranscription(scriptedTranscription([heard]), { chunkMs }).transcribe(sound, {})
      expect(found.deltas).toEqual(deltas)
      expect(found.deltas!.join('')).toBe(found.text)
    }
  })

  test('its language stands where the session names none', async () => {
    const asked: unknown[] = []
    const engine: TranscriptionEngine = {
      name: 'ear',
      load: async () => {},
      transcribe: async (_, options) => {
        asked.push(options)
        return { text: '' }
      },
    }
    const tuned = tunedTranscription(engine, { language: 'nl' })
    await tuned.transcribe(sound, {})
    await tuned.transcribe(sound, { language: 'de' })
    expect(asked).toEqual([{ language: 'nl' }, { language: 'de' }])
    expect(tuned.name).toBe('ear')
  })

  test.each([
    [{ minConfidence: 2 }, 'minConfidence must be a number from 0 to 1, got 2'],
    [{ chunkMs: 0 }, 'chunkMs must be a number above 0, got 0'],
  ])('%j is refused', (settings, message) => {
    expect(() => tunedTranscription(scriptedTranscription([]), settings)).toThrow(message)
  })
})
