// The transcription engine of one session: loaded at the first need, asked one sound after the other, so that transcripts come in the
// order of their items and a heavy engine runs once at a time.

import type { Pcm, Recognition, RecognitionOptions, TranscriptionEngine } from '../../audio/types.ts'
import { AudioEngineFailed, messageOf } from '../errors.ts'
import { answered } from './patience.ts'

export class RecognitionQueue {
  readonly #engine: TranscriptionEngine
  #loading: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(engine: TranscriptionEngine) {
    this.#engine = engine
  }

  /**
   * The words of a sound, once those before it are known or lost. Rejects when the engine fails, for this sound alone.
   *
   * @param optionsOf asked when its turn has come
   */
  recognize(sound: Pcm, optionsOf: () => RecognitionOptions = () => ({})): Promise<Recognition> {
    const work = this.#last.then(() => this.#transcribe(sound, optionsOf))
    this.#last = work.catch(() => {})
    return work
  }

  async #transcribe(sound: Pcm, optionsOf: () => RecognitionOptions): Promise<Recognition> {
    this.#loading ??= this.#engine.load()
    await this.#loading
    return checked(this.#engine, await answered(this.#engine.name, this.#engine.transcribe(sound, optionsOf()), sound.durationMs))
  }
}

/** An engine of the test may give anything. */
function checked({ name }: TranscriptionEngine, found: Recognition): Recognition {
  if (typeof found?.text === 'string') return found
  throw new AudioEngineFailed(name, `transcribe() must give { text }, got ${messageOf(JSON.stringify(found))}.`)
}
