import { mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { cachedSpeechEngine } from '../../../audio/engines/cached-speech.ts'
import { soundOf, synthesizeWhole } from '../../../audio/engines/flite.ts'
import { listCachedSpeech, readCachedSpeech, renewSpeech, speechCacheFile } from '../../../audio/engines/speech-cache.ts'
import { recognizeKnown } from '../../../audio/known-speech.ts'
import { concatPcm, pcm, silence } from '../../../audio/pcm.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import type { Pcm } from '../../../audio/types.ts'

vi.mock(import('../../../audio/engines/speech-cache.ts'), async (load) => {
  const actual = await load()
  return { ...actual, listCachedSpeech: vi.fn(actual.listCachedSpeech) }
})

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-cached-test-'))
beforeAll(() => void vi.stubEnv('TMPDIR', folder))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

/** As another process would: the sentence is in the cache, but this process does not know it. */
async function saidElsewhere(text: string, voice = 'slt'): Promise<Pcm> {
  const { samples, rateHz } = await synthesizeWhole(text, { voice })
  return resamplePcm(concatPcm(silence(300, { rateHz }), pcm(samples, rateHz), silence(300, { rateHz })), 24_000)
}

test('knows sentences that another process said, in any voice, and learns those that come later', async () => {
  const sound = await saidElsewhere('How is the weather in Oslo?')
  const other = await saidElsewhere('I would like to cancel my booking.', 'rms')
  for (const text of ['One.', 'Two of them.', 'Three is enough.', 'Four were too many.']) await saidElsewhere(text)
  expect(recognizeKnown(sound)).toBeUndefined()

  const engine = cachedSpeechEngine()
  await engine.load()
  expect(await engine.transcribe(sound, {})).toMatchObject({ text: 'How is the weather in Oslo?', words: expect.any(Array) })
  expect((await engine.transcribe(other, {})).text).toBe('I would like to cancel my booking.')
  const later = await saidElsewhere('Never mind, I will call again.')
  expect((await engine.transcribe(later, {})).text).toBe('Never mind, I will call again.')
  expect(listCachedSpeech()).toHaveLength(7)
})

test('the files are listed anew when a sentence was said since, and only then', async () => {
  const engine = cachedSpeechEngine()
  const sound = await saidElsewhere('Is anybody there?')
  vi.mocked(listCachedSpeech).mockClear()
  for (let turn = 0; turn < 3; turn++) expect((await engine.transcribe(sound, {})).text).toBe('Is anybody there?')
  expect((await engine.transcribe(pcm(sound.samples.toReversed(), sound.rateHz), {})).text).toBe('')
  expect(listCachedSpeech).toHaveBeenCalledTimes(1)
  renewSpeech(listCachedSpeech()[0]!.key)
  vi.mocked(listCachedSpeech).mockClear()
  expect((await engine.transcribe(sound, {})).text).toBe('Is anybody there?')
  expect(listCachedSpeech).toHaveBeenCalledTimes(1)
})

test('of two spellings of one sound, the one that was said last', async () => {
  const engine = cachedSpeechEngine()
  const sound = await saidElsewhere('Good evening everyone')
  expect((await engine.transcribe(sound, {})).text).toBe('Good evening everyone')
  await saidElsewhere('Good evening, everyone')
  await saidElsewhere('Good evening everyone.')
  expect((await engine.transcribe(sound, {})).text).toBe('Good evening everyone.')
})

test('other sound has no words', async () => {
  const engine = cachedSpeechEngine()
  const { samples, rateHz } = await saidElsewhere('Nobody says this backwards.')
  expect((await engine.transcribe(pcm(samples.toReversed(), rateHz), {})).text).toBe('')
  expect((await engine.transcribe(silence(1000), {})).text).toBe('')
})

test('a sentence that is said again is among the newest', async () => {
  const [first] = listCachedSpeech()
  const oldest = listCachedSpeech().at(-1)!
  utimesSync(speechCacheFile(oldest.key), 1_700_000_000, 1_700_000_000)
  const sound = soundOf('', readCachedSpeech(oldest.key)!)
  renewSpeech(oldest.key)
  expect(listCachedSpeech()[0]!.key).toBe(oldest.key)
  expect(first!.key).not.toBe(oldest.key)
  expect(soundOf('', readCachedSpeech(oldest.key)!).samples, 'it is still whole').toEqual(sound.samples)
})
