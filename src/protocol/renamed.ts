// Names of the beta API and what GA calls them: for near misses in messages, and for the beta profile. Data only.

import type { ClientEventType, ServerEventType } from './event-types.ts'

/** Beta event name to the GA names that stand in its place. */
export const renamedEvents: Readonly<Record<string, readonly (ServerEventType | ClientEventType)[]>> = {
  'response.text.delta': ['response.output_text.delta'],
  'response.text.done': ['response.output_text.done'],
  'response.audio.delta': ['response.output_audio.delta'],
  'response.audio.done': ['response.output_audio.done'],
  'response.audio_transcript.delta': ['response.output_audio_transcript.delta'],
  'response.audio_transcript.done': ['response.output_audio_transcript.done'],
  'conversation.item.created': ['conversation.item.added', 'conversation.item.done'],
  'transcription_session.created': ['session.created'],
  'transcription_session.updated': ['session.updated'],
  'transcription_session.update': ['session.update'],
}

/** Beta session field to its GA path, both under `session`. Null: gone. */
export const renamedSessionFields: Readonly<Record<string, string | null>> = {
  modalities: 'output_modalities',
  voice: 'audio.output.voice',
  speed: 'audio.output.speed',
  input_audio_format: 'audio.input.format',
  output_audio_format: 'audio.output.format',
  input_audio_transcription: 'audio.input.transcription',
  input_audio_noise_reduction: 'audio.input.noise_reduction',
  turn_detection: 'audio.input.turn_detection',
  max_response_output_tokens: 'max_output_tokens',
  temperature: null,
}

/** The same for the fields of `response`. */
export const renamedResponseFields: Readonly<Record<string, string | null>> = {
  modalities: 'output_modalities',
  voice: 'audio.output.voice',
  output_audio_format: 'audio.output.format',
  max_response_output_tokens: 'max_output_tokens',
  temperature: null,
}

/** Beta audio format to the GA object. */
export const renamedAudioFormats = {
  pcm16: { type: 'audio/pcm', rate: 24_000 },
  g711_ulaw: { type: 'audio/pcmu' },
  g711_alaw: { type: 'audio/pcma' },
} as const

/** Content types of assistant items; the parts of `response.content_part.*` are `text` and `audio` in GA too. */
export const renamedContentTypes: Readonly<Record<string, string>> = { text: 'output_text', audio: 'output_audio' }

/** What GA calls a beta event; empty for a name that never was one. */
export function gaNamesOf(betaName: string): readonly string[] {
  return Object.hasOwn(renamedEvents, betaName) ? (renamedEvents[betaName] ?? []) : []
}
