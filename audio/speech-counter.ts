// Turn taking by counting frames, as older local clients had it: speech begins after some frames of speech in a row and ends after
// some of silence. Pure. The service's own turn detection, by milliseconds, is src/session/turn-detection.ts.

import { RealtimeKitError } from '../src/errors.ts'
import type { VadEngine, VadStream } from './types.ts'

export interface SpeechCounterOptions {
  /** A frame counts as speech above it; 0.5 by default. */
  readonly threshold?: number
  /** So many frames of speech in a row begin it; 2 by default. */
  readonly startFrames?: number
  /** So many frames of silence in a row end it; 3 by default. */
  readonly stopFrames?: number
  /** The end is not told before speech has lasted so long; 0 by default. */
  readonly minSpeechMs?: number
  /** Frames that `confidence` is the mean of; 5 by default. */
  readonly history?: number
}

/** What a counter knows after a frame. */
export interface SpeechCount {
  readonly speaking: boolean
  /** What this frame decided. */
  readonly event?: 'started' | 'stopped'
  /** Mean probability of the last frames. */
  readonly confidence: number
  /** Frames of speech, and of silence, in a row. */
  readonly speechFrames: number
  readonly silenceFrames: number
  /** Probabilities of the last frames, the newest last. */
  readonly recent: readonly number[]
  /** Since speech began; 0 outside of it. */
  readonly speechMs: number
}

export interface SpeechCounter {
  readonly state: SpeechCount
  /** Takes the next frame; `isSpeech` overrules the threshold. */
  hear(frame: { readonly probability: number; readonly isSpeech?: boolean; readonly durationMs?: number }): SpeechCount
  reset(): void
}

const silent: SpeechCount = { speaking: false, confidence: 0, speechFrames: 0, silenceFrames: 0, recent: [], speechMs: 0 }
const frameMs = 32

/**
 * Counts frames of speech and of silence.
 *
 * @throws RealtimeKitError RTK_OPTION for a threshold out of 0 to 1, or counts that are no whole numbers above 0
 * @example
 * const counter = createSpeechCounter({ startFrames: 2, stopFrames: 3 })
 * counter.hear({ probability: 0.8 }).event // undefined
 * counter.hear({ probability: 0.9 }).event // 'started'
 */
export function createSpeechCounter(options: SpeechCounterOptions = {}): SpeechCounter {
  const settings = checked(options)
  let state = silent
  return {
    get state() {
      return state
    },
    hear(frame) {
      state = next(state, frame, settings)
      return state
    },
    reset() {
      state = silent
    },
  }
}

/**
 * An engine whose frames are certain: 1 from the frame that begins speech by counting to the one that ends it, 0 elsewhere.
 *
 * @example
 * const options = { vad: countingVad(energyEngine(), { startFrames: 3, stopFrames: 5 }) }
 */
export function countingVad(engine: VadEngine, options: SpeechCounterOptions = {}): VadEngine {
  checked(options)
  return {
    get name() {
      return `${engine.name}, counted`
    },
    get modelSha256() {
      return engine.modelSha256 ?? ''
    },
    load: () => engine.load(),
    open: (rateHz) => countedStream(engine.open(rateHz), rateHz, createSpeechCounter(options)),
  }
}

function countedStream(stream: VadStream, rateHz: number, counter: SpeechCounter): VadStream {
  let lastSample = 0
  const counted = (frames: Awaited<ReturnType<VadStream['push']>>) =>
    frames.map((frame) => {
      const durationMs = ((frame.endSample - lastSample) * 1000) / rateHz
      lastSample = frame.endSample
      return { ...frame, probability: counter.hear({ probability: frame.probability, durationMs }).speaking ? 1 : 0 }
    })
  return {
    push(samples) {
      const frames = stream.push(samples)
      return frames instanceof Promise ? frames.then(counted) : counted(frames)
    },
    reset() {
      stream.reset()
      counter.reset()
      lastSample = 0
    },
  }
}

function next(
  before: SpeechCount,
  { probability, isSpeech: told, durationMs = frameMs }: Parameters<SpeechCounter['hear']>[0],
  { threshold, startFrames, stopFrames, minSpeechMs, history }: Required<SpeechCounterOptions>,
): SpeechCount {
  const isSpeech = told ?? probability > threshold
  const recent = [...before.recent, probability].slice(-history)
  const speechFrames = isSpeech ? before.speechFrames + 1 : 0
  const silenceFrames = isSpeech ? 0 : before.silenceFrames + 1
  const confidence = recent.reduce((sum, value) => sum + value, 0) / recent.length
  const counts = { confidence, speechFrames, silenceFrames, recent }
  if (!before.speaking) {
    const begins = speechFrames >= startFrames
    return { ...counts, speaking: begins, speechMs: begins ? durationMs : 0, ...(begins ? { event: 'started' } : {}) }
  }
  const speechMs = before.speechMs + durationMs
  const ends = silenceFrames >= stopFrames && speechMs >= minSpeechMs
  return { ...counts, speaking: !ends, speechMs: ends ? 0 : speechMs, ...(ends ? { event: 'stopped' } : {}) }
}

function checked(options: SpeechCounterOptions): Required<SpeechCounterOptions> {
  const { threshold = 0.5, startFrames = 2, stopFrames = 3, minSpeechMs = 0, history = 5 } = options
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new RealtimeKitError('RTK_OPTION', `${name} of a speech counter must be ${expected}, got ${String(value)}.`)
  }
  if (!(threshold >= 0 && threshold <= 1)) refuse('threshold', 'a number from 0 to 1', threshold)
  if (!(minSpeechMs >= 0 && minSpeechMs < Number.POSITIVE_INFINITY)) refuse('minSpeechMs', '0 or more', minSpeechMs)
  for (const [name, value] of Object.entries({ startFrames, stopFrames, history }))
    if (!(Number.isInteger(value) && value > 0)) refuse(name, 'a whole number above 0', value)
  return { threshold, startFrames, stopFrames, minSpeechMs, history }
}
