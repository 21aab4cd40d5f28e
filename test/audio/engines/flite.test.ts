import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { fliteEngine, synthesizeWhole } from '../../../audio/engines/flite.ts'
import { speakInWorker } from '../../../audio/engines/flite-process.ts'
import { fliteVoices } from '../../../audio/engines/flite-text.ts'
import { energyEnvelope, rmsDbfs } from '../../../audio/level.ts'
import type { Pcm } from '../../../audio/types.ts'

const digest = (samples: Int16Array) => createHash('sha256').update(new Uint8Array(samples.buffer)).digest('hex')

const tongue = 'We were away a year ago.'

/** Median of the frames that have a clear one, by autocorrelation between 60 and 300 Hz. */
function pitchOf({ samples, rateHz }: Pcm): number {
  const found: number[] = []
  const size = Math.round(rateHz * 0.05)
  for (let at = 0; at + 2 * size < samples.length; at += size) {
    let best = { lag: 0, likeness: 0.6 }
    for (let lag = Math.round(rateHz / 300); lag <= rateHz / 60; lag++) {
      let [product, left, right] = [0, 1, 1]
      for (let index = at; index < at + size; index++) {
        product += samples[index]! * samples[index + lag]!
        left += samples[index]! ** 2
        right += samples[index + lag]! ** 2
      }
      // The first of the multiples of the period.
      const likeness = product / Math.sqrt(left * right)
      if (likeness > best.likeness + 0.05) best = { lag, likeness }
    }
    if (best.lag > 0) found.push(rateHz / best.lag)
  }
  return found.toSorted((one, other) => one - other)[Math.floor(found.length / 2)]!
}

describe('flite', () => {
  test.each(fliteVoices)('voice %s speaks, with its own rate', async (voice) => {
    const sound = await synthesizeWhole('Hello there', { voice })
    expect(sound.rateHz).toBe(voice === 'kal' ? 8000 : 16_000)
    expect(sound.durationMs).toBeGreaterThan(600)
    expect(rmsDbfs(sound.samples)).toBeGreaterThan(-35)
    expect(sound.words?.map(({ text }) => text)).toEqual(['Hello', 'there'])
  })

  test.each(['slt', 'awb', 'kal16', 'kal'])('voice %s speaks as high as it is told, and no faster', async (voice) => {
    const [low, high] = [
      await synthesizeWhole(tongue, { voice, pitchHz: 90 }),
      await synthesizeWhole(tongue, { voice, pitchHz: 180 }),
    ]
    const octave = Math.log2(pitchOf(high) / pitchOf(low))
    expect(octave).toBeGreaterThan(0.75)
    expect(octave).toBeLessThan(1.25)
    expect(Math.abs(high.durationMs - low.durationMs)).toBeLessThan(30)
  })

  test('its phones lie in the sound that it gives', async () => {
    const flite = fliteEngine()
    const [sound, phones] = [await flite.synthesize('Seven, please.', {}), await flite.phones('Seven, please.')]
    expect(phones.map(({ name }) => name).join(' ')).toBe('s eh v ax n pau p l iy z')
    expect(phones[0]!.startMs).toBe(0)
    expect(Math.abs(phones.at(-1)!.endMs - sound.durationMs)).toBeLessThan(1)
    for (const [index, phone] of phones.entries()) expect(phone.startMs).toBe(phones[index - 1]?.endMs ?? 0)
    expect(await flite.phones('')).toEqual([])
  })

  test('says the same bytes each time, past every cache', async () => {
    const sentence = { text: 'Is this the same?', voice: 'slt', settings: [] }
    const first = await speakInWorker(sentence)
    await speakInWorker({ text: 'Something between.', voice: 'rms', settings: ['--setf', 'duration_stretch=1.3'] })
    const second = await speakInWorker(sentence)
    expect(digest(second.samples)).toBe(digest(first.samples))
    expect(second.phones).toBe(first.phones)
  })

  test('the known bounds are where the energy is', async () => {
    const sound = await synthesizeWhole('I would like to book a table for two.', {})
    const envelope = energyEnvelope(sound.samples, sound.rateHz, 10)
    const loudest = Math.max(...envelope)
    const loud = [...envelope.keys()].filter((step) => envelope[step]! > loudest * 1e-4)
    expect(Math.abs(loud[0]! * 10 - sound.speechSpan!.startMs)).toBeLessThanOrEqual(30)
    expect(Math.abs((loud.at(-1)! + 1) * 10 - sound.speechSpan!.endMs)).toBeLessThanOrEqual(40)
  })

  test('speed 2 takes half the time', async () => {
    const [normal, fast] = await Promise.all(
      [1, 2].map((speed) => fliteEngine().synthesize('Please cancel the second one.', { speed })),
    )
    expect(fast!.durationMs / normal!.durationMs).toBeCloseTo(0.5, 1)
  })

  test('the engine gives the speech alone: no silence at its ends', async () => {
    const sound = await fliteEngine().synthesize('Yes', {})
    expect(sound.speechSpan).toEqual({ startMs: 0, endMs: expect.closeTo(sound.durationMs, 0) })
    expect(sound.words?.[0]).toMatchObject({ text: 'Yes', startMs: 0 })
  })

  test('texts with accents, signs and nothing to say', async () => {
    const cafe = await synthesizeWhole('Café “Zürich” – fine…', {})
    expect(cafe.text).toBe('Café “Zürich” – fine…')
    expect(cafe.words?.map(({ text }) => text)).toEqual(['Café', '“Zürich”', 'fine…'])
    expect((await synthesizeWhole('Cafe', {})).samples).toEqual((await synthesizeWhole('Café', {})).samples)
    for (const text of ['', '…', '🎉']) expect((await fliteEngine().synthesize(text, {})).samples).toHaveLength(0)
  })

  test('changing the samples of one caller changes nobody else’s', async () => {
    const first = await synthesizeWhole('Stop.', {})
    first.samples.fill(0)
    expect(rmsDbfs((await synthesizeWhole('Stop.', {})).samples)).toBeGreaterThan(-40)
  })

  test('an unknown voice and a wild speed are refused', async () => {
    await expect(synthesizeWhole('Hi', { voice: 'bob' })).rejects.toThrow(
      "[RTK_OPTION] There is no voice 'bob'. flite has: slt, rms, awb, kal16, kal.",
    )
    await expect(synthesizeWhole('Hi', { speed: 9 })).rejects.toThrow('[RTK_OPTION] speed must be between 0.25 and 4')
    await expect(synthesizeWhole('Hi', { pitchHz: 40 })).rejects.toThrow(
      '[RTK_OPTION] pitchHz must be between 50 and 400, got 40',
    )
    await expect(synthesizeWhole('Hi', { voice: 'rms', pitchHz: 90 })).rejects.toThrow("The voice 'rms' has one pitch only")
  })
})

