// Server events that a client sends by hand, in today's names and shapes; ids that are left out are filled in when they are sent.

import type { AnyEvent } from './event-handlers.ts'

/** Where a part of an answer belongs. */
export interface PartPlace {
  readonly response_id: string
  readonly item_id: string
  readonly output_index: number
  readonly content_index: number
}

const transcription = 'conversation.item.input_audio_transcription'

export function errorEventOf(code: string, message: string, details?: object): AnyEvent {
  const error = { type: 'invalid_request_error', code, message, param: null, event_id: null }
  return { type: 'error', error: details === undefined ? error : { ...error, details } }
}

export function rateLimitsEvent(limits: readonly object[]): AnyEvent {
  return { type: 'rate_limits.updated', rate_limits: [...limits] }
}

/** A piece of what is said, and its end. */
export function transcriptEvents(place: PartPlace, text: string, isFinal: boolean): AnyEvent[] {
  const delta = { type: 'response.output_audio_transcript.delta', ...place, delta: text, obfuscation: '' }
  return isFinal ? [delta, { type: 'response.output_audio_transcript.done', ...place, transcript: text }] : [delta]
}

/** A piece of what the user said, and its end. */
export function inputTranscriptEvents(itemId: string, text: string, isFinal: boolean): AnyEvent[] {
  const place = { item_id: itemId, content_index: 0 }
  const delta = { type: `${transcription}.delta`, ...place, delta: text, obfuscation: '' }
  const usage = { type: 'duration', seconds: 0 }
  return isFinal ? [delta, { type: `${transcription}.completed`, ...place, transcript: text, usage }] : [delta]
}

/** `cause`: its message, or code and message. */
export function inputTranscriptFailedEvent(itemId: string, cause: string | { code?: string; message: string }): AnyEvent {
  const { code = 'transcription_failed', message } = typeof cause === 'string' ? { message: cause } : cause
  const error = { type: 'transcription_error', code, message, param: null }
  return { type: `${transcription}.failed`, item_id: itemId, content_index: 0, error }
}

export function contentPartEvent(place: PartPlace, part: object, isDone: boolean): AnyEvent {
  return { type: `response.content_part.${isDone ? 'done' : 'added'}`, ...place, part }
}
