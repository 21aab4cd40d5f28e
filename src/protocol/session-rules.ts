// What a well-formed `session.update` or `response.create` is refused for, given the session that it meets.
// Single fields are judged in decode.ts; what the update does is in session-config.ts.

import type { Fault, Refused } from './faults.ts'
import { cannotUpdateTracing, cannotUpdateVoice, sessionKindMismatch, turnDetectionNotSupported } from './faults.ts'
import { aboveMaximum } from './field-faults.ts'
import type { ResponseCreateParams } from './responses.ts'
import type { RealtimeSessionObject, RealtimeSessionUpdate, SessionObject, SessionUpdate, Voice } from './session-config.ts'

/** What the rules need to know of the conversation. */
export interface ConversationFacts {
  /** Whether the model has already spoken: then the voice is fixed. */
  readonly hasAssistantAudio: boolean
}

/** Transcription models that find the turns by themselves. */
const streamingTranscriptionModels: ReadonlySet<string> = new Set(['gpt-realtime-whisper', 'gpt-live-transcribe'])

const maxOutputTokensOf = (model: string): number => (/^gpt-realtime-2(?:\.\d+)?(?:-mini)?$/.test(model) ? 32_768 : 4_096)

/**
 * The fault that refuses the whole update, or undefined when `mergeSession` may apply it.
 *
 * @example
 * const refusal = sessionUpdateFault(session, event.session, { hasAssistantAudio: false }, event)
 */
export function sessionUpdateFault(
  session: SessionObject,
  update: SessionUpdate,
  facts: ConversationFacts,
  refused?: Refused,
): Fault | undefined {
  if (session.type !== update.type) return sessionKindMismatch(update.type, session.type, refused)
  if (session.type === 'transcription') return transcriptionFault(session, update, refused)
  if (update.type !== 'realtime') return undefined
  return (
    outputTokensFault(session, update.max_output_tokens, 'session', refused) ??
    voiceFault(session, update.audio?.output?.voice, facts, refused) ??
    tracingFault(session, update, refused)
  )
}

/** The fault that refuses the overrides of a `response.create`, or undefined. */
export function responseCreateFault(
  session: RealtimeSessionObject,
  params: ResponseCreateParams,
  facts: ConversationFacts,
  refused?: Refused,
): Fault | undefined {
  return (
    outputTokensFault(session, params.max_output_tokens, 'response', refused) ??
    voiceFault(session, params.audio?.output?.voice, facts, refused)
  )
}

function outputTokensFault(
  session: RealtimeSessionObject,
  value: number | 'inf' | undefined,
  parent: 'session' | 'response',
  refused?: Refused,
): Fault | undefined {
  const limit = maxOutputTokensOf(session.model)
  if (typeof value !== 'number' || value <= limit) return undefined
  return aboveMaximum(`${parent}.max_output_tokens`, { limit, value, kind: 'integer' }, refused)
}

function voiceFault(
  session: RealtimeSessionObject,
  voice: Voice | undefined,
  facts: ConversationFacts,
  refused?: Refused,
): Fault | undefined {
  if (voice === undefined || !facts.hasAssistantAudio) return undefined
  return isSame(voice, session.audio.output.voice) ? undefined : cannotUpdateVoice(refused)
}

/** Clients resend their whole configuration, so the same tracing again is fine; null turns it off. */
function tracingFault(session: RealtimeSessionObject, update: RealtimeSessionUpdate, refused?: Refused): Fault | undefined {
  if (session.tracing === null || !update.tracing) return undefined
  return isSame(session.tracing, update.tracing) ? undefined : cannotUpdateTracing(refused)
}

function transcriptionFault(session: SessionObject, update: SessionUpdate, refused?: Refused): Fault | undefined {
  const input = update.audio?.input
  if (!input?.turn_detection) return undefined
  const model = input.transcription === undefined ? session.audio.input.transcription?.model : input.transcription?.model
  return model !== undefined && streamingTranscriptionModels.has(model) ? turnDetectionNotSupported(refused) : undefined
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
