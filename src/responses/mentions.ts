// Names, places, codes and numbers in what somebody said: stuff that arguments are made of.

const smallNumbers = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']
/** Words that point at nothing by themselves. */
const fillers = new Set(
  `a an the my your our his her their this that it me you us them him here there what which who when where how why
  is are was please now yes no hello hi ok okay thanks`.split(/\s+/),
)
const pronouns = /^(?:I|I'm|I'd|I'll|I've)$/

/**
 * Numbers in a text, digits and the words up to twelve, in order.
 *
 * @example numbersIn('A table for two at 7.30 pm') // [2, 7.3]
 */
export function numbersIn(text: string): number[] {
  const found = text.matchAll(/(?<![\p{L}\p{N}.,-])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\p{L}\p{N}-])|\p{L}+/gu)
  return [...found].flatMap(([token]) => {
    if (/\d/.test(token)) return [Number(token.replaceAll(',', ''))]
    const spoken = smallNumbers.indexOf(token.toLowerCase())
    return spoken < 0 ? [] : [spoken]
  })
}

/**
 * Texts that may name something, the likeliest first: quoted, codes with digits (A1), runs of capitalised words, then
 * what follows in, for, at and the like.
 *
 * @example textsIn('What is the weather in New York on Friday?') // ['New York', 'Friday']
 */
export function textsIn(text: string): string[] {
  const quoted = [...text.matchAll(/["“„«]([^"”“»]+)["”“»]/gu)].map((match) => match[1] ?? '')
  const codes = [...text.matchAll(/(?<![\p{L}\p{N}])(?=[\p{L}-]*\d)(?=[\d-]*\p{L})[\p{L}\p{N}-]{2,}/gu)].map(([code]) => code)
  const after = [...text.matchAll(/\b(?:in|for|at|to|from|about|near|of|on|called|named)\s+([\p{L}\p{N}'’-]+)/giu)].map(
    (match) => match[1] ?? '',
  )
  const all = [
    ...bareAnswer(text),
    ...quoted,
    ...codes,
    ...capitalised(text),
    ...after.filter((word) => !fillers.has(word.toLowerCase()) && !isNumber(word)),
  ]
  const kept: string[] = []
  for (const one of all) if (one !== '' && !kept.some((other) => other === one || other.split(' ').includes(one))) kept.push(one)
  return kept
}

/** Runs of words with a capital; the first word of a sentence has one anyway, and does not count. */
function capitalised(text: string): string[] {
  const runs = text.matchAll(/(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}'’-]*(?: \p{Lu}[\p{L}\p{M}'’-]*)*(?![\p{L}\p{N}])/gu)
  return [...runs].flatMap(({ 0: run, index }) => {
    const isFirst = /(?:^|[.!?…:]\s*)["“„«¿¡]?$/.test(text.slice(0, index))
    const words = run.split(' ').slice(isFirst ? 1 : 0)
    const names = words.filter((word) => !pronouns.test(word.replaceAll('’', "'")))
    return names.length === 0 ? [] : [names.join(' ')]
  })
}

/** "Rome", "New York, please": an answer that is nothing but a name. */
function bareAnswer(text: string): string[] {
  const words = text.split(/[^\p{L}\p{M}\p{N}'’-]+/u).filter((word) => word !== '' && !fillers.has(word.toLowerCase()))
  return words.length > 0 && words.every((word) => /^\p{Lu}/u.test(word)) ? [words.join(' ')] : []
}

function isNumber(word: string): boolean {
  return smallNumbers.includes(word.toLowerCase()) || /^\d+$/.test(word)
}
