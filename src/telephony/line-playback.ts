// What the caller hears on one line: the app's sound with its source, words of the platform, marks that are reached in time.

import { concatPcm, pcm } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm, Recognition } from '../../audio/types.ts'
import type { PhoneFinding } from '../api/phone.ts'
import type { SpokenItem } from '../runtime/caller/heard-text.ts'
import { hitchMs } from '../runtime/caller/playback.ts'
import type { Clock, ClockEntry } from '../runtime/clock/clock.ts'
import { ForeignSound, isSilent, pauseMs } from './foreign-sound.ts'
import { bytesOf, decodePhone } from './phone-sound.ts'
import type { PhoneFormat } from './platform.ts'
import { type MarkReached, Playout } from './playout.ts'
import type { SentSound } from './sent-sound.ts'
import { SoundSource } from './sound-source.ts'

/** Told what sounds, and what was cut. */
export interface PlaybackListener {
  soundQueued(itemId: string): void
  soundCut(itemIds: readonly string[]): void
  /** More is known of what was heard. */
  wordsFound(): void
}

interface LinePlaybackWorld {
  readonly clock: Clock
  readonly sent: SentSound
  /** The session that the call leads to, as far as that is known. */
  readonly sessionId: () => string | undefined
  readonly listener: () => PlaybackListener | undefined
  readonly isOver: () => boolean
  /** The words of a sound, where a transcription engine is configured. */
  readonly recognize: ((sound: Pcm) => Promise<Recognition>) | undefined
  finding(finding: Omit<PhoneFinding, 'atMs'>): void
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
  readonly #questions = new Map<string, ClockEntry>()
  #isMistaken = false
  /** Of the app's sound. */
  #bytesPerMs = 0

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
    this.#bytesPerMs = bytesOf(1000, format) / 1000
    for (const { from, to, itemId: source, itemOffsetMs } of this.#source.find(bytes, format)) {
      const samples = decodePhone(bytes.subarray(from, to), format)
      const { rateHz } = format
      const startMs = this.playout.endMs(nowMs)
      if (source === undefined && isSilent(samples) && !this.#foreign.isPausing(startMs)) {
        if (!this.playout.silence(nowMs, (samples.length / rateHz) * 1000)) return false
        continue
      }
      if (source === undefined) this.#lookForMistake(bytes.subarray(from, to), format)
      else this.#foreign.end()
      const itemId = source ?? this.#foreign.add(startMs, samples, rateHz)
      const place = source === undefined ? {} : { itemOffsetMs }
      if (!this.playout.play(nowMs, { itemId, ...place, samples, rateHz, answer: group ?? source })) return false
      last = itemId
    }
    if (last === undefined) return true
    this.#world.listener()?.soundQueued(last)
    if (this.#foreign.has(last)) this.#askForWords(last)
    return true
  }

  /** Once a run of foreign sound is over: nothing else knows what it says. */
  #askForWords(itemId: string): void {
    const { clock, recognize } = this.#world
    if (!recognize) return
    const before = this.#questions.get(itemId)
    if (before) clock.cancel(before)
    const ask = async (): Promise<void> => {
      this.#questions.delete(itemId)
      if (this.words(itemId)) return
      const heard = this.playout.playback.pieces(clock.now()).filter((piece) => piece.itemId === itemId)
      const sound = concatPcm(...heard.map(({ samples, rateHz }) => pcm(samples, rateHz)))
      const { text, words } = await clock.hold(recognize(sound))
      this.#foreign.tell(itemId, { text, words, sentMs: sound.durationMs })
      this.#world.listener()?.wordsFound()
    }
    // An engine that fails leaves the sound without words.
    this.#questions.set(
      itemId,
      clock.at(this.playout.playback.endMs + pauseMs, () => void ask().catch(() => {}), 'caller'),
    )
  }

  /** Ms of sound that was heard, is not the model's, and whose words nobody knows. */
  get wordlessMs(): number {
    const nowMs = this.#world.clock.now()
    return this.#foreign.wordless.reduce((sum, itemId) => sum + (this.playout.playback.heardMs(itemId, nowMs) ?? 0), 0)
  }

  /** Told once: bytes of the model were sent to the phone as if they had its format. */
  #lookForMistake(bytes: Uint8Array, format: PhoneFormat): void {
    if (this.#isMistaken) return
    const own = this.#source.mistaken(bytes, format)
    if (own === undefined) return
    this.#isMistaken = true
    this.#world.finding({
      ...{ code: 0, level: 'error' },
      message:
        `the app hands the model's ${own} on as ${format.encoding} at ${format.rateHz} Hz: the caller hears noise.` +
        ' Set audio.output.format of the session to what the phone plays, or convert it.',
    })
  }

  /** Bytes of the app that were cleared or discarded before they were played. */
  get discardedBytes(): number {
    return Math.round(this.playout.unplayedMs * this.#bytesPerMs)
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

  /**
   * Whether sound that is not the model's has come to its end: nothing tells but that no more came for a while. Undefined for the
   * model's.
   */
  isOver(itemId: string): boolean | undefined {
    if (!this.#foreign.has(itemId)) return undefined
    return this.#world.clock.now() - this.playout.playback.givenAtMs > hitchMs
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
