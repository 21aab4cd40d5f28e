// A frame of sound in the two bands that tell speech from noise, and how periodic it is. No decisions in here.

import { pitchStrength } from './pitch-strength.ts'

/** What is quieter is silence, and no measure. */
export const quietestDbfs = -70
/** Sound is brought near this rate first. */
const nearHz = 8000
/** In noise at 5 dB, half of all vowels are 10 dB over it in this band; over white or pink noise as a whole, 6. */
const lowestHz = 150
const highestHz = 1000

export interface BandLevels {
  /** Of 150 to 1,000 Hz, and of the differences between samples: s, f and t are in there, rumble is not. */
  readonly dbfs: readonly [low: number, high: number]
  /** Of the low band, 0 to 1; worked out when asked for. */
  readonly pitch: () => number
}

/** Follows one stream: its filters go on from frame to frame. */
export class VoiceBands {
  readonly #fold: number
  readonly #rateHz: number
  /** What is below 150 Hz, twice, then what is below 1,000 Hz of the rest, twice; and the last sample. */
  readonly #state = new Float64Array(5)

  constructor(rateHz: number) {
    this.#fold = Math.max(1, Math.round(rateHz / nearHz))
    this.#rateHz = rateHz / this.#fold
  }

  next(samples: Int16Array): BandLevels {
    const length = Math.floor(samples.length / this.#fold)
    const low = new Float32Array(length >> 1)
    const energy = this.#filter(samples, low)
    const fullScale = length * (32_768 * this.#fold) ** 2
    const dbfs = (sum: number): number => Math.max(quietestDbfs, 10 * Math.log10(sum / fullScale))
    return { dbfs: [dbfs(energy.low), dbfs(energy.high)], pitch: () => pitchStrength(low, this.#rateHz / 2) }
  }

  /** Fills `low` with every second sample of the low band. Plain variables: the loop runs for each sample of each stream. */
  #filter(samples: Int16Array, low: Float32Array): { readonly low: number; readonly high: number } {
    const fold = this.#fold
    const state = this.#state
    const [cut, pass] = [this.#share(lowestHz), this.#share(highestHz)]
    let hum = state[0]!
    let rumble = state[1]!
    let smooth = state[2]!
    let voice = state[3]!
    let last = state[4]!
    let lowEnergy = 0
    let highEnergy = 0
    const length = Math.floor(samples.length / fold)
    for (let index = 0, at = 0; index < length; index++) {
      let value = 0
      for (const end = at + fold; at < end; at++) value += samples[at]!
      const change = value - last
      highEnergy += change * change
      last = value
      hum += cut * (value - hum)
      const overHum = value - hum
      rumble += cut * (overHum - rumble)
      smooth += pass * (overHum - rumble - smooth)
      voice += pass * (smooth - voice)
      lowEnergy += voice * voice
      if (index % 2 === 1) low[index >> 1] = voice
    }
    state.set([hum, rumble, smooth, voice, last])
    return { low: lowEnergy, high: highEnergy }
  }

  /** Forgets the sound before, as after silence. */
  reset(): void {
    this.#state.fill(0)
  }

  /** Of a new sample in what a filter of one pole lets through below `hz`. */
  #share(hz: number): number {
    return 1 - Math.exp((-2 * Math.PI * hz) / this.#rateHz)
  }
}
