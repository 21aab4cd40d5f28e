// Files and texts that are not what they say: a clear error that names file, field and expectation; nothing half read, nothing run.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { decodeBase64 } from '../../audio/base64.ts'
import { whisperEngine, whisperProgram } from '../../audio/engines/whisper.ts'
import { AudioFileCache } from '../../audio/file-cache.ts'
import { readWavFile } from '../../audio/files.ts'
import { bytesFromSamples, pcm, samplesFromBytes } from '../../audio/pcm.ts'
import { recordedSpeech } from '../../audio/recorded-speech.ts'
import { speech } from '../../audio/speech.ts'
import { readWav, writeWav } from '../../audio/wav.ts'
import { RealtimeKitError } from '../../src/errors.ts'
import { writeScriptedModel } from './support/scripted-whisper-model.ts'
import { wavBytes } from './support/wav-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-hostile-'))
afterAll(() => rmSync(folder, { recursive: true }))

const tone = pcm(
  Int16Array.from({ length: 800 }, (_, index) => Math.round(8000 * Math.sin(index / 5))),
  8000,
)
const good = writeWav(tone)

function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice()
  change(new DataView(copy.buffer))
  return copy
}

const floats = (...values: number[]): Uint8Array =>
  wavBytes({ encoding: 3, bits: 32, data: new Uint8Array(Float32Array.from(values).buffer) })

describe('a file that cannot be used is refused with its name, the field and what was expected', () => {
  test.each([
    ['empty', new Uint8Array(0), /no WAV file: they begin with nothing/],
    ['twelve bytes', good.slice(0, 12), /has no 'fmt ' chunk \(12 bytes\)/],
    ['cut within the header', good.slice(0, 30), /has no 'fmt ' chunk/],
    ['cut before the sound', good.slice(0, 40), /has no 'data' chunk/],
    [
      'an MP3',
      Uint8Array.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      /begin with 49 44 33.*convert MP3 or Ogg to WAV/,
    ],
    ['HTML', new TextEncoder().encode('<!doctype html><title>404</title>'), /no WAV file: they begin with 3c 21/],
    ['no channels', changed(good, (view) => view.setUint16(22, 0, true)), /channel count must be 1 to 256; it is 0/],
    ['65,535 channels', changed(good, (view) => view.setUint16(22, 65_535, true)), /channel count must be 1 to 256; it is 65535/],
    ['no rate', changed(good, (view) => view.setUint32(24, 0, true)), /sample rate must be 1000 to 768000 Hz; it is 0 Hz/],
    ['a rate of 4 GHz', changed(good, (view) => view.setUint32(24, 4_000_000_000, true)), /sample rate.*it is 4000000000 Hz/],
    ['no bits', changed(good, (view) => view.setUint16(34, 0, true)), /encoding is not supported \(format tag 0x0001, 0 bits\)/],
    ['MP3 in WAV', changed(good, (view) => view.setUint16(20, 0x55, true)), /encoding is not supported \(format tag 0x0055/],
    ['a sample that is no number', floats(0.1, Number.NaN), /float sample.*must be a number; it is NaN \(byte 4 of the data\)/],
    ['a sample without end', floats(Number.NEGATIVE_INFINITY), /float sample.*it is -Infinity \(byte 0/],
  ])('%s', (name, bytes, message) => {
    const file = join(folder, `${name}.wav`)
    writeFileSync(file, bytes)
    expect(() => readWavFile(file)).toThrow(message)
    expect(() => readWavFile(file)).toThrow(RealtimeKitError)
    expect(() => readWavFile(file)).toThrow(`[RTK_AUDIO] ${file}: `)
    expect(() => new AudioFileCache().load(file)).toThrow(file)
    expect(Buffer.compare(readFileSync(file), bytes), 'the file is as it was').toBe(0)
  })

  test('a missing file, and a folder', () => {
    expect(() => readWavFile(join(folder, 'none.wav'))).toThrow(/RTK_AUDIO.*none\.wav: ENOENT/)
    expect(() => readWavFile(folder)).toThrow(/RTK_AUDIO.*EISDIR/)
  })

  test.each([[undefined], [null], ['question.wav'], [{}], [42]])('%j instead of bytes', (value) => {
    expect(() => readWav(value as never)).toThrow('readWav() takes the bytes of a WAV file, a Uint8Array; got ')
  })
})

describe('what streaming tools write is forgiven, but not where it must be exact', () => {
  test.each([
    ['a RIFF size without end', changed(good, (view) => view.setUint32(4, 0xffffffff, true)), 'RIFF size must be 1636 bytes'],
    [
      'a data size without end',
      changed(good, (view) => view.setUint32(40, 0xffffffff, true)),
      'size of the data chunk must be 1600',
    ],
    [
      'half of the sound',
      changed(good.slice(0, 844), (view) => view.setUint32(4, 836, true)),
      'size of the data chunk must be 800',
    ],
    [
      'half a sample',
      changed(good.slice(0, 845), (view) => {
        view.setUint32(4, 837, true)
        view.setUint32(40, 801, true)
      }),
      'data chunk must be whole frames of 2 bytes; it is 801 bytes',
    ],
  ])('%s', (_, bytes, message) => {
    const read = readWav(bytes)
    expect([...read.samples]).toEqual([...tone.samples.subarray(0, read.samples.length)])
    expect(read.samples.length).toBeGreaterThanOrEqual(400)
    expect(() => readWav(bytes, { strict: true })).toThrow(message)
  })

  test('exact files pass, and a rate can be asked for', () => {
    expect(readWav(good, { strict: true, rateHz: 8000 }).samples).toEqual(tone.samples)
    expect(() => readWav(good, { rateHz: 24_000 })).toThrow(
      'must have 24000 samples a second; it has 8000. resamplePcm(audio, 24000)',
    )
  })
})

describe('any bytes', () => {
  const answers = (bytes: Uint8Array, strict: boolean): void => {
    try {
      const { samples, rateHz } = readWav(bytes, { strict })
      expect(samples).toBeInstanceOf(Int16Array)
      expect(samples.length).toBeLessThanOrEqual(bytes.byteLength * 2)
      expect(rateHz).toBeGreaterThanOrEqual(1000)
    } catch (error) {
      expect(error, String(error)).toBeInstanceOf(RealtimeKitError)
    }
  }

  test('noise is sound or a clear error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), answers), { seed: 4, numRuns: 500 })
  })

  test('a WAV file with any bytes changed, and cut anywhere, too', () => {
    const changes = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 })
    fc.assert(
      fc.property(changes, fc.nat(good.length), fc.boolean(), (list, length, strict) => {
        const bytes = good.slice()
        for (const [at, value] of list) bytes[at] = value
        answers(bytes.slice(0, length), strict)
      }),
      { seed: 4, numRuns: 2000 },
    )
  })

  test('what we write is read back exactly, at any rate', () => {
    const sounds = fc.tuple(fc.int16Array({ maxLength: 300 }), fc.integer({ min: 1000, max: 192_000 }))
    fc.assert(
      fc.property(sounds, ([samples, rateHz]) => {
        const read = readWav(writeWav(pcm(samples, rateHz)), { strict: true, rateHz })
        expect([...read.samples]).toEqual([...samples])
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  test('base64 that is none is nothing; bytes come back as they went', () => {
    for (const text of ['*', 'AAA', 'AA=A', 'A'.repeat(5), 'äöü', 'AAAA\0']) expect(decodeBase64(text), text).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Buffer.from(decodeBase64(Buffer.from(bytes).toString('base64'))!).equals(bytes)).toBe(true)
      }),
      { seed: 4 },
    )
  })

  test('an odd number of PCM16 bytes is refused', () => {
    expect(() => samplesFromBytes(new Uint8Array(3))).toThrow('two bytes per sample, got an odd number of bytes: 3')
    expect(() => pcm(new Uint8Array(7))).toThrow('two bytes per sample')
    expect(bytesFromSamples(new Int16Array(0)).byteLength).toBe(0)
  })
})

