// What a session tells of itself: counted on the timeline when somebody asks, so that nothing is kept beside it. Snapshots: plain
// values, frozen.

import type { AudioBufferState, RealtimeMetrics, SessionMetrics, TranscriptionState, VadState } from '../api.ts'
import { bufferedMs, writtenMs } from '../session/audio-buffer.ts'
import type { Connection } from './connection.ts'
import { sumMetrics } from './metrics-sum.ts'
import { isInterrupted, outputsOf, responseMetrics, stoppedItems } from './response-figures.ts'
import type { TrackedResponse } from './response-tracker.ts'
import type { Service } from './service.ts'
import {
  detectionAccuracy,
  type Segment,
  segmentsOf,
  speechStarts,
  type Truth,
  transcriptionAccuracy,
  transcriptsOf,
} from './speech-figures.ts'
import { intentCounts, talkMetrics, userTurns } from './talk-figures.ts'
import { type EventEntry, isEvent, type TimelineEntry } from './timeline.ts'

export function vadState(service: Service, connection: Connection): VadState {
  const { core, ears } = connection
  const { input } = core.config.audio
  const settings = 'turn_detection' in input && input.turn_detection ? { ...input.turn_detection } : null
  const { segments, speechMs, accuracy } = hearing(connection, factsOf(service, connection))
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
    ...transcribing(factsOf(service, connection)),
  })
}

export function audioBufferState({ core: { buffer } }: Connection): AudioBufferState {
  return frozen({ durationMs: bufferedMs(buffer), bytes: buffer.endByte - buffer.startByte, writtenMs: writtenMs(buffer) })
}

export function sessionMetrics(service: Service, connection: Connection): SessionMetrics {
  const facts = factsOf(service, connection)
  const { entries, events, truths, segments, responses } = facts
  return frozen({
    ...countedMetrics(connection, facts),
    intents: intentCounts(entries, service.options.intents),
    talk: talkMetrics({
      truths,
      segments,
      transcripts: transcriptsOf(events).map(({ text }) => text),
      responses,
      heardMs: (itemId) => service.heardMs(itemId),
    }),
  })
}

/** All but what every word is read for. */
type CountedMetrics = Omit<SessionMetrics, 'intents' | 'talk'>

/** For the end of each test: no snapshot, and quicker than all of it. */
export function quickMetrics(service: Service, connection: Connection): CountedMetrics {
  return countedMetrics(connection, factsOf(service, connection))
}

function countedMetrics(connection: Connection, facts: SessionFacts): CountedMetrics {
  const { core } = connection
  const { entries, events, truths, segments, responses, begunMs, endMs } = facts
  const outputs = outputsOf(events)
  const stopped = stoppedItems(entries)
  const own = responses.filter(({ outOfBand }) => !outOfBand)
  const speechStartsMs = speechStarts(segments, truths)
  return {
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
    byResponse: responses.map((response) =>
      responseMetrics(response, { output: outputs.get(response.id), stopped, speechStartsMs }),
    ),
    durationMs: endMs - begunMs,
    turns: { user: userTurns(events), assistant: own.length },
    interruptions: own.filter((response) => isInterrupted(response, stopped)).length,
    vad: hearing(connection, facts),
    transcription: transcribing(facts),
  }
}

/** All sessions of a service so far, closed ones too. */
export function realtimeMetrics(service: Service): RealtimeMetrics {
  return frozen(sumMetrics(service.connections.map((connection) => sessionMetrics(service, connection))))
}

/** What the timeline holds of one session, gathered once. */
interface SessionFacts extends Life {
  readonly entries: readonly TimelineEntry[]
  readonly events: readonly EventEntry[]
  readonly segments: readonly Segment[]
  readonly truths: readonly Truth[]
  readonly responses: readonly TrackedResponse[]
}

function factsOf(service: Service, connection: Connection): SessionFacts {
  const entries = entriesOf(service, connection)
  const events = entries.filter(isEvent)
  const life = lifeOf(entries, service.clock.now())
  const truths = truthsOf(service, connection, life)
  const responses = service.responses.ofSessions(new Set([connection.id]))
  return { entries, events, ...life, segments: segmentsOf(events), truths, responses }
}

function hearing({ ears }: Connection, { segments, truths }: SessionFacts): SessionMetrics['vad'] {
  return {
    segments: segments.length,
    speechMs: sum(segments, ({ speechMs }) => speechMs),
    accuracy: detectionAccuracy(segments, truths, (positionMs) => ears.arrivals.timeOf(positionMs)),
  }
}

function transcribing({ events, truths }: SessionFacts): SessionMetrics['transcription'] {
  const prefix = 'conversation.item.input_audio_transcription'
  return {
    completed: count(events, `${prefix}.completed`),
    failed: count(events, `${prefix}.failed`),
    latenciesMs: transcriptsOf(events).flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs])),
    accuracy: transcriptionAccuracy(events, truths),
  }
}

/** What our caller said to this session so far: where nobody can tell to which, to those that were open then. */
function truthsOf(service: Service, connection: Connection, life: Life): Truth[] {
  return service.utterances.all.filter((said) => {
    if (said.text === '' || !overlaps(said, life)) return false
    const named = service.connection(said.sessionId() ?? '')
    if (named === undefined || named === connection) return true
    // A line whose session has closed names the one that is open now.
    return !overlaps(said, lifeOf(entriesOf(service, named), service.clock.now()))
  })
}

function overlaps(said: Truth, { begunMs, endMs }: Life): boolean {
  return said.startMs <= endMs && said.endMs >= begunMs
}

function entriesOf({ timeline }: Service, { id }: Connection): TimelineEntry[] {
  return timeline.entries.filter((entry) => entry.sessionId === id)
}

/** From connecting until it closed, or until now. */
interface Life {
  readonly begunMs: number
  readonly endMs: number
}

function lifeOf(entries: readonly TimelineEntry[], nowMs: number): Life {
  const noteAt = (type: 'connected' | 'closed'): number | undefined =>
    entries.find((entry) => !isEvent(entry) && entry.note.type === type)?.atMs
  return { begunMs: noteAt('connected') ?? entries[0]?.atMs ?? nowMs, endMs: noteAt('closed') ?? nowMs }
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
