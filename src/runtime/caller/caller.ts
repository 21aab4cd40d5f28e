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
import { heardText, type SpokenItem } from './heard-text.ts'
import { type Line, type LineWorld, type LoudspeakerEvents, openLine } from './line.ts'
import { graceMs, Microphone, type MicrophoneWorld } from './microphone.ts'
import { flowOf, playFlow } from './play-flow.ts'
import { Playback } from './playback.ts'

/** What the caller needs of the service. */
export interface CallerWorld extends LineWorld, MicrophoneWorld {
  /** Straight into the service's ear: a line without an app; rejects when no session is open, or several are. */
  directLine(): Promise<Line>
  /** Whether the open sessions hear different formats. */
  mixedFormats(): boolean
  /** Resolves when nobody speaks or waits for anybody any more. */
  settled(what: string): Promise<void>
  /** Whether all sound of an item has been sent. */
  isOver(itemId: string): boolean
  /** Audio as the service sends it, for a caller who is attached to no loudspeaker; returns the way to stop. */
  overhear(loudspeaker: LoudspeakerEvents): () => void
  noteHeard(itemId: string, heardMs: number, stopped: boolean): void
  words(itemId: string): SpokenItem | undefined
  waitUntil<T>(check: () => T | undefined, options: { timeoutMs?: number; what: string }): Promise<T>
  subject(caller: CallerPerson): Subject
}

export class CallerPerson implements Caller {
  readonly playback = new Playback()
  readonly #world: CallerWorld
  readonly #stopOverhearing: () => void
  readonly #microphone: Microphone
  #line: Line | undefined
  #silenceAt: ClockEntry | undefined
  #playListeners = new Set<() => void>()

