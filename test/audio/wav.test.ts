import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import wavefile from 'wavefile'
import { readOddWav } from '../../audio/engines/odd-wav.ts'
import { readWavFile, writeWavFile } from '../../audio/files.ts'
import { encodeAlaw, encodeMulaw } from '../../audio/g711.ts'
import { bytesFromSamples, pcm } from '../../audio/pcm.ts'
import { readWav, readWavInfo, writeWav } from '../../audio/wav.ts'
import { wavBytes } from './support/wav-bytes.ts'

vi.mock(import('../../audio/engines/odd-wav.ts'), { spy: true })

const samples = Int16Array.from({ length: 400 }, (_, index) => Math.round(9000 * Math.sin(index / 7)))
const pcm16 = bytesFromSamples(samples)

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-wav-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('writeWav', () => {
  test('wavefile reads back what we write', () => {
    const file = new wavefile.WaveFile(writeWav(pcm(samples, 16_000)))
    expect([file.bitDepth, (file.fmt as { sampleRate: number }).sampleRate]).toEqual(['16', 16_000])
    expect(Int16Array.from(file.getSamples(false))).toEqual(samples)
  })

  test('our reader reads it back, also from a view at an odd place', () => {
    const bytes = writeWav(pcm(samples, 16_000))
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    for (const source of [bytes, shifted.subarray(1)]) {
      const sound = readWav(source)
      expect([sound.rateHz, [...sound.samples]]).toEqual([16_000, [...samples]])
    }
  })
})

describe('readWav', () => {
  test.each(['8', '24', '32', '32f', '64'])('reads %s bits as wavefile writes them', (bitDepth) => {
    const file = new wavefile.WaveFile()
    file.fromScratch(1, 8000, '16', samples)
    file.toBitDepth(bitDepth)
    const read = readWav(file.toBuffer()).samples
    // An 8-bit step is 256; wavefile scales by 255 instead.
    const tolerance = bitDepth === '8' ? 384 : 1
    expect(Math.max(...read.map((sample, index) => Math.abs(sample - samples[index]!)))).toBeLessThanOrEqual(tolerance)
    expect(read.length).toBe(samples.length)
  })

  test.each([
    [6, encodeAlaw],
    [7, encodeMulaw],
  ] as const)('reads G.711 (format %i)', (encoding, encode) => {
    const read = readWav(wavBytes({ encoding, bits: 8, data: encode(samples) })).samples
    expect(Math.max(...read.map((sample, index) => Math.abs(sample - samples[index]!)))).toBeLessThanOrEqual(256)
  })

  test('tells what is in a file, as it is there', () => {
    const stereo = bytesFromSamples(new Int16Array(3200))
    expect(readWavInfo(wavBytes({ bits: 16, channels: 2, data: stereo }))).toMatchObject({ channels: 2, bits: 16 })
    expect(readWavInfo(writeWav(pcm(new Int16Array(800), 8000)))).toEqual({
      rateHz: 8000,
      channels: 1,
      bits: 16,
      durationMs: 100,
    })
    expect(() => readWavInfo(new TextEncoder().encode('ID3 an MP3'))).toThrow(/RTK_AUDIO.*no WAV file/)
  })

  test('averages the channels of stereo', () => {
    const stereo = bytesFromSamples(Int16Array.of(100, 300, -200, -400, 7, 7))
    expect([...readWav(wavBytes({ bits: 16, channels: 2, data: stereo })).samples]).toEqual([200, -300, 7])
  })

  test('reads the extensible header without wavefile', () => {
    vi.mocked(readOddWav).mockClear()
    expect(readWav(wavBytes({ bits: 16, data: pcm16, isExtensible: true })).samples).toEqual(samples)
    expect(readOddWav).not.toHaveBeenCalled()
  })

  test('passes over other chunks, also of odd length', () => {
    const list: [string, Uint8Array] = ['LIST', Uint8Array.of(1, 2, 3)]
    expect(readWav(wavBytes({ bits: 16, data: pcm16, before: [list], after: [list] })).samples).toEqual(samples)
  })

  test.each([
    ['0xFFFFFFFF, as streaming writers leave it', 0xffffffff],
    ['0, as others do', 0],
    ['more than there is', 5000],
  ])('a data size of %s means to the end', (_, dataSize) => {
    expect(readWav(wavBytes({ bits: 16, data: pcm16, dataSize })).samples).toEqual(samples)
  })

  test('a truncated file gives what is there', () => {
    const bytes = wavBytes({ bits: 16, data: pcm16 })
    expect(readWav(bytes.subarray(0, bytes.length - 301)).samples).toEqual(samples.slice(0, 249))
  })

  test('an empty data chunk before another chunk is empty', () => {
    const bytes = wavBytes({ bits: 16, data: new Uint8Array(0), after: [['LIST', Uint8Array.of(1, 2, 3, 4)]] })
    expect(readWav(bytes).samples).toEqual(new Int16Array(0))
  })

  test('leaves ADPCM to wavefile', () => {
    const file = new wavefile.WaveFile()
    const long = Int16Array.from({ length: 5050 }, (_, index) => Math.round(6000 * Math.sin(index / 20)))
    file.fromScratch(1, 8000, '16', long)
    file.toIMAADPCM()
    vi.mocked(readOddWav).mockClear()
    const read = readWav(file.toBuffer()).samples
    expect(readOddWav).toHaveBeenCalledOnce()
    expect(read.length).toBeGreaterThanOrEqual(long.length)
    // Only the first block: wavefile's own encoder adds a sample with each block.
    const errors = long.slice(0, 500).map((sample, index) => Math.abs(sample - read[index]!))
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(300)
  })
})

describe('what cannot be read says so', () => {
  test('no WAV file', () => {
    expect(() => readWav(Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]))).toThrow(
      '[RTK_AUDIO] These 13 bytes are no WAV file: they begin with 49 44 33 04',
    )
    expect(() => readWav(new Uint8Array(0))).toThrow('These 0 bytes are no WAV file: they begin with nothing.')
  })

  test('no data, no format, a damaged header, an unknown encoding', () => {
    const bytes = wavBytes({ bits: 16, data: pcm16 })
    expect(() => readWav(bytes.subarray(0, 36))).toThrow("has no 'data' chunk")
    expect(() => readWav(bytes.subarray(0, 12))).toThrow("has no 'fmt ' chunk")
    expect(() => readWav(wavBytes({ bits: 16, channels: 0, data: pcm16 }))).toThrow('channel count must be 1 to 256; it is 0')
    expect(() => readWav(wavBytes({ encoding: 0x55, bits: 0, data: pcm16 }))).toThrow('format tag 0x0055, 0 bits')
  })
})

describe('files', () => {
  test('are written and read', () => {
    const path = join(folder, 'sound.wav')
    writeWavFile(path, pcm(samples, 8000))
    expect(readWavFile(path).samples).toEqual(samples)
  })

  test('a missing file is named', () => {
    expect(() => readWavFile(join(folder, 'none.wav'))).toThrow(/RTK_AUDIO.*none\.wav: ENOENT/)
  })
})
