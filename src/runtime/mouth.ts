// How the service speaks: text or the user's own sound into the output format of a response, with word times.

import { readWavFile } from '../../audio/files.ts'
import { encodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm, SpeechEngine, WireAudioFormat, WordTime } from '../../audio/types.ts'
import type { SpokenAudio } from '../session/inputs.ts'

/** Silence around an answer: a model begins at once and ends with a breath. */
const leadMs = 0
const trailMs = 120

export class Mouth {
  readonly #voice: string | SpeechEngine | undefined

  readonly #process: (sound: Pcm) => Pcm

  /** `process`: what plugins make of each sound. */
  constructor(voice: string | SpeechEngine | undefined, process: (sound: Pcm) => Pcm = (sound) => sound) {
    this.#voice = voice
    this.#process = process
  }

  /** Speaks a text in the kit's voice, `speed` times as fast as it likes to. Cached by content: the second time costs nothing. */
  async speak(text: string, format: WireAudioFormat, speed = 1): Promise<SpokenAudio> {
    return this.#voiced(await this.#synthesize(text, wireRateHz(format), speed), format)
  }

  /** Plays a sound of the test's author: a Pcm, or the path of a WAV file. */
  async play(sound: Pcm | string, format: WireAudioFormat): Promise<SpokenAudio> {
    return this.#voiced(typeof sound === 'string' ? await readWavFile(sound) : sound, format)
  }

  #voiced(sound: Pcm, format: WireAudioFormat): SpokenAudio {
    return voiced(this.#process(sound), format)
  }

  async #synthesize(text: string, rateHz: number, speed: number): Promise<Pcm> {
    if (typeof this.#voice === 'object') return this.#voice.synthesize(text, speed === 1 ? {} : { speed })
    return speech(text, { rateHz, leadMs, trailMs, speed, ...(this.#voice ? { voice: this.#voice } : {}) })
  }
}

function voiced(sound: Pcm, format: WireAudioFormat): SpokenAudio {
  const atRate = resamplePcm(sound, wireRateHz(format))
  const words: readonly WordTime[] | undefined = sound.words
  return { bytes: encodeWireAudio(atRate.samples, format), durationMs: atRate.durationMs, ...(words ? { words } : {}) }
}
