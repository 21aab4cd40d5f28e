// What a session tells of itself: counted on the timeline when somebody asks, so that nothing is kept beside it.

import type { AudioBufferState, SessionMetrics, TranscriptionState, VadState } from '../api.ts'
import { bufferedMs, writtenMs } from '../session/audio-buffer.ts'
import type { Connection } from './connection.ts'
import type { TrackedResponse } from './response-tracker.ts'
import type { Service } from './service.ts'
import { isEvent } from './timeline.ts'

export function vadState(service: Service, { core, ears, id }: Connection): VadState {
  const { input } = core.config.audio
  const settings = 'turn_detection' in input ? input.turn_detection : null
  return {
    enabled: core.detectsTurns,
    engine: ears.engineNames.vad,
    speaking: core.hearsSpeech,
    segments: count(service, id, 'input_audio_buffer.speech_started'),
    settings,
  }
}

export function transcriptionState(service: Service, { core, ears, id }: Connection): TranscriptionState {
  const { transcription } = core.config.audio.input
  const prefix = 'conversation.item.input_audio_transcription'
  return {
    enabled: transcription !== null,
    model: transcription?.model ?? null,
    engine: ears.engineNames.transcription,
    completed: count(service, id, `${prefix}.completed`),
    failed: count(service, id, `${prefix}.failed`),
  }
}

export function audioBufferState({ core: { buffer } }: Connection): AudioBufferState {
  return { durationMs: bufferedMs(buffer), bytes: buffer.endByte - buffer.startByte, writtenMs: writtenMs(buffer) }
}

export function sessionMetrics(service: Service, { id, core }: Connection): SessionMetrics {
  const events = service.timeline.events.filter((entry) => entry.sessionId === id)
  const responses = service.responses.ofSessions(new Set([id]))
  const withStatus = (status: TrackedResponse['status']): number => responses.filter((each) => each.status === status).length
  const total = (tokens: (usage: NonNullable<TrackedResponse['usage']>) => number | undefined): number =>
    responses.reduce((sum, { usage }) => sum + ((usage && tokens(usage)) ?? 0), 0)
  return {
    received: events.filter((entry) => entry.from === 'app').length,
    sent: events.filter((entry) => entry.from === 'service').length,
    audioInMs: core.writtenMs,
    audioOutMs: responses.reduce((sum, { audio }) => sum + audio.reduce((ms, { sentMs }) => ms + sentMs, 0), 0),
    errors: count(service, id, 'error'),
    responses: {
      completed: withStatus('completed'),
      cancelled: withStatus('cancelled'),
      incomplete: withStatus('incomplete'),
      failed: withStatus('failed'),
    },
    responseTimesMs: responses.flatMap(({ firstOutputAtMs, askedAtMs }) =>
      firstOutputAtMs === undefined ? [] : [firstOutputAtMs - askedAtMs],
    ),
    tokens: {
      input: total((usage) => usage.input_tokens),
      output: total((usage) => usage.output_tokens),
      cached: total((usage) => usage.input_token_details?.cached_tokens),
    },
  }
}

function count({ timeline }: Service, sessionId: string, type: string): number {
  return timeline.entries.filter(
    (entry) => isEvent(entry) && entry.sessionId === sessionId && entry.from === 'service' && entry.event.type === type,
  ).length
}
