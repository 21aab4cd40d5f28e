import { describe, expect, test } from 'vitest'
import { bytesPerMs, bytesPerSample, decodeWireAudio, encodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'

const pcm24: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

describe('wire formats', () => {
  test.each<[WireAudioFormat, number, number, number]>([
    [pcm24, 24_000, 2, 48],
    [{ type: 'audio/pcmu' }, 8000, 1, 8],
    [{ type: 'audio/pcma' }, 8000, 1, 8],
  ])('%o', (format, rateHz, sampleBytes, msBytes) => {
    expect([wireRateHz(format), bytesPerSample(format), bytesPerMs(format)]).toEqual([rateHz, sampleBytes, msBytes])
    const loud = Int16Array.from({ length: 160 }, (_, index) => Math.round(8000 * Math.sin(index / 5)))
    const bytes = encodeWireAudio(loud, format)
    expect(bytes.length).toBe(160 * sampleBytes)
    const back = decodeWireAudio(bytes, format)
    expect(Math.max(...back.map((sample, index) => Math.abs(sample - loud[index]!)))).toBeLessThanOrEqual(
      sampleBytes === 2 ? 0 : 256,
    )
  })

  test('half a sample at the end is left out', () => {
    expect([...decodeWireAudio(Uint8Array.of(1, 0, 2), pcm24)]).toEqual([1])
  })
})
