// The simulated person at the other end: speaks in 20 ms frames paced by the clock, listens to what is really played.

import { withEffects } from '../../../audio/effects/chain.ts'
import { withNoise } from '../../../audio/noise.ts'
import { concatPcm, pcm, slicePcm } from '../../../audio/pcm.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import { speech } from '../../../audio/speech.ts'
import type { Pcm } from '../../../audio/types.ts'
import type { Caller, CallerSound, Flow } from '../../api.ts'
import { RealtimeKitError } from '../../errors.ts'
import { checkCall, checkMs, checkPhrase, checkSound, interruptsRules, saysRules, waitRules } from '../arguments.ts'
import type { ClockEntry } from '../clock/clock.ts'
import { type Subject, subjectKey } from '../subject.ts'
import { tracked } from '../tracked-promise.ts'
import { heardText, type SpokenItem, wordlessMend } from './heard-text.ts'
import { type Line, type LineWorld, type LoudspeakerEvents, openLine } from './line.ts'
import { graceMs, Microphone, type MicrophoneWorld } from './microphone.ts'
import { flowOf, playFlow } from './play-flow.ts'
import { hitchMs, Playback } from './playback.ts'

/** What the caller needs of the service. */
export interface CallerWorld extends LineWorld, MicrophoneWorld {
  /** Straight into the service's ear: a line without an app; rejects when no session is open, or several are. */
  directLine(): Promise<Line>
  /** Whether the open sessions hear different formats. */
  mixedFormats(): boolean
  /** Resolves when nobody speaks or waits for anybody any more. */
  settled(what: string): Promise<void>
  /** Presses keys on the call that a session belongs to, or on the only one; undefined where there is none. */
  keypad(sessionId: string | undefined): ((keys: string) => Promise<void>) | undefined
  /** Whether all sound of an item has been sent. */
  isOver(itemId: string): boolean
  /** Audio as the service sends it, for a caller who is attached to no loudspeaker; returns the way to stop. */
  overhear(loudspeaker: LoudspeakerEvents): () => void
  noteHeard(itemId: string, heardMs: number, stopped: boolean): void
  words(itemId: string): SpokenItem | undefined
  waitUntil<T>(check: () => T | undefined, options: { timeoutMs?: number; what: string }): Promise<T>
  subject(caller: CallerPerson): Subject
}

/** The end of a phone line: it speaks and plays by itself, and tells the person what sounds. */
export interface Telephone {
  readonly line: Line
  readonly playback: Playback
  /** How the person sounds, where a sentence does not say otherwise. */
  readonly sound?: CallerSound
  /** Presses keys, for `plays`. */
  readonly presses?: (keys: string) => Promise<void>
  /** Why nothing more will be heard, once the call is over. */
  over(): string | undefined
  /** Ms of sound that was heard, and whose words nobody knows. */
  wordlessMs(): number
}

export class CallerPerson implements Caller {
  readonly playback: Playback
  readonly #world: CallerWorld
  /** For messages: `caller`, or `call` for one on the phone. */
  readonly #name: string
  readonly #manner: CallerSound
  readonly #phone: Telephone | undefined
  readonly #stopOverhearing: () => void
  readonly #microphone: Microphone
  #line: Line | undefined
  #silenceAt: ClockEntry | undefined
  #playListeners = new Set<() => void>()

  constructor(world: CallerWorld, phone?: Telephone) {
    this.#world = world
    this.#name = phone ? 'call' : 'caller'
    this.#manner = phone?.sound ?? {}
    this.#phone = phone
    this.#microphone = new Microphone(world)
    this.playback = phone?.playback ?? new Playback()
    this.#line = phone?.line
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
    return tracked(`${this.#name}.hears(…)`, this.#hears(what, options), this.hears)
  }

  get heard(): Caller['heard'] {
    const now = this.#world.clock.now()
    const playback = this.playback
    return {
      text: this.#heardText(),
      durationMs: playback.totalMs(now),
      // Made when it is looked at: it is long.
      get audio() {
        return joined(playback.pieces(now))
      },
    }
  }

  #heardText(): string {
    return heardText(this.playback, this.#world.clock.now(), (itemId) => this.#world.words(itemId))
  }

  async #says(what: string | Pcm, options: CallerSound): Promise<void> {
    const line = await this.#openLine()
    await this.#speak(await this.#sound(what, line, options), line)
  }

