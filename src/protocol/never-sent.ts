// Events that a session never sends, by its kind and what the app asked for: for messages about an event that did not come. Free of zod.

import { isServerEventType, isTranslationServerEventType } from './event-types.ts'
import { isRecord } from './json.ts'
import { transcriptionModel } from './transcription-models.ts'

/** What is known of a session. */
export interface SessionFacts {
  /** The session object as the service echoes it. */
  readonly config: unknown
  /** Whether its sound goes over SIP or WebRTC; undefined where nobody can tell. */
  readonly isCall?: boolean
}

const transcripts = 'conversation.item.input_audio_transcription.'

/**
 * Why a session never sends events of this type, as a sentence; undefined where it may, and for what clients send.
 *
 * @example
 * whyNeverSent('conversation.item.input_audio_transcription.completed', { config: session }) // 'The app asked for no …'
 */
export function whyNeverSent(type: string, { config, isCall }: SessionFacts): string | undefined {
  if (!isRecord(config) || !(isServerEventType(type) || isTranslationServerEventType(type))) return undefined
  const kind = config.type
  if (kind === 'translation') return byInterpreter(type, config)
  if (!isServerEventType(type)) return `Only translation sessions (/v1/realtime/translations) send ${type}.`
  if (type.startsWith(transcripts)) return byTranscription(type, config)
  if (kind === 'transcription' && /^(?:response\.|rate_limits\.|mcp_)/.test(type))
    return 'A transcription session has no responses: it only writes down what it hears.'
  if (isCall !== false) return undefined
  if (type === 'input_audio_buffer.dtmf_event_received') return 'Only calls over SIP have keys.'
  return type.startsWith('output_audio_buffer.')
    ? `Only calls (SIP, WebRTC) have ${type}: here the app plays the sound itself.`
    : undefined
}

function byInterpreter(type: string, config: object): string | undefined {
  if (!isTranslationServerEventType(type)) {
    return (
      `A translation session never sends ${type}: it has no conversation and no responses. ` +
      'What it says is session.output_transcript.delta and session.output_audio.delta.'
    )
  }
  return type === 'session.input_transcript.delta' && transcriptionOf(config) === null
    ? 'The app asked for no words of the speaker (audio.input.transcription is null): the service sends the translation alone.'
    : undefined
}

function byTranscription(type: string, config: object): string | undefined {
  const transcription = transcriptionOf(config)
  if (transcription === null)
    return 'The app asked for no transcription (audio.input.transcription is null), so the service sends none.'
  const model = isRecord(transcription) ? transcription.model : undefined
  if (type !== `${transcripts}segment` || typeof model !== 'string' || transcriptionModel(model).diarizes) return undefined
  return `${model} does not tell speakers apart: only gpt-4o-transcribe-diarize sends segments.`
}

function transcriptionOf(config: object): unknown {
  const audio = 'audio' in config ? config.audio : undefined
  const input = isRecord(audio) ? audio.input : undefined
  return isRecord(input) ? input.transcription : undefined
}
