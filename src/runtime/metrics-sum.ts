// The figures of several sessions as those of one: numbers added up, lists one behind the other. Pure.

import type { DetectionAccuracy, RealtimeMetrics, SessionMetrics, TalkMetrics, TranscriptionAccuracy } from '../api.ts'

/** @param all the figures of each session, in order */
export function sumMetrics(all: readonly SessionMetrics[]): RealtimeMetrics {
  const total = (value: (one: SessionMetrics) => number): number => sum(all, value)
  return {
    sessions: all.length,
    received: total(({ received }) => received),
    sent: total(({ sent }) => sent),
    audioInMs: total(({ audioInMs }) => audioInMs),
    audioOutMs: total(({ audioOutMs }) => audioOutMs),
    errors: total(({ errors }) => errors),
    responses: {
      completed: total(({ responses }) => responses.completed),
      cancelled: total(({ responses }) => responses.cancelled),
      incomplete: total(({ responses }) => responses.incomplete),
      failed: total(({ responses }) => responses.failed),
    },
    responseTimesMs: all.flatMap(({ responseTimesMs }) => responseTimesMs),
    tokens: {
      input: total(({ tokens }) => tokens.input),
      output: total(({ tokens }) => tokens.output),
      cached: total(({ tokens }) => tokens.cached),
    },
    byResponse: all.flatMap(({ byResponse }) => byResponse),
    durationMs: total(({ durationMs }) => durationMs),
    turns: { user: total(({ turns }) => turns.user), assistant: total(({ turns }) => turns.assistant) },
    interruptions: total(({ interruptions }) => interruptions),
    intents: sumIntents(all),
    talk: sumTalk(all),
    vad: {
      segments: total(({ vad }) => vad.segments),
      speechMs: total(({ vad }) => vad.speechMs),
      accuracy: sumDetection(all.flatMap(({ vad }) => vad.accuracy ?? [])),
    },
    transcription: {
      completed: total(({ transcription }) => transcription.completed),
      failed: total(({ transcription }) => transcription.failed),
      latenciesMs: all.flatMap(({ transcription }) => transcription.latenciesMs),
      accuracy: sumTranscription(all.flatMap(({ transcription }) => transcription.accuracy ?? [])),
    },
  }
}

function sumIntents(all: readonly SessionMetrics[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { intents } of all) {
    for (const [name, count] of Object.entries(intents)) counts[name] = (counts[name] ?? 0) + count
  }
  return counts
}

/** Rates are weighted by the time that each was measured over. */
function sumTalk(all: readonly SessionMetrics[]): TalkMetrics {
  const userMs = sum(all, ({ talk }) => talk.userMs)
  const assistantMs = sum(all, ({ talk }) => talk.assistantMs)
  return {
    userMs,
    assistantMs,
    userShare: userMs + assistantMs === 0 ? null : userMs / (userMs + assistantMs),
    userWordsPerMinute: weighted(all.map(({ talk }) => [talk.userWordsPerMinute, talk.userMs])),
    assistantWordsPerMinute: weighted(all.map(({ talk, audioOutMs }) => [talk.assistantWordsPerMinute, audioOutMs])),
  }
}

function weighted(rates: readonly (readonly [rate: number | null, ms: number])[]): number | null {
  const ms = sum(rates, ([, each]) => each)
  const words = sum(rates, ([rate, each]) => (rate ?? 0) * each)
  return ms === 0 || words === 0 ? null : words / ms
}

function sumDetection(all: readonly DetectionAccuracy[]): DetectionAccuracy | null {
  if (all.length === 0) return null
  return {
    utterances: sum(all, ({ utterances }) => utterances),
    found: sum(all, ({ found }) => found),
    missed: sum(all, ({ missed }) => missed),
    falseSegments: sum(all, ({ falseSegments }) => falseSegments),
    startLatenciesMs: all.flatMap(({ startLatenciesMs }) => startLatenciesMs),
    endLatenciesMs: all.flatMap(({ endLatenciesMs }) => endLatenciesMs),
    startErrorsMs: all.flatMap(({ startErrorsMs }) => startErrorsMs),
    endErrorsMs: all.flatMap(({ endErrorsMs }) => endErrorsMs),
  }
}

function sumTranscription(all: readonly TranscriptionAccuracy[]): TranscriptionAccuracy | null {
  if (all.length === 0) return null
  const words = sum(all, (one) => one.words)
  const errors = sum(all, (one) => one.errors)
  const items = sum(all, (one) => one.items)
  return { items, words, errors, wordErrorRate: words === 0 ? errors : errors / words }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
