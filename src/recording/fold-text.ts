// Texts as patterns of secrets see them: digits, dashes and spaces of other scripts as those of ASCII, each character in its place.

/** Zeros of the decimal digits that recognizers and keyboards write. */
const zeros = '٠۰०০੦૦୦௦౦೦൦๐໐０'

const otherDigits = new RegExp(
  `[${Array.from(zeros, (zero) => `${zero}-${String.fromCharCode(zero.charCodeAt(0) + 9)}`).join('')}]`,
  'g',
)

/** A text of the same length, so that what is found in it stands in the same place of the original. */
export function foldText(text: string): string {
  if (isPlain.test(text)) return text
  return text
    .replace(otherDigits, (digit) => String(digitOf(digit.charCodeAt(0))))
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
}

const isPlain = /^[\0-\u009f\u00a1-\u00ff]*$/

function digitOf(code: number): number {
  const zero = Array.from(zeros, (one) => one.charCodeAt(0)).find((one) => code >= one && code < one + 10) ?? code
  return code - zero
}
