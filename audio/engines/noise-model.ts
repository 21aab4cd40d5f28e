// What the noise of a line does, in two bands: its level and how much that varies, learnt from the frames that are no speech.
// Pure. The figures were set on 491 telephone prompts in white noise, pink noise and a crowd of ten, at 20, 10 and 5 dB.

import { type BandLevels, quietestDbfs } from './voice-bands.ts'

/** Speech is so far over the noise, in dB and in mean deviations of its level: 4.3 dB where it is steady, 6.5 in a crowd. */
const onset = { db: 2.5, deviations: 2.25, softestDbfs: -59 }
/** Once it is on, this is enough: 2 dB, 3 in a crowd. However silent it was, softer sound is none. */
const held = { db: 1, deviations: 1.2, softestDbfs: -63 }
/** Noise that is not known yet is taken to vary by 5 dB, as if 8 frames had told so; none is taken for steadier than 0.8 dB. */
const unknownDb = 5
const unknownFrames = 8
const steadiestDb = 0.8
/** Frames that noise is remembered for: 1.9 s. */
const memoryFrames = 60
/** Stronger pitch is a voice: 999 of 1,000 frames of white or pink noise have less. Within speech, less will do. */
const voicedPitch = 0.6
const heldPitch = 0.5
/** Two of 100 frames of a crowd have more than this; of vowels and tones, every second. */
const surePitch = 0.9
/** A stream may begin with speech: two such frames in a row, within its first 8, are taken for a voice. */
const openingFrames = 8
/** Taken to be so far over noise that is not known; what falls further at once was no noise, or it is over. */
const voiceDb = 18
/** What the first of the two counts for: they begin with it. */
const doubtful = 0.5
/**
 * What varies this little is noise, however loud: six frames without pitch (192 ms), or 47 without a sure one (1.5 s). Those may have
 * speech in them, where the noise is at 5 dB; so a crowd is taken to be half a deviation softer than their mean.
 */
const steady = { frames: 6, deviationDb: 0.8, lessDeviations: 0 }
const crowd = { frames: 47, deviationDb: 2.5, lessDeviations: 0.5 }
/** Frames that are further below speech are not worth a look at their pitch. */
const nearby = 0.3
const bands = [0, 1] as const

export class NoiseModel {
  readonly #dbfs: [number, number] = [0, 0]
  readonly #deviationDb: [number, number] = [unknownDb, unknownDb]
  readonly #recent: BandLevels['dbfs'][] = []
  /** Learnt from so many. */
  #frames = 0
  #pitch = 0
  #unvoicedFrames = 0

  /** How far a frame stands out, 1 being what makes speech begin, or go on (`isHeld`); and whether its pitch is a voice's. */
  compare({ dbfs, pitch }: BandLevels, isHeld: boolean): { readonly standing: number; readonly isVoiced: boolean } {
    if (this.#frames === 0) this.#learn(dbfs)
    const need = isHeld ? held : onset
    const pitchBefore = this.#pitch
    const isOpening = !isHeld && this.#frames <= openingFrames
    this.#pitch = isOpening || this.#standing(dbfs, need) > nearby ? pitch() : 0
    if (isOpening && this.#pitch + pitchBefore > 2 * surePitch) {
      for (const band of bands) this.#dbfs[band] = Math.max(quietestDbfs, Math.min(this.#dbfs[band], dbfs[band] - voiceDb))
    }
    const isVoiced = this.#pitch > (isHeld ? heldPitch : voicedPitch)
    this.#unvoicedFrames = isVoiced ? 0 : this.#unvoicedFrames + 1
    const atLeast = isOpening && this.#pitch > surePitch ? doubtful : 0
    return { standing: Math.max(atLeast, this.#standing(dbfs, need)), isVoiced }
  }

  /** Learns from the frame if it is as loud as the noise (`standsOut`: not so); what stands out may still prove to be noise. */
  follow({ dbfs }: BandLevels, standsOut: boolean): void {
    if (this.#pitch <= surePitch && this.#recent.push(dbfs) > crowd.frames) this.#recent.shift()
    if (!standsOut) this.#learn(dbfs)
    else if (this.#unvoicedFrames < steady.frames || !this.#settle(steady)) this.#settle(crowd)
  }

  #standing(dbfs: BandLevels['dbfs'], { db, deviations, softestDbfs }: typeof onset): number {
    const standings = bands.map((band) => {
      const neededDb = Math.max(db + deviations * this.#deviationDb[band], softestDbfs - this.#dbfs[band])
      return (dbfs[band] - this.#dbfs[band]) / neededDb
    })
    return Math.max(...standings)
  }

  #learn(dbfs: BandLevels['dbfs']): void {
    const isFall = bands.some((band) => dbfs[band] < this.#dbfs[band] - voiceDb)
    if (isFall) this.#deviationDb.fill(unknownDb)
    this.#frames = isFall ? 1 : this.#frames + 1
    for (const band of bands) {
      const difference = dbfs[band] - this.#dbfs[band]
      this.#dbfs[band] += difference / Math.min(this.#frames, memoryFrames)
      if (this.#frames === 1) continue
      const change = (Math.abs(difference) - this.#deviationDb[band]) / Math.min(this.#frames + unknownFrames, memoryFrames)
      this.#deviationDb[band] = Math.max(steadiestDb, this.#deviationDb[band] + change)
    }
  }

  /** Takes the last frames for the noise, if they are steady; whether they were. */
  #settle({ frames, deviationDb, lessDeviations }: typeof steady): boolean {
    const start = this.#recent.length - frames
    if (start < 0) return false
    const found = bands.map((band) => spreadOf(this.#recent, band, start))
    if (found.some((spread) => spread.deviationDb > deviationDb)) return false
    for (const band of bands) {
      this.#dbfs[band] = found[band]!.dbfs - lessDeviations * found[band]!.deviationDb
      this.#deviationDb[band] = Math.max(steadiestDb, found[band]!.deviationDb)
    }
    this.#frames = Math.max(frames, openingFrames + 1)
    return true
  }
}

/** Mean and mean deviation of the frames from `start` on. */
function spreadOf(recent: readonly BandLevels['dbfs'][], band: 0 | 1, start: number): { dbfs: number; deviationDb: number } {
  const count = recent.length - start
  let dbfs = 0
  for (let index = start; index < recent.length; index++) dbfs += recent[index]![band] / count
  let deviationDb = 0
  for (let index = start; index < recent.length; index++) deviationDb += Math.abs(recent[index]![band] - dbfs) / count
  return { dbfs, deviationDb }
}
