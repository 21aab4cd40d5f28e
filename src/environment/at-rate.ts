// A voice activity engine that hears everything at one rate, whatever the app sends.

import { createResampler, type Resampler } from '../../audio/resample.ts'
import type { SpeechFrame, VadEngine, VadStream } from '../../audio/types.ts'

/**
 * The engine behind a resampler; positions of its frames stay those of the sound that came in.
 *
 * @example
 * atRate(energyEngine(), 8000).open(24_000).push(samples) // as the telephone would have it
 */
export function atRate(engine: VadEngine, heardHz: number): VadEngine {
  return {
    get name() {
      return `${engine.name} at ${heardHz} Hz`
    },
    get modelSha256() {
      return engine.modelSha256 ?? ''
    },
    load: () => engine.load(),
    open: (rateHz) => (rateHz === heardHz ? engine.open(rateHz) : resampled(engine.open(heardHz), rateHz, heardHz)),
  }
}

function resampled(stream: VadStream, rateHz: number, heardHz: number): VadStream {
  let resampler: Resampler = createResampler(rateHz, heardHz)
  const placed = (frames: readonly SpeechFrame[]): SpeechFrame[] =>
    frames.map((frame) => ({ ...frame, endSample: Math.round((frame.endSample * rateHz) / heardHz) }))
  return {
    push(samples) {
      const frames = stream.push(resampler.push(samples))
      return frames instanceof Promise ? frames.then(placed) : placed(frames)
    },
    reset() {
      resampler = createResampler(rateHz, heardHz)
      stream.reset()
    },
  }
}
