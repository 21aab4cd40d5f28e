import { describe, expect, test } from 'vitest'
import { concatPcm, mixPcm, pcm, silence, slicePcm } from '../../audio/pcm.ts'

const ramp = (count: number) => Int16Array.from({ length: count }, (_, index) => index)

describe('pcm', () => {
  test('keeps samples as they are, shares their memory and counts their time', () => {
    const samples = ramp(2400)
    const sound = pcm(samples)
    expect(sound.samples).toBe(samples)
    expect(sound.buffer).toBe(samples.buffer)
    expect([sound.rateHz, sound.durationMs]).toEqual([24_000, 100])
  })

  test('reads little-endian bytes, also where they are not aligned', () => {
    const bytes = Uint8Array.of(99, 0x01, 0x02, 0xff, 0xff)
    expect([...pcm(bytes.subarray(1), 8000).samples]).toEqual([0x0201, -1])
    expect([...pcm(bytes.slice(1).buffer, 8000).samples]).toEqual([0x0201, -1])
  })

  test('gives base64 of little-endian bytes', () => {
    expect(pcm(Int16Array.of(1, -2)).base64).toBe('AQD+/w==')
  })

  test('the buffer of a piece is the piece alone', () => {
    const piece = slicePcm(pcm(ramp(2400)), 50, 60)
    expect(piece.buffer.byteLength).toBe(480)
    expect(new Int16Array(piece.buffer)[0]).toBe(1200)
  })

  test('refuses half a sample and a rate that is none', () => {
    expect(() => pcm(new Uint8Array(3))).toThrow(/RTK_AUDIO.*odd number of bytes: 3/)
    expect(() => pcm(new Int16Array(1), 0)).toThrow(/RTK_AUDIO.*positive number of Hz, got 0/)
    expect(() => pcm(new Int16Array(1), Number.NaN)).toThrow('got NaN')
  })
})

describe('frames', () => {
  test('are views of equal length; the last one is padded with silence', () => {
    const sound = pcm(ramp(1000).fill(7), 24_000)
    const frames = [...sound.frames(20)]
    expect(frames.map((frame) => frame.samples.length)).toEqual([480, 480, 480])
    expect(frames[1]!.samples.buffer).toBe(sound.samples.buffer)
    expect(frames[2]!.samples.buffer).not.toBe(sound.samples.buffer)
    expect([frames[2]!.samples[39], frames[2]!.samples[40]]).toEqual([7, 0])
  })

  test('of nothing are none, of no length are refused', () => {
    expect([...silence(0).frames(20)]).toEqual([])
    expect(() => [...silence(10).frames(0)]).toThrow('RTK_AUDIO')
  })
})

describe('silence', () => {
  test('is 24,000 Hz unless told otherwise', () => {
    expect(silence(500).samples).toEqual(new Int16Array(12_000))
    expect(silence(500, { rateHz: 8000 }).samples.length).toBe(4000)
    expect(() => silence(-1)).toThrow('got -1')
  })
})

describe('joining and cutting', () => {
  const spoken = (text: string, ms: number) =>
    pcm(new Int16Array(ms), 1000, {
      text,
      words: [{ text, startMs: 10, endMs: ms - 10 }],
      speechSpan: { startMs: 10, endMs: ms - 10 },
    })

  test('concatPcm joins samples and moves what is known', () => {
    const joined = concatPcm(spoken('one', 100), silence(50, { rateHz: 1000 }), spoken('two', 200))
    expect(joined.durationMs).toBe(350)
    expect(joined.text).toBe('one two')
    expect(joined.words).toEqual([
      { text: 'one', startMs: 10, endMs: 90 },
      { text: 'two', startMs: 160, endMs: 340 },
    ])
    expect(joined.speechSpan).toEqual({ startMs: 10, endMs: 340 })
  })

  test('concatPcm refuses different rates and names the mend', () => {
    expect(() => concatPcm(silence(1), silence(1, { rateHz: 8000 }))).toThrow('resamplePcm(sound, 24000)')
  })

  test('slicePcm keeps whole words and drops the sentence when it is cut', () => {
    const joined = concatPcm(spoken('one', 100), spoken('two', 200))
    const cut = slicePcm(joined, 50)
    expect(cut.text).toBe('two')
    expect(cut.words).toEqual([{ text: 'two', startMs: 60, endMs: 240 }])
    expect(cut.speechSpan).toEqual({ startMs: 0, endMs: 240 })
    expect(slicePcm(joined, 0, 5).speechSpan).toBeUndefined()
  })

  test('mixPcm adds from a time on, with gain, and clips', () => {
    const base = pcm(new Int16Array(4).fill(30_000), 1000)
    const mixed = mixPcm(base, pcm(new Int16Array(4).fill(10_000), 1000), { atMs: 2 })
    expect([...mixed.samples]).toEqual([30_000, 30_000, 32_767, 32_767, 10_000, 10_000])
    expect([...mixPcm(base, pcm(Int16Array.of(-20_000), 1000), { gainDb: -6.0206 }).samples].slice(0, 2)).toEqual([
      20_000, 30_000,
    ])
    expect(base.samples[2]).toBe(30_000)
  })
})
