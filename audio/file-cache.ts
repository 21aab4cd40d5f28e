// WAV files that are asked for again and again: read and resampled once for each rate, within a limit of memory, and read anew when
// the file on disk has changed.

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RealtimeKitError } from '../src/errors.ts'
import { checkOneOf, refuse } from './checks.ts'
import { readWavFile } from './files.ts'
import { silence } from './pcm.ts'
import { resamplePcm } from './resample.ts'
import type { Pcm } from './types.ts'

export interface AudioFileCacheOptions {
  /** Samples are two bytes each; the sounds that were not used for longest are dropped. 64 MiB by default. */
  readonly maxBytes?: number
  /** What a file that cannot be used gives: an error (default), or two seconds of silence and one warning. */
  readonly onMissing?: 'error' | 'silence'
  /** Told about each file that became silence. Default: a warning of the process. */
  readonly warn?: (message: string) => void
}

export interface CachedAudioInfo {
  readonly path: string
  /** Rate it was asked for. */
  readonly rateHz: number
  readonly durationMs: number
  readonly bytes: number
}

interface Entry {
  readonly audio: Pcm
  /** Size and times of change of the file, to see that it is still the same. */
  readonly stamp: string
}

const silenceMs = 2000

/**
 * A cache of WAV files.
 *
 * @throws RealtimeKitError RTK_AUDIO for options out of their range, and from `load` for a file that is missing or no WAV file (unless `onMissing` is 'silence')
 * @example
 * const cache = new AudioFileCache()
 * const greeting = cache.load('greeting.wav', 24_000)
 * cache.info() // [{ path: '/…/greeting.wav', rateHz: 24000, durationMs: 1200, bytes: 57600 }]
 */
export class AudioFileCache {
  readonly #entries = new Map<string, Entry>()
  readonly #maxBytes: number
  readonly #onMissing: 'error' | 'silence'
  readonly #warn: (message: string) => void

  constructor({ maxBytes = 64 * 1024 * 1024, onMissing = 'error', warn = warnProcess }: AudioFileCacheOptions = {}) {
    const where = 'new AudioFileCache()'
    checkOneOf(where, 'onMissing', onMissing, ['error', 'silence'])
    if (!(maxBytes >= 0)) refuse({ where, name: 'maxBytes', value: maxBytes }, '0 or more')
    this.#maxBytes = maxBytes
    this.#onMissing = onMissing
    this.#warn = warn
  }

  /** Bytes of all sounds in it. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { audio }) => sum + audio.samples.byteLength, 0)
  }

  /** Number of sounds; one file at two rates counts twice. */
  get size(): number {
    return this.#entries.size
  }

  /** The file at this rate, 24,000 Hz by default. The same samples for everyone: do not write into them. */
  load(file: string | URL, rateHz = 24_000): Pcm {
    const path = pathOf(file)
    const key = keyOf(path, rateHz)
    const stamp = stampOf(path)
    const known = this.#entries.get(key)
    if (known && known.stamp === stamp) {
      // Used last: now at the end of the queue.
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known.audio
    }
    this.#entries.delete(key)
    const audio = this.#read(path, rateHz)
    if (stamp !== undefined) this.#keep(key, { audio, stamp })
    return audio
  }

  /** Whether this file, as it is now on disk, is here at this rate. */
  isCached(file: string | URL, rateHz = 24_000): boolean {
    const path = pathOf(file)
    const stamp = stampOf(path)
    return stamp !== undefined && this.#entries.get(keyOf(path, rateHz))?.stamp === stamp
  }

  /** Forgets a file at all rates; true when it was here. */
  remove(file: string | URL): boolean {
    const path = pathOf(file)
    const keys = [...this.#entries.keys()].filter((key) => key.endsWith(`:${path}`))
    for (const key of keys) this.#entries.delete(key)
    return keys.length > 0
  }

  clear(): void {
    this.#entries.clear()
  }

  /** What is in it, the sound that was used longest ago first. */
  info(): CachedAudioInfo[] {
    return [...this.#entries].map(([key, { audio }]) => ({
      path: key.slice(key.indexOf(':') + 1),
      rateHz: audio.rateHz,
      durationMs: audio.durationMs,
      bytes: audio.samples.byteLength,
    }))
  }

  #read(path: string, rateHz: number): Pcm {
    try {
      return resamplePcm(readWavFile(path), rateHz)
    } catch (error) {
      if (this.#onMissing === 'error' || !(error instanceof RealtimeKitError)) throw error
      this.#warn(`${error.message}\nTwo seconds of silence are used instead.`)
      return silence(silenceMs, { rateHz })
    }
  }

  #keep(key: string, entry: Entry): void {
    if (entry.audio.samples.byteLength > this.#maxBytes) return
    this.#entries.set(key, entry)
    for (const oldest of this.#entries.keys()) {
      if (this.bytes <= this.#maxBytes) return
      this.#entries.delete(oldest)
    }
  }
}

function keyOf(path: string, rateHz: number): string {
  return `${rateHz}:${path}`
}

function pathOf(file: string | URL): string {
  return resolve(file instanceof URL ? fileURLToPath(file) : file)
}

/** Undefined for a file that is not there. */
function stampOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  // A copy that keeps its time of writing has a time of change of its own.
  return stats && `${stats.size}-${stats.mtimeMs}-${stats.ctimeMs}-${stats.ino}`
}

function warnProcess(message: string): void {
  process.emitWarning(message, 'RealtimeKitWarning')
}
