// Events that a test of the old system sends by hand, each by a method of its own.

import type { AnyEvent } from './event-handlers.ts'
import {
  contentPartEvent,
  errorEventOf,
  inputTranscriptEvents,
  inputTranscriptFailedEvent,
  type PartPlace,
  rateLimitsEvent,
  transcriptEvents,
} from './wire-events.ts'

/** No name that a test could meet. */
export const sendKey: unique symbol = Symbol('vitest-realtime.legacy.send')

/** The methods that send; who sends is the class that extends it. */
export abstract class EventsByHand {
  abstract [sendKey](what: string, events: (place: PartPlace) => readonly AnyEvent[]): void

  sendError(code: string, message: string, details?: object): void {
    this[sendKey]('sendError(…)', () => [errorEventOf(code, message, details)])
  }

  sendRateLimits(limits: readonly object[]): void {
    this[sendKey]('sendRateLimits(…)', () => [rateLimitsEvent(limits)])
  }

  sendTranscriptDelta(text: string, final = false): void {
    this[sendKey]('sendTranscriptDelta(…)', (place) => transcriptEvents(place, text, final))
  }

  sendInputTranscriptDelta(itemId: string, text: string, final = false): void {
    this[sendKey]('sendInputTranscriptDelta(…)', () => inputTranscriptEvents(itemId, text, final))
  }

  /** `error`: its message, or code and message. The code is `transcription_failed` by default. */
  sendInputTranscriptFailed(itemId: string, error: string | { code?: string; message: string }): void {
    this[sendKey]('sendInputTranscriptFailed(…)', () => [inputTranscriptFailedEvent(itemId, error)])
  }

  sendContentPartAdded(part: object): void {
    this[sendKey]('sendContentPartAdded(…)', (place) => [contentPartEvent(place, part, false)])
  }

  sendContentPartDone(part: object): void {
    this[sendKey]('sendContentPartDone(…)', (place) => [contentPartEvent(place, part, true)])
  }
}
