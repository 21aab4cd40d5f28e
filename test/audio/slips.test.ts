// Values that nothing of this part can work with: each is refused by name, before it turns sound into silence or noise.

import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type SoundEffect, withEffects } from '../../audio/effects/chain.ts'
import { babble, clipping, gain, noisy } from '../../audio/effects/level-effects.ts'
import { bandLimit, dropouts, jitter, telephone } from '../../audio/effects/line.ts'
import { echo, reverb } from '../../audio/effects/room.ts'
import { pocketsphinxEngine } from '../../audio/engines/pocketsphinx.ts'
import { scriptedVad } from '../../audio/engines/scripted-vad.ts'
import { type SileroName, sileroEngine } from '../../audio/engines/silero.ts'
import { whisperEngine, whisperProgram } from '../../audio/engines/whisper.ts'
import { AudioFileCache, type AudioFileCacheOptions } from '../../audio/file-cache.ts'
import { writeWavFile } from '../../audio/files.ts'
import { noise, withNoise } from '../../audio/noise.ts'
import { pcm, silence } from '../../audio/pcm.ts'
import { recordedSpeech } from '../../audio/recorded-speech.ts'
import { type SpeechOptions, speech } from '../../audio/speech.ts'
import { mixVoices } from '../../audio/voices.ts'
import { readWav, writeWav } from '../../audio/wav.ts'
import { RealtimeKitError } from '../../src/errors.ts'
import { wavBytes } from './support/wav-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-slips-'))
afterAll(() => rmSync(folder, { recursive: true }))

const tone = pcm(Int16Array.from({ length: 4800 }, (_, index) => Math.round(8000 * Math.sin(index / 5))))
const { NaN: notANumber, POSITIVE_INFINITY: endless } = Number

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof RealtimeKitError) return error.message
    throw error
  }
  throw new Error('it was taken')
}

describe('effects', () => {
  test.for<[SoundEffect | (() => SoundEffect), string]>([
    [() => gain(notANumber), 'gain(): db must be a number of dB, got NaN'],
    [() => gain(undefined as never), 'gain(): db must be a number of dB, got undefined'],
    [() => clipping({ driveDb: endless }), 'clipping(): driveDb must be a number of dB, got Infinity'],
    [() => noisy({} as never), 'noisy(): snrDb must be a number of dB, got undefined'],
    [() => noisy({ snrDb: 10, kind: 'brown' as never }), "noisy(): kind must be 'white' or 'pink', got \"brown\""],
    [() => babble({ snrDb: notANumber, voices: [tone] }), 'babble(): snrDb must be a number of dB, got NaN'],
    [() => dropouts({} as never), 'dropouts(): rate must be a number from 0 to 1, got undefined'],
    [() => dropouts({ rate: 5 }), 'dropouts(): rate must be a number from 0 to 1, got 5'],
    [() => dropouts({ rate: 0.1, packetMs: 0.001 }), 'dropouts(): packetMs must be 1 ms or more, got 0.001'],
    [
      () => dropouts({ rate: 0.1, instead: 'noise' as never }),
      "dropouts(): instead must be 'silence' or 'repeat', got \"noise\"",
    ],
    [() => jitter({ rate: notANumber }), 'jitter(): rate must be a number from 0 to 1, got NaN'],
    [() => jitter({ rate: 0.1, maxMs: -1 }), 'jitter(): maxMs must be 0 ms or more, got -1'],
    [() => echo({ delayMs: -5 }), 'echo(): delayMs must be 0 ms or more, got -5'],
    [() => echo({ gainDb: notANumber }), 'echo(): gainDb must be a number of dB, got NaN'],
    [() => echo({ repeats: 1.5 }), 'echo(): repeats must be a whole number of 0 or more, got 1.5'],
    [() => reverb({ decayMs: 0 }), 'reverb(): decayMs must be 1 ms or more, got 0'],
    [() => reverb({ wetDb: endless }), 'reverb(): wetDb must be a number of dB, got Infinity'],
    [() => telephone('g729' as never), "telephone(): law must be 'pcmu' or 'pcma', got \"g729\""],
  ])('%s', async ([effect, told]) => {
    // At the line that makes the effect, not where the chain runs.
    expect(await refusal(effect as () => SoundEffect)).toContain(told)
  })

  test('a chain is a list of functions over a sound', async () => {
    expect(await refusal(() => withEffects(tone, ['telephone'] as never))).toContain('effect 1 of 1 must be a function')
    expect(await refusal(() => withEffects(tone, gain(3) as never))).toContain('the effects must be a list')
    expect(await refusal(() => withEffects(speech('Hello') as never, []))).toContain('a Promise: is `await` missing?')
    expect(await refusal(() => withEffects(tone, [gain(3)], { seed: 'a' as never }))).toContain('seed must be a whole number')
    expect(withEffects(tone, [bandLimit()]).samples).toHaveLength(4800)
  })

  test('noise', async () => {
    expect(await refusal(() => withNoise(tone, { snrDb: notANumber }))).toContain('snrDb must be a number of dB, got NaN')
    expect(await refusal(() => noise(100, { levelDbfs: notANumber }))).toContain('levelDbfs must be a number of dB, got NaN')
    expect(await refusal(() => noise(100, { kind: 'blue' as never }))).toContain("kind must be 'white' or 'pink'")
    expect(await refusal(() => noise(-1))).toContain('0 ms or more')
  })
})

