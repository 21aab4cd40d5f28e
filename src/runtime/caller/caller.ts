// The simulated person at the other end: speaks in 20 ms frames paced by the clock, listens to what is really played.

import { concatPcm, pcm, slicePcm } from '../../../audio/pcm.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import { speech } from '../../../audio/speech.ts'
import { withNoise } from '../../../audio/noise.ts'
import type { Pcm } from '../../../audio/types.ts'
import type { Caller } from '../../api.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { Clock, ClockEntry } from '../clock/clock.ts'
import { type Subject, subjectKey } from '../subject.ts'
import { tracked } from '../tracked-promise.ts'
import { heardText } from './heard-text.ts'
import { type Line, type LineWorld, openLine, silentFrame } from './line.ts'
import { Playback } from './playback.ts'

export const frameMs = 20
/** Longest silence that the caller adds after speaking while the service still waits for the end of the turn. */
const longestTailMs = 6_000

/** What the caller needs of the service. */
export interface CallerWorld extends LineWorld {
  readonly clock: Clock
  /** Tells the ears what is being said, by time. */
  said(utterance: { text: string; words: Pcm['words']; beganMs: number; startMs: number; endMs: number; injected: boolean }): void
  /** Straight into the service's ear: a line without an app; rejects when no session is open. */
  directLine(): Promise<Line>
  /** Whether turn detection is inside a segment of speech now. */
  isListening(): boolean
  /** Audio as the service sends it, for a caller who is attached to no loudspeaker; returns the way to stop. */
  overhear(loudspeaker: { play(itemId: string, samples: Int16Array, rateHz: number): void; stop(): void }): () => void
  noteHeard(itemId: string, heardMs: number, stopped: boolean): void
  words(itemId: string): { readonly text: string; readonly sentMs: number; readonly words: Pcm['words'] } | undefined
  waitUntil<T>(check: () => T | undefined, options: { timeoutMs?: number; what: string }): Promise<T>
  subject(caller: CallerPerson): Subject
}

export class CallerPerson implements Caller {
  readonly playback = new Playback()
  readonly #world: CallerWorld
  readonly #stopOverhearing: () => void
  #line: Line | undefined
  #tail: ClockEntry | undefined
  #silenceAt: ClockEntry | undefined
  #playListeners = new Set<() => void>()

