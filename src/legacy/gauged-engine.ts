// A voice activity engine whose results are counted for `getVadState`, and which stays silent where it cannot be loaded: the old
// system switched detection off then.

import type { SpeechFrame, VadEngine, VadStream } from '../../audio/types.ts'
import type { RealtimeOptions } from '../api.ts'
import { atRate } from '../environment/at-rate.ts'
import { messageOf } from '../errors.ts'
import { vadOf } from '../runtime/engines.ts'
import type { LegacyVadConfig } from './session-settings.ts'
import type { SpeechGauge } from './speech-gauge.ts'

export interface Gauging {
  readonly gauge: SpeechGauge
  threshold(): number
  nowMs(): number
  /** Told why the engine cannot be used. */
  onFailure(message: string): void
}

/** `own`: an engine of the author, in place of the one that the config names. */
export function gaugedEngine(
  config: LegacyVadConfig,
  gauging: Gauging,
  own: RealtimeOptions['vad'] = config.backend,
): VadEngine | 'truth' {
  let failure: string | undefined
  const lose = (error: unknown): void => {
    failure = messageOf(error)
    gauging.onFailure(failure)
  }
  const inner = innerOf(own, config.sampleRate, lose)
  if (inner === 'truth') return inner
  return {
    name: inner?.name ?? String(own),
    load: async () => {
      try {
        await inner?.load()
      } catch (error) {
        lose(error)
      }
    },
    open: (rateHz) => {
      if (!inner || failure !== undefined) return deaf
      try {
        return gaugedStream(inner.open(rateHz), gauging, lose)
      } catch (error) {
        lose(error)
        return deaf
      }
    },
  }
}

const deaf: VadStream = { push: () => [], reset: () => {} }

function innerOf(
  backend: RealtimeOptions['vad'],
  sampleRate: LegacyVadConfig['sampleRate'],
  lose: (error: unknown) => void,
): VadEngine | 'truth' | undefined {
  try {
    const engine = vadOf(backend, () => {})
    return engine === 'truth' || sampleRate === undefined ? engine : atRate(engine, sampleRate)
  } catch (error) {
    lose(error)
    return undefined
  }
}

/** What fails gives no more frames. */
function gaugedStream(inner: VadStream, { gauge, threshold, nowMs }: Gauging, lose: (error: unknown) => void): VadStream {
  let isLost = false
  const silenced = (error: unknown): readonly SpeechFrame[] => {
    if (!isLost) lose(error)
    isLost = true
    return []
  }
  const count = (frames: readonly SpeechFrame[]): readonly SpeechFrame[] => {
    for (const { probability } of frames) gauge.hear(probability >= threshold(), probability, nowMs())
    return frames
  }
  return {
    push: (samples) => {
      if (isLost) return []
      try {
        const frames = inner.push(samples)
        return frames instanceof Promise ? frames.then(count, silenced) : count(frames)
      } catch (error) {
        return silenced(error)
      }
    },
    reset: () => inner.reset(),
  }
}
