// How alike two event names are: by the words between dots and underscores, not by letters. Edit distance offers
// response.done for response.cancel, and misses response.output_audio.delta for response.audio.delta.

function words(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[._]/)
    .filter((word) => word !== '')
}

/** True when one insertion, deletion, replacement or swap of neighbours makes one of the other. */
function isOneSlipAway(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return false
  let from = 0
  while (from < short.length && short[from] === long[from]) from++
  const rest = (text: string, skip: number) => text.slice(from + skip)
  if (short.length < long.length) return rest(short, 0) === rest(long, 1)
  const swapped = short[from] === long[from + 1] && short[from + 1] === long[from] && rest(short, 2) === rest(long, 2)
  return rest(short, 1) === rest(long, 1) || swapped
}

/** Equal, a slip of the finger apart, or one the beginning of the other (`commit`, `committed`). */
function isSameWord(one: string, other: string): boolean {
  if (one === other) return true
  if (Math.min(one.length, other.length) < 4) return false
  return one.startsWith(other) || other.startsWith(one) || isOneSlipAway(one, other)
}

/** Shared words over all words: 0 (nothing in common) to 1. */
export function likeness(one: string, other: string): number {
  const left = words(other)
  let shared = 0
  const mine = words(one)
  for (const word of mine) {
    const exact = left.indexOf(word)
    const place = exact >= 0 ? exact : left.findIndex((each) => isSameWord(word, each))
    if (place < 0) continue
    left.splice(place, 1)
    shared++
  }
  return shared / (mine.length + left.length || 1)
}

/** The names that are alike enough to have been meant, best first. */
export function alike(name: string, known: readonly string[], least = 0.6): string[] {
  return known
    .map((each) => ({ each, score: likeness(name, each) }))
    .filter(({ each, score }) => score >= least && each !== name)
    .sort((one, other) => other.score - one.score)
    .map(({ each }) => each)
}
