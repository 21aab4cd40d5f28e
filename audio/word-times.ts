// From flite's phone times to bounds of the speech and of its words. Word times are an approximation:
// flite tells sounds, not words, so the sounds are dealt out to the words by what their letters suggest.

import type { WordTime } from './types.ts'
import { normalizeWords } from './wer.ts'

/** A sound and where it lies, in ms. `pau` is a pause. */
export interface PhoneTime {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
}

/** Reads `pau:0.164 hh:0.255 …` (name and end in seconds), as flite's `-psdur` prints it. */
export function parsePhones(line: string): PhoneTime[] {
  let startMs = 0
  return line
    .split(/\s+/)
    .filter((token) => token.includes(':'))
    .map((token) => {
      const [name = '', end = '0'] = token.split(':')
      const phone = { name, startMs, endMs: Math.round(Number(end) * 1000) }
      startMs = phone.endMs
      return phone
    })
}

/** First start and last end of sounds that are no pauses; undefined where there are none. */
export function speechSpanOf(phones: readonly PhoneTime[]): { startMs: number; endMs: number } | undefined {
  const sounds = phones.filter(({ name }) => name !== 'pau')
  const first = sounds[0]
  const last = sounds.at(-1)
  return first && last && { startMs: first.startMs, endMs: last.endMs }
}

/**
 * Approximate times of the words of `text`. Each word takes a run of neighbouring sounds without a pause inside;
 * the runs are chosen (dynamic programming) to fit each word's vowel groups, consonants, first and last letter.
 * Usually within one sound (50 to 100 ms) of the truth; numbers and abbreviations fit worst.
 */
export function alignWords(text: string, phones: readonly PhoneTime[]): WordTime[] {
  const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const sounds = phones.map((phone, index) => ({ ...phone, afterPause: index > 0 && phones[index - 1]!.name === 'pau' }))
  const spoken = sounds.filter(({ name }) => name !== 'pau')
  if (words.length === 0 || spoken.length === 0) return []
  const ends = cheapestRuns(words.map(letterShape), spoken)
  return words.map((word, index) => {
    const first = spoken[Math.min(spoken.length - 1, ends[index - 1] ?? 0)]!
    const last = spoken[Math.max(ends[index - 1] ?? 0, ends[index]! - 1)] ?? first
    return { text: word, startMs: first.startMs, endMs: Math.max(first.startMs, last.endMs) }
  })
}

type Sound = PhoneTime & { readonly afterPause: boolean }

interface LetterShape {
  readonly vowels: number
  readonly consonants: number
  readonly first: string
  readonly last: string
  /** Punctuation after the word makes a pause likely, so a run should end there. */
  readonly endsPhrase: boolean
}

function letterShape(word: string): LetterShape {
  const letters = normalizeWords(word)
    .join('')
    .replace(/[^a-z]/g, '')
  const sounding = letters.replace(/(?<=[a-z]{2})e$|(?<=[aeiou][^aeiou]+)es$/, '')
  const vowels = Math.max(1, sounding.match(/[aeiouy]+/g)?.length ?? 1)
  const consonants =
    sounding.replace(/(?<=[aeiou])[rwy](?![aeiouy])|(?<=[tscpgw])h|(.)(?=\1)/g, '').match(/[^aeiouy]/g)?.length ?? 0
  return { vowels, consonants, first: letters[0] ?? '', last: sounding.at(-1) ?? '', endsPhrase: /[.,;:?!]["')]*$/.test(word) }
}

const impossible = 1e9

/** For each word the number of sounds up to its end; every word has at least one where there are enough. */
function cheapestRuns(shapes: readonly LetterShape[], sounds: readonly Sound[]): number[] {
  const count = sounds.length
  const cost = shapes.map(() => new Float64Array(count + 1).fill(impossible))
  const from = shapes.map(() => new Int32Array(count + 1))
  for (const [word, shape] of shapes.entries()) {
    for (let end = 1; end <= count; end++) {
      for (let start = Math.max(0, end - 24); start < end; start++) {
        const before = word === 0 ? (start === 0 ? 0 : impossible) : cost[word - 1]![start]!
        const total = before + runCost(shape, sounds, start, end)
        if (total < cost[word]![end]!) {
          cost[word]![end] = total
          from[word]![end] = start
        }
      }
    }
  }
  const ends: number[] = []
  let end = count
  for (let word = shapes.length - 1; word >= 0; word--) {
    ends[word] = end
    end = from[word]![end]!
  }
  return ends
}

function runCost(shape: LetterShape, sounds: readonly Sound[], start: number, end: number): number {
  let vowels = 0
  let pauses = 0
  for (let index = start; index < end; index++) {
    if (isVowel(sounds[index]!.name)) vowels++
    if (index > start && sounds[index]!.afterPause) pauses++
  }
  const fits = 2 * Math.abs(vowels - shape.vowels) + Math.abs(end - start - vowels - shape.consonants)
  const firstFits = letterFits(shape.first, sounds[start]!.name) ? 0 : 1.5
  const lastFits = letterFits(shape.last, sounds[end - 1]!.name) ? 0 : 1
  const endsAtPause = end === sounds.length || sounds[end]!.afterPause
  return fits + firstFits + lastFits + pauses * 100 + (shape.endsPhrase && !endsAtPause ? 2 : 0)
}

function isVowel(phone: string): boolean {
  return /^[aeiou]/.test(phone)
}

const lettersToPhones: Readonly<Record<string, string>> = {
  b: 'b',
  c: 'k s ch sh',
  d: 'd t jh',
  e: 'y r',
  f: 'f v',
  g: 'g jh ng',
  h: 'hh w',
  j: 'jh y',
  k: 'k n',
  l: 'l',
  m: 'm',
  n: 'n ng',
  o: 'w',
  p: 'p f',
  q: 'k',
  r: 'r er',
  s: 's z sh zh',
  t: 't th dh ch sh',
  u: 'y',
  v: 'v f',
  w: 'w hh r',
  x: 'k s z',
  y: 'y',
  z: 'z s',
}

function letterFits(letter: string, phone: string): boolean {
  if (/[aeiouy]/.test(letter) && isVowel(phone)) return true
  return (lettersToPhones[letter] ?? '').split(' ').includes(phone)
}
