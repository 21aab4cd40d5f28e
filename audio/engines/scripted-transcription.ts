// A recognizer that hears what its author says, and options that any recognizer can be given: confidence, partial results, language.
// Pure.

import { RealtimeKitError } from '../../src/errors.ts'
import type { Recognition, TranscriptionEngine, WordTime } from '../types.ts'

/** What a scripted recognizer makes of the next sound. An Error is what it fails with. */
export type ScriptedRecognition = string | Recognition | Error

export interface ScriptedTranscriptionOptions {
  /** What is heard when the list is at its end: nothing by default. */
  readonly then?: ScriptedRecognition
}

/**
 * A recognizer that answers one sound after another with what the list says; it needs no model.
 *
 * @throws RealtimeKitError RTK_OPTION for an entry that is no text, recognition or Error
 * @example
 * test.override('realtimeOptions', {
 *   transcription: scriptedTranscription(['A table for two', { text: 'Tonight', confidence: 0.4 }, new Error('out of memory')]),
 * })
 */
export function scriptedTranscription(
  script: readonly ScriptedRecognition[],
  { then = '' }: ScriptedTranscriptionOptions = {},
): TranscriptionEngine {
  for (const [index, entry] of [...script, then].entries()) {
    if (typeof entry === 'string' || entry instanceof Error || typeof entry?.text === 'string') continue
    const place = index === script.length ? '`then`' : `Entry ${index + 1}`
    throw new RealtimeKitError(
      'RTK_OPTION',
      `scriptedTranscription(…): ${place} must be a text, { text, confidence, words, deltas } or an Error, got ${String(entry)}.`,
    )
  }
  const waiting = [...script]
  return {
    name: 'scripted',
    // Its errors are answers.
    restarts: false,
    load: () => Promise.resolve(),
    transcribe() {
      const heard = waiting.shift() ?? then
      if (heard instanceof Error) return Promise.reject(heard)
      return Promise.resolve(typeof heard === 'string' ? { text: heard } : heard)
    },
  }
}

export interface TranscriptionSettings {
  /** Where a session names none. */
  readonly language?: string
  /** What the engine is less sure of is heard as nothing; 0 to 1, default 0. Engines that tell no confidence are always sure. */
  readonly minConfidence?: number
  /**
   * Partial results: one delta for each stretch of so many ms in which words end, as far as the engine knows word times. By default
   * the deltas are those of the session's model.
   */
  readonly chunkMs?: number
}

/**
 * An engine with settings: any engine, of ours or of your own.
 *
 * @throws RealtimeKitError RTK_OPTION for settings out of their range
 * @example
 * const options = { transcription: tunedTranscription(whisperEngine({ modelSize: 'small' }), { language: 'nl', minConfidence: 0.6 }) }
 */
export function tunedTranscription(engine: TranscriptionEngine, settings: TranscriptionSettings): TranscriptionEngine {
  const { language, minConfidence = 0, chunkMs } = settings
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new RealtimeKitError('RTK_OPTION', `tunedTranscription(…): ${name} must be ${expected}, got ${String(value)}.`)
  }
  if (!(minConfidence >= 0 && minConfidence <= 1)) refuse('minConfidence', 'a number from 0 to 1', minConfidence)
  if (chunkMs !== undefined && !(chunkMs > 0)) refuse('chunkMs', 'a number above 0', chunkMs)
  return {
    get name() {
      return engine.name
    },
    get modelSha256() {
      return engine.modelSha256 ?? ''
    },
    ...(engine.restarts === undefined ? {} : { restarts: engine.restarts }),
    load: () => engine.load(),
    async transcribe(audio, { onPartial, ...options }) {
      const found = await engine.transcribe(audio, {
        ...(language === undefined ? {} : { language }),
        ...options,
        ...(chunkMs === undefined ? {} : { chunkMs }),
        // What may be heard as nothing in the end is not told before it.
        ...(onPartial && minConfidence === 0 ? { onPartial } : {}),
      })
      if ((found.confidence ?? 1) < minConfidence) return { text: '', words: [], confidence: found.confidence ?? 0 }
      if (chunkMs === undefined || found.deltas || !found.words?.length) return found
      return { ...found, deltas: deltasByTime(found.words, chunkMs) }
    },
  }
}

/** The words that end within each chunk, joined; chunks without any give no delta. */
function deltasByTime(words: readonly WordTime[], chunkMs: number): string[] {
  const chunks = Map.groupBy(words, ({ endMs }) => Math.ceil(endMs / chunkMs))
  return [...chunks.values()].map((chunk, index) => `${index > 0 ? ' ' : ''}${chunk.map(({ text }) => text).join(' ')}`)
}
