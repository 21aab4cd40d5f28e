// Which engines run by which variables; what is said where one is missing.

import { expect, test, vi } from 'vitest'
import { energyEngine } from '../../audio/engines/energy.ts'
import type { VadEngine } from '../../audio/types.ts'
import type { RealtimeOptions } from '../../src/api.ts'
import { atRate } from '../../src/environment/at-rate.ts'
import { withEngines } from '../../src/environment/engines-in-use.ts'
import { readEnvironment, type Variables } from '../../src/environment/read-environment.ts'
import { hasPocketSphinx } from '../register/support/pocketsphinx.ts'

async function engines(options: RealtimeOptions, variables: Variables) {
  const told: string[] = []
  const { vad, transcription } = await withEngines(options, {
    environment: readEnvironment(variables),
    tell: (line) => told.push(line),
  })
  const nameOf = (engine: unknown) => (typeof engine === 'object' ? (engine as { name: string }).name : engine)
  return { vad: nameOf(vad), transcription: nameOf(transcription), told }
}

test('without variables: Silero, and the words that are known', async () => {
  expect(await engines({}, {})).toEqual({ vad: expect.stringMatching(/^silero-v[46]$/), transcription: 'known', told: [] })
})

test('options win over variables', async () => {
  const variables = { LOCAL_REALTIME_VAD_BACKEND: 'silero-v4', LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper' }
  expect(await engines({ vad: 'truth', transcription: false }, variables)).toEqual({
    vad: 'truth',
    transcription: false,
    told: [],
  })
})

test('a VAD by name, and at a rate', async () => {
  expect((await engines({}, { LOCAL_REALTIME_VAD_BACKEND: 'energy' })).vad).toBe('energy')
  const low = { LOCAL_REALTIME_VAD_SAMPLE_RATE: '8000' }
  expect((await engines({}, { LOCAL_REALTIME_VAD_BACKEND: 'energy', ...low })).vad).toBe('energy at 8000 Hz')
  expect((await engines({}, low)).vad).toMatch(/^silero-v[46] at 8000 Hz$/)
  expect((await engines({ vad: 'energy' }, low)).vad).toBe('energy at 8000 Hz')
})

test.skipIf(!hasPocketSphinx)('a recognizer only where it is asked for', async () => {
  const backend = { LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'pocketsphinx' }
  expect((await engines({}, backend)).transcription).toBe('pocketsphinx')
  expect((await engines({}, { LOCAL_REALTIME_ENABLE_TRANSCRIPTION: '1' })).transcription).toBe('pocketsphinx')
  expect((await engines({}, { ...backend, LOCAL_REALTIME_ENABLE_TRANSCRIPTION: '0' })).transcription).toBe('known')
})

test('PocketSphinx knows English only; the size of a Whisper model names its file', async () => {
  const german = { LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'de', LOCAL_REALTIME_ENABLE_TRANSCRIPTION: '1' }
  await expect(engines({}, german)).rejects.toThrow(
    /^\[RTK_OPTION\] LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE must be en for the engine 'pocketsphinx', got "de"/,
  )
  const small = { LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper', LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE: 'small.en' }
  // The last two where Whisper is not there at all.
  await expect(engines({}, small)).rejects.toThrow(
    /^\[RTK_ENGINE\] LOCAL_REALTIME_TRANSCRIPTION_BACKEND=whisper: Engine 'whisper' is unavailable: .*(?:ggml-small\.en\.bin|been built|not installed)/,
  )
})

/** What an engine behind a resampler gets to hear. */
function spy(): VadEngine & { readonly rates: number[]; samples: number } {
  return {
    name: 'spy',
    rates: [],
    samples: 0,
    load: async () => {},
    open(rateHz) {
      this.rates.push(rateHz)
      return {
        push: (samples) => {
          this.samples += samples.length
          return [{ endSample: this.samples, probability: 1 }]
        },
        reset: () => {},
      }
    },
  }
}

test('at a rate: the engine hears it all at that rate, positions stay those of the sound', () => {
  const engine = spy()
  const stream = atRate(engine, 8000).open(24_000)
  const frames = stream.push(new Int16Array(24_000)) as readonly { endSample: number }[]
  expect(engine.rates).toEqual([8000])
  expect(engine.samples).toBeGreaterThan(7900)
  expect(frames[0]?.endSample).toBe(engine.samples * 3)
})

test('a tone above 4,000 Hz is nothing at 8,000 samples a second', async () => {
  const hiss = Int16Array.from({ length: 24_000 }, (_, at) => 16_000 * Math.sin((2 * Math.PI * 6000 * at) / 24_000 + 0.3))
  const loudest = async (engine: VadEngine): Promise<number> =>
    Math.max(...(await engine.open(24_000).push(hiss)).map(({ probability }) => probability))
  const low = await loudest(atRate(energyEngine(), 8000))
  expect(low).toBeLessThan(0.1)
  expect(await loudest(energyEngine())).toBeGreaterThan(low)
})

test('PocketSphinx that is only the default and missing: known words alone, with one line; named, an error', async () => {
  vi.resetModules()
  vi.doMock('../../audio/engines/pocketsphinx.ts', async () => {
    const { AudioEngineUnavailable } = await import('../../src/errors.ts')
    const missing = () => Promise.reject(new AudioEngineUnavailable('pocketsphinx', 'it is not there.', 'apt-get install it'))
    return { pocketsphinxEngine: () => ({ name: 'pocketsphinx', load: missing, transcribe: missing }) }
  })
  const { withEngines: withoutSphinx } = await import('../../src/environment/engines-in-use.ts')
  const told: string[] = []
  const run = (variables: Variables) =>
    withoutSphinx({ vad: 'energy' }, { environment: readEnvironment(variables), tell: (line) => told.push(line) })
  expect(await run({ LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'true' })).toMatchObject({ transcription: { name: 'known' } })
  expect(told).toEqual([
    "Only sound that speech() made is transcribed, as 'pocketsphinx' is not installed. To have it: apt-get install it",
  ])
  await expect(run({ LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'pocketsphinx' })).rejects.toThrow(
    "LOCAL_REALTIME_TRANSCRIPTION_BACKEND=pocketsphinx: Engine 'pocketsphinx' is unavailable",
  )
  vi.doUnmock('../../audio/engines/pocketsphinx.ts')
})
