// Synthesized sentences on disk, shared by all processes of this machine. A file is a JSON line and little-endian PCM16.
// Files are written under a name of their own and renamed, so nobody reads half a file; damaged ones count as missing.

import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bytesFromSamples, samplesFromBytes } from '../pcm.ts'

/** A sentence as the engine said it. `phones` is `name:endSeconds` for each sound, in order. */
export interface StoredSpeech {
  readonly samples: Int16Array
  readonly rateHz: number
  readonly phones: string
  readonly said?: SaidSentence | undefined
}

/** What was said, and how: what makes the same sound again. */
export interface SaidSentence {
  readonly text: string
  readonly voice: string
  readonly speed: number
  readonly pitchHz?: number
}

/** A file of the cache. */
export interface CachedFile {
  readonly key: string
  readonly bytes: number
  readonly changedMs: number
}

/** The folder of the cache; it may be deleted at any time. */
export function speechCacheFolder(): string {
  return join(tmpdir(), 'vitest-realtime-speech-v2')
}

/** The file of a key (hexadecimal sha256). */
export function speechCacheFile(key: string): string {
  return join(speechCacheFolder(), key.slice(0, 2), `${key}.pcm`)
}

/** What is stored under a key; undefined when there is nothing or nothing sound. */
export function readCachedSpeech(key: string): StoredSpeech | undefined {
  try {
    return decode(readFileSync(speechCacheFile(key)))
  } catch {
    return undefined
  }
}

/** All files of the cache, the newest first. */
export function listCachedSpeech(): CachedFile[] {
  const folder = speechCacheFolder()
  const files = fileNames(folder).flatMap((name): CachedFile[] => {
    const file = join(folder, name)
    const key = /([0-9a-f]{64})\.pcm$/.exec(name)?.[1]
    const stats = key === undefined ? undefined : statSync(file, { throwIfNoEntry: false })
    return key === undefined || !stats ? [] : [{ key, bytes: stats.size, changedMs: stats.mtimeMs }]
  })
  return files.sort((left, right) => right.changedMs - left.changedMs)
}

function fileNames(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
}

/** Names the last sentence that was said, by any process: while it is the same, a list of the files would be too. */
export function lastChange(): string {
  try {
    return readFileSync(changeFile(), 'utf8')
  } catch {
    return ''
  }
}

function tellChange(): void {
  writeFileSync(changeFile(), randomUUID())
}

function changeFile(): string {
  return join(speechCacheFolder(), 'last-change')
}

/** Makes a stored sentence one of the newest: it was said again. The clock of the disk counts, as `Date` may be a test's. */
export function renewSpeech(key: string): void {
  try {
    const file = openSync(speechCacheFile(key), 'r+')
    // The first byte of its head, over itself.
    writeSync(file, '{', 0)
    closeSync(file)
    tellChange()
  } catch {
    // Deleted meanwhile, or not ours to write: it stays as old as it is.
  }
}

/** Stores a sentence. Failing is no error: the cache only saves time. */
export function storeSpeech(key: string, speech: StoredSpeech): void {
  const file = speechCacheFile(key)
  const unfinished = `${file}.${randomUUID()}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(unfinished, encode(speech), { flag: 'wx' })
    renameSync(unfinished, file)
    tellChange()
  } catch {
    discard(unfinished)
  }
}

/** Where not even the folder can be made, there is nothing to discard, and `rmSync` says so. */
function discard(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {}
}

function encode(speech: StoredSpeech): Uint8Array {
  const body = bytesFromSamples(speech.samples)
  const { rateHz, phones, said } = speech
  const head = { rateHz, phones, sha256: digest(rateHz, phones, body), said }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}

function decode(bytes: Buffer): StoredSpeech | undefined {
  const lineEnd = bytes.indexOf(0x0a)
  const head: unknown = JSON.parse(bytes.toString('utf8', 0, lineEnd))
  if (!isHead(head)) return undefined
  const body = new Uint8Array(bytes.subarray(lineEnd + 1))
  if (digest(head.rateHz, head.phones, body) !== head.sha256) return undefined
  const said = 'said' in head && isSaid(head.said) ? head.said : undefined
  return { samples: samplesFromBytes(body), rateHz: head.rateHz, phones: head.phones, said }
}

function isSaid(value: unknown): value is SaidSentence {
  if (typeof value !== 'object' || value === null) return false
  const { text, voice, speed, pitchHz } = value as Record<string, unknown>
  return typeof text === 'string' && typeof voice === 'string' && typeof speed === 'number' && isPitch(pitchHz)
}

function isPitch(value: unknown): boolean {
  return value === undefined || typeof value === 'number'
}

function isHead(value: unknown): value is { rateHz: number; phones: string; sha256: string } {
  if (typeof value !== 'object' || value === null) return false
  return (
    'rateHz' in value &&
    typeof value.rateHz === 'number' &&
    'phones' in value &&
    typeof value.phones === 'string' &&
    'sha256' in value
  )
}

function digest(rateHz: number, phones: string, body: Uint8Array): string {
  return createHash('sha256').update(`${rateHz}\n${phones}\n`).update(body).digest('hex')
}
