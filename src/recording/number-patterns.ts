// Numbers of cards, and long numbers that are said digit by digit, as patterns of what is blacked out. A number that only looks alike
// stays: cards have a check digit, and whoever counts says the next one.

import type { SecretPattern } from './secret-patterns.ts'

/** Words for 0 to 9, in order, as recognizers write digits that come slowly: English, German, French, Spanish. */
const words: ReadonlyMap<string, string> = new Map(
  [
    'zero oh o null zéro cero',
    'one eins un uno',
    'two zwei zwo deux dos',
    'three drei trois tres',
    'four vier quatre cuatro',
    'five fünf cinq cinco',
    'six sechs seis',
    'seven sieben sept siete',
    'eight acht huit ocho',
    'nine neun neuf nueve',
  ].flatMap((names, digit) => names.split(' ').map((name) => [name, String(digit)] as const)),
)

/** Said before a digit that comes more than once. */
const times: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['triple', 3],
])

/** Fewer are an order, a date, a price. */
const shortestSaid = 10

const oneDigit = `(?:(?:${[...times.keys()].join('|')}) )?(?:${[...words.keys()].join('|')})`

/** `four one one one, double five …`. Doubled digits make a number of few words. */
const said = new RegExp(`(?<![a-zà-ÿ0-9])${oneDigit}(?:[\\s,.;\u2026-]{1,3}${oneDigit}){4,40}(?![a-zà-ÿ0-9])`, 'gi')

function digitsOf(text: string): string {
  let count = 1
  let digits = ''
  for (const word of text.toLowerCase().split(/[^a-zà-ÿ]+/)) {
    count = times.get(word) ?? count
    const digit = words.get(word)
    if (digit === undefined) continue
    digits += digit.repeat(count)
    count = 1
  }
  return digits
}

function isSaid(digits: string): boolean {
  return digits.length >= shortestSaid && new Set(digits).size > 2 && !isCounting(digits)
}

/** `one two three …`, up or down. */
function isCounting(digits: string): boolean {
  const steps = new Set(Array.from(digits.slice(1), (digit, at) => (Number(digit) - Number(digits[at]) + 10) % 10))
  return steps.size === 1 && (steps.has(1) || steps.has(9))
}

/** Of a bank card: its length, its maker, and its check digit (Luhn). */
function isCard(digits: string): boolean {
  if (!/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6[0245]\d{14})$/.test(digits))
    return false
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, place) => {
      const value = Number(digit) * (place % 2 === 0 ? 1 : 2)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return sum % 10 === 0
}

const cardFits = (text: string): boolean => isCard(text.replace(/\D/g, ''))

export const numberPatterns: readonly SecretPattern[] = [
  // In one piece, or in the groups that are on the card.
  {
    kind: 'card',
    pattern:
      /(?<![\w.+:/#-])[2-6]\d{3}([ -]?)(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{4,5}|\d{4}\1\d{4}\1\d)(?![\w]|[-.]\d| \d{4}(?!\d))/g,
    fits: cardFits,
  },
  // Digit by digit: `4 1 1 1 …`, as recognizers write what is said slowly.
  { kind: 'card', pattern: /(?<![\w.+:/#,-]|\d )\d(?:[ -]\d){12,18}(?![ -]?\w|[.,]\d)/g, fits: cardFits },
  {
    kind: 'phone',
    pattern: /(?<![\w.+:/#,-]|\d )\d(?:[ -]\d){9,18}(?![ -]?\w|[.,]\d)/g,
    fits: (text) => isSaid(text.replace(/\D/g, '')),
  },
  { kind: 'card', pattern: said, fits: (text) => isCard(digitsOf(text)) },
  { kind: 'phone', pattern: said, fits: (text) => isSaid(digitsOf(text)) },
]
