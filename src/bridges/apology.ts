// The last words of a call whose model is gone: its end waits until the caller has heard them.

import { resamplePcm } from '../../audio/resample.ts'
import type { Pcm } from '../../audio/types.ts'
import type { PhoneFormat } from '../telephony/platform.ts'
import { bytesOf } from './sound-path.ts'
import type { Speaker } from './speaker.ts'

/** The longest that it may take. */
const longestMs = 15_000

export class Apology {
  readonly #speaker: Speaker
  readonly #format: PhoneFormat
  #leave: (() => void) | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined

  constructor(speaker: Speaker, format: PhoneFormat) {
    this.#speaker = speaker
    this.#format = format
  }

  /** Says it; then `leave` ends the call. */
  begin(sound: Pcm, leave: () => void): void {
    this.#leave = leave
    this.#deadline = setTimeout(leave, longestMs)
    this.#speaker.announce(bytesOf(resamplePcm(sound, this.#format.rateHz).samples, this.#format))
  }

  /** Nothing sounds any more. Gives whether these were the last words. */
  quiet(): boolean {
    if (!this.#leave) return false
    this.#leave()
    return true
  }

  close(): void {
    clearTimeout(this.#deadline)
    this.#leave = undefined
  }
}