  #speak(sound: Pcm, line: Line): Promise<void> {
    return line.speak?.(sound) ?? this.#microphone.speak(sound, line)
  }

  async #plays(flow: Flow): Promise<void> {
    const { clock, waitUntil, settled } = this.#world
    const presses = this.#phone?.presses ?? this.#world.keypad(this.#line?.session.id)
    const says = (text: string): Promise<void> => this.#says(text, {})
    await playFlow(flowOf(flow), { name: this.#name, clock, says, presses, waitUntil, settled })
  }

  /** The line, when it is known where it leads as far as that makes a difference. */
  async #openLine(): Promise<Line> {
    const line = this.#line ?? (await this.#world.directLine())
    if (line.probe && line.session.id === undefined && this.#world.mixedFormats()) {
      line.probe()
      await this.#world.waitUntil(() => line.session.id, {
        what: `${this.#name}.says(…), to find the session of its app among several`,
      })
    }
    return line
  }

  async #sound(what: string | Pcm, line: Line, options: CallerSound): Promise<Pcm> {
    const rateHz = line.rateHz()
    const { voice, speed, pitchHz, snrDb, effects = [], seed = 1 } = { ...this.#manner, ...options }
    const settings = { ...(voice ? { voice } : {}), ...(speed ? { speed } : {}), ...(pitchHz ? { pitchHz } : {}) }
    const said = typeof what === 'string' ? this.#world.clock.hold(speech(what, { rateHz, ...settings })) : what
    const sound = withEffects(resamplePcm(await said, rateHz), effects, { seed })
    return snrDb === undefined ? sound : withNoise(sound, { snrDb, seed })
  }

  async #interrupts(what: string | Pcm, { afterMs, ...how }: CallerSound & { afterMs: number }): Promise<void> {
    const { clock } = this.#world
    const call = `${this.#name}.interrupts(…, { afterMs: ${afterMs} })`
    const line = await this.#openLine()
    const sound = await this.#sound(what, line, how)
    const runStartMs = await this.#playbackStarts(call)
    // The first sound of the speech falls on `afterMs`: the silence before it is sent earlier, or left out.
    const leadMs = sound.speechSpan?.startMs ?? 0
    const beginMs = Math.max(runStartMs + afterMs - leadMs, clock.now())
    await this.#sleepUntil(beginMs, call)
    const lateMs = Math.min(leadMs, Math.max(0, beginMs + leadMs - (runStartMs + afterMs)))
    if (this.#isSilentAt(beginMs + leadMs - lateMs)) {
      throw new RealtimeKitError(
        'RTK_CALLER',
        `${call}: the answer was over after ${Math.round(this.playback.endMs - runStartMs)} ms.\n` +
          'Interrupt earlier, or give the reply a longer text.',
      )
    }
    await this.#speak(slicePcm(sound, lateMs), line)
  }

  /** Whether nothing plays then, as far as can be told now: an answer that is still being made, or handed on, goes on. */
  #isSilentAt(atMs: number): boolean {
    const { playback } = this
    const nowMs = this.#world.clock.now()
    if (playback.isPlaying(atMs)) return false
    const isHitch = nowMs - playback.endMs < hitchMs
    return !(isHitch && this.#goesOn(playback.lastItemId ?? ''))
  }

  /** Whether more of an item will sound: the service makes it still, or an app hands it on at the pace of its sound. */
  #goesOn(itemId: string): boolean {
    const { playback } = this
    if (playback.isStopped(itemId)) return false
    const sentMs = this.#world.words(itemId)?.sentMs ?? 0
    return !this.#world.isOver(itemId) || playback.givenMs(itemId) < sentMs - hitchMs
  }

  async #playbackStarts(what: string): Promise<number> {
    const { clock } = this.#world
    try {
      const over = (): 'over' | undefined => (this.#phone?.over() === undefined ? undefined : 'over')
      const started = await this.#world.waitUntil(() => this.playback.runStartMs(clock.now()) ?? over(), { what })
      if (started === 'over') throw this.#overError(what)
      return started
    } catch (error) {
      const { endMs } = this.playback
      if (!(error instanceof RealtimeKitError) || error.code !== 'RTK_WAIT' || endMs === 0) throw error
      const over = `The last answer was over at ${Math.round(endMs)} ms of the clock, ${Math.round(this.playback.totalMs(endMs))} ms of sound in all.`
      throw new RealtimeKitError('RTK_WAIT', `${this.#plain(error)}\n${over}`)
    }
  }

  async #sleepUntil(atMs: number, what: string): Promise<void> {
    const { clock } = this.#world
    const reached = new Promise<void>((resolve) => {
      clock.at(atMs, resolve, 'caller')
    })
    await clock.wait(reached, { timeoutMs: atMs - clock.now() + graceMs, what })
  }

  async #hears(what: string | RegExp, { timeout }: { timeout?: number }): Promise<void> {
    const { clock } = this.#world
    const look = this.#lookFor(what)
    try {
      await clock.wait(look.found, { timeoutMs: timeout ?? 30_000, what: `${this.#name}.hears(${String(what)})` })
    } catch (error) {
      if (!(error instanceof RealtimeKitError)) throw error
      const mute = this.#line?.isMute ? ` ${muteMend}` : ''
      const mend = wordlessMend(this.#phone?.wordlessMs() ?? 0)
      const wordless = mend === undefined ? '' : `\n${mend}`
      // A call that is over stays an error of the call.
      const code = error.code === 'RTK_CALL' ? 'RTK_CALL' : 'RTK_WAIT'
      throw new RealtimeKitError(code, `${this.#plain(error)}\nHeard so far: "${this.#heardText()}"${mute}${wordless}`)
    } finally {
      look.stop()
    }
  }

  /** What is heard changes while sound plays, without any event: it is looked at again at each word's pace. */
  #lookFor(what: string | RegExp): { readonly found: Promise<void>; stop(): void } {
    const { clock } = this.#world
    const { promise: found, resolve, reject } = Promise.withResolvers<void>()
    let next: ClockEntry | undefined
    const look = (): void => {
      this.#playListeners.delete(look)
      if (hasWords(this.#heardText(), what)) resolve()
      else if (this.#phone?.over() !== undefined) reject(this.#overError(`${this.#name}.hears(${String(what)})`))
      else if (this.playback.isPlaying(clock.now())) next = clock.at(clock.now() + 100, look, 'caller')
      else this.#playListeners.add(look)
    }
    look()
    const stop = (): void => {
      this.#playListeners.delete(look)
      if (next) clock.cancel(next)
    }
    return { found, stop }
  }

  /** Whoever waits to hear something looks again. */
  lookAgain(): void {
    for (const listener of [...this.#playListeners]) listener()
  }

  /** The message without its code: it is told anew. On a phone the next thing is always a frame of the line, which tells nothing. */
  #plain(error: Error): string {
    const text = error.message.replace(/^\[\w+\] /, '')
    return this.#phone ? text.replace(/\nNext is an app timer at [\d.]+ ms\.$/, '') : text
  }

  #overError(what: string): RealtimeKitError {
    return new RealtimeKitError('RTK_CALL', `${what}: the call is over: ${this.#phone?.over()}.`)
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

const muteMend =
  'The app has no loudspeaker here: caller.attach({ microphone, speaker }). Who phones is attached to nothing, and hears the call.'

function hasWords(text: string, what: string | RegExp): boolean {
  // `search` ignores lastIndex, so a RegExp with the g flag answers the same each time.
  return typeof what === 'string' ? text.includes(what) : text.search(what) >= 0
}

function joined(pieces: readonly { readonly samples: Int16Array; readonly rateHz: number }[]): Pcm {
  const rateHz = pieces[0]?.rateHz ?? 24_000
  return concatPcm(
    pcm(new Int16Array(0), rateHz),
    ...pieces.map((piece) => resamplePcm(pcm(piece.samples, piece.rateHz), rateHz)),
  )
}
