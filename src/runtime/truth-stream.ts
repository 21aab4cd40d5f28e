// Voice activity without the errors of any engine: speech is exactly where the caller's known speech is.

import type { SpeechFrame, VadStream } from '../../audio/types.ts'
import type { Arrivals } from './arrivals.ts'

const frameMs = 32

/** A stream over audio that arrives from now on; `speaksAt` tells of a moment of the test's clock. */
export function truthStream(rateHz: number, arrivals: Arrivals, speaksAt: (atMs: number) => boolean): VadStream {
  const frameSamples = Math.round((rateHz * frameMs) / 1000)
  let originMs: number | undefined
  let total = 0
  let emitted = 0
  return {
    push: (samples) => {
      originMs ??= arrivals.endMs - (samples.length * 1000) / rateHz
      total += samples.length
      const frames: SpeechFrame[] = []
      while (emitted + frameSamples <= total) {
        emitted += frameSamples
        const atMs = arrivals.timeOf(originMs + ((emitted - frameSamples / 2) * 1000) / rateHz)
        frames.push({ endSample: emitted, probability: speaksAt(atMs) ? 1 : 0 })
      }
      return frames
    },
    reset: () => {
      originMs = undefined
      total = 0
      emitted = 0
    },
  }
}
