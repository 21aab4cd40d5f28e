// The transcription engine of one session: loaded at the first need, asked one sound after the other, so that transcripts come in the
// order of their items and a heavy engine runs once at a time.

import type { Pcm, Recognition, TranscriptionEngine } from '../../audio/types.ts'
import { AudioEngineFailed, messageOf } from '../errors.ts'
import { realTime } from './clock/real-time.ts'

/** Real time that an engine has for a sound: so much, and so many times its length. Ours take 5 s at most on a busy machine. */
const patience = { baseMs: 60_000, perSound: 10 }

export class RecognitionQueue {
  readonly #engine: TranscriptionEngine
  #loading: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(engine: TranscriptionEngine) {
    this.#engine = engine
  }

  /** The words of a sound, once those before it are known or lost. Rejects when the engine fails, for this sound alone. */
  recognize(sound: Pcm): Promise<Recognition> {
    const work = this.#last.then(() => this.#transcribe(sound))
    this.#last = work.catch(() => {})
    return work
  }

  async #transcribe(sound: Pcm): Promise<Recognition> {
    this.#loading ??= this.#engine.load()
    await this.#loading
    const limitMs = patience.baseMs + patience.perSound * sound.durationMs
    return checked(this.#engine, await within(limitMs, this.#engine.transcribe(sound, {}), this.#engine.name))
  }
}

/** An engine that dies without a word must not hold up the session for ever. */
async function within<T>(limitMs: number, work: Promise<T>, engine: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const give = (): void => reject(new AudioEngineFailed(engine, `it gave no answer within ${Math.round(limitMs / 1000)} s.`))
  const timer = realTime.setTimeout(give, limitMs)
  try {
    return await Promise.race([work, late])
  } finally {
    realTime.clearTimeout(timer)
  }
}

/** An engine of the test may give anything. */
function checked({ name }: TranscriptionEngine, found: Recognition): Recognition {
  if (typeof found?.text === 'string') return found
  throw new AudioEngineFailed(name, `transcribe() must give { text }, got ${messageOf(JSON.stringify(found))}.`)
}
