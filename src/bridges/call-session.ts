// The session of one call: what is wanted of it, what the service says is in force, and whether the greeting is protected for now.

import type { PhoneFormat } from '../telephony/platform.ts'
import { type Detection, detectionOf, noDetection, patched, sessionOf } from './session-shape.ts'

interface CallSessionWorld {
  /** As the options of the bridge have it. */
  readonly wanted: Record<string, unknown>
  readonly inputFormat: PhoneFormat
  readonly outputFormat: PhoneFormat
  readonly tools: readonly Record<string, unknown>[]
  readonly isTranscribed: boolean
  /** The greeting must not be interrupted. */
  readonly isGreetingProtected: boolean
}

export class CallSession {
  /** As `session.updated` told it last. */
  inForce: Record<string, unknown> = {}
  detection: Detection = noDetection
  readonly #world: CallSessionWorld
  #wanted: Record<string, unknown>
  #isProtected: boolean

  constructor(world: CallSessionWorld) {
    this.#world = world
    this.#wanted = world.wanted
    this.#isProtected = world.isGreetingProtected
  }

  /** Until the greeting was heard, where the caller may not interrupt it. */
  get isProtected(): boolean {
    return this.#isProtected
  }

  endProtection(): void {
    this.#isProtected = false
  }

  /** The `session` of `session.update`. */
  get update(): Record<string, unknown> {
    const { isGreetingProtected, inputFormat, outputFormat, tools, isTranscribed } = this.#world
    return sessionOf(this.#wanted, {
      inputFormat,
      outputFormat,
      tools,
      isTranscribed,
      isProtected: this.#isProtected,
      wasProtected: isGreetingProtected,
    })
  }

  /** Other things are wanted from now on. */
  patch(patch: Record<string, unknown>): void {
    this.#wanted = patched(this.#wanted, patch)
  }

  /** `session.updated`. */
  confirmed(session: Record<string, unknown>): void {
    this.inForce = session
    this.detection = detectionOf(session)
  }
}
