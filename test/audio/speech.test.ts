import { describe, expect, test } from 'vitest'
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../../audio/g711.ts'
import { peakDbfs, rmsDbfs } from '../../audio/level.ts'
import { slicePcm } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'

describe('speech', () => {
  test('has 200 ms before and 700 ms after the true bounds, at 24,000 Hz', async () => {
    const sound = await speech('Hello there')
    const { startMs, endMs } = sound.speechSpan!
    expect([sound.rateHz, startMs, sound.durationMs - endMs]).toEqual([24_000, 200, expect.closeTo(700, 1)])
    expect(sound.text).toBe('Hello there')
    expect(rmsDbfs(slicePcm(sound, startMs, endMs).samples)).toBeGreaterThan(-25)
    expect(peakDbfs(slicePcm(sound, endMs + 150).samples)).toBeLessThan(-40)
  })

  test.each([
    [0, 0],
    [37, 5],
    [1000, 2000],
  ])('leadMs %i and trailMs %i are exact', async (leadMs, trailMs) => {
    const usual = await speech('Maybe next week.')
    const sound = await speech('Maybe next week.', { leadMs, trailMs })
    const length = usual.speechSpan!.endMs - 200
    expect(sound.speechSpan).toEqual({ startMs: leadMs, endMs: leadMs + length })
    expect(sound.durationMs).toBeCloseTo(leadMs + length + trailMs, 1)
    const spoken = (audio: typeof sound) => slicePcm(audio, audio.speechSpan!.startMs + 10, audio.speechSpan!.endMs - 10).samples
    expect(spoken(sound)).toEqual(spoken(usual))
  })

  test.each([
    ['こんにちは', 1],
    ['我想订一张两个人的桌子', 1],
    ['안녕하세요', 1],
    ['Привет, как дела?', 3],
    ['مرحبا كيف حالك', 3],
    ['नमस्ते', 1],
  ])('other scripts sound too, though not like the language: %s', async (text, words) => {
    const sound = await speech(text)
    const { startMs, endMs } = sound.speechSpan!
    expect(rmsDbfs(slicePcm(sound, startMs, endMs).samples)).toBeGreaterThan(-25)
    expect((endMs - startMs) / Array.from(text).length).toBeGreaterThan(80)
    expect((endMs - startMs) / Array.from(text).length).toBeLessThan(300)
    expect(sound.words).toHaveLength(words)
    expect(sound.text).toBe(text)
  })

  test('words lie in order within the bounds, pauses between them', async () => {
    const { words, speechSpan } = await speech('Wait, that is wrong. I said a table for two!')
    expect(words?.map(({ text }) => text).join(' ')).toBe('Wait, that is wrong. I said a table for two!')
    expect([words![0]!.startMs, words!.at(-1)!.endMs]).toEqual([speechSpan!.startMs, speechSpan!.endMs])
    for (const [index, word] of words!.entries()) {
      expect(word.endMs).toBeGreaterThan(word.startMs)
      expect(word.startMs).toBeGreaterThanOrEqual(words![index - 1]?.endMs ?? 0)
    }
    expect(words![4]!.startMs - words![3]!.endMs).toBeGreaterThan(80)
  })

  test('G.711 gives 8,000 Hz samples that went through the codec', async () => {
    const plain = await speech('Stop.', { rateHz: 8000 })
    const mulaw = await speech('Stop.', { format: 'pcmu' })
    const alaw = await speech('Stop.', { format: 'pcma' })
    expect([mulaw.rateHz, mulaw.durationMs, mulaw.text]).toEqual([8000, plain.durationMs, 'Stop.'])
    expect(mulaw.samples).toEqual(decodeMulaw(encodeMulaw(plain.samples)))
    expect(alaw.samples).toEqual(decodeAlaw(encodeAlaw(plain.samples)))
    expect(mulaw.samples).not.toEqual(plain.samples)
  })

  test('is the same each time, and each caller has samples of its own', async () => {
    const first = await speech('Where is it?')
    const copy = first.samples.slice()
    first.samples.fill(0)
    expect((await speech('Where is it?')).samples).toEqual(copy)
    expect((await speech('Where is it?', { voice: 'rms' })).samples).not.toEqual(copy)
  })

  test('a text without words is silence of lead and trail', async () => {
    const sound = await speech('…', { leadMs: 100, trailMs: 50 })
    expect([sound.durationMs, sound.speechSpan, sound.words]).toEqual([150, undefined, []])
    expect(peakDbfs(sound.samples)).toBe(-Infinity)
  })

  test.each<[Parameters<typeof speech>[1], string]>([
    [{ voice: 'nobody' }, "There is no voice 'nobody'"],
    [{ speed: 0 }, 'speed must be between 0.25 and 4'],
    [{ leadMs: -1 }, 'leadMs and trailMs must be 0 or more, got -1 and 700'],
    [{ rateHz: 100 }, 'rateHz must be a whole number from 8000'],
    [{ format: 'pcmu', rateHz: 24_000 }, "G.711 ('pcmu') has 8000 samples a second, got rateHz 24000"],
    [{ format: 'mp3' as 'pcmu' }, 'got "mp3"'],
  ])('%o is refused', async (options, message) => {
    await expect(speech('Hi', options)).rejects.toThrow(
      expect.objectContaining({ code: 'RTK_OPTION', message: expect.stringContaining(message) }),
    )
  })
})
