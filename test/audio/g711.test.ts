import { alaw, mulaw } from 'alawmulaw'
import { describe, expect, test } from 'vitest'
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../../audio/g711.ts'

const everySample = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index)

function snrDb(original: Int16Array, coded: Int16Array): number {
  let [signal, error] = [0, 0]
  for (const [index, sample] of original.entries()) {
    signal += sample ** 2
    error += (sample - coded[index]!) ** 2
  }
  return 10 * Math.log10(signal / error)
}

describe('mu-law', () => {
  test('equals the reference for all 65,536 samples and all 256 bytes', () => {
    expect(encodeMulaw(everySample)).toEqual(mulaw.encode(everySample))
    expect(decodeMulaw(everyByte)).toEqual(mulaw.decode(everyByte))
  })

  test('a byte that is decoded and encoded is itself, but for negative zero', () => {
    const again = encodeMulaw(decodeMulaw(everyByte))
    expect([...everyByte].filter((byte) => again[byte] !== byte)).toEqual([127])
  })

  test('known codes: silence, the loudest of both signs', () => {
    expect([...encodeMulaw(Int16Array.of(0, 32_767, -32_768))]).toEqual([0xff, 0x80, 0x00])
    expect([...decodeMulaw(Uint8Array.of(0xff, 0x80, 0x00))]).toEqual([0, 32_124, -32_124])
  })

  test('loses no more than the standard: 38.4 dB over all samples', () => {
    expect(snrDb(everySample, decodeMulaw(encodeMulaw(everySample)))).toBeGreaterThan(38.4)
  })
})

describe('A-law', () => {
  test('decodes all 256 bytes as the reference does', () => {
    expect(decodeAlaw(everyByte)).toEqual(alaw.decode(everyByte))
  })

  test('differs from the reference at most at ties, and there by one step', () => {
    const ours = encodeAlaw(everySample)
    const theirs = alaw.encode(everySample)
    const different = [...everySample.keys()].filter((index) => ours[index] !== theirs[index])
    expect(different.length).toBeLessThanOrEqual(160)
    const steps = different.map((index) => Math.abs((ours[index]! ^ 0x55) - (theirs[index]! ^ 0x55)))
    expect(new Set(steps)).toEqual(new Set([1]))
  })

  test('a byte that is decoded and encoded is itself', () => {
    expect(encodeAlaw(decodeAlaw(everyByte))).toEqual(everyByte)
  })

  test('known codes, and no more loss than the standard', () => {
    expect([...encodeAlaw(Int16Array.of(0, 32_767, -32_768))]).toEqual([0xd5, 0xaa, 0x2a])
    expect(snrDb(everySample, decodeAlaw(encodeAlaw(everySample)))).toBeGreaterThan(38.4)
  })
})
