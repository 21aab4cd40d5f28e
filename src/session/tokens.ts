// Text as tokens: how many there are (about four characters each), and the pieces that deltas carry.
// A stand-in for the model's tokenizer, which is not public for these models.

import { joinGraphemes } from './graphemes.ts'

const charactersPerToken = 4

/**
 * A word with its leading space, punctuation with its leading space, or space that nothing follows. Joined they are
 * the text again.
 */
const tokenPattern = /\s*[\p{L}\p{N}\p{M}'’]{1,12}|\s*[^\s\p{L}\p{N}\p{M}'’]{1,4}|\s+/gu

/** Tokens of a text, by its length; 0 only for the empty text. */
export function countTextTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken)
}

/** The text cut into delta-sized pieces: `'Hello! How'` gives `['Hello', '!', ' How']`. */
export function splitTokens(text: string): readonly string[] {
  return joinGraphemes(text, text.match(tokenPattern) ?? [])
}
