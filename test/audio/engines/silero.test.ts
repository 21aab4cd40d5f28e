import { describe, expect, test } from 'vitest'
import { resolvePackage, resolvePackageFile } from '../../../audio/engines/resolve-package.ts'
import { sileroEngine } from '../../../audio/engines/silero.ts'
import { noise, withNoise } from '../../../audio/noise.ts'
import { concatPcm, silence } from '../../../audio/pcm.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import { speechSegments } from '../../../audio/segments.ts'
import { speech } from '../../../audio/speech.ts'
import type { SpeechFrame } from '../../../audio/types.ts'
import { boundErrors, corpus, framesOf, percentile, sentences } from '../support/vad-corpus.ts'

const isInstalled = resolvePackage('onnxruntime-node') !== undefined

describe.skipIf(!isInstalled)('silero (needs onnxruntime-node)', () => {
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
    const goal = name === 'silero-v6' ? { start: [60, 110], end: [130, 200] } : { start: [90, 180], end: [130, 200] }
    expect(percentile(startMs, 0.5)).toBeLessThanOrEqual(goal.start[0]!)
    expect(percentile(startMs, 0.9)).toBeLessThanOrEqual(goal.start[1]!)
    expect(percentile(endMs, 0.5)).toBeLessThanOrEqual(goal.end[0]!)
    expect(percentile(endMs, 0.9)).toBeLessThanOrEqual(goal.end[1]!)
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
    [16_000, 512, 64],
    [8000, 256, 32],
  ])(
    'at %i Hz the model is run as its makers do: frames of %i samples after %i of the frame before, and its state',
    async (rateHz, frame, context) => {
      const audio = resamplePcm(await speech('Hello there'), rateHz)
      const { InferenceSession, Tensor } = await import('onnxruntime-node')
      const session = await InferenceSession.create(resolvePackageFile('@ricky0123/vad-web', 'dist/silero_vad_v6.onnx')!)
      const padded = new Float32Array(context + audio.samples.length)
      padded.set(
        Float32Array.from(audio.samples, (sample) => sample / 32_768),
        context,
      )
      let state = new Tensor('float32', new Float32Array(256), [2, 1, 128])
      const sr = new Tensor('int64', BigInt64Array.of(BigInt(rateHz)), [])
      const expected: number[] = []
      for (let at = 0; at + context + frame <= padded.length; at += frame) {
        const input = new Tensor('float32', padded.slice(at, at + context + frame), [1, context + frame])
        const { output, stateN } = await session.run({ input, state, sr })
        expected.push(output!.data[0] as number)
        state = stateN as typeof state
      }
      const frames = await framesOf(sileroEngine('silero-v6'), audio)
      expect(frames.map(({ probability }) => probability)).toEqual(expected)
      expect(expected.length).toBeGreaterThan(40)
    },
  )

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
