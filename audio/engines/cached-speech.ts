// The words of sound that `speech()` made in another process of this machine: its sentences are in the cache on disk.
// For `serve`, whose clients speak from processes of their own.

import { recognizeKnown, rememberSpeech } from '../known-speech.ts'
import type { Pcm, Recognition, TranscriptionEngine } from '../types.ts'
import { synthesizeWhole } from './flite.ts'
import { listCachedSpeech, readCachedSpeech } from './speech-cache.ts'

/** As many as are kept known. */
const maxSentences = 512
/** So many new ones are looked at before the sound is compared again; then twice as many each time. */
const firstBatch = 8
/** The least that a file takes for 1 ms of sound: 8,000 samples a second. The others are longer by half. */
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
  const looked = new Set<string>()
  return { name: 'known', load: async () => {}, transcribe: (audio) => findSentence(audio, looked) }
}

async function findSentence(audio: Pcm, looked: Set<string>): Promise<Recognition> {
  const files = listCachedSpeech().slice(0, maxSentences)
  const keys = files.filter(({ key, bytes }) => !looked.has(key) && fits(audio, bytes)).map(({ key }) => key)
  for (let batch = firstBatch; ; batch *= 2) {
    const known = recognizeKnown(audio)
    if (known) return { text: known.text, words: known.words, confidence: known.score }
    if (keys.length === 0) return { text: '' }
    for (const key of keys.splice(0, batch)) {
      looked.add(key)
      await learn(key)
    }
  }
}

/** Longer sentences than the sound cannot be in it; they are looked at when a longer sound comes. */
function fits(audio: Pcm, bytes: number): boolean {
  return bytes - slackBytes <= audio.durationMs * bytesPerMs
}

async function learn(key: string): Promise<void> {
  const said = readCachedSpeech(key)?.said
  if (!said) return
  // Another version of the kit may have other voices: then its sentence stays unknown.
  const sentence = await synthesizeWhole(said.text, said).catch(() => undefined)
  if (sentence) rememberSpeech(sentence)
}