  constructor(world: CallerWorld) {
    this.#world = world
    this.#microphone = new Microphone(world)
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
        'caller.attach(): this caller is attached to an app already; one caller has one line.',
      )
    this.#line = openLine(app, this.#world, {
      play: (itemId, samples, rateHz) => this.#play(itemId, samples, rateHz),
      stop: () => this.#stopPlaying(),
    })
    this.#stopOverhearing()
    return this
  }

  says(what: string | Pcm, options: CallerSound = {}): Promise<void> {
    checkSound('caller.says(…)', what)
    checkCall('caller.says(…)', options, saysRules)
    return tracked('caller.says(…)', this.#says(what, options), this.says)
  }

  interrupts(what: string | Pcm, options: CallerSound & { afterMs: number }): Promise<void> {
    checkSound('caller.interrupts(…)', what)
    checkCall('caller.interrupts(…)', options, interruptsRules)
    checkMs('caller.interrupts(…)', 'afterMs', options?.afterMs)
    return tracked('caller.interrupts(…)', this.#interrupts(what, options), this.interrupts)
  }

  pauses(ms: number): Promise<void> {
    checkMs('caller.pauses(…)', 'ms', ms)
    return tracked('caller.pauses(…)', this.#sleepUntil(this.#world.clock.now() + ms, `caller.pauses(${ms})`), this.pauses)
  }

  plays(flow: Flow): Promise<void> {
    return tracked('caller.plays(…)', this.#plays(flow), this.plays)
  }

  hears(what: string | RegExp, options: { timeout?: number } = {}): Promise<void> {
    checkPhrase('caller.hears(…)', what)
    checkCall('caller.hears(…)', options, waitRules)
    return tracked('caller.hears(…)', this.#hears(what, options), this.hears)
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
    await this.#microphone.speak(await this.#sound(what, line, options), line)
  }

  async #plays(flow: Flow): Promise<void> {
    const what = 'caller.plays(…)'
    await playFlow(flowOf(flow), {
      says: (text) => this.#says(text, {}),
      answered: async (hasMoved) => {
        await this.#world.waitUntil(() => (hasMoved() ? true : undefined), { what })
        await this.#world.settled(what)
      },
    })
  }

  /** The line, when it is known where it leads as far as that makes a difference. */
  async #openLine(): Promise<Line> {
    const line = this.#line ?? (await this.#world.directLine())
    if (line.probe && line.session.id === undefined && this.#world.mixedFormats()) {
      line.probe()
      await this.#world.waitUntil(() => line.session.id, { what: 'caller.says(…), to find the session of its app among several' })
    }
    return line
  }

  async #sound(what: string | Pcm, line: Line, options: CallerSound): Promise<Pcm> {
    const rateHz = line.rateHz()
    const { voice, speed, pitchHz, snrDb, effects = [], seed = 1 } = options
    const settings = { ...(voice ? { voice } : {}), ...(speed ? { speed } : {}), ...(pitchHz ? { pitchHz } : {}) }
    const said = typeof what === 'string' ? this.#world.clock.hold(speech(what, { rateHz, ...settings })) : what
    const sound = withEffects(resamplePcm(await said, rateHz), effects, { seed })
    return snrDb === undefined ? sound : withNoise(sound, { snrDb, seed })
  }

  async #interrupts(what: string | Pcm, { afterMs, ...how }: CallerSound & { afterMs: number }): Promise<void> {
    const { clock } = this.#world
    const call = `caller.interrupts(…, { afterMs: ${afterMs} })`
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
    await this.#microphone.speak(slicePcm(sound, lateMs), line)
  }

  /** Whether nothing plays then, as far as can be told now: an answer that is still being made goes on. */
  #isSilentAt(atMs: number): boolean {
    const { playback } = this
    const last = playback.itemIds.at(-1) ?? ''
    return !playback.isPlaying(this.#world.clock.now()) || (!playback.isPlaying(atMs) && this.#world.isOver(last))
  }

  async #playbackStarts(what: string): Promise<number> {
    const { clock } = this.#world
    try {
      return await this.#world.waitUntil(() => this.playback.runStartMs(clock.now()), { what })
    } catch (error) {
      const { endMs } = this.playback
      if (!(error instanceof RealtimeKitError) || error.code !== 'RTK_WAIT' || endMs === 0) throw error
      const over = `The last answer was over at ${Math.round(endMs)} ms of the clock, ${Math.round(this.playback.totalMs(endMs))} ms of sound in all.`
      throw new RealtimeKitError('RTK_WAIT', `${plain(error)}\n${over}`)
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
      await clock.wait(look.found, { timeoutMs: timeout ?? 30_000, what: `caller.hears(${String(what)})` })
    } catch (error) {
      if (!(error instanceof RealtimeKitError)) throw error
      const mute = this.#line?.isMute ? ` ${muteMend}` : ''
      throw new RealtimeKitError('RTK_WAIT', `${plain(error)}\nHeard so far: "${this.#heardText()}"${mute}`)
    } finally {
      look.stop()
    }
  }

  /** What is heard changes while sound plays, without any event: it is looked at again at each word's pace. */
  #lookFor(what: string | RegExp): { readonly found: Promise<void>; stop(): void } {
    const { clock } = this.#world
    const { promise: found, resolve } = Promise.withResolvers<void>()
    let next: ClockEntry | undefined
    const look = (): void => {
      this.#playListeners.delete(look)
      if (hasWords(this.#heardText(), what)) resolve()
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

  #play(itemId: string, samples: Int16Array, rateHz: number): void {
    const { clock } = this.#world
    const endMs = this.playback.play(clock.now(), itemId, samples, rateHz)
    if (this.#silenceAt) clock.cancel(this.#silenceAt)
    // A deadline of the caller: the conversation is not settled while sound is in the air.
    if (endMs > clock.now()) this.#silenceAt = clock.at(endMs, () => this.#noteHeard(itemId, false), 'caller')
    this.#noteHeard(itemId, false)
    for (const listener of [...this.#playListeners]) listener()
  }

  #stopPlaying(): void {
    const { clock } = this.#world
    if (!this.playback.isPlaying(clock.now())) return
    const cut = this.playback.stop(clock.now())
    if (this.#silenceAt) clock.cancel(this.#silenceAt)
    for (const itemId of cut) this.#noteHeard(itemId, true)
  }

  #noteHeard(itemId: string, stopped: boolean): void {
    this.#world.noteHeard(itemId, this.playback.heardMs(itemId, this.#world.clock.now()) ?? 0, stopped)
  }
}

const muteMend =
  'The app has no loudspeaker here: caller.attach({ microphone, speaker }). Who phones is attached to nothing, and hears the call.'

/** The message without its code: it is told anew. */
function plain(error: Error): string {
  return error.message.replace(/^\[\w+\] /, '')
}

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
