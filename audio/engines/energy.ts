// The VAD that needs nothing: levels of two bands over the noise in them (noise-model.ts), and a look at the pitch where it is unsure.
// Pure and synchronous. Good in steady noise at 5 dB and in a crowd at 10; a few voices behind the speaker are speech to it.

import { meanSquare } from '../level.ts'
import type { SpeechFrame, VadEngine, VadStream } from '../types.ts'
import { NoiseModel } from './noise-model.ts'
import { framed, SoundEdges } from './sound-edges.ts'
import { type BandLevels, quietestDbfs, VoiceBands } from './voice-bands.ts'

/** Of the logistic curve: noise as loud as ever has a probability of 0.03, what stands out twice as far as it must 0.97. */
const steepness = 3.5
/** Quieter frames without pitch begin no speech, however silent it was before: a line that opens brings its hiss. */
const hissDbfs = -38
/** The most that hiss, or one frame alone, leaves to a frame: speech may begin with it once a later one proves it (see riseShare). */
const doubtful = 0.2
/** From the second frame on, less will do: one frame of a crowd or a click is as loud as speech, two hardly ever are. */
const heldFrames = 2
/** Frames after the last one with speech that still count, for weak endings: 64 ms. More would only delay answers. */
const hangoverFrames = 2
const quiet: BandLevels = { dbfs: [quietestDbfs, quietestDbfs], pitch: () => 0 }

/**
 * Adaptive-floor energy detector. 32 ms frames at any rate; the same samples give the same frames, whatever the chunks.
 *
 * @example
 * const frames = await energyEngine().open(24_000).push(audio.samples)
 * frames[0] // { endSample: 768, probability: 0 } for silence
 */
export function energyEngine(): VadEngine {
  return { name: 'energy', load: () => Promise.resolve(), open: (rateHz) => new EnergyStream(rateHz) }
}

class EnergyStream implements VadStream {
  readonly #frame: Int16Array
  #filled = 0
  #endSample = 0
  readonly #bands: VoiceBands
  #noise = new NoiseModel()
  #activeRun = 0
  #hangover = 0
  readonly #edges = new SoundEdges()
  /** Of the frame so far: its level is that of its blocks together. */
  #energy = 0
  /** Mean power of the frames that were no speech, of the last 60 of them. */
  #noisePower = 0
  #noiseFrames = 0
  readonly #powerOf = (start: number, end: number): number => {
    const power = meanSquare(this.#frame, start, end)
    this.#energy += power * (end - start)
    return power
  }

  constructor(rateHz: number) {
    this.#frame = new Int16Array(Math.max(1, Math.round(rateHz * 0.032)))
    this.#bands = new VoiceBands(rateHz)
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
    this.#bands.reset()
    this.#noise = new NoiseModel()
    this.#noisePower = 0
    this.#noiseFrames = 0
    this.#activeRun = 0
    this.#hangover = 0
  }

  #nextFrame(): SpeechFrame {
    const { length } = this.#frame
    this.#energy = 0
    const edges = this.#edges.next(length, this.#powerOf, this.#noisePower)
    const power = this.#energy / length
    const probability = this.#probability(10 * Math.log10(power + 1e-10))
    if (probability < 0.5) this.#noisePower += (power - this.#noisePower) / Math.min(++this.#noiseFrames, 60)
    return framed(this.#endSample, probability, edges, length)
  }

  #probability(levelDbfs: number): number {
    const isQuiet = levelDbfs < quietestDbfs
    if (isQuiet) this.#bands.reset()
    const levels = isQuiet ? quiet : this.#bands.next(this.#frame)
    const isHeld = this.#activeRun >= heldFrames
    const { standing, isVoiced } = this.#noise.compare(levels, isHeld)
    const isHiss = !isHeld && !isVoiced && levelDbfs < hissDbfs
    const curve = 1 / (1 + Math.exp(steepness * (1 - standing)))
    const probability = isQuiet ? 0 : isHiss ? Math.min(curve, doubtful) : curve
    this.#noise.follow(levels, standing >= 1)
    return this.#withHangover(probability)
  }

  /** A click earns no hangover. The held probability falls, so that high thresholds end sooner. */
  #withHangover(probability: number): number {
    if (probability >= 0.5) {
      this.#hangover = Math.min(hangoverFrames, this.#activeRun)
      this.#activeRun++
      return probability
    }
    if (this.#hangover === 0) {
      const wasAlone = this.#activeRun === 1
      this.#activeRun = 0
      return wasAlone ? Math.min(probability, doubtful) : probability
    }
    this.#hangover--
    return Math.max(probability, 0.55 + 0.1 * this.#hangover)
  }
}
