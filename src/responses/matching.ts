// Whether a phrase is in what somebody said: whole words, any case, any script, punctuation ignored.
// `legacy` is the old system's way, a plain substring in any case.

/** How phrases are looked for: as whole words, or as substrings as the old system did. */
export type MatchingMode = 'words' | 'legacy'

/** A text made ready for many look-ups; folded on the first. */
export interface PreparedText {
  readonly raw: string
  readonly folded: string
  readonly mode: MatchingMode
}

/** What `foldText` leaves as it is, but for case and punctuation. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant.
const ascii = /^[\x00-\x7f]*$/
const invisible = /\p{Default_Ignorable_Code_Point}|[\u20e3\u{1f3fb}-\u{1f3ff}]/gu
/** Vowel points and the like, which Arabic and Hebrew writers leave out as they please; with the Arabic stretching mark. */
const optionalMarks = /[[\p{scx=Arab}\p{scx=Hebr}]&&\p{M}]|\u0640/gv
const notInWords = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}\p{Sc}]+/gu
/** Scripts that write no spaces, and signs that need none: any two neighbours may be a boundary. */
const unspaced = new RegExp(
  '[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Bopo}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmr}\\p{sc=Mymr}\\p{sc=Tibt}' +
    '\\p{Extended_Pictographic}\\p{Regional_Indicator}\\p{Sc}]',
  'u',
)
const gapInUnspaced = new RegExp(`(?<=${unspaced.source}) (?=${unspaced.source})`, 'gu')
const katakana = /[\p{sc=Kana}ー]/u
const hangul = /\p{sc=Hang}/u

/**
 * The comparable form of a text: case, width and optional marks folded, punctuation turned into single spaces.
 *
 * @example foldText('Straße, bitte!') // 'strasse bitte'
 */
export function foldText(text: string): string {
  if (ascii.test(text))
    return text
      .toLowerCase()
      .replace(/[^a-z0-9$]+/g, ' ')
      .trim()
  const folded = text
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(optionalMarks, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll('i\u0307', 'i')
  return folded.replace(notInWords, ' ').trim().replace(gapInUnspaced, '')
}

export function prepareText(raw: string, mode: MatchingMode = 'words'): PreparedText {
  return new FoldedText(raw, mode)
}

class FoldedText implements PreparedText {
  readonly raw: string
  readonly mode: MatchingMode
  #folded: string | undefined

  constructor(raw: string, mode: MatchingMode) {
    this.raw = raw
    this.mode = mode
  }

  get folded(): string {
    this.#folded ??= this.mode === 'legacy' ? this.raw.toLowerCase() : foldText(this.raw)
    return this.#folded
  }
}

/**
 * Whether `phrase` is in the text: as whole words in the order given, or as a substring in legacy mode.
 * A phrase of punctuation only ('?') is looked for as it is written.
 *
 * @example hasPhrase(prepareText('This thing'), 'hi') // false
 */
export function hasPhrase(text: PreparedText, phrase: string): boolean {
  if (text.mode === 'legacy') return phrase !== '' && text.folded.includes(phrase.toLowerCase())
  const wanted = foldText(phrase)
  if (wanted === '') return phrase.trim() !== '' && text.raw.includes(phrase.trim())
  for (let at = text.folded.indexOf(wanted); at >= 0; at = text.folded.indexOf(wanted, at + 1)) {
    if (startsWord(text.folded, at) && endsWord(text.folded, at + wanted.length)) return true
  }
  return false
}

/** Whether a phrase or a pattern is in the text; flags `g` and `y` of a pattern keep no state here. */
export function hasPhraseOrPattern(text: PreparedText, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? hasPhrase(text, wanted) : text.raw.search(wanted) >= 0
}

/** The words of a folded text; a run of an unspaced script counts as one. */
export function wordsOf(folded: string): string[] {
  return folded === '' ? [] : folded.split(/\s+/)
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || isBoundary(characterBefore(text, at), characterAt(text, at))
}

/** Korean joins particles to the end of a word, so what follows a Hangul phrase may be more Hangul. */
function endsWord(text: string, at: number): boolean {
  if (at >= text.length) return true
  const before = characterBefore(text, at)
  const after = characterAt(text, at)
  return isBoundary(before, after) || (hangul.test(before) && hangul.test(after))
}

function isBoundary(before: string, after: string): boolean {
  if (before === ' ' || after === ' ') return true
  if (katakana.test(before) || katakana.test(after)) return katakana.test(before) !== katakana.test(after)
  return unspaced.test(before) || unspaced.test(after)
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 32)
}

function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1)
  const isPair = low >= 0xdc00 && low <= 0xdfff && at >= 2
  return isPair ? text.slice(at - 2, at) : text.charAt(at - 1)
}
