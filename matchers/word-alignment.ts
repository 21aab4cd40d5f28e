// Two texts word by word, on one line: `the [cat→bat] sat [-down] [+here]`.

import type { WordErrors } from '../audio/wer.ts'

export function rate(errors: WordErrors): string {
  return `WER ${errors.rate.toFixed(2)}`
}

export function alignment(errors: WordErrors): string {
  return errors.pairs
    .map((pair) => {
      if (pair.kind === 'same') return pair.reference
      if (pair.kind === 'deleted') return `[-${pair.reference}]`
      return pair.kind === 'inserted' ? `[+${pair.hypothesis}]` : `[${pair.reference}→${pair.hypothesis}]`
    })
    .join(' ')
}
