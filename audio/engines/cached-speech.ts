// The words of sound that `speech()` made in another process of this machine: its sentences are in the cache on disk.
// For `serve`, whose clients speak from processes of their own.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type KnownRecognition, outlineHz, SpeechMemory } from '../known-speech.ts'
import { resampleRoughly } from '../resample.ts'
import type { Pcm, Recognition, TranscriptionEngine } from '../types.ts'
import { soundOf } from './flite.ts'
import { type CachedFile, lastChange, listCachedSpeech, readCachedSpeech } from './speech-cache.ts'

/** As many as are kept known. */
const maxSentences = 512
/**
 * Among 226 sentences a right one scores 0.984 or more, over the phone and in 20 dB of noise too (0.999 in the middle);
 * a wrong one up to 0.984 (one word up to 0.99) when the right one is not there.
 */
const leastScore = 0.985
/** So alike that others need not be looked at. */
const sureScore = 0.995
/** So many of the newest are looked at before the rest. */
const firstBatch = 8
/** The most that a file takes for 1 ms of sound: 16,000 samples a second. */
const bytesPerMs = 32
/** A file's head, and the quiet edges of a sentence, which turn detection may have cut off. */
const slackBytes = 16_000

/**
 * Knows the sentences that `speech()` made on this machine, whichever process asked for them; other sound has no words.
 *
 * @example
 * const engine = cachedSpeechEngine()
 * await engine.transcribe(committedAudio, {}) // { text: 'A table for two, please' }
 */
export function cachedSpeechEngine(): TranscriptionEngine {
  const cached = new CachedSpeech()
  return { name: 'known', load: async () => {}, transcribe: (audio) => cached.recognize(audio) }
}

class CachedSpeech {
  readonly #memory = new SpeechMemory({ leastScore, sureScore })
  readonly #looked = new Set<string>()
  #files: readonly CachedFile[] = []
  /** The last change of the cache that `#files` is sure to hold. */
  #change: string | undefined

  async recognize(audio: Pcm): Promise<Recognition> {
    // Once for all looks at it.
    const heard = resampleRoughly(audio, outlineHz)
    const keys = this.#newest()
      .filter(({ key, bytes }) => !this.#looked.has(key) && fits(audio, bytes))
      .map(({ key }) => key)
    // What was said last is the likeliest.
    await this.#learn(keys.splice(0, firstBatch))
    const likely = this.#memory.recognize(heard)
    if (keys.length === 0 || (likely && likely.score >= sureScore)) return recognition(likely)
    await this.#learn(keys)
    return recognition(this.#memory.recognize(heard))
  }

  /** A list takes 10 ms for a thousand files: too much for each turn of many sessions. */
  #newest(): readonly CachedFile[] {
    const change = lastChange()
    if (change !== this.#change) this.#files = listCachedSpeech().slice(0, maxSentences)
    this.#change = change
    return this.#files
  }

  /** The newest is learned last: of equal sounds it counts. */
  async #learn(keys: readonly string[]): Promise<void> {
    for (const key of keys.toReversed()) {
      this.#looked.add(key)
      const stored = readCachedSpeech(key)
      if (stored?.said) this.#memory.remember(soundOf(stored.said.text, stored))
      // Some ms each: the process has others to serve.
      await nextTurn()
    }
  }
}

function recognition(known: KnownRecognition | undefined): Recognition {
  return known ? { text: known.text, words: known.words, confidence: known.score } : { text: '' }
}

/** Longer sentences than the sound cannot be in it; they are looked at when a longer sound comes. */
function fits(audio: Pcm, bytes: number): boolean {
  return bytes - slackBytes <= audio.durationMs * bytesPerMs
}
