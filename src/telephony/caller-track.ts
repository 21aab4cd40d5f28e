// The caller's end of the line as one track of samples: what is said, what comes back of the app (echo), and the noise of the place.
// Cut into frames by position; knows no clock.

import { noise } from '../../audio/noise.ts'
import { clampToInt16 } from '../../audio/pcm.ts'

interface Placed {
  readonly fromSample: number
  readonly samples: Int16Array
}

/** Sound that is mixed in by position, as long as the call is. */
export type Background = (fromSample: number, count: number) => Int16Array | undefined

export class CallerTrack {
  readonly #placed: Placed[] = []
  readonly #backgrounds: readonly Background[]

  constructor(backgrounds: readonly Background[] = []) {
    this.#backgrounds = backgrounds
  }

  /** Puts sound on the track; where something is already, both sound. */
  put(fromSample: number, samples: Int16Array): void {
    this.#placed.push({ fromSample, samples })
  }

  /** Samples [fromSample, fromSample + count), in order: what lies before is forgotten. Undefined for silence. */
  take(fromSample: number, count: number): Int16Array | undefined {
    while (this.#placed[0] && endOf(this.#placed[0]) <= fromSample) this.#placed.shift()
    let mix: Int16Array | undefined
    for (const { fromSample: at, samples } of this.#placed) {
      const from = Math.max(fromSample, at)
      const to = Math.min(fromSample + count, at + samples.length)
      if (to <= from) continue
      mix ??= new Int16Array(count)
      add(mix, from - fromSample, samples.subarray(from - at, to - at))
    }
    for (const background of this.#backgrounds) {
      const samples = background(fromSample, count)
      if (!samples) continue
      mix ??= new Int16Array(count)
      add(mix, 0, samples)
    }
    return mix
  }
}

function endOf({ fromSample, samples }: Placed): number {
  return fromSample + samples.length
}

function add(mix: Int16Array, at: number, samples: Int16Array): void {
  for (let index = 0; index < samples.length; index++) mix[at + index] = clampToInt16(mix[at + index]! + samples[index]!)
}

const noiseLoopMs = 10_000

/** Steady noise: ten seconds of it, again and again. */
export function steadyNoise(levelDbfs: number, { rateHz, seed }: { rateHz: number; seed: number }): Background {
  const { samples } = noise(noiseLoopMs, { kind: 'pink', levelDbfs, rateHz, seed })
  return (fromSample, count) => {
    const at = fromSample % samples.length
    if (at + count <= samples.length) return samples.subarray(at, at + count)
    const piece = new Int16Array(count)
    piece.set(samples.subarray(at))
    piece.set(samples.subarray(0, count - (samples.length - at)), samples.length - at)
    return piece
  }
}

/** Music that a caller puts the app on hold with: three notes, one after the other, for ever. */
export function holdMusic(ms: number, rateHz: number): Int16Array {
  const notes = [392, 494, 587]
  const noteSamples = rateHz / 2
  const level = 32_768 * 10 ** (-20 / 20)
  return Int16Array.from({ length: Math.round((ms * rateHz) / 1000) }, (_, at) => {
    const hz = notes[Math.floor(at / noteSamples) % notes.length]!
    // Each note fades, so that none begins with a click.
    const fade = Math.sin((Math.PI * (at % noteSamples)) / noteSamples)
    return Math.round(level * fade * Math.sin((2 * Math.PI * hz * at) / rateHz))
  })
}
