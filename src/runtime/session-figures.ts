// What a session tells of itself: counted on the timeline when somebody asks, so that nothing is kept beside it. Snapshots: plain
// values, frozen.

import type { AudioBufferState, SessionMetrics, TranscriptionState, VadState } from '../api.ts'
import { bufferedMs, writtenMs } from '../session/audio-buffer.ts'
import type { Connection } from './connection.ts'
import { isInterrupted, outputsOf, responseMetrics, stoppedItems } from './response-figures.ts'
import type { TrackedResponse } from './response-tracker.ts'
import type { Service } from './service.ts'
import { detectionAccuracy, segmentsOf, type Truth, transcriptionAccuracy, transcriptsOf } from './speech-figures.ts'
import { intentCounts, talkMetrics, userTurns } from './talk-figures.ts'
import { type EventEntry, isEvent, type TimelineEntry } from './timeline.ts'

export function vadState(service: Service, connection: Connection): VadState {
  const { core, ears } = connection
  const { input } = core.config.audio
  const settings = 'turn_detection' in input && input.turn_detection ? { ...input.turn_detection } : null
  const { segments, speechMs, accuracy } = hearing(service, connection)
  const { vad: engine } = ears.engineNames
  return frozen({ enabled: core.detectsTurns, engine, speaking: core.hearsSpeech, segments, speechMs, settings, accuracy })
}

export function transcriptionState(service: Service, connection: Connection): TranscriptionState {
  const { core, ears } = connection
  const { transcription } = core.config.audio.input
  return frozen({
    enabled: transcription !== null,
    model: transcription?.model ?? null,
    engine: ears.engineNames.transcription,
    ...transcribing(service, connection),
  })
}

export function audioBufferState({ core: { buffer } }: Connection): AudioBufferState {
  return frozen({ durationMs: bufferedMs(buffer), bytes: buffer.endByte - buffer.startByte, writtenMs: writtenMs(buffer) })
}

export function sessionMetrics(service: Service, connection: Connection): SessionMetrics {
  const { id, core } = connection
  const entries = entriesOf(service, connection)
  const events = entries.filter(isEvent)
  const responses = service.responses.ofSessions(new Set([id]))
  const outputs = outputsOf(events)
  const stopped = stoppedItems(entries)
  const own = responses.filter(({ outOfBand }) => !outOfBand)
  return frozen({
    received: events.filter((entry) => entry.from === 'app').length,
    sent: events.filter((entry) => entry.from === 'service').length,
    audioInMs: core.writtenMs,
    audioOutMs: sum(responses, ({ audio }) => sum(audio, ({ sentMs }) => sentMs)),
    errors: count(events, 'error'),
    responses: statusCounts(responses),
    responseTimesMs: responses.flatMap(({ firstOutputAtMs, askedAtMs }) =>
      firstOutputAtMs === undefined ? [] : [firstOutputAtMs - askedAtMs],
    ),
    tokens: {
      input: sum(responses, ({ usage }) => usage?.input_tokens ?? 0),
      output: sum(responses, ({ usage }) => usage?.output_tokens ?? 0),
      cached: sum(responses, ({ usage }) => usage?.input_token_details?.cached_tokens ?? 0),
    },
    byResponse: responses.map((response) => responseMetrics(response, { output: outputs.get(response.id), stopped })),
    durationMs: durationMs(entries, service.clock.now()),
    turns: { user: userTurns(events), assistant: own.length },
    interruptions: own.filter((response) => isInterrupted(response, stopped)).length,
    intents: intentCounts(entries),
    talk: talkMetrics({
      truths: truthsOf(service, connection),
      segments: segmentsOf(events),
      transcripts: transcriptsOf(events).map(({ text }) => text),
      responses,
      heardMs: (itemId) => service.heardMs(itemId),
    }),
    vad: hearing(service, connection),
    transcription: transcribing(service, connection),
  })
}

function hearing(service: Service, connection: Connection): SessionMetrics['vad'] {
  const segments = segmentsOf(entriesOf(service, connection).filter(isEvent))
  return {
    segments: segments.length,
    speechMs: sum(segments, ({ speechMs }) => speechMs),
    accuracy: detectionAccuracy(segments, truthsOf(service, connection)),
  }
}

function transcribing(service: Service, connection: Connection): SessionMetrics['transcription'] {
  const events = entriesOf(service, connection).filter(isEvent)
  const prefix = 'conversation.item.input_audio_transcription'
  return {
    completed: count(events, `${prefix}.completed`),
    failed: count(events, `${prefix}.failed`),
    latenciesMs: transcriptsOf(events).flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs])),
    accuracy: transcriptionAccuracy(events, truthsOf(service, connection)),
  }
}

/** What our caller said to this session so far. */
function truthsOf({ utterances, clock }: Service, { id }: Connection): Truth[] {
  return utterances.all.filter(({ text, startMs, sessionId }) => {
    return text !== '' && startMs <= clock.now() && (sessionId() ?? id) === id
  })
}

function entriesOf({ timeline }: Service, { id }: Connection): TimelineEntry[] {
  return timeline.entries.filter((entry) => entry.sessionId === id)
}

function durationMs(entries: readonly TimelineEntry[], nowMs: number): number {
  const noteAt = (type: 'connected' | 'closed'): number | undefined =>
    entries.find((entry) => !isEvent(entry) && entry.note.type === type)?.atMs
  const begunMs = noteAt('connected') ?? entries[0]?.atMs ?? nowMs
  return (noteAt('closed') ?? nowMs) - begunMs
}

function statusCounts(responses: readonly TrackedResponse[]): SessionMetrics['responses'] {
  const withStatus = (status: TrackedResponse['status']): number => responses.filter((each) => each.status === status).length
  return {
    completed: withStatus('completed'),
    cancelled: withStatus('cancelled'),
    incomplete: withStatus('incomplete'),
    failed: withStatus('failed'),
  }
}

function count(events: readonly EventEntry[], type: string): number {
  return events.filter((entry) => entry.from === 'service' && entry.event.type === type).length
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

/** A snapshot that nobody changes by mistake. Its values are plain. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
