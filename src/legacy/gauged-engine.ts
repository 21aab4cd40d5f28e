// A voice activity engine whose results are counted for `getVadState`, and which stays silent where it cannot be loaded: the old
// system switched detection off then.

import type { SpeechFrame, VadEngine, VadStream } from '../../audio/types.ts'
import { atRate } from '../environment/at-rate.ts'
import { messageOf } from '../errors.ts'
import { vadOf } from '../runtime/engines.ts'
import type { LegacyVadConfig } from './session-settings.ts'
import type { SpeechGauge } from './speech-gauge.ts'

export interface GaugedEngine {
  readonly engine: VadEngine | 'truth'
  /** Why it cannot be used, once that is known. */
  readonly failure: string | undefined
}

export interface Gauging {
  readonly gauge: SpeechGauge
  threshold(): number
  nowMs(): number
  /** Told why the engine cannot be used. */
  onFailure(message: string): void
}

export function gaugedEngine(config: LegacyVadConfig, gauging: Gauging): GaugedEngine {
  let failure: string | undefined
  const lose = (error: unknown): void => {
    failure = messageOf(error)
    gauging.onFailure(failure)
  }
  const inner = innerOf(config, lose)
  if (inner === 'truth') return { engine: inner, failure: undefined }
  const engine: VadEngine = {
    name: inner?.name ?? String(config.backend),
    load: async () => {
      try {
        await inner?.load()
      } catch (error) {
        lose(error)
      }
    },
    open: (rateHz) => (inner && failure === undefined ? gaugedStream(inner.open(rateHz), gauging) : deaf),
  }
  return {
    engine,
    get failure() {
      return failure
    },
  }
}

const deaf: VadStream = { push: () => [], reset: () => {} }

function innerOf({ backend, sampleRate }: LegacyVadConfig, lose: (error: unknown) => void): VadEngine | 'truth' | undefined {
  try {
    const engine = vadOf(backend, () => {})
    return engine === 'truth' || sampleRate === undefined ? engine : atRate(engine, sampleRate)
  } catch (error) {
    lose(error)
    return undefined
  }
}

function gaugedStream(inner: VadStream, { gauge, threshold, nowMs }: Gauging): VadStream {
  const count = (frames: readonly SpeechFrame[]): readonly SpeechFrame[] => {
    for (const { probability } of frames) gauge.hear(probability >= threshold(), probability, nowMs())
    return frames
  }
  return {
    push: (samples) => {
      const frames = inner.push(samples)
      return frames instanceof Promise ? frames.then(count) : count(frames)
    },
    reset: () => inner.reset(),
  }
}
