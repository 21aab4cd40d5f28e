// Where sound begins and ends within the frames of a stream: closer than the frames, and closer than what models remember.
// Pure. Only for what is silence beyond doubt; or, where sound begins, noise of which an engine knows how loud it is.

import type { SpeechFrame } from '../types.ts'

/** Blocks of 8 ms. */
const blocksPerFrame = 4
/** Quieter is silence, whatever went before: -58 dBFS, as power. */
const quietest = 10 ** -5.8
/** So far below the loudest of late, sound is silence: 30 dB, as a ratio of powers. */
const range = 10 ** -3
/** How much of the loudest block is remembered after a frame: it falls by 10 dB in a second. */
const memory = 10 ** -0.032

/** Sound begins 4 dB over the noise, where that is 14 dB or more below the loudest of late; as powers. Its end fades into the noise. */
const overNoise = 2.5
const softNoise = 0.1

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

  /**
   * @param powerOf mean power of samples [start, end) of the frame, 1 being full scale
   * @param noise mean power of the noise on the line; 0 where it is not known
   */
  next(length: number, powerOf: (start: number, end: number) => number, noise = 0): FrameEdges {
    const powers = this.#powers
    this.#loudest *= memory
    for (let block = 0; block < blocksPerFrame; block++) {
      const power = powerOf(edgeOf(block, length), edgeOf(block + 1, length))
      powers[block] = power
      if (power > this.#loudest) this.#loudest = power
    }
    const limit = Math.max(quietest, this.#loudest * range)
    const isSoft = noise * overNoise < this.#loudest * softNoise
    const rise = isSoft ? Math.max(limit, noise * overNoise) : limit
    if (powers[0]! > rise && powers[blocksPerFrame - 1]! > limit) return allSound
    const last = powers.findLastIndex((power) => power > limit)
    if (last < 0) return { silentUntil: length, silentFrom: 0 }
    // Sound that does not rise over the noise ends in it.
    const first = Math.max(
      powers.findIndex((power) => power > rise),
      powers.findIndex((power) => power > limit),
    )
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
