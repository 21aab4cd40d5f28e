import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { AudioFileCache } from '../../audio/file-cache.ts'
import { writeWavFile } from '../../audio/files.ts'
import { noise } from '../../audio/noise.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-cache-'))
afterAll(() => rmSync(folder, { recursive: true }))

function wav(name: string, ms: number, seed = 1): string {
  const path = join(folder, name)
  writeWavFile(path, noise(ms, { rateHz: 16_000, seed }))
  return path
}

test('a file is read once for each rate', () => {
  const path = wav('once.wav', 100)
  const cache = new AudioFileCache()
  const first = cache.load(path)
  expect(first).toMatchObject({ rateHz: 24_000, durationMs: 100 })
  expect(cache.load(pathToFileURL(path))).toBe(first)
  expect(cache.load(path, 8000)).toMatchObject({ rateHz: 8000, durationMs: 100 })
  expect([cache.isCached(path), cache.isCached(path, 8000), cache.isCached(path, 16_000)]).toEqual([true, true, false])
  expect(cache.info()).toEqual([
    { path, rateHz: 24_000, durationMs: 100, bytes: 4800 },
    { path, rateHz: 8000, durationMs: 100, bytes: 1600 },
  ])
  expect([cache.size, cache.bytes]).toEqual([2, 6400])
})

test('a file that changed is read anew', () => {
  const path = wav('changes.wav', 100)
  const cache = new AudioFileCache()
  const before = cache.load(path)
  wav('changes.wav', 100, 2)
  utimesSync(path, 1_800_000_000, 1_800_000_000)
  expect(cache.isCached(path)).toBe(false)
  expect(cache.load(path).samples).not.toEqual(before.samples)
  expect(cache.size).toBe(1)
})

test('it stays within its limit: what was not used for longest goes first', () => {
  const [one, two, three] = [wav('1.wav', 100), wav('2.wav', 100), wav('3.wav', 100)]
  const cache = new AudioFileCache({ maxBytes: 10_000 })
  for (const path of [one, two, one, three]) cache.load(path)
  expect(cache.info().map(({ path }) => path)).toEqual([one, three])
  expect(cache.load(wav('long.wav', 1000)).durationMs).toBe(1000)
  expect(
    cache.info().map(({ path }) => path),
    'what is too large for it is not kept',
  ).toEqual([one, three])
})

test('what is removed is gone at all rates', () => {
  const path = wav('removed.wav', 100)
  const cache = new AudioFileCache()
  cache.load(path)
  cache.load(path, 8000)
  expect([cache.remove(path), cache.remove(path), cache.size]).toEqual([true, false, 0])
  cache.load(path)
  cache.clear()
  expect(cache.size).toBe(0)
})

test('a missing or broken file is an error, or silence with a warning, by policy', () => {
  const broken = join(folder, 'broken.wav')
  writeFileSync(broken, 'no sound')
  expect(() => new AudioFileCache().load(join(folder, 'none.wav'))).toThrow(/RTK_AUDIO.*none\.wav/)
  expect(() => new AudioFileCache().load(broken)).toThrow(/RTK_AUDIO.*broken\.wav/)
  const warnings: string[] = []
  const cache = new AudioFileCache({ onMissing: 'silence', warn: (message) => warnings.push(message) })
  for (const path of [join(folder, 'none.wav'), broken]) {
    const audio = cache.load(path, 8000)
    expect(audio).toMatchObject({ rateHz: 8000, durationMs: 2000 })
    expect(audio.samples.every((sample) => sample === 0)).toBe(true)
  }
  expect(warnings).toEqual([expect.stringContaining('none.wav'), expect.stringContaining('broken.wav')])
})
