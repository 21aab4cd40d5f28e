// The VAD that needs nothing: level over an adaptive noise floor, and a look at the pitch where level alone is unsure.
// Pure and synchronous. Good on clean sound and with steady noise at 20 dB; for babble take silero.

import { meanSquare } from '../level.ts'
import type { SpeechFrame, VadEngine, VadStream } from '../types.ts'
import { pitchStrength } from './pitch-strength.ts'
import { framed, SoundEdges } from './sound-edges.ts'

/** dB over the floor at which the probability is 0.5, and dB for one unit of its logistic curve. */
const onsetDb = 9
const slopeDb = 3
/** Pitch strength that makes a frame voiced: white noise stays below 0.45, 99 of 100 pink frames below 0.61. */
const onsetPitch = 0.65
const heldPitch = 0.5
/** Once speech is on, it takes this much less to stay on. */
const hysteresisDb = 4
/** The floor never counts as lower: digital silence is no measure. */
const lowestFloorDbfs = -65
/** Quieter frames without pitch begin no speech, however silent it was before: a line that opens brings its hiss. */
const hissDbfs = -38
/** Frames after the last one with speech that still count, for weak endings: 64 ms. More would only delay answers. */
const hangoverFrames = 2
/** Frames without pitch and with a level this steady are noise, however loud: 6 frames are 192 ms. */
const steadyFrames = 6
const steadyRangeDb = 2.5

/**
 * Adaptive-floor energy detector. 32 ms frames at any rate; the same samples give the same frames, whatever the chunks.
 *
 * @example
 * const frames = await energyEngine().open(24_000).push(audio.samples)
 * frames[0] // { endSample: 768, probability: 0.0002… }
 */
export function energyEngine(): VadEngine {
  return { name: 'energy', load: () => Promise.resolve(), open: (rateHz) => new EnergyStream(rateHz) }
}

class EnergyStream implements VadStream {
  readonly #rateHz: number
  readonly #frame: Int16Array
  #filled = 0
  #endSample = 0
  #floor = new NoiseFloor()
  #activeRun = 0
  #hangover = 0
  readonly #edges = new SoundEdges()
  /** Of the frame so far: its level is that of its blocks together. */
  #energy = 0
  readonly #powerOf = (start: number, end: number): number => {
    const power = meanSquare(this.#frame, start, end)
    this.#energy += power * (end - start)
    return power
  }

  constructor(rateHz: number) {
    this.#rateHz = rateHz
    this.#frame = new Int16Array(Math.max(1, Math.round(rateHz * 0.032)))
  }

  push(samples: Int16Array): readonly SpeechFrame[] {
    const frames: SpeechFrame[] = []
    let at = 0
    while (at < samples.length) {
      const part = samples.subarray(at, at + this.#frame.length - this.#filled)
      this.#frame.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
      if (this.#filled < this.#frame.length) break
      this.#filled = 0
      this.#endSample += this.#frame.length
      frames.push(this.#nextFrame())
    }
    return frames
  }

  reset(): void {
    this.#filled = 0
    this.#endSample = 0
    this.#edges.reset()
    this.#floor = new NoiseFloor()
    this.#activeRun = 0
    this.#hangover = 0
  }

  #nextFrame(): SpeechFrame {
    const { length } = this.#frame
    this.#energy = 0
    const edges = this.#edges.next(length, this.#powerOf)
    const levelDbfs = 10 * Math.log10(this.#energy / length + 1e-10)
    return framed(this.#endSample, this.#probability(levelDbfs), edges, length)
  }

  #probability(levelDbfs: number): number {
    const isHeld = this.#activeRun > 0
    const pitch = this.#floor.isFarBelow(levelDbfs) ? pitchStrength(this.#frame, this.#rateHz) : 0
    const hasPitch = pitch > (isHeld ? heldPitch : onsetPitch)
    const excessDb = levelDbfs - this.#floor.against(levelDbfs, hasPitch, isHeld)
    const probability = 1 / (1 + Math.exp((onsetDb - (isHeld ? hysteresisDb : 0) - excessDb) / slopeDb))
    this.#floor.follow(levelDbfs, probability >= 0.5, hasPitch)
    return this.#withHangover(probability)
  }

  /** A click earns as little hangover as it lasts. The held probability falls, so that high thresholds end sooner. */
  #withHangover(probability: number): number {
    if (probability >= 0.5) {
      this.#activeRun++
      this.#hangover = Math.min(hangoverFrames, this.#activeRun)
      return probability
    }
    if (this.#hangover === 0) {
      this.#activeRun = 0
      return probability
    }
    this.#hangover--
    return Math.max(probability, 0.55 + 0.1 * this.#hangover)
  }
}

/** Follows the noise: down at once, up slowly, and in one step where loud frames prove to be steady noise. */
class NoiseFloor {
  #dbfs: number | undefined
  readonly #recent: number[] = []

  isFarBelow(levelDbfs: number): boolean {
    return levelDbfs > -60 && levelDbfs - (this.#dbfs ?? lowestFloorDbfs) > onsetDb - hysteresisDb - 3
  }

  /** The floor that a frame is measured against. Weak sounds within speech (`isHeld`) need no pitch, those before it do. */
  against(levelDbfs: number, hasPitch: boolean, isHeld: boolean): number {
    // A stream that begins with hiss has had no silence to compare with.
    const floor = this.#dbfs ?? (hasPitch ? lowestFloorDbfs : levelDbfs)
    return hasPitch || isHeld ? Math.max(lowestFloorDbfs, floor) : Math.max(hissDbfs - onsetDb, floor)
  }

  follow(levelDbfs: number, isActive: boolean, hasPitch: boolean): void {
    this.#watchSteadiness(levelDbfs, hasPitch)
    const floor = this.#dbfs
    if (floor === undefined) this.#dbfs = hasPitch ? lowestFloorDbfs : levelDbfs
    else if (levelDbfs < floor) this.#dbfs = Math.max(lowestFloorDbfs, floor + 0.4 * (levelDbfs - floor))
    else if (!isActive) this.#dbfs = floor + Math.min(1, 0.1 * (levelDbfs - floor))
  }

  #watchSteadiness(levelDbfs: number, hasPitch: boolean): void {
    if (hasPitch) {
      this.#recent.length = 0
      return
    }
    this.#recent.push(levelDbfs)
    if (this.#recent.length < steadyFrames) return
    const isSteady = Math.max(...this.#recent) - Math.min(...this.#recent) < steadyRangeDb
    if (isSteady) this.#dbfs = Math.max(lowestFloorDbfs, this.#recent.reduce((sum, level) => sum + level, 0) / steadyFrames)
    this.#recent.shift()
  }
}