  constructor(world: CallerWorld) {
    this.#world = world
    this.#stopOverhearing = world.overhear({
      play: (itemId, samples, rateHz) => this.#play(itemId, samples, rateHz),
      stop: () => this.#stopPlaying(),
    })
  }

  get [subjectKey](): Subject {
    return this.#world.subject(this)
  }

  attach(app: Parameters<Caller['attach']>[0]): this {
    if (this.#line) throw new RealtimeKitError('RTK_CALLER', 'caller.attach(): this caller is attached to an app already; one caller has one line.')
    this.#line = openLine(app, this.#world, {
      play: (itemId, samples, rateHz) => this.#play(itemId, samples, rateHz),
      stop: () => this.#stopPlaying(),
    })
    this.#stopOverhearing()
    return this
  }

  says(what: string | Pcm, options: { voice?: string; snrDb?: number } = {}): Promise<void> {
    return tracked('caller.says(…)', this.#says(what, options), this.says)
  }

  interrupts(what: string | Pcm, options: { afterMs: number }): Promise<void> {
    return tracked('caller.interrupts(…)', this.#interrupts(what, options), this.interrupts)
  }

  pauses(ms: number): Promise<void> {
    return tracked('caller.pauses(…)', this.#sleepUntil(this.#world.clock.now() + ms, `caller.pauses(${ms})`), this.pauses)
  }

  hears(what: string | RegExp, options: { timeout?: number } = {}): Promise<void> {
    return tracked('caller.hears(…)', this.#hears(what, options), this.hears)
  }

  get heard(): Caller['heard'] {
    const now = this.#world.clock.now()
    const pieces = this.playback.pieces(now)
    const rateHz = pieces[0]?.rateHz ?? 24_000
    return {
      text: heardText(this.playback, now, (itemId) => this.#world.words(itemId)),
      durationMs: this.playback.totalMs(now),
      audio: concatPcm(pcm(new Int16Array(0), rateHz), ...pieces.map((piece) => resamplePcm(pcm(piece.samples, piece.rateHz), rateHz))),
    }
  }

  async #says(what: string | Pcm, options: { voice?: string; snrDb?: number }): Promise<void> {
    const line = this.#line ?? (await this.#world.directLine())
    const sound = await this.#sound(what, line, options)
    await this.#speak(sound, line)
  }

  async #sound(what: string | Pcm, line: Line, options: { voice?: string; snrDb?: number }): Promise<Pcm> {
    const rateHz = line.rateHz()
    const { voice, snrDb } = options
    const said = typeof what === 'string' ? this.#world.clock.hold(speech(what, { rateHz, ...(voice ? { voice } : {}) })) : what
    const sound = resamplePcm(await said, rateHz)
    return snrDb === undefined ? sound : withNoise(sound, { snrDb })
  }

  /** Sends the frames one by one; resolves when the last one was sent, then keeps the line open with silence while a turn is not over. */
  async #speak(sound: Pcm, line: Line): Promise<void> {
    const { clock } = this.#world
    if (this.#tail) clock.cancel(this.#tail)
    const beganMs = clock.now()
    const span = sound.speechSpan ?? { startMs: 0, endMs: sound.durationMs }
    this.#world.said({
      text: sound.text ?? '',
      words: sound.words,
      beganMs,
      startMs: beganMs + span.startMs,
      endMs: beganMs + span.endMs,
      injected: line.injected,
    })
    const frames = sound.frames(frameMs)[Symbol.iterator]()
    let sent = 0
    const done = new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const frame = frames.next()
        if (frame.done) return resolve()
        sent++
        clock.at(
          beganMs + sent * frameMs,
          () => {
            try {
              line.microphone(frame.value)
              next()
            } catch (error) {
              reject(error)
            }
          },
          'caller',
        )
      }
      next()
    })
    await clock.wait(done, { timeoutMs: sound.durationMs + 1_000, what: `caller.says(${JSON.stringify(sound.text ?? 'audio')})` })
    this.#keepOpen(line, clock.now() + longestTailMs)
  }

  /** A microphone is never off: silence goes on until the service has noticed the end of the turn. */
  #keepOpen(line: Line, untilMs: number): void {
    const { clock } = this.#world
    if (!this.#world.isListening() || clock.now() >= untilMs) return
    this.#tail = clock.at(
      clock.now() + frameMs,
      () => {
        line.microphone(silentFrame(line.rateHz(), frameMs))
        this.#keepOpen(line, untilMs)
      },
      'caller',
    )
  }

  async #interrupts(what: string | Pcm, { afterMs }: { afterMs: number }): Promise<void> {
    const { clock } = this.#world
    const line = this.#line ?? (await this.#world.directLine())
    const sound = await this.#sound(what, line, {})
    const runStartMs = await this.#playbackStarts(`caller.interrupts(…, { afterMs: ${afterMs} })`)
    // The first sound of the speech falls on `afterMs`: the silence before it is sent earlier, or left out.
    const leadMs = sound.speechSpan?.startMs ?? 0
    const beginMs = Math.max(runStartMs + afterMs - leadMs, clock.now())
    await this.#sleepUntil(beginMs, `caller.interrupts(…, { afterMs: ${afterMs} })`)
    const lateMs = Math.min(leadMs, Math.max(0, beginMs + leadMs - (runStartMs + afterMs)))
    if (!this.playback.isPlaying(clock.now())) {
      throw new RealtimeKitError(
        'RTK_CALLER',
        `caller.interrupts(…, { afterMs: ${afterMs} }): the answer was over after ${Math.round(this.playback.endMs - runStartMs)} ms.\n` +
          'Interrupt earlier, or give the reply a longer text.',
      )
    }
    await this.#speak(slicePcm(sound, lateMs), line)
  }

  #playbackStarts(what: string): Promise<number> {
    return this.#world.waitUntil(() => this.playback.runStartMs(this.#world.clock.now()), { what })
  }

  async #sleepUntil(atMs: number, what: string): Promise<void> {
    const { clock } = this.#world
    const reached = new Promise<void>((resolve) => {
      clock.at(atMs, resolve, 'caller')
    })
    await clock.wait(reached, { timeoutMs: atMs - clock.now() + 1_000, what })
  }

  async #hears(what: string | RegExp, { timeout }: { timeout?: number }): Promise<void> {
    const { clock } = this.#world
    const matches = (): true | undefined => {
      const { text } = this.heard
      return (typeof what === 'string' ? text.includes(what) : what.test(text)) || undefined
    }
    // What is heard changes while sound plays, without any event: look again at each word's pace.
    const look = new Promise<void>((resolve) => {
      const again = (): void => {
        if (matches()) return resolve()
        if (this.playback.isPlaying(clock.now())) clock.at(clock.now() + 100, again, 'caller')
        else this.#playListeners.add(once)
      }
      const once = (): void => {
        this.#playListeners.delete(once)
        again()
      }
      again()
    })
    try {
      await clock.wait(look, { timeoutMs: timeout ?? 30_000, what: `caller.hears(${String(what)})` })
    } catch (error) {
      if (error instanceof RealtimeKitError) {
        throw new RealtimeKitError('RTK_WAIT', `${error.message.replace(/^\[\w+\] /, '')}\nHeard so far: "${this.heard.text}"`)
      }
      throw error
    }
  }

  #play(itemId: string, samples: Int16Array, rateHz: number): void {
    const { clock } = this.#world
    const endMs = this.playback.play(clock.now(), itemId, samples, rateHz)
    if (this.#silenceAt) clock.cancel(this.#silenceAt)
    // A deadline of the caller: the conversation is not settled while sound is in the air.
    if (endMs > clock.now()) this.#silenceAt = clock.at(endMs, () => this.#played(false), 'caller')
    this.#world.noteHeard(itemId, this.playback.heardMs(itemId, clock.now()) ?? 0, false)
    for (const listener of [...this.#playListeners]) listener()
  }

  #stopPlaying(): void {
    const { clock } = this.#world
    if (!this.playback.isPlaying(clock.now())) return
    this.playback.stop(clock.now())
    if (this.#silenceAt) clock.cancel(this.#silenceAt)
    this.#played(true)
  }

  #played(stopped: boolean): void {
    const itemId = this.playback.itemIds.at(-1)
    if (itemId !== undefined) this.#world.noteHeard(itemId, this.playback.heardMs(itemId, this.#world.clock.now()) ?? 0, stopped)
  }
}
