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
  #state: readonly number[] = []

  constructor(rateHz: number) {
    this.#fold = Math.max(1, Math.round(rateHz / nearHz))
    this.#rateHz = rateHz / this.#fold
  }

  next(samples: Int16Array): BandLevels {
    const fold = this.#fold
    const length = Math.floor(samples.length / fold)
    const low = new Float32Array(length >> 1)
    const [cut, pass] = [this.#share(lowestHz), this.#share(highestHz)]
    let [hum = 0, rumble = 0, smooth = 0, voice = 0, last = 0] = this.#state
    let [lowEnergy, highEnergy] = [0, 0]
    for (let index = 0; index < length; index++) {
      let value = 0
      for (let part = index * fold; part < (index + 1) * fold; part++) value += samples[part]!
      highEnergy += (value - last) * (value - last)
      last = value
      hum += cut * (value - hum)
      rumble += cut * (value - hum - rumble)
      smooth += pass * (value - hum - rumble - smooth)
      voice += pass * (smooth - voice)
      lowEnergy += voice * voice
      if (index % 2 === 1) low[index >> 1] = voice
    }
    this.#state = [hum, rumble, smooth, voice, last]
    const fullScale = length * (32_768 * fold) ** 2
    const dbfs = (energy: number): number => Math.max(quietestDbfs, 10 * Math.log10(energy / fullScale))
    return { dbfs: [dbfs(lowEnergy), dbfs(highEnergy)], pitch: () => pitchStrength(low, this.#rateHz / 2) }
  }

  /** Forgets the sound before, as after silence. */
  reset(): void {
    this.#state = []
  }

  /** Of a new sample in what a filter of one pole lets through below `hz`. */
  #share(hz: number): number {
    return 1 - Math.exp((-2 * Math.PI * hz) / this.#rateHz)
  }
}
