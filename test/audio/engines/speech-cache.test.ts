import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  lastChange,
  listCachedSpeech,
  readCachedSpeech,
  renewSpeech,
  speechCacheFile,
  speechCacheFolder,
  storeSpeech,
} from '../../../audio/engines/speech-cache.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-cache-test-'))
const key = 'ab'.repeat(32)
const stored = { samples: Int16Array.of(1, -2, 300, 32_767, -32_768), rateHz: 16_000, phones: 'pau:0.1 y:0.2' }

beforeAll(() => void vi.stubEnv('TMPDIR', folder))
afterEach(() => rmSync(speechCacheFolder(), { recursive: true, force: true }))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('speech cache', () => {
  test('gives back what was stored, and leaves no other file', () => {
    expect(readCachedSpeech(key)).toBeUndefined()
    storeSpeech(key, stored)
    expect(speechCacheFile(key).startsWith(folder)).toBe(true)
    expect(readCachedSpeech(key)).toEqual(stored)
    expect(readdirSync(dirname(speechCacheFile(key)))).toEqual([`${key}.pcm`])
  })

  test.each<[string, (file: string) => void]>([
    ['empty', (file) => writeFileSync(file, '')],
    ['cut short', (file) => truncateSync(file, readFileSync(file).length - 1)],
    ['without samples', (file) => truncateSync(file, 20)],
    ['no cache file at all', (file) => writeFileSync(file, 'RIFF????WAVE\n')],
    ['JSON of another kind', (file) => writeFileSync(file, 'null\n')],
    ['changed by one bit', (file) => flipLastBit(file)],
    ['with other phone times', (file) => writeFileSync(file, readFileSync(file, 'latin1').replace('y:0.2', 'y:0.3'), 'latin1')],
  ])('a file that is %s counts as missing and is replaced', (_, damage) => {
    storeSpeech(key, stored)
    damage(speechCacheFile(key))
    expect(readCachedSpeech(key)).toBeUndefined()
    storeSpeech(key, stored)
    expect(readCachedSpeech(key)).toEqual(stored)
  })

  test('tells another change after each sentence that is stored or said again', () => {
    const changes = [lastChange()]
    storeSpeech(key, stored)
    changes.push(lastChange())
    readCachedSpeech(key)
    listCachedSpeech()
    expect(lastChange()).toBe(changes[1])
    renewSpeech(key)
    changes.push(lastChange())
    storeSpeech('cd'.repeat(32), stored)
    changes.push(lastChange())
    renewSpeech('ef'.repeat(32))
    expect(lastChange(), 'a sentence that is not there is not said again').toBe(changes[3])
    expect(new Set(changes).size).toBe(4)
    expect(changes[0]).toBe('')
  })

  test('gives back what was said too, where it was stored; what is no sentence counts as none', () => {
    const said = { text: 'Yes.', voice: 'slt', speed: 1.5 }
    storeSpeech(key, { ...stored, said })
    expect(readCachedSpeech(key)?.said).toEqual(said)
    const file = speechCacheFile(key)
    writeFileSync(file, readFileSync(file, 'latin1').replace('"speed":1.5', '"speed":"x"'), 'latin1')
    expect(readCachedSpeech(key)).toEqual(stored)
  })

  test('lists its files, the newest first, and nothing else', () => {
    expect(listCachedSpeech()).toEqual([])
    for (const [at, name] of ['cd', 'ab', 'ef'].entries()) {
      storeSpeech(name.repeat(32), stored)
      utimesSync(speechCacheFile(name.repeat(32)), 1000 + at, 1000 + at)
    }
    writeFileSync(join(dirname(speechCacheFile(key)), 'notes.txt'), 'none of ours')
    expect(listCachedSpeech().map((file) => file.key)).toEqual(['ef'.repeat(32), key, 'cd'.repeat(32)])
    expect(listCachedSpeech()[0]).toEqual({
      key: 'ef'.repeat(32),
      bytes: readFileSync(speechCacheFile(key)).length,
      changedMs: 1_002_000,
    })
  })

  test('a folder that cannot be written is no error and leaves nothing behind', () => {
    mkdirSync(dirname(speechCacheFolder()), { recursive: true })
    writeFileSync(speechCacheFolder(), 'a file where the folder should be')
    storeSpeech(key, stored)
    expect(readCachedSpeech(key)).toBeUndefined()
    expect(existsSync(speechCacheFile(key))).toBe(false)
  })
})

function flipLastBit(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(file, bytes)
}
