// What a well-formed `session.update` or `response.create` is refused for, given the session that it meets.
// Single fields are judged in decode.ts; what the update does is in session-config.ts.

import type { Fault, Refused } from './faults.ts'
import {
  cannotUpdateTracing,
  cannotUpdateVoice,
  sessionKindMismatch,
  transcriptionFieldNotSupported,
  turnDetectionNotSupported,
} from './faults.ts'
import { aboveMaximum } from './field-faults.ts'
import type { ResponseCreateParams } from './responses.ts'
import type { RealtimeSessionObject, RealtimeSessionUpdate, SessionObject, SessionUpdate, Voice } from './session-config.ts'
import { defaultTranscriptionModel } from './session-merge.ts'
import { transcriptionModel } from './transcription-models.ts'

/** What the rules need to know of the conversation. */
export interface ConversationFacts {
  /** Whether the model has already spoken: then the voice is fixed. */
  readonly hasAssistantAudio: boolean
  /** `error.code` for an update of the other kind of session. Default 'invalid_value'. */
  readonly sessionKindCode?: string | null
}

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
  if (session.type !== update.type) {
    const { sessionKindCode = 'invalid_value' } = facts
    return sessionKindMismatch({ update: update.type, session: session.type }, sessionKindCode, refused)
  }
  if (session.type === 'transcription')
    return transcriptionFault(session, update, refused) ?? detectionFault(session, update, refused)
  if (update.type !== 'realtime') return undefined
  return (
    transcriptionFault(session, update, refused) ??
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

/** Null and nothing are the same to a model that does not take the field. */
function transcriptionFault(session: SessionObject, update: SessionUpdate, refused?: Refused): Fault | undefined {
  const fields = update.audio?.input?.transcription
  const model = transcriptionModelAfter(session, update)
  if (!fields || model === undefined) return undefined
  const refusedField = transcriptionModel(model).refuses.find((name) => fields[name] !== undefined && fields[name] !== null)
  return refusedField && transcriptionFieldNotSupported(refusedField, refused)
}

/** In transcription sessions the streaming models want the client to commit. */
function detectionFault(session: SessionObject, update: SessionUpdate, refused?: Refused): Fault | undefined {
  const model = transcriptionModelAfter(session, update)
  if (!update.audio?.input?.turn_detection || model === undefined) return undefined
  return transcriptionModel(model).streams ? turnDetectionNotSupported(refused) : undefined
}

/** The transcription model that the session will have; undefined without transcription. */
function transcriptionModelAfter(session: SessionObject, update: SessionUpdate): string | undefined {
  const before = session.audio.input.transcription
  const fields = update.audio?.input?.transcription
  if (fields === null) return undefined
  return fields?.model ?? before?.model ?? (fields && defaultTranscriptionModel)
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
