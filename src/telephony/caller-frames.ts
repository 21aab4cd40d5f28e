// The caller's 20 ms frames, for the whole call, silence included: absolute targets on the test's clock. While the caller speaks, or the
// service has yet to notice the end of a turn, frames pull time; else they come as the test waits, or as real time passes.

import type { Pcm } from '../../audio/types.ts'
import type { PhoneNetwork } from '../api/phone.ts'
import { graceMs } from '../runtime/caller/microphone.ts'
import type { Clock, ClockEntry } from '../runtime/clock/clock.ts'
import { type CallerTrack, holdMusic } from './caller-track.ts'
import { encodePhone, frameMs } from './phone-sound.ts'
import type { PhoneFormat } from './platform.ts'

/** Silence that the service may need to notice the end of a turn: as the caller without a phone gives it. */
const longestTailMs = 10_000
const unnoticedMs = 400

export interface FramesWorld {
  readonly clock: Clock
  readonly format: PhoneFormat
  readonly track: CallerTrack
  readonly network: PhoneNetwork
  readonly random: () => number
  send(bytes: Uint8Array, how: { lost: boolean; delayMs: number }): void
  /** Whether the service is inside of speech, or finds turns at all. */
  isListening(): boolean
  detectsTurns(): boolean
}

interface Said {
  readonly untilFrame: number
  readonly done: () => void
}

export class CallerFrames {
  readonly originMs: number
  readonly #world: FramesWorld
  readonly #samplesPerFrame: number
  readonly #silence: Uint8Array
  readonly #saying: Said[] = []
  #next = 0
  #entry: ClockEntry | undefined
  #isStopped = false
  #speaksUntilMs = 0
  #noticedMs = 0
  #openUntilMs = 0
  #mutedUntilMs = 0

  constructor(world: FramesWorld) {
    this.#world = world
    this.originMs = world.clock.now()
    this.#samplesPerFrame = (world.format.rateHz * frameMs) / 1000
    this.#silence = encodePhone(new Int16Array(this.#samplesPerFrame), world.format)
    this.#schedule()
  }

  /** Puts sound on the line from now on; gives when its first sample is. */
  say({ samples, durationMs, speechSpan }: Pcm): { beganMs: number; done: Promise<void> } {
    const { clock, format, track } = this.#world
    const fromSample = Math.max(
      this.#next * this.#samplesPerFrame,
      Math.round(((clock.now() - this.originMs) * format.rateHz) / 1000),
    )
    track.put(fromSample, samples)
    const beganMs = this.originMs + (fromSample * 1000) / format.rateHz
    const endMs = beganMs + durationMs
    this.#speaksUntilMs = Math.max(this.#speaksUntilMs, endMs)
    this.#noticedMs = beganMs + (speechSpan?.endMs ?? durationMs) + unnoticedMs
    this.#openUntilMs = endMs + longestTailMs
    const { promise: done, resolve } = Promise.withResolvers<void>()
    this.#saying.push({ untilFrame: Math.ceil((fromSample + samples.length) / this.#samplesPerFrame), done: resolve })
    this.#schedule()
    if (this.#isStopped) resolve()
    return { beganMs, done }
  }

  /** Nothing arrives for so long. */
  mute(ms: number): void {
    this.#mutedUntilMs = Math.max(this.#mutedUntilMs, this.#world.clock.now() + ms)
  }

  hold(ms: number): Promise<void> {
    const { track, format } = this.#world
    const at = Math.round(((this.#world.clock.now() - this.originMs) * format.rateHz) / 1000)
    track.put(at, holdMusic(ms, format.rateHz))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#saying.push({ untilFrame: Math.ceil((at + (ms * format.rateHz) / 1000) / this.#samplesPerFrame), done: resolve })
    this.#speaksUntilMs = Math.max(this.#speaksUntilMs, this.#world.clock.now() + ms)
    this.#schedule()
    return promise
  }

  /** Whether somebody waits for the next frame: the caller, who speaks, or the service, which listens. */
  get isBusy(): boolean {
    const nowMs = this.#world.clock.now()
    if (this.#saying.length > 0 || nowMs < this.#speaksUntilMs) return true
    if (nowMs >= this.#openUntilMs) return false
    return (nowMs < this.#noticedMs && this.#world.detectsTurns()) || this.#world.isListening()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#entry) this.#world.clock.cancel(this.#entry)
    for (const { done } of this.#saying.splice(0)) done()
  }

  #schedule(): void {
    const { clock } = this.#world
    if (this.#entry) clock.cancel(this.#entry)
    if (this.#isStopped) return
    const dueMs = this.originMs + (this.#next + 1) * frameMs
    this.#entry = clock.at(dueMs, () => this.#tick(), this.isBusy ? 'caller' : 'app')
  }

  /** More than one is due where a clock that follows real time has fallen behind. */
  #tick(): void {
    const nowMs = this.#world.clock.now()
    while (!this.#isStopped && this.originMs + (this.#next + 1) * frameMs <= nowMs) this.#emit(this.#next++)
    while (this.#saying[0] && this.#saying[0].untilFrame <= this.#next) this.#saying.shift()!.done()
    this.#schedule()
  }

  #emit(frame: number): void {
    const { track, format, network, random, send } = this.#world
    const samples = track.take(frame * this.#samplesPerFrame, this.#samplesPerFrame)
    const bytes = samples ? encodePhone(samples, format) : this.#silence
    const isMuted = this.originMs + frame * frameMs < this.#mutedUntilMs
    const isLost = network.loss !== undefined && random() < network.loss
    const delayMs = network.jitterMs === undefined ? 0 : random() * network.jitterMs
    send(bytes, { lost: isMuted || isLost, delayMs })
  }
}

/** How long a wait for the caller's own sound may take where time is real. */
export function patienceMs(durationMs: number): number {
  return durationMs + graceMs
}
