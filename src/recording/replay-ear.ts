// Listens to what the app sends while a recording answers: tells when the user began to speak and when he was done, as turn
// detection told it in the recording, and whether it was as long and in the same places.

import { wireRateHz } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { OtherSound } from './replay-message.ts'
import type { SessionScript, Speech } from './replay-script.ts'
import {
  isLoud,
  LevelSteps,
  RecordedSound,
  type Stretch,
  speechIn,
  speechMsOf,
  stepMs,
  toleranceMs,
  unlikeness,
} from './replay-sound.ts'

export type AudioRule = 'length' | 'energy' | 'transcript' | 'ignore'

export interface SoundMisfit {
  readonly speech: OtherSound
}

export type HeardSound = 'onset' | 'end' | SoundMisfit

/** Turn detection wants more than a click. */
const onsetSteps = 3
/** A pause of the recording was never longer than the silence that ended it; this much longer, and nothing more will come. */
const patienceMs = 1000
/** Noise after the last speech; a word lasts longer. */
const restToleranceMs = 300
/** Padding and silence around what turn detection heard, where the sound is not in the recording. */
const aroundMs = 500

export class ReplayEar {
  readonly sound = new RecordedSound()
  readonly #speeches: readonly Speech[]
  readonly #words: ReadonlyMap<string, string>
  /** How much loud sound may come after the last speech. */
  readonly #restMs: number
  readonly #rule: AudioRule
  readonly #steps = new LevelSteps()
  /** Steps of the speech that goes on, from its first loud one. */
  #outline: number[] = []
  #loud = 0
  #at = 0
  #isSpeaking = false
  #beganMs = 0

  constructor({ speeches, words, loudAfterMs }: Pick<SessionScript, 'speeches' | 'words' | 'loudAfterMs'>, rule: AudioRule) {
    this.#speeches = speeches
    this.#words = words
    this.#restMs = loudAfterMs + restToleranceMs
    this.#rule = rule
  }

  get isSpeaking(): boolean {
    return this.#isSpeaking
  }

  /** Speeches of the recording that have not come, in order. */
  get left(): readonly Speech[] {
    return this.#speeches.slice(this.#at)
  }

  /** The one that goes on, or comes next. */
  get next(): Speech | undefined {
    return this.#speeches[this.#at]
  }

  get format(): WireAudioFormat {
    return this.sound.format
  }

  set format(format: WireAudioFormat) {
    this.sound.format = format
  }

  /** How much of the next speech has been heard, 0 where none of it is. */
  get heardMs(): number {
    return this.#outline.length === 0 ? 0 : this.spokenMs
  }

  /** How long the speech so far lasts. */
  get spokenMs(): number {
    return this.#outline.findLastIndex(isLoud) * stepMs + stepMs
  }

  /** Takes in what the app sent; gives what the turn detection of the recording would tell of it. */
  *push(base64: string): Generator<HeardSound> {
    const fromMs = this.sound.writtenMs
    const samples = this.sound.append(base64)
    if (this.#isDeaf || samples.length === 0) return
    const steps = this.#steps.push(samples, wireRateHz(this.format))
    for (const [place, level] of steps.entries()) yield* this.#step(level, fromMs + place * stepMs)
  }

  /** What comes after the last speech of a recording is listened to only if speech counts; that of one without any never. */
  get #isDeaf(): boolean {
    return this.#speeches.length === 0 || (this.#at >= this.#speeches.length && this.#rule === 'ignore')
  }

  *#step(level: number, ms: number): Generator<HeardSound> {
    const speech = this.next
    if (!isLoud(level) && this.#outline.length === 0) return
    if (this.#outline.length === 0) this.#beganMs = ms
    this.#outline.push(level)
    if (isLoud(level)) this.#loud++
    if (!speech) return yield* this.#oneMore()
    const silentMs = this.#outline.length * stepMs - this.spokenMs
    if (!this.#isSpeaking) {
      if (this.#loud >= onsetSteps) {
        this.#isSpeaking = true
        yield 'onset'
      } else if (silentMs > patienceMs) this.#forget()
      return
    }
    yield* this.#judge(speech, silentMs)
  }

  *#judge(speech: Speech, silentMs: number): Generator<HeardSound> {
    const wantedMs = speechMsOf(speech.sound, aroundMs)
    const missingMs = wantedMs - this.spokenMs
    const isMeasured = this.#rule === 'length' || this.#rule === 'energy'
    if (isMeasured && -missingMs > toleranceMs(wantedMs)) {
      yield this.#misfit(speech, 'speech and more to come')
    } else if (silentMs >= Math.min(speech.silenceMs, longestSilenceMs)) {
      if (!isMeasured || missingMs <= toleranceMs(wantedMs)) yield* this.#ends(speech)
      else if (silentMs >= speech.silenceMs + patienceMs) yield this.#misfit(speech)
    }
  }

  *#ends(speech: Speech): Generator<HeardSound> {
    const { outline } = speechIn(this.#outline, 0)
    const isCompared = this.#rule === 'energy' && speech.sound.speech !== undefined
    const alike = isCompared ? unlikeness(speech.sound.outline, outline) : undefined
    if (alike !== undefined) return yield this.#misfit(speech, `other speech (${alikeText(alike)})`, 'length')
    this.#at++
    this.#isSpeaking = false
    this.#forget()
    yield 'end'
  }

  /** The live service would have answered what is said now. */
  *#oneMore(): Generator<HeardSound> {
    if (this.#loud * stepMs <= this.#restMs) return
    yield { speech: { recorded: 'no more speech of the user', actual: this.#heardText('more speech') } }
  }

  #misfit(speech: Speech, what = 'speech', accept?: 'length'): SoundMisfit {
    const words = this.#words.get(speech.itemId)
    const recorded = `${lengthText(speechMsOf(speech.sound, aroundMs))} of speech${words ? `: ${JSON.stringify(words)}` : ''}`
    return { speech: { recorded, actual: this.#heardText(what), ...(accept && { accept }) } }
  }

  #heardText(what: string): string {
    return `${lengthText(this.spokenMs)} of ${what}, from ${Math.round(this.#beganMs)} ms of the app's sound on`
  }

  #forget(): void {
    this.#outline = []
    this.#loud = 0
  }
}

/** semantic_vad waits for many seconds; nobody has to say nothing for so long. */
const longestSilenceMs = 500

export function lengthText(ms: number): string {
  return `${Math.round(ms)} ms`
}

/** What of a committed stretch is not as recorded; undefined where all is. */
export function commitMisfit(recorded: Stretch, actual: Stretch, rule: AudioRule): SoundMisfit['speech'] | undefined {
  if (rule === 'ignore' || rule === 'transcript') return undefined
  const [wantedMs, gotMs] = [recorded.endMs - recorded.startMs, actual.endMs - actual.startMs]
  if (Math.abs(wantedMs - gotMs) > toleranceMs(wantedMs))
    return { recorded: `${lengthText(wantedMs)} of sound`, actual: `${lengthText(gotMs)} of sound` }
  const alike = rule === 'energy' && recorded.speech ? unlikeness(recorded.outline, actual.outline) : undefined
  if (alike === undefined) return undefined
  return { recorded: `${lengthText(wantedMs)} of sound`, actual: `other sound (${alikeText(alike)})`, accept: 'length' }
}

function alikeText(alike: number): string {
  return `its level runs otherwise: alike ${alike.toFixed(2)} of 1`
}
