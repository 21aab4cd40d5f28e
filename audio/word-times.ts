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

/** The word some ms later, or earlier. */
export function shiftWord({ text, startMs, endMs }: WordTime, byMs: number): WordTime {
  return { text, startMs: startMs + byMs, endMs: endMs + byMs }
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
/** Sounds of the longest word. */
const longestRun = 24

/** For each word the number of sounds up to its end; every word has at least one where there are enough. */
function cheapestRuns(shapes: readonly LetterShape[], sounds: readonly Sound[]): number[] {
  const count = sounds.length
  const cost = shapes.map(() => new Float64Array(count + 1).fill(impossible))
  const from = shapes.map(() => new Int32Array(count + 1))
  const counts = countUp(sounds)
  for (const [word, shape] of shapes.entries()) {
    const costOf = runCosts(shape, sounds, counts)
    const before = cost[word - 1]
    const mine = cost[word]!
    for (let start = 0; start < count; start++) {
      const soFar = before ? before[start]! : start === 0 ? 0 : impossible
      if (soFar >= impossible) continue
      for (let end = start + 1; end <= Math.min(count, start + longestRun); end++) {
        const total = soFar + costOf(start, end)
        if (total >= mine[end]!) continue
        mine[end] = total
        from[word]![end] = start
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

/** Vowels and pauses before each sound, so that those of a run are a difference: long texts have many runs. */
function countUp(sounds: readonly Sound[]): { vowels: Int32Array; pauses: Int32Array } {
  const vowels = new Int32Array(sounds.length + 1)
  const pauses = new Int32Array(sounds.length + 1)
  for (const [index, { name, afterPause }] of sounds.entries()) {
    vowels[index + 1] = vowels[index]! + (isVowel(name) ? 1 : 0)
    pauses[index + 1] = pauses[index]! + (afterPause ? 1 : 0)
  }
  return { vowels, pauses }
}

/** What it costs to give this word the sounds from `start` to before `end`. */
function runCosts(
  shape: LetterShape,
  sounds: readonly Sound[],
  counts: { readonly vowels: Int32Array; readonly pauses: Int32Array },
): (start: number, end: number) => number {
  const misfits = (letter: string, price: number): Float64Array => {
    const prices = new Map<string, number>()
    return Float64Array.from(sounds, ({ name }) => {
      const known = prices.get(name) ?? (letterFits(letter, name) ? 0 : price)
      prices.set(name, known)
      return known
    })
  }
  const first = misfits(shape.first, 1.5)
  const last = misfits(shape.last, 1)
  return (start, end) => {
    const vowels = counts.vowels[end]! - counts.vowels[start]!
    // A pause before the first sound is between two words.
    const pauses = counts.pauses[end]! - counts.pauses[start + 1]!
    const fits = 2 * Math.abs(vowels - shape.vowels) + Math.abs(end - start - vowels - shape.consonants)
    const endsAtPause = end === sounds.length || sounds[end]!.afterPause
    return fits + first[start]! + last[end - 1]! + pauses * 100 + (shape.endsPhrase && !endsAtPause ? 2 : 0)
  }
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
