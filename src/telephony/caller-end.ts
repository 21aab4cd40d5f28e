// The caller's end of a phone line: what is said into it, and the place it is said in (noise, echo). Its frames begin when the app takes
// the call; before that there is nobody to hear anything.

import type { Pcm } from '../../audio/types.ts'
import type { DialOptions } from '../api/phone.ts'
import type { Playback } from '../runtime/caller/playback.ts'
import type { Clock } from '../runtime/clock/clock.ts'
import { CallerFrames } from './caller-frames.ts'
import { type Background, CallerTrack, steadyNoise } from './caller-track.ts'
import type { PlatformPeer } from './platform.ts'

interface CallerEndWorld {
  readonly clock: Clock
  readonly options: DialOptions
  readonly seed: number
  readonly random: () => number
  /** What the caller hears: it comes back as echo. */
  readonly heard: Playback
  note(what: string): void
  /** A frame of the caller is on its way. */
  readonly onFrame: (bytes: Uint8Array) => void
  readonly isListening: () => boolean
  readonly detectsTurns: () => boolean
}

export class CallerEnd {
  readonly #world: CallerEndWorld
  readonly #startedMs: number
  #frames: CallerFrames | undefined

  constructor(world: CallerEndWorld) {
    this.#world = world
    this.#startedMs = world.clock.now()
  }

  /** The app has taken the call, also when it says so again. */
  open(peer: PlatformPeer): void {
    this.#frames ??= this.#createFrames(peer)
  }

  /** When the caller was connected; till then, when the caller dialled. */
  get originMs(): number {
    return this.#frames?.originMs ?? this.#startedMs
  }

  /** Whether somebody waits for the caller's next frame; where there are none yet, for the call to be taken. */
  get isBusy(): boolean {
    return this.#frames?.isBusy ?? true
  }

  /** Puts sound on the line; gives when its first sample is, and when the last one was sent. */
  speak(sound: Pcm): { beganMs: number; done: Promise<void> } {
    return this.#frames?.say(sound) ?? { beganMs: this.#world.clock.now(), done: Promise.resolve() }
  }

  mute(ms: number): void {
    this.#world.note(`mute for ${ms} ms`)
    this.#frames?.mute(ms)
  }

  async hold(ms: number): Promise<void> {
    this.#world.note(`on hold for ${ms} ms`)
    await this.#frames?.hold(ms)
  }

  stop(): void {
    this.#frames?.stop()
  }

  #createFrames(peer: PlatformPeer): CallerFrames {
    const { clock, options, random, isListening, detectsTurns, onFrame } = this.#world
    return new CallerFrames({
      clock,
      format: peer.inputFormat,
      track: new CallerTrack(this.#backgrounds(peer.inputFormat.rateHz)),
      network: options.network ?? {},
      random,
      isListening,
      detectsTurns,
      send: (bytes, how) => {
        if (!how.lost) onFrame(bytes)
        peer.frame(bytes, how)
      },
    })
  }

  #backgrounds(rateHz: number): Background[] {
    const { options, seed } = this.#world
    const { noiseDbfs, echo } = options
    return [
      ...(noiseDbfs === undefined ? [] : [steadyNoise(noiseDbfs, { rateHz, seed })]),
      ...(echo ? [this.#echo(echo, rateHz)] : []),
    ]
  }

  /** What the caller hears comes back with the caller's voice. */
  #echo({ delayMs, gainDb }: { delayMs: number; gainDb: number }, rateHz: number): Background {
    const gain = 10 ** (gainDb / 20)
    return (fromSample, count) => {
      const fromMs = this.originMs + (fromSample * 1000) / rateHz - delayMs
      const sound = this.#world.heard.soundBetween(fromMs, fromMs + (count * 1000) / rateHz, rateHz)
      return sound?.map((sample) => sample * gain)
    }
  }
}
