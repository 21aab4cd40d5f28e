// Characters as readers count them: deltas never cut one. Pure.

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Characters as readers count them: 👨‍👩‍👧 is one, and so is é of two code points. */
export function graphemesOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Text in which each code unit is a character of its own: nothing to be careful about. */
const isPlain = /^[\n\x20-\u02ff\u0370-\u0482\u048a-\u058f]*$/

/**
 * Pieces whose borders are borders of characters too: what would cut one waits for its end.
 *
 * @example joinGraphemes('👩‍👧!', ['👩', '‍👧', '!']) // ['👩‍👧', '!']
 */
export function joinGraphemes(text: string, pieces: readonly string[]): readonly string[] {
  if (isPlain.test(text)) return pieces
  const borders = new Set<number>([text.length])
  for (const { index } of segmenter.segment(text)) borders.add(index)
  const joined: string[] = []
  let start = 0
  let end = 0
  for (const piece of pieces) {
    end += piece.length
    if (!borders.has(end)) continue
    joined.push(text.slice(start, end))
    start = end
  }
  return joined
}
