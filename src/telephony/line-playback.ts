// What the caller hears on one line: the app's sound with its source, words of the platform, marks that are reached in time.

import { speech } from '../../audio/speech.ts'
import type { SpokenItem } from '../runtime/caller/heard-text.ts'
import type { Clock, ClockEntry } from '../runtime/clock/clock.ts'
import { ForeignSound } from './foreign-sound.ts'
import { decodePhone } from './phone-sound.ts'
import type { PhoneFormat } from './platform.ts'
import { type MarkReached, Playout } from './playout.ts'
import type { SentSound } from './sent-sound.ts'
import { SoundSource } from './sound-source.ts'

/** Told what sounds, and what was cut. */
export interface PlaybackListener {
  soundQueued(itemId: string): void
  soundCut(itemIds: readonly string[]): void
}

interface LinePlaybackWorld {
  readonly clock: Clock
  readonly sent: SentSound
  /** The session that the call leads to, as far as that is known. */
  readonly sessionId: () => string | undefined
  readonly listener: () => PlaybackListener | undefined
  readonly isOver: () => boolean
  /** Told once: bytes of the model were sent to the phone as if they had its format. */
  onMistake(own: string, format: PhoneFormat): void
}

/** Rate of what the platform itself says. */
const spokenHz = 8000

export class LinePlayback {
  readonly playout = new Playout()
  /** When the app cleared. */
  readonly clears: number[] = []
  readonly #world: LinePlaybackWorld
  readonly #source: SoundSource
  readonly #foreign: ForeignSound
  #markEntry: ClockEntry | undefined
  #isMistaken = false

  /** `prefix` begins the ids of what is not the model's. */
  constructor(world: LinePlaybackWorld, prefix: string) {
    this.#world = world
    this.#source = new SoundSource(world.sent, world.sessionId)
    this.#foreign = new ForeignSound(prefix)
  }

  /** False where too much waits: the rest is discarded. */
  play(bytes: Uint8Array, format: PhoneFormat, group: string | undefined): boolean {
    const nowMs = this.#world.clock.now()
    let last: string | undefined
    for (const { from, to, itemId: source, itemOffsetMs } of this.#source.find(bytes, format)) {
      const samples = decodePhone(bytes.subarray(from, to), format)
      const { rateHz } = format
      const startMs = Math.max(nowMs, this.playout.playback.endMs)
      if (source === undefined) this.#lookForMistake(bytes.subarray(from, to), format)
      else this.#foreign.end()
      const itemId = source ?? this.#foreign.add(startMs, samples, rateHz)
      const place = source === undefined ? {} : { itemOffsetMs }
      if (!this.playout.play(nowMs, { itemId, ...place, samples, rateHz, answer: group ?? source })) return false
      last = itemId
    }
    if (last !== undefined) this.#world.listener()?.soundQueued(last)
    return true
  }

  #lookForMistake(bytes: Uint8Array, format: PhoneFormat): void {
    if (this.#isMistaken) return
    const own = this.#source.mistaken(bytes, format)
    if (own === undefined) return
    this.#isMistaken = true
    this.#world.onMistake(own, format)
  }

  /** Words of the platform. */
  async say(text: string, voice: string | undefined): Promise<void> {
    const { clock, listener, isOver } = this.#world
    const sound = await clock.hold(speech(text, { rateHz: spokenHz, leadMs: 0, trailMs: 0, ...(voice ? { voice } : {}) }))
    if (isOver()) return
    const itemId = this.#foreign.say(sound)
    this.playout.play(clock.now(), { itemId, samples: sound.samples, rateHz: sound.rateHz })
    listener()?.soundQueued(itemId)
    await new Promise<void>((resolve) => {
      this.mark(() => resolve())
    })
  }

  mark(onReached: (how: MarkReached) => void): void {
    this.playout.mark(this.#world.clock.now(), onReached)
    this.#awaitMark()
  }

  /** The app drops what waits. */
  clear(): void {
    this.clears.push(this.#world.clock.now())
    this.cut()
  }

  /** What waits will not sound. */
  cut(): void {
    const cut = this.playout.clear(this.#world.clock.now())
    this.#source.cleared()
    this.#foreign.end()
    if (cut.length > 0) this.#world.listener()?.soundCut(cut)
    this.#awaitMark()
  }

  /** Words of what was heard and is not the model's. */
  words(itemId: string): SpokenItem | undefined {
    return this.#foreign.words(itemId)
  }

  isForeign(itemId: string): boolean {
    return this.#foreign.has(itemId)
  }

  #awaitMark(): void {
    const { clock } = this.#world
    const { nextMarkMs } = this.playout
    if (this.#markEntry) clock.cancel(this.#markEntry)
    this.#markEntry = undefined
    if (nextMarkMs === undefined) return
    const reach = (): void => {
      this.#markEntry = undefined
      this.playout.reach(clock.now())
      this.#awaitMark()
    }
    this.#markEntry = clock.at(nextMarkMs, reach, 'caller')
  }
}
