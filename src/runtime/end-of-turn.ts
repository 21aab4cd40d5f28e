// Whether words sound like a whole sentence: a judgement by how they end, for turn detection that waits for the speaker. Pure.
// Punctuation counts in every script. English texts often come without it, so English words that hardly ever end a sentence count
// too; of other languages in Latin letters only the punctuation is known, and a text without any counts as whole.

/** Closing quotes and brackets say nothing. */
const closing = /[\s"'’”»)\]」』]+$/u
/** `.` `!` `?` in their forms around the world. */
const ends = /[.!?。！？．؟۔।॥።։]$/u
/** Ellipses, commas, semicolons, colons, dashes: more is to come. */
const goesOn = /(?:\.\.+|[…,;:،؛、，；：—–-])$/u

/** Said while looking for words: nothing ends with them, whatever the punctuation. */
const fillers = new Set(['um', 'umm', 'uhm', 'uh', 'uhh', 'er', 'err', 'erm', 'hm', 'hmm', 'mmm'])

/**
 * English words that want another one after them: articles and possessives, conjunctions, prepositions that are no verb particles
 * ('in', 'on', 'up', 'off', 'out', 'over' and their like do end sentences: 'check in'), contracted auxiliaries.
 */
const dangling = new Set(
  [
    'a an the my your our their every',
    'and but or nor because although whereas unless whether if than plus',
    'of at for from to with by into onto upon between among during without towards toward via per until till',
    "i'm i'd i'll i've you're you'd you'll you've we're we'd we'll we've they're they'd they'll they've it's there's",
  ]
    .join(' ')
    .split(' '),
)

/** Beginnings that are left open. */
const openings = [/\b(?:i|we) would like$/, /\b(?:i|we)'d like$/, /\bi mean$/]

/**
 * True for what ends like a sentence, false for what trails off, undefined where the words do not tell.
 *
 * @example
 * soundsFinished('What time is it') // true
 * soundsFinished('I would like, um') // false
 * soundsFinished('我想要') // undefined
 */
export function soundsFinished(words: string): boolean | undefined {
  const text = words.replace(closing, '').replaceAll('’', "'")
  if (text === '') return undefined
  if (goesOn.test(text)) return false
  const spoken = text.replace(/[^\p{L}\p{N}]+$/u, '').toLowerCase()
  const last = spoken.match(/[\p{L}\p{N}\p{M}']+$/u)?.[0] ?? ''
  if (fillers.has(last)) return false
  if (ends.test(text)) return true
  if (dangling.has(last) || openings.some((opening) => opening.test(spoken))) return false
  return /\p{Script=Latin}|\p{N}/u.test(last) ? true : undefined
}
