// A VAD that hears what its author says: for tests of turn taking that no detector may colour. Pure.

import { RealtimeKitError } from '../../src/errors.ts'
import type { SpeechFrame, VadEngine, VadStream } from '../types.ts'

/** What a scripted detector finds in each stream. */
export type VadScript =
  /** Probabilities of one frame of 32 ms after another; 0 after the last. */
  | { readonly probabilities: readonly number[] }
  /** Stretches of speech in ms from the start of the stream. A frame is speech where its middle lies in one. */
  | { readonly speech: readonly { readonly startMs: number; readonly endMs: number }[] }

const frameMs = 32

/**
 * A detector that follows a script, whatever it is given to hear. Each stream (a session, or turn detection that is switched on
 * anew) follows it from the beginning.
 *
 * @throws RealtimeKitError RTK_OPTION for a probability out of 0 to 1, or a stretch that ends before it starts
 * @example
 * test.override('realtimeOptions', { vad: scriptedVad({ speech: [{ startMs: 200, endMs: 1400 }] }) })
 */
export function scriptedVad(script: VadScript): VadEngine {
  if (!Array.isArray(Object(script).speech ?? Object(script).probabilities))
    throw refused('it takes { probabilities } or { speech }, lists.')
  const probabilityOf = 'speech' in script ? bySpans(script.speech) : byFrames(script.probabilities)
  return { name: 'scripted', load: () => Promise.resolve(), open: (rateHz) => scriptedStream(rateHz, probabilityOf) }
}

type ProbabilityOf = (frame: number) => number

function byFrames(probabilities: readonly number[]): ProbabilityOf {
  const wrong = probabilities.findIndex((probability) => !(probability >= 0 && probability <= 1))
  if (wrong >= 0) throw refused(`probabilities[${wrong}] must be a number from 0 to 1, got ${String(probabilities[wrong])}.`)
  const copy = [...probabilities]
  return (frame) => copy[frame] ?? 0
}

function bySpans(speech: readonly { readonly startMs: number; readonly endMs: number }[]): ProbabilityOf {
  for (const [index, { startMs, endMs }] of speech.entries()) {
    if (!(startMs >= 0 && endMs > startMs))
      throw refused(`speech[${index}] must end after it starts, at 0 ms or later, got ${String(startMs)} to ${String(endMs)}.`)
  }
  const copy = [...speech]
  return (frame) => {
    const middleMs = (frame + 0.5) * frameMs
    return copy.some(({ startMs, endMs }) => middleMs >= startMs && middleMs < endMs) ? 1 : 0
  }
}

function refused(why: string): RealtimeKitError {
  return new RealtimeKitError('RTK_OPTION', `scriptedVad(…): ${why}`)
}

function scriptedStream(rateHz: number, probabilityOf: ProbabilityOf): VadStream {
  const size = Math.round((rateHz * frameMs) / 1000)
  if (!(size > 0)) throw refused(`no frame of ${frameMs} ms has a sample at ${String(rateHz)} Hz.`)
  let [heard, frame] = [0, 0]
  return {
    push(samples) {
      heard += samples.length
      const frames: SpeechFrame[] = []
      for (; (frame + 1) * size <= heard; frame++)
        frames.push({ endSample: (frame + 1) * size, probability: probabilityOf(frame) })
      return frames
    },
    reset() {
      heard = 0
      frame = 0
    },
  }
}
