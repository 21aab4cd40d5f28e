// What flite can be asked to say, and with which voices: the same for the worker thread and for a page.

import { RealtimeKitError } from '../../src/errors.ts'
import type { VoiceSettings } from '../types.ts'

/** Voices of the package. `slt` is female, `rms` and `awb` are male, `kal16` and `kal` (8,000 Hz) are robotic and fast. */
export const fliteVoices = ['slt', 'rms', 'awb', 'kal16', 'kal'] as const

/** Voice settings with what was left out; a pitch only where one is asked for. */
export interface SpokenSettings {
  readonly voice: string
  readonly speed: number
  readonly pitchHz?: number
}

/** @throws RealtimeKitError RTK_OPTION for an unknown voice, a speed out of 0.25 to 4, or a pitch out of 50 to 400 Hz */
export function checkVoiceSettings({ voice = 'slt', speed = 1, pitchHz }: VoiceSettings): SpokenSettings {
  if (!(fliteVoices as readonly string[]).includes(voice)) {
    throw new RealtimeKitError('RTK_OPTION', `There is no voice '${voice}'. flite has: ${fliteVoices.join(', ')}.`)
  }
  if (!(typeof speed === 'number' && speed >= 0.25 && speed <= 4)) {
    throw new RealtimeKitError('RTK_OPTION', `speed must be between 0.25 and 4 (1 is normal), got ${String(speed)}.`)
  }
  if (pitchHz !== undefined && !(pitchHz >= 50 && pitchHz <= 400)) {
    throw new RealtimeKitError('RTK_OPTION', `pitchHz must be between 50 and 400, got ${String(pitchHz)}.`)
  }
  if (pitchHz !== undefined && voice === 'rms') {
    throw new RealtimeKitError('RTK_OPTION', "The voice 'rms' has one pitch only; slt, awb, kal16 and kal have any (pitchHz).")
  }
  return { voice, speed, ...(pitchHz === undefined ? {} : { pitchHz }) }
}

/** Arguments of flite for settings that differ from the voice's own. */
export function fliteSettings({ speed, pitchHz }: Omit<SpokenSettings, 'voice'>): string[] {
  const stretch = speed === 1 ? [] : ['--setf', `duration_stretch=${1 / speed}`]
  return [...stretch, ...(pitchHz === undefined ? [] : ['--setf', `int_f0_target_mean=${pitchHz}`])]
}

/**
 * flite reads ASCII: accents are taken off, typographic signs become plain ones, the rest is left out. Letters of other scripts
 * sound as a syllable each: not the language, but speech, of about the right length, which turn detection hears.
 */
export function sayable(text: string): string {
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
