// A sound as one line of text: how loud each stretch is, and where speech is known to be. For messages.

import { meanSquare } from './level.ts'
import type { Pcm } from './types.ts'

const heights = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
/** What is softer counts as silence. */
const quietestDbfs = -48

/**
 * The outline of a sound in `columns` characters (60 by default): `·` is silence, `█` is loud.
 *
 * @example
 * waveformText(await speech('Hello')) // '···▃▆▇█▆▅▃▂····…'
 */
export function waveformText(audio: Pcm, columns = 60): string {
  const { samples } = audio
  const size = Math.max(1, samples.length / columns)
  return Array.from({ length: Math.min(columns, samples.length) }, (_, column) => {
    const dbfs = 10 * Math.log10(meanSquare(samples, Math.floor(column * size), Math.floor((column + 1) * size)))
    const step = 1 + Math.floor((1 - dbfs / quietestDbfs) * (heights.length - 1))
    return heights[Math.max(0, Math.min(heights.length - 1, step))]
  }).join('')
}
