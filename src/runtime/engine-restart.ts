// An engine of the test, or of a plugin, that throws: it is loaded again and asked once more. Ours see to themselves: what they throw
// is a RealtimeKitError, which is final.

import type { SpeechFrame, TranscriptionEngine, VadEngine, VadStream } from '../../audio/types.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { answered } from './patience.ts'

type Engine = VadEngine | TranscriptionEngine

const loads = new WeakMap<object, Promise<void>>()

/** An engine object of the test may serve many sessions: it is loaded once. One that could not be loaded may be tried again. */
export function loadOnce(engine: Engine): Promise<void> {
  const known = loads.get(engine)
  if (known) return known
  const loading = engine.load()
  loads.set(engine, loading)
  loading.catch(() => forget(engine, loading))
  return loading
}

function forget(engine: Engine, loading: Promise<void> | undefined): void {
  if (loads.get(engine) === loading) loads.delete(engine)
}

/** `found` is told of a restart. */
interface Restart {
  readonly engine: Engine
  readonly found: (message: string) => void
}

/** Does it, and after a failure once more with the engine loaded again. */
async function twice<T>(work: () => Promise<T>, { engine, found }: Restart): Promise<T> {
  const loading = loads.get(engine)
  try {
    return await work()
  } catch (error) {
    if (error instanceof RealtimeKitError || engine.restarts === false) throw error
    found(`the engine '${engine.name}' failed and was restarted: ${messageOf(error)}`)
    // Another session may have restarted it already.
    forget(engine, loading)
    await loadOnce(engine)
    return work()
  }
}

/** A recognizer that is asked once more when it throws. */
export function restartedTranscribe(
  engine: TranscriptionEngine,
  found: (message: string) => void,
): TranscriptionEngine['transcribe'] {
  return (audio, options) => twice(async () => engine.transcribe(audio, options), { engine, found })
}

/** A stream that is opened anew when it fails, and then gets the samples with which it failed once more. */
export function restartedStream(engine: VadEngine, rateHz: number, found: (message: string) => void): VadStream {
  let stream = engine.open(rateHz)
  /** Samples before the stream began: it counts from 0. */
  let origin = 0
  let pushed = 0
  let hasFailed = false

  const replace = (before: number): void => {
    stream = engine.open(rateHz)
    origin = before
    hasFailed = false
  }
  const again = async (first: () => Promise<readonly SpeechFrame[]>, samples: Int16Array, before: number) => {
    const work = async (): Promise<readonly SpeechFrame[]> => {
      if (!hasFailed) return first()
      replace(before)
      return shifted(await stream.push(samples), origin)
    }
    const watched = async (): Promise<readonly SpeechFrame[]> => {
      try {
        return await answered(engine.name, work(), (samples.length * 1000) / rateHz)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
    return twice(watched, { engine, found })
  }

  return {
    push(samples) {
      const before = pushed
      pushed += samples.length
      try {
        const frames = stream.push(samples)
        if (!(frames instanceof Promise)) return shifted(frames, origin)
        return again(async () => shifted(await frames, origin), samples, before)
      } catch (error) {
        return again(() => Promise.reject(error), samples, before)
      }
    },
    reset() {
      origin = 0
      pushed = 0
      stream.reset()
    },
  }
}

function shifted(frames: readonly SpeechFrame[], by: number): readonly SpeechFrame[] {
  if (by === 0) return frames
  return frames.map(({ endSample, silentUntilSample, silentFromSample, ...frame }) => ({
    ...frame,
    endSample: endSample + by,
    ...(silentUntilSample === undefined ? {} : { silentUntilSample: silentUntilSample + by }),
    ...(silentFromSample === undefined ? {} : { silentFromSample: silentFromSample + by }),
  }))
}
