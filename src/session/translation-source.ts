// The words of the speaker, where `audio.input.transcription` is configured: `session.input_transcript.delta`.
// They are known when an utterance is over, and go out from then on; the live service sends them while one speaks.

import type { TranscriptResult } from './inputs.ts'
import { push, send } from './outbox.ts'
import { splitTokens } from './tokens.ts'
import { elapsedAt } from './translation-elapsed.ts'
import type { SourceText, TranslationOutbox, TranslationState } from './translation-state.ts'
import { translationTimer } from './translation-timers.ts'

/** Asks for the words of an utterance. */
export function awaitSource(
  state: TranslationState,
  utterance: SourceText['utterance'],
  model: string,
  out: TranslationOutbox,
): TranslationState {
  push(out, { type: 'transcribe', itemId: utterance.itemId, model, language: null, prompt: null })
  return { ...state, sources: [...state.sources, { utterance, deltas: undefined, firstMs: 0, next: 0 }] }
}

/** The runtime knows the words. For words that cannot be known the protocol has no event: nothing is sent. */
export function onSourceWords(
  state: TranslationState,
  itemId: string,
  result: TranscriptResult,
  out: TranslationOutbox,
): TranslationState {
  const sources = state.sources.map((source): SourceText => {
    if (source.utterance.itemId !== itemId || source.deltas) return source
    const { transcriptionFirstMs } = state.settings.latency({ number: state.utteranceCount })
    // Transcription runs while one speaks, so its delay counts from the first sound.
    const firstMs = Math.max(out.nowMs, source.utterance.startedAtMs + transcriptionFirstMs)
    return { ...source, firstMs, deltas: deltasOf(result) }
  })
  return onSourceDue({ ...state, sources }, out)
}

function deltasOf(result: TranscriptResult): readonly string[] {
  return result.type === 'failed' ? [] : (result.deltas ?? splitTokens(result.text))
}

/** Sends what is due, then sets the timer for the rest. */
export function onSourceDue(state: TranslationState, out: TranslationOutbox): TranslationState {
  let next = state
  for (let first = next.sources[0]; first?.deltas; first = next.sources[0]) {
    const delta = first.deltas[first.next]
    if (delta === undefined) {
      next = { ...next, sources: next.sources.slice(1) }
      continue
    }
    const dueMs = dueMsOf(next, first)
    if (dueMs > out.nowMs) {
      push(out, { type: 'schedule', timer: translationTimer.source, atMs: dueMs, deadline: 'service' })
      return next
    }
    next = sendDelta(next, first, delta, out)
  }
  return next
}

function dueMsOf({ settings, utteranceCount }: TranslationState, { firstMs, next }: SourceText): number {
  return firstMs + next * settings.latency({ number: utteranceCount }).textDeltaMs
}

function sendDelta(state: TranslationState, source: SourceText, delta: string, out: TranslationOutbox): TranslationState {
  const elapsedMs = elapsedAt(state, source.utterance, out.nowMs)
  const isLater = source.next === 0 && state.hasSource
  send(out, { type: 'session.input_transcript.delta', delta: isLater ? ` ${delta}` : delta, elapsed_ms: elapsedMs })
  const [, ...others] = state.sources
  return { ...state, sources: [{ ...source, next: source.next + 1 }, ...others], hasSource: true, elapsedMs }
}
