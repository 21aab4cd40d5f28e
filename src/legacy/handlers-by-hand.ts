// Events that a test of the old system hands to the service itself, as if the app had sent them, each by a method of its own.

import { isRecord } from '../protocol/json.ts'
import { type Place, refuse } from '../responses/option-check.ts'
import type { AnyEvent } from './event-handlers.ts'
import { EventsByHand } from './events-by-hand.ts'

/** No name that a test could meet. */
export const handleKey: unique symbol = Symbol('vitest-realtime.legacy.handle')

/** An event of a handler: its type may be left out. */
export type HandledEvent = { readonly type?: string; readonly [field: string]: unknown }

/** The methods that handle; who does is the class that extends it. Handlers that were registered are not asked. */
export abstract class HandlersByHand extends EventsByHand {
  abstract [handleKey](what: string, event: AnyEvent): void

  /**
   * Changes the open session, and the switches of the client with it: `isVadEnabled` and `isTranscriptionEnabled` are then what the
   * session says.
   *
   * @throws RealtimeKitError RTK_NO_SESSION where none is open, RTK_OPTION for an event of another type
   * @example client.handleSessionUpdate({ session: { type: 'realtime', audio: { input: { turn_detection: null } } } })
   */
  handleSessionUpdate(event: HandledEvent): void {
    this[handleKey]('handleSessionUpdate(…)', typed('handleSessionUpdate(…)', 'session.update', event))
  }

  /**
   * Adds sound to the input buffer of the open session.
   *
   * @param event `audio`: base64 of the session's input format
   * @throws RealtimeKitError RTK_NO_SESSION, RTK_OPTION as above
   * @example client.handleAudioAppend({ audio: client.loadAudioFile('hello.wav').base64 })
   */
  handleAudioAppend(event: HandledEvent): void {
    this[handleKey]('handleAudioAppend(…)', typed('handleAudioAppend(…)', 'input_audio_buffer.append', event))
  }

  /** Makes an item of the input buffer. */
  handleAudioCommit(event: HandledEvent = {}): void {
    this[handleKey]('handleAudioCommit(…)', typed('handleAudioCommit(…)', 'input_audio_buffer.commit', event))
  }

  /** Cancels the response in progress, or that of `response_id`; the service says so where there is none. */
  handleResponseCancel(event: HandledEvent = {}): void {
    this[handleKey]('handleResponseCancel(…)', typed('handleResponseCancel(…)', 'response.cancel', event))
  }
}

function typed(call: string, type: string, event: HandledEvent): AnyEvent {
  const place: Place = { subject: call, path: 'event', code: 'RTK_OPTION' }
  if (!isRecord(event)) refuse(place, event, `an event of type '${type}'`)
  if (event.type !== undefined && event.type !== type)
    refuse({ ...place, path: 'event.type' }, event.type, `'${type}'`, 'Leave it out, or call the method of that type.')
  return { ...event, type }
}
