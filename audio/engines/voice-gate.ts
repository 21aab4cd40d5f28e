// Whether a voice stands out of what was heard before it. Models of speech hear words in a crowd too, above all in the first frames of
// a stream, which they begin with no memory; a caller is louder than the room. Pure; one gate per stream, frames of 32 ms.
// The figures were chosen on 491 telephone prompts in noise (white, pink, crowds; 0 to 20 dB) that no bench judges.

/** So sure a model needs no second opinion: crowds hardly get there. */
const sure = 0.9
/** Speech as likely as not. */
const half = 0.5
/** What a frame counts at most that does not stand out: less than half, so that only a session that asked for it hears it. */
const doubtful = 0.45
/** 4 dB above the noise before: 98 of 100 voices at a ratio of 5 dB reach 5, and crowds of ten rise by 3. */
const overNoise = 10 ** 0.4
/** 6 dB above the level now: a stream that begins in the middle of a word has no noise before it, but the word ends. */
const overNow = 10 ** 0.6
/** 12 dB: one frame of a crowd is hardly ever that far below its loudest, and a word that ends is. */
const overEnd = 10 ** 1.2
/** 10 dB above the noise of a while ago: words such as "oh" have gone on for 200 ms when the model comes to them. */
const overPast = 10
/** Frames that a level is the mean of, 160 ms: peaks of a crowd are shorter than vowels. */
const levelFrames = 5
/** Frames in which a voice may have stood out: 256 ms. */
const recentFrames = 8
/** Frames that the noise is the mean of, 1.3 s at most; fewer than three tell nothing. */
const noiseFrames = { least: 3, most: 40 }
/** A voice that stood out is heard until the model has let go of it for so many frames: 320 ms, longer than pauses within words. */
const heldFrames = 10
const letGo = 0.35

/** Follows one stream, frame by frame. */
export class VoiceGate {
  #isOpen = false
  #quietFrames = 0
  #noise = 0
  #noiseCount = 0
  readonly #powers: number[] = []
  readonly #levels: number[] = []
  /** The noise after each of the last frames without a voice. */
  readonly #past: number[] = []

  /** The probability that counts, from the model's own one and the mean power of the frame. */
  next(probability: number, power: number): number {
    const level = this.#levelWith(power)
    if (this.#isOpen) this.#hold(probability)
    else this.#isOpen = probability >= sure || (probability >= half && this.#standsOut(level, power))
    if (this.#isOpen) return probability
    this.#noiseCount++
    this.#noise += (power - this.#noise) / Math.min(this.#noiseCount, noiseFrames.most)
    keep(this.#past, this.#noise, recentFrames)
    return Math.min(probability, doubtful)
  }

  #levelWith(power: number): number {
    keep(this.#powers, power, levelFrames)
    const level = this.#powers.reduce((sum, value) => sum + value, 0) / this.#powers.length
    keep(this.#levels, level, recentFrames)
    return level
  }

  #standsOut(level: number, power: number): boolean {
    const loudest = Math.max(...this.#levels)
    const knowsNoise = this.#noiseCount >= noiseFrames.least
    if (knowsNoise && loudest >= this.#noise * overNoise) return true
    if (this.#noiseCount >= recentFrames + noiseFrames.least && loudest >= this.#past[0]! * overPast) return true
    return loudest >= Math.min(level * overNow, power * overEnd)
  }

  #hold(probability: number): void {
    this.#quietFrames = probability >= letGo ? 0 : this.#quietFrames + 1
    if (this.#quietFrames < heldFrames) return
    this.#isOpen = false
    this.#quietFrames = 0
    this.#levels.length = 0
  }
}

function keep(values: number[], value: number, most: number): void {
  values.push(value)
  if (values.length > most) values.shift()
}
