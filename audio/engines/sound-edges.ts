// Where sound begins and ends within the frames of a stream: closer than the frames, and closer than what models remember.
// Pure. Only for what is silence beyond doubt: with noise on the line, nothing is, and the frames count whole.

import type { SpeechFrame } from '../types.ts'

/** Blocks of 8 ms. */
const blocksPerFrame = 4
/** Quieter is silence, whatever went before: -58 dBFS, as power. */
const quietest = 10 ** -5.8
/** So far below the loudest of late, sound is silence: 30 dB, as a ratio of powers. */
const range = 10 ** -3
/** How much of the loudest block is remembered after a frame: it falls by 10 dB in a second. */
const memory = 10 ** -0.032

/** Silence at the edges of one frame, in samples of the frame; what is absent is sound to the edge. */
export interface FrameEdges {
  readonly silentUntil?: number
  readonly silentFrom?: number
}

const allSound: FrameEdges = {}

/** Follows one stream of frames of one length. */
export class SoundEdges {
  #loudest = 0
  /** Of the blocks of one frame; kept, as each frame needs it. */
  readonly #powers = new Float64Array(blocksPerFrame)

  /** @param powerOf mean power of samples [start, end) of the frame, 1 being full scale */
  next(length: number, powerOf: (start: number, end: number) => number): FrameEdges {
    const powers = this.#powers
    this.#loudest *= memory
    for (let block = 0; block < blocksPerFrame; block++) {
      const power = powerOf(edgeOf(block, length), edgeOf(block + 1, length))
      powers[block] = power
      if (power > this.#loudest) this.#loudest = power
    }
    const limit = Math.max(quietest, this.#loudest * range)
    if (powers[0]! > limit && powers[blocksPerFrame - 1]! > limit) return allSound
    const first = powers.findIndex((power) => power > limit)
    if (first < 0) return { silentUntil: length, silentFrom: 0 }
    const last = powers.findLastIndex((power) => power > limit)
    return {
      ...(first === 0 ? {} : { silentUntil: edgeOf(first, length) }),
      ...(last === blocksPerFrame - 1 ? {} : { silentFrom: edgeOf(last + 1, length) }),
    }
  }

  reset(): void {
    this.#loudest = 0
  }
}

/** A frame with its edges, counted as `endSample` is; `length` in samples of the frame, `ratio` input samples for each of them. */
export function framed(
  endSample: number,
  probability: number,
  { silentUntil, silentFrom }: FrameEdges,
  length: number,
  ratio = 1,
): SpeechFrame {
  if (silentUntil === undefined && silentFrom === undefined) return { endSample, probability }
  const at = (offset: number): number => endSample - Math.round((length - offset) * ratio)
  return {
    endSample,
    probability,
    ...(silentUntil === undefined ? {} : { silentUntilSample: at(silentUntil) }),
    ...(silentFrom === undefined ? {} : { silentFromSample: at(silentFrom) }),
  }
}

function edgeOf(block: number, length: number): number {
  return Math.round((block * length) / blocksPerFrame)
}
