// Synthesized sentences on disk, shared by all processes of this machine. A file is a JSON line and little-endian PCM16.
// Files are written under a name of their own and renamed, so nobody reads half a file; damaged ones count as missing.

import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bytesFromSamples, samplesFromBytes } from '../pcm.ts'

/** A sentence as the engine said it. `phones` is `name:endSeconds` for each sound, in order. */
export interface StoredSpeech {
  readonly samples: Int16Array
  readonly rateHz: number
  readonly phones: string
}

/** The folder of the cache; it may be deleted at any time. */
export function speechCacheFolder(): string {
  return join(tmpdir(), 'vitest-realtime-speech-v1')
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

/** Stores a sentence. Failing is no error: the cache only saves time. */
export function storeSpeech(key: string, speech: StoredSpeech): void {
  const file = speechCacheFile(key)
  const unfinished = `${file}.${randomUUID()}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(unfinished, encode(speech), { flag: 'wx' })
    renameSync(unfinished, file)
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
  const head = { rateHz: speech.rateHz, phones: speech.phones, sha256: digest(speech.rateHz, speech.phones, body) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}

function decode(bytes: Buffer): StoredSpeech | undefined {
  const lineEnd = bytes.indexOf(0x0a)
  const head: unknown = JSON.parse(bytes.toString('utf8', 0, lineEnd))
  if (!isHead(head)) return undefined
  const body = new Uint8Array(bytes.subarray(lineEnd + 1))
  if (digest(head.rateHz, head.phones, body) !== head.sha256) return undefined
  return { samples: samplesFromBytes(body), rateHz: head.rateHz, phones: head.phones }
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
