// The caller's side of a line in use: sound goes out in 20 ms frames paced by the clock, then silence while a turn is not over.

import type { Pcm } from '../../../audio/types.ts'
import type { Clock, ClockEntry } from '../clock/clock.ts'
import { type Line, silentFrame } from './line.ts'

const frameMs = 20
/**
 * Longest silence that the caller adds after speaking while the service still waits for the end of the turn: more than the 8 s that
 * semantic_vad waits for a sentence that trails off.
 */
const longestTailMs = 10_000
/** Where time is real, timers come late: a wait for the caller's own pace must not end for that. */
export const graceMs = 30_000
/** Sound that ends without silence may not have been noticed yet, on its way through an app that batches frames. */
const unnoticedMs = 400

export interface Utterance {
  readonly text: string
  readonly words: Pcm['words']
  /** When its first frame began. */
  readonly beganMs: number
  /** True bounds of the speech. */
  readonly startMs: number
  readonly endMs: number
  readonly line: Line
}

export interface MicrophoneWorld {
  readonly clock: Clock
  /** Tells the ears what is being said, by time. */
  said(utterance: Utterance): void
  /** Whether turn detection is inside a segment of speech now. */
  isListening(sessionId: string | undefined): boolean
  /** False once the app has closed its input, though the session goes on: nobody wants more sound. */
  takesSound(sessionId: string | undefined): boolean
  /** Whether the session finds turns by itself. */
  detectsTurns(sessionId: string | undefined): boolean
}

export class Microphone {
  readonly #world: MicrophoneWorld
  #tail: ClockEntry | undefined

  constructor(world: MicrophoneWorld) {
    this.#world = world
  }

  /** Sends the frames one by one; resolves when the last one was sent. */
  async speak(sound: Pcm, line: Line): Promise<void> {
    const { clock } = this.#world
    if (this.#tail) clock.cancel(this.#tail)
    const beganMs = clock.now()
    const span = sound.speechSpan ?? { startMs: 0, endMs: sound.durationMs }
    const endMs = beganMs + span.endMs
    this.#world.said({ text: sound.text ?? '', words: sound.words, beganMs, startMs: beganMs + span.startMs, endMs, line })
    const what = `caller.says(${JSON.stringify(sound.text ?? 'audio')})`
    await clock.wait(this.#send(sound, line, beganMs), { timeoutMs: sound.durationMs + graceMs, what })
    this.#keepOpen(line, { noticedMs: endMs + unnoticedMs, untilMs: clock.now() + longestTailMs })
  }

  #send(sound: Pcm, line: Line, beganMs: number): Promise<void> {
    const { clock } = this.#world
    const frames = sound.frames(frameMs)[Symbol.iterator]()
    const wasOpen = line.session.id !== undefined
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let dueMs = beganMs + frameMs
    let frame = frames.next()
    const sendDue = (): void => {
      try {
        // More than one is due where a clock that follows real time has fallen behind.
        for (; !frame.done && dueMs <= clock.now(); frame = frames.next(), dueMs += frameMs) line.microphone(frame.value)
        if (frame.done) resolve()
        else clock.at(dueMs, sendDue, 'caller')
      } catch (error) {
        // Whoever speaks when the other end hangs up speaks into a dead line, and no more.
        if (this.#isDead(line, wasOpen)) resolve()
        else reject(error)
      }
    }
    sendDue()
    return promise
  }

  /** A microphone is never off: silence goes on until the service has noticed the end of the turn. */
  #keepOpen(line: Line, bounds: { noticedMs: number; untilMs: number }): void {
    const { clock } = this.#world
    const { id } = line.session
    const nowMs = clock.now()
    // Whoever of several sessions listens still.
    const listener = line.session.isShared ? undefined : id
    const isUnnoticed = nowMs < bounds.noticedMs && this.#world.detectsTurns(listener)
    if (nowMs >= bounds.untilMs || !(isUnnoticed || this.#world.isListening(listener))) return
    const wasOpen = id !== undefined
    const more = (): void => {
      if (this.#isDead(line, wasOpen)) return
      try {
        line.microphone(silentFrame(line.rateHz(), frameMs))
      } catch {
        // It took the words and refuses the silence: its input was closed a moment ago.
        return
      }
      this.#keepOpen(line, bounds)
    }
    this.#tail = clock.at(nowMs + frameMs, more, 'caller')
  }

  /** The other end has hung up, or takes no more sound. */
  #isDead({ session }: Line, wasOpen: boolean): boolean {
    return wasOpen && (session.id === undefined || !this.#world.takesSound(session.id))
  }
}
