// Word error rate, and the rules by which two texts are made comparable before it.

/** How the words of a hypothesis line up with those of the reference. */
export interface WordPair {
  readonly kind: 'same' | 'substituted' | 'deleted' | 'inserted'
  readonly reference?: string
  readonly hypothesis?: string
}

export interface WordErrors {
  /** (substitutions + deletions + insertions) / words of the reference; 0 for two empty texts, above 1 where much was added. */
  readonly rate: number
  readonly substitutions: number
  readonly deletions: number
  readonly insertions: number
  readonly referenceWords: number
  readonly pairs: readonly WordPair[]
}

/**
 * The words of a text in one spelling: lower case, no accents, no punctuation, contractions in full, numbers in words.
 *
 * @example
 * normalizeWords("I'm 21, OK?") // ['i', 'am', 'twenty', 'one', 'ok']
 */
export function normalizeWords(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(accented, '$1')
    .normalize('NFC')
    .replace(/[\u2018\u2019]/g, "'")
    .toLowerCase()
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(/\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)?/g, (digits) => ` ${numberToWords(digits)} `)
    .replace(/%/g, ' percent ')
    .replace(/&/g, ' and ')
    .replace(/[\p{L}\p{M}']+/gu, (word) => contractions.get(word) ?? expandEnding(word))
    .replace(/[^\p{L}\p{M}\s]+/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Marks are accents in these scripts; in others, such as that of Hindi, they are vowels. */
const accented = /(\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{Script=Arabic}|\p{Script=Hebrew})\p{M}+/gu

/**
 * Word error rate of `hypothesis` against `reference`, both normalized by `normalizeWords`.
 *
 * @example
 * wordErrorRate('the cat sat', 'the bat sat down').rate // 0.667: one substitution, one insertion, three words
 */
export function wordErrorRate(reference: string, hypothesis: string): WordErrors {
  const expected = normalizeWords(reference)
  const heard = normalizeWords(hypothesis)
  const pairs = trace(expected, heard, distances(expected, heard))
  const count = (kind: WordPair['kind']): number => pairs.filter((pair) => pair.kind === kind).length
  const [substitutions, deletions, insertions] = [count('substituted'), count('deleted'), count('inserted')]
  const errors = substitutions + deletions + insertions
  return {
    rate: expected.length > 0 ? errors / expected.length : errors,
    substitutions,
    deletions,
    insertions,
    referenceWords: expected.length,
    pairs,
  }
}

/** Cell [i][j]: fewest edits from the first i reference words to the first j heard ones. */
function distances(expected: readonly string[], heard: readonly string[]): number[][] {
  const table = [Array.from({ length: heard.length + 1 }, (_, column) => column)]
  for (const [row, word] of expected.entries()) {
    const above = table[row]!
    const line = [row + 1]
    for (const [column, other] of heard.entries()) {
      const edit = above[column]! + (word === other ? 0 : 1)
      line.push(Math.min(edit, above[column + 1]! + 1, line[column]! + 1))
    }
    table.push(line)
  }
  return table
}

function trace(expected: readonly string[], heard: readonly string[], table: readonly number[][]): WordPair[] {
  const pairs: WordPair[] = []
  let row = expected.length
  let column = heard.length
  while (row > 0 || column > 0) {
    const here = table[row]![column]!
    const reference = expected[row - 1]
    const hypothesis = heard[column - 1]
    if (reference !== undefined && hypothesis !== undefined) {
      const isSame = reference === hypothesis
      if (here === table[row - 1]![column - 1]! + (isSame ? 0 : 1)) {
        pairs.push({ kind: isSame ? 'same' : 'substituted', reference, hypothesis })
        row--
        column--
        continue
      }
    }
    if (reference !== undefined && here === table[row - 1]![column]! + 1) {
      pairs.push({ kind: 'deleted', reference })
      row--
    } else {
      pairs.push({ kind: 'inserted', hypothesis: hypothesis! })
      column--
    }
  }
  return pairs.reverse()
}

const contractions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "won't": 'will not',
    "can't": 'can not',
    cannot: 'can not',
    "shan't": 'shall not',
    "let's": 'let us',
    "y'all": 'you all',
    okay: 'ok',
    gonna: 'going to',
    wanna: 'want to',
    gotta: 'got to',
    mr: 'mister',
    dr: 'doctor',
  }),
)

const endings: ReadonlyMap<string, string> = new Map([
  ['re', 'are'],
  ['ve', 'have'],
  ['ll', 'will'],
  ['d', 'would'],
  ['m', 'am'],
])

/** Words after which 's is "is"; after others it is the genitive, which keeps its s. */
const beforeIs = /^(?:he|she|it|that|there|here|what|where|who|when|how|why|this)$/

function expandEnding(word: string): string {
  const [stem = '', ending] = word.split("'")
  if (ending === undefined) return word
  if (ending === 't' && stem.endsWith('n')) return `${stem.slice(0, -1)} not`
  if (ending === 's') return beforeIs.test(stem) ? `${stem} is` : `${stem}s`
  const full = endings.get(ending)
  return full === undefined ? word.replaceAll("'", '') : `${stem} ${full}`
}

const ones =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = ' ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const ordinals: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}

/** `21`, `3.5`, `3rd`; a leading zero or more than nine digits is read digit by digit, as in a phone number. */
export function numberToWords(digits: string): string {
  if (/[a-z]$/.test(digits)) return ordinal(wholeNumber(digits.slice(0, -2)))
  const [whole = '', fraction] = digits.split('.')
  return fraction === undefined ? wholeNumber(whole) : `${wholeNumber(whole)} point ${digitByDigit(fraction)}`
}

function wholeNumber(digits: string): string {
  return digits.length > 9 || /^0\d/.test(digits) ? digitByDigit(digits) : cardinal(Number(digits))
}

function digitByDigit(digits: string): string {
  return Array.from(digits, (digit) => ones[Number(digit)]).join(' ')
}

function cardinal(value: number): string {
  if (value < 20) return ones[value]!
  if (value < 100) return joined(tens[Math.floor(value / 10)]!, value % 10)
  if (value < 1000) return joined(`${ones[Math.floor(value / 100)]} hundred`, value % 100)
  if (value < 1_000_000) return joined(`${cardinal(Math.floor(value / 1000))} thousand`, value % 1000)
  return joined(`${cardinal(Math.floor(value / 1_000_000))} million`, value % 1_000_000)
}

function joined(head: string, rest: number): string {
  return rest === 0 ? head : `${head} ${cardinal(rest)}`
}

function ordinal(words: string): string {
  const parts = words.split(' ')
  const last = parts.pop()!
  const ended = ordinals[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`)
  return [...parts, ended].join(' ')
}
