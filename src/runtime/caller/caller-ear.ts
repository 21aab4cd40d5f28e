// What the person at the other end hears: the sound that was really played, its words, and the waits for either.

import { concatPcm, pcm } from '../../../audio/pcm.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import type { Pcm } from '../../../audio/types.ts'
import type { Caller } from '../../api.ts'
import { RealtimeKitError } from '../../errors.ts'
import type { Clock, ClockEntry } from '../clock/clock.ts'
import { heardText, type SpokenItem, wordlessMend } from './heard-text.ts'
import { hitchMs, type Playback } from './playback.ts'

export interface EarWorld {
  readonly clock: Clock
  /** Whether all sound of an item has been sent. */
  isOver(itemId: string): boolean
  words(itemId: string): SpokenItem | undefined
  waitUntil<T>(check: () => T | undefined, options: { timeoutMs?: number; what: string }): Promise<T>
}

/** The phone that somebody holds to the ear. */
export interface Receiver {
  /** Why nothing more will be heard, once the call is over. */
  over(): string | undefined
  /** Ms of sound that was heard, and whose words nobody knows. */
  wordlessMs(): number
}

interface Listener {
  /** For messages. */
  readonly name: string
  readonly playback: Playback
  /** Undefined for whoever listens to an app, or to the service itself. */
  readonly receiver: Receiver | undefined
}

const lookAgainMs = 100
const muteMend =
  'The app has no loudspeaker here: caller.attach({ microphone, speaker }). Who phones is attached to nothing, and hears the call.'

export class CallerEar {
  readonly #world: EarWorld
  readonly #name: string
  readonly #playback: Playback
  readonly #receiver: Receiver | undefined
  /** Those who look for words, while nothing sounds. */
  readonly #looks = new Set<() => void>()

  constructor(world: EarWorld, { name, playback, receiver }: Listener) {
    this.#world = world
    this.#name = name
    this.#playback = playback
    this.#receiver = receiver
  }

  get heard(): Caller['heard'] {
    const now = this.#world.clock.now()
    const playback = this.#playback
    return {
      text: this.#text(),
      durationMs: playback.totalMs(now),
      // Made when it is looked at: it is long.
      get audio() {
        return joined(playback.pieces(now))
      },
    }
  }

  #text(): string {
    return heardText(this.#playback, this.#world.clock.now(), (itemId) => this.#world.words(itemId))
  }

  /** Resolves when the words were heard. `isMute`: nothing ever sounds on this line. */
  async hears(what: string | RegExp, { timeout, isMute }: { timeout?: number; isMute: () => boolean }): Promise<void> {
    const { clock } = this.#world
    const look = this.#lookFor(what)
    try {
      await clock.wait(look.found, { timeoutMs: timeout ?? 30_000, what: `${this.#name}.hears(${String(what)})` })
    } catch (error) {
      if (!(error instanceof RealtimeKitError)) throw error
      const mute = isMute() ? ` ${muteMend}` : ''
      const mend = wordlessMend(this.#receiver?.wordlessMs() ?? 0)
      const wordless = mend === undefined ? '' : `\n${mend}`
      // A call that is over stays an error of the call.
      const code = error.code === 'RTK_CALL' ? 'RTK_CALL' : 'RTK_WAIT'
      throw new RealtimeKitError(code, `${this.#plain(error)}\nHeard so far: "${this.#text()}"${mute}${wordless}`)
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
      this.#looks.delete(look)
      if (hasWords(this.#text(), what)) resolve()
      else if (this.#receiver?.over() !== undefined) reject(this.#overError(`${this.#name}.hears(${String(what)})`))
      else if (this.#playback.isPlaying(clock.now())) next = clock.at(clock.now() + lookAgainMs, look, 'caller')
      else this.#looks.add(look)
    }
    look()
    const stop = (): void => {
      this.#looks.delete(look)
      if (next) clock.cancel(next)
    }
    return { found, stop }
  }

  /** Whoever waits to hear something looks again. */
  lookAgain(): void {
    for (const look of [...this.#looks]) look()
  }

  /** When the answer that sounds began, or the next one does. */
  async answerStartMs(what: string): Promise<number> {
    const { clock } = this.#world
    const playback = this.#playback
    try {
      const over = (): 'over' | undefined => (this.#receiver?.over() === undefined ? undefined : 'over')
      const started = await this.#world.waitUntil(() => playback.runStartMs(clock.now()) ?? over(), { what })
      if (started === 'over') throw this.#overError(what)
      return started
    } catch (error) {
      const { endMs } = playback
      if (!(error instanceof RealtimeKitError) || error.code !== 'RTK_WAIT' || endMs === 0) throw error
      const over = `The last answer was over at ${Math.round(endMs)} ms of the clock, ${Math.round(playback.totalMs(endMs))} ms of sound in all.`
      throw new RealtimeKitError('RTK_WAIT', `${this.#plain(error)}\n${over}`)
    }
  }

  /** Whether nothing plays then, as far as can be told now: an answer that is still being made, or handed on, goes on. */
  isSilentAt(atMs: number): boolean {
    const playback = this.#playback
    const nowMs = this.#world.clock.now()
    if (playback.isPlaying(atMs)) return false
    const isHitch = nowMs - playback.endMs < hitchMs
    return !(isHitch && this.#goesOn(playback.lastItemId ?? ''))
  }

  /** Whether more of an item will sound: the service makes it still, or an app hands it on at the pace of its sound. */
  #goesOn(itemId: string): boolean {
    const playback = this.#playback
    if (playback.isStopped(itemId)) return false
    const sentMs = this.#world.words(itemId)?.sentMs ?? 0
    return !this.#world.isOver(itemId) || playback.givenMs(itemId) < sentMs - hitchMs
  }

  /** The message without its code: it is told anew. On a phone the next thing is always a frame of the line, which tells nothing. */
  #plain(error: Error): string {
    const text = error.message.replace(/^\[\w+\] /, '')
    return this.#receiver ? text.replace(/\nNext is an app timer at [\d.]+ ms\.$/, '') : text
  }

  #overError(what: string): RealtimeKitError {
    return new RealtimeKitError('RTK_CALL', `${what}: the call is over: ${this.#receiver?.over()}.`)
  }
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