describe('names with the signs of a shell', () => {
  const witness = join(process.cwd(), 'witness')
  const names = ['$(touch witness)', '`id`', 'a; touch witness', "it's", 'two  spaces', '-rf', '"quoted"']

  test.each(names)('%s is a name and no more', async (name) => {
    const file = join(folder, `${name}.wav`)
    writeFileSync(file, good)
    expect(readWavFile(file).samples).toEqual(tone.samples)
    const voice = recordedSpeech({ 'Hello there': file })
    expect((await voice.synthesize('hello there!', {})).samples).toEqual(tone.samples)
    expect(existsSync(witness)).toBe(false)
  })

  test.skipIf(whisperProgram() === undefined)(
    'a model of such a name is run, and its name is not',
    { timeout: 60_000 },
    async () => {
      const modelPath = join(folder, 'model `touch witness` $(touch witness).bin')
      writeScriptedModel(modelPath, 'this is a scripted model')
      const engine = whisperEngine({ modelPath })
      await engine.load()
      expect((await engine.transcribe(await speech('Hello there'), {})).text).toBe('this is a scripted model')
      expect(existsSync(witness)).toBe(false)
    },
  )

  test('whoever reads a file as text is told so by the command line too', () => {
    const file = join(folder, 'text.wav')
    writeFileSync(file, 'hello')
    const script = `import { readWavFile } from ${JSON.stringify(new URL('../../audio/files.ts', import.meta.url).href)}; readWavFile(process.argv[1])`
    expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', script, file], { stdio: 'pipe' })).toThrow(
      /RTK_AUDIO.*text\.wav: These 5 bytes are no WAV file/,
    )
  })
})
