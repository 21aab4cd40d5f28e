// The simulated person at the other end: what tests ask of it, done with a voice (caller-voice.ts), an ear (caller-ear.ts) and a line.

import { slicePcm } from '../../../audio/pcm.ts'
import type { Pcm } from '../../../audio/types.ts'
import type { Caller, CallerSound, Flow } from '../../api.ts'
import { RealtimeKitError } from '../../errors.ts'
import { checkCall, checkMs, checkPhrase, checkSound, interruptsRules, saysRules, waitRules } from '../arguments.ts'
import type { ClockEntry } from '../clock/clock.ts'
import { type Subject, subjectKey } from '../subject.ts'
import { tracked } from '../tracked-promise.ts'
import { CallerEar, type EarWorld, type Receiver } from './caller-ear.ts'
import { CallerVoice, type VoiceWorld } from './caller-voice.ts'
import { type Line, type LineWorld, type LoudspeakerEvents, openLine } from './line.ts'
import { graceMs } from './microphone.ts'
import { flowOf, playFlow } from './play-flow.ts'
import { Playback } from './playback.ts'

/** What the caller needs of the service. */
export interface CallerWorld extends LineWorld, VoiceWorld, EarWorld {
  /** Resolves when nobody speaks or waits for anybody any more. */
  settled(what: string): Promise<void>
  /** Presses keys on the call that a session belongs to, or on the only one; undefined where there is none. */
  keypad(sessionId: string | undefined): ((keys: string) => Promise<void>) | undefined
  /** Audio as the service sends it, for a caller who is attached to no loudspeaker; returns the way to stop. */
  overhear(loudspeaker: LoudspeakerEvents): () => void
  noteHeard(itemId: string, heardMs: number, stopped: boolean): void
  subject(caller: Caller): Subject
}

/** The end of a phone line: it speaks and plays by itself, and tells the person what sounds. */
export interface Telephone extends Receiver {
  readonly line: Line
  readonly playback: Playback
  /** How the person sounds, where a sentence does not say otherwise. */
  readonly sound?: CallerSound
  /** Presses keys, for `plays`. */
  readonly presses?: (keys: string) => Promise<void>
}

export class CallerPerson implements Caller {
  readonly playback: Playback
  readonly #world: CallerWorld
  /** For messages: `caller`, or `call` for one on the phone. */
  readonly #name: string
  readonly #phone: Telephone | undefined
  readonly #stopOverhearing: () => void
  readonly #voice: CallerVoice
  readonly #ear: CallerEar
  #line: Line | undefined
  #silenceAt: ClockEntry | undefined

