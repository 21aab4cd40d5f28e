// The transcription engine of one session: loaded at the first need, asked one sound after the other, so that transcripts come in the
// order of their items and a heavy engine runs once at a time.

import type { Pcm, TranscriptionEngine } from '../../audio/types.ts'

export class RecognitionQueue {
  readonly #engine: TranscriptionEngine
  #loading: Promise<void> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(engine: TranscriptionEngine) {
    this.#engine = engine
  }

  /** The words of a sound, once those before it are known or lost. Rejects when the engine fails, for this sound alone. */
  recognize(sound: Pcm): Promise<string> {
    const work = this.#last.then(() => this.#transcribe(sound))
    this.#last = work.catch(() => {})
    return work
  }

  async #transcribe(sound: Pcm): Promise<string> {
    this.#loading ??= this.#engine.load()
    await this.#loading
    return (await this.#engine.transcribe(sound, {})).text
  }
}