describe('processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-flite-test-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const source = (file: string) => JSON.stringify(fileURLToPath(new URL(`../../../audio/${file}`, import.meta.url)))
  const program = `
    const { speech } = await import(${source('speech.ts')})
    const texts = ['First sentence.', 'Second one.', 'Third, and last.']
    const sounds = await Promise.all(texts.map((text) => speech(text, { voice: 'kal16' })))
    const { createHash } = await import('node:crypto')
    console.log(sounds.map((sound) => createHash('sha256').update(sound.base64).digest('hex')).join(' '))
  `
  const run = async (code = program) => {
    const env = { ...process.env, TMPDIR: folder, NODE_OPTIONS: '' }
    return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { env, timeout: 15_000 })
  }

  test('many at once share the cache folder, agree on every byte, print no warning and end by themselves', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => run()))
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1)
    expect(results[0]!.stdout).toMatch(/^([0-9a-f]{64} ){2}[0-9a-f]{64}\n$/)
    expect(results.map(({ stderr }) => stderr)).toEqual(['', '', '', ''])
    expect(readdirSync(folder)).toEqual(['vitest-realtime-speech-v2'])
    const files = readdirSync(join(folder, 'vitest-realtime-speech-v2'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /[0-9a-f]{64}/.test(file)).every((file) => file.endsWith('.pcm'))).toBe(true)
    expect(files.filter((file) => file.endsWith('.pcm'))).toHaveLength(3)
  })

  test('the worker ends when idle, while the process lives on, and another one is started when needed', async () => {
    const { stdout } = await run(`
      const { speakInWorker } = await import(${source('engines/flite-process.ts')})
      const keepAlive = setInterval(() => {}, 1000)
      const says = (text) => speakInWorker({ text, voice: 'kal', settings: [] })
      for (const text of ['One.', 'Two.']) {
        const ended = new Promise((resolve) => process.once('worker', (worker) => worker.once('exit', resolve)))
        const { samples } = await says(text)
        console.log(text, samples.length > 1000, await ended)
      }
      clearInterval(keepAlive)
    `)
    expect(stdout).toBe('One. true 0\nTwo. true 0\n')
  })

  test('a worker that fails is started once more; the sentence that fells that one too fails, the next one is said', async () => {
    const { stdout } = await run(`
      const { speakInWorker } = await import(${source('engines/flite-process.ts')})
      const says = (text) => speakInWorker({ text, voice: 'kal', settings: [] })
      const workers = []
      process.on('worker', (worker) => workers.push(worker))
      const fell = () => workers.at(-1).emit('error', new Error('out of memory'))
      const turn = () => new Promise((resolve) => setImmediate(resolve))
      const one = says('One.')
      await turn()
      fell()
      console.log((await one).samples.length > 1000)
      const two = says('Two.').catch((error) => error)
      fell()
      await turn()
      fell()
      const failure = await two
      console.log(failure.name, failure.code, failure.engine, failure.message)
      console.log((await says('Three.')).samples.length > 1000)
      process.exit()
    `)
    expect(stdout.split('\n')).toEqual([
      'true',
      "AudioEngineFailed RTK_ENGINE flite [RTK_ENGINE] Engine 'flite' failed: its worker failed: out of memory",
      'true',
      '',
    ])
  })
})