describe('sound', () => {
  test.for<[unknown, string]>([
    [new Float32Array(4), 'got a Float32Array'],
    [[1, 2, 3], 'got a list'],
    ['AAAA', 'got a text'],
    [undefined, 'got undefined'],
    [null, 'got null'],
  ])('pcm(%s)', async ([data, told]) => {
    const message = await refusal(() => pcm(data as never))
    expect(message).toContain('pcm(data, rateHz) takes an Int16Array of samples, or bytes of PCM16')
    expect(message).toContain(told)
  })

  test('silence and speech without an end, or of no words', async () => {
    expect(await refusal(() => silence(endless))).toContain('got Infinity')
    expect(await refusal(() => speech('Hello', { trailMs: endless }))).toContain('leadMs and trailMs')
    expect(await refusal(() => speech(undefined as never))).toContain('speech(text) takes a text, got undefined')
    expect(await refusal(() => speech('Hello', { speed: '2' } as unknown as SpeechOptions))).toContain('speed must be')
  })

  test('a voice of a mixture begins at 0 ms or later', async () => {
    expect(await refusal(() => mixVoices([{ speaker: 'A', audio: tone, atMs: -50 }]))).toContain(
      'atMs of "A" must be 0 ms or more, got -50',
    )
  })

  test('a recording that is no sound', async () => {
    expect(await refusal(() => recordedSpeech({ hello: 3 } as never).synthesize('hello', {}))).toContain('"hello"')
    expect(await refusal(() => recordedSpeech(null as never))).toContain('recordedSpeech(recordings)')
  })
})

describe('WAV', () => {
  test('samples of half floats are not taken for whole numbers', async () => {
    const bytes = wavBytes({ encoding: 3, bits: 16, data: new Uint8Array(8) })
    expect(await refusal(() => readWav(bytes))).toContain('not supported (format tag 0x0003, 16 bits)')
  })

  test('the bytes come as a Uint8Array', async () => {
    expect(await refusal(() => readWav(new ArrayBuffer(8) as never))).toContain('got an ArrayBuffer: new Uint8Array(buffer)')
  })

  test('what is no sound is not written, and the file stays', async () => {
    const file = join(folder, 'kept.wav')
    writeWavFile(file, tone)
    expect(await refusal(() => writeWavFile(file, speech('Hello') as never))).toContain('a Promise: is `await` missing?')
    expect(await refusal(() => writeWav({ ...tone, samples: tone.samples, rateHz: 0.5 }))).toContain('0.5 Hz')
    expect(readWav(readFileSync(file)).samples).toEqual(tone.samples)
  })
})

describe('engines', () => {
  test('a Silero that there is not', async () => {
    expect(await refusal(() => sileroEngine('silero-v5' as SileroName))).toContain(
      "There is no model 'silero-v5'; there are 'silero', 'silero-v6' and 'silero-v4', or { modelPath }",
    )
    expect(await refusal(() => sileroEngine({} as never))).toContain('{ modelPath }')
  })

  test('a recognizer of nothing, a confidence that is none, a model that is a path', async () => {
    expect(await refusal(() => pocketsphinxEngine({ sentences: [] }))).toContain(
      'sentences must hold at least one with words, got []',
    )
    expect(await refusal(() => pocketsphinxEngine({ sentences: ['!'] }))).toContain('got ["!"]')
    expect(await refusal(() => pocketsphinxEngine({ minConfidence: 7 }))).toContain(
      'minConfidence must be a number from 0 to 1, got 7',
    )
  })

  test.skipIf(whisperProgram() === undefined)('a size of Whisper is a name, not a path', async () => {
    expect(await refusal(() => whisperEngine({ modelSize: '../../base' }).load())).toContain(
      'a name such as \'base.en\', got "../../base"',
    )
  })

  test('a script without anything in it', async () => {
    expect(await refusal(() => scriptedVad({} as never))).toContain('{ probabilities } or { speech }')
    expect(await refusal(() => scriptedVad({ probabilities: [] }).open(0))).toContain('0 Hz')
  })
})

describe('the cache of files', () => {
  test.for<[AudioFileCacheOptions, string]>([
    [{ onMissing: 'silent' as never }, "onMissing must be 'error' or 'silence', got \"silent\""],
    [{ maxBytes: -1 }, 'maxBytes must be 0 or more, got -1'],
    [{ maxBytes: notANumber }, 'maxBytes must be 0 or more, got NaN'],
  ])('%o', async ([options, told]) => {
    expect(await refusal(() => new AudioFileCache(options))).toContain(told)
  })

  test('a file that was overwritten with as many bytes, and set back to its old time, is read anew', () => {
    const file = join(folder, 'copied.wav')
    writeWavFile(file, tone)
    utimesSync(file, 1000, 1000)
    const cache = new AudioFileCache()
    expect(cache.load(file).samples).toEqual(tone.samples)
    const other = writeWav(silence(200))
    expect(other).toHaveLength(statSync(file).size)
    const { ctimeMs } = statSync(file)
    // The clock of the disk may stand still for some ms.
    do {
      writeFileSync(file, other)
      utimesSync(file, 1000, 1000)
    } while (statSync(file).ctimeMs === ctimeMs)
    expect(cache.load(file).samples).toEqual(silence(200).samples)
  })
})