  constructor(world: CallerWorld, phone?: Telephone) {
    this.#world = world
    this.#name = phone ? 'call' : 'caller'
    this.#phone = phone
    this.#line = phone?.line
    this.playback = phone?.playback ?? new Playback()
    const { playback } = this
    this.#voice = new CallerVoice(world, { name: this.#name, manner: phone?.sound ?? {} })
    this.#ear = new CallerEar(world, { name: this.#name, playback, receiver: phone })
    if (phone) {
      this.#stopOverhearing = () => {}
      return
    }
    this.#stopOverhearing = world.overhear({
      play: (itemId, samples, rateHz) => this.#play(itemId, samples, rateHz),
      stop: () => this.#stopPlaying(),
    })
  }

  get [subjectKey](): Subject {
    return this.#world.subject(this)
  }

  attach(app: Parameters<Caller['attach']>[0]): this {
    if (this.#line)
      throw new RealtimeKitError(
        'RTK_CALLER',
        `${this.#name}.attach(): this caller is attached to an app already; one caller has one line.`,
      )
    this.#line = openLine(app, this.#world, {
      play: (itemId, samples, rateHz) => this.#play(itemId, samples, rateHz),
      stop: () => this.#stopPlaying(),
    })
    this.#stopOverhearing()
    return this
  }

  says(what: string | Pcm, options: CallerSound = {}): Promise<void> {
    checkSound(`${this.#name}.says(…)`, what)
    checkCall(`${this.#name}.says(…)`, options, saysRules)
    return tracked(`${this.#name}.says(…)`, this.#says(what, options), this.says)
  }

  interrupts(what: string | Pcm, options: CallerSound & { afterMs: number }): Promise<void> {
    checkSound(`${this.#name}.interrupts(…)`, what)
    checkCall(`${this.#name}.interrupts(…)`, options, interruptsRules)
    checkMs(`${this.#name}.interrupts(…)`, 'afterMs', options?.afterMs)
    return tracked(`${this.#name}.interrupts(…)`, this.#interrupts(what, options), this.interrupts)
  }

  pauses(ms: number): Promise<void> {
    checkMs(`${this.#name}.pauses(…)`, 'ms', ms)
    return tracked(
      `${this.#name}.pauses(…)`,
      this.#sleepUntil(this.#world.clock.now() + ms, `${this.#name}.pauses(${ms})`),
      this.pauses,
    )
  }

  plays(flow: Flow): Promise<void> {
    return tracked(`${this.#name}.plays(…)`, this.#plays(flow), this.plays)
  }

  hears(what: string | RegExp, options: { timeout?: number } = {}): Promise<void> {
    checkPhrase(`${this.#name}.hears(…)`, what)
    checkCall(`${this.#name}.hears(…)`, options, waitRules)
    const isMute = (): boolean => this.#line?.isMute === true
    return tracked(`${this.#name}.hears(…)`, this.#ear.hears(what, { ...options, isMute }), this.hears)
  }

  get heard(): Caller['heard'] {
    return this.#ear.heard
  }

  async #says(what: string | Pcm, options: CallerSound): Promise<void> {
    const line = await this.#voice.openLine(this.#line)
    await this.#voice.speak(await this.#voice.sound(what, line, options), line)
  }

  async #plays(flow: Flow): Promise<void> {
    const { clock, waitUntil, settled } = this.#world
    const presses = this.#phone?.presses ?? this.#world.keypad(this.#line?.session.id)
    const says = (text: string): Promise<void> => this.#says(text, {})
    await playFlow(flowOf(flow), { name: this.#name, clock, says, presses, waitUntil, settled })
  }

  async #interrupts(what: string | Pcm, { afterMs, ...how }: CallerSound & { afterMs: number }): Promise<void> {
    const { clock } = this.#world
    const call = `${this.#name}.interrupts(…, { afterMs: ${afterMs} })`
    const line = await this.#voice.openLine(this.#line)
    const sound = await this.#voice.sound(what, line, how)
    const runStartMs = await this.#ear.answerStartMs(call)
    // The first sound of the speech falls on `afterMs`: the silence before it is sent earlier, or left out.
    const leadMs = sound.speechSpan?.startMs ?? 0
    const beginMs = Math.max(runStartMs + afterMs - leadMs, clock.now())
    await this.#sleepUntil(beginMs, call)
    const lateMs = Math.min(leadMs, Math.max(0, beginMs + leadMs - (runStartMs + afterMs)))
    if (this.#ear.isSilentAt(beginMs + leadMs - lateMs)) {
      throw new RealtimeKitError(
        'RTK_CALLER',
        `${call}: the answer was over after ${Math.round(this.playback.endMs - runStartMs)} ms.\n` +
          'Interrupt earlier, or give the reply a longer text.',
      )
    }
    await this.#voice.speak(slicePcm(sound, lateMs), line)
  }

  async #sleepUntil(atMs: number, what: string): Promise<void> {
    const { clock } = this.#world
    const reached = new Promise<void>((resolve) => {
      clock.at(atMs, resolve, 'caller')
    })
    await clock.wait(reached, { timeoutMs: atMs - clock.now() + graceMs, what })
  }

  /** Whoever waits to hear something looks again. */
  lookAgain(): void {
    this.#ear.lookAgain()
  }

  #play(itemId: string, samples: Int16Array, rateHz: number): void {
    this.playback.play(this.#world.clock.now(), itemId, samples, rateHz)
    this.soundQueued(itemId)
  }

  /** Sound of an item was added to the playback. */
  soundQueued(itemId: string): void {
    const { clock } = this.#world
    const { endMs } = this.playback
    if (this.#silenceAt) clock.cancel(this.#silenceAt)
    // A deadline of the caller: the conversation is not settled while sound is in the air.
    if (endMs > clock.now()) this.#silenceAt = clock.at(endMs, () => this.#noteHeard(itemId, false), 'caller')
    this.#noteHeard(itemId, false)
    this.lookAgain()
  }

  #stopPlaying(): void {
    const { clock } = this.#world
    if (!this.playback.isPlaying(clock.now())) return
    this.soundCut(this.playback.stop(clock.now()))
  }

  /** The playback was stopped, and these items lost something. */
  soundCut(cut: readonly string[]): void {
    if (this.#silenceAt) this.#world.clock.cancel(this.#silenceAt)
    for (const itemId of cut) this.#noteHeard(itemId, true)
  }

  #noteHeard(itemId: string, stopped: boolean): void {
    this.#world.noteHeard(itemId, this.playback.heardMs(itemId, this.#world.clock.now()) ?? 0, stopped)
  }
}
