// What the user says to a recording: the kit's own ear hears it, where that tells anybody anything, and by the rule 'transcript' its
// words must be those that were recorded. Until they are known the answers after them wait.

import { encodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { normalizeWords } from '../../audio/wer.ts'
import type { AnyServerEvent } from '../protocol/any-events.ts'
import type { Effect } from '../session/effects.ts'
import type { Input } from '../session/inputs.ts'
import type { ReplayEar } from './replay-ear.ts'
import { otherSound, type ReplayPlace } from './replay-message.ts'
import type { Answer } from './replay-script.ts'
import type { Stretch } from './replay-sound.ts'
import { textAt } from './replay-values.ts'

export interface ReplayWordsOptions {
  readonly place: ReplayPlace
  readonly ear: ReplayEar
  /** Recorded words, by item. */
  readonly words: ReadonlyMap<string, string>
  readonly areCompared: boolean
  /** Whether anybody has told what he says. */
  mayKnowWords(): boolean
}

export class ReplayWords {
  readonly #options: ReplayWordsOptions
  /** What the app has just committed by itself. */
  #committed: Stretch | undefined
  /** Words of this item are being recognized. */
  #unheard: { readonly itemId: string; readonly words: string; readonly index: number } | undefined

  constructor(options: ReplayWordsOptions) {
    this.#options = options
  }

  get areWaitedFor(): boolean {
    return this.#unheard !== undefined
  }

  /** The app's last event; `sound` where it was a commit. */
  followed(sound: Stretch | undefined): void {
    this.#committed = sound
  }

  /** An item of the user was made of what was said: hearing it takes time. */
  listen(answer: Answer, itemId: string, effects: Effect<AnyServerEvent>[]): void {
    const { ear, areCompared, mayKnowWords } = this.#options
    const words = areCompared ? this.#options.words.get(textAt(answer.event, 'item_id') ?? '') : undefined
    if (words === undefined && !mayKnowWords()) return ear.sound.drop()
    const stretch = this.#committed ?? ear.sound.commit()
    this.#committed = undefined
    if (!stretch.audio) return
    const { format } = ear
    const perMs = wireRateHz(format) / 1000
    effects.push({
      type: 'heard',
      itemId,
      startSample: Math.round(stretch.startMs * perMs),
      endSample: Math.round(stretch.endMs * perMs),
      audio: encodeWireAudio(stretch.audio.samples, format),
      format,
    })
    if (words === undefined) return
    this.#unheard = { itemId, words, index: answer.index }
    effects.push({ type: 'transcribe', itemId, model: 'gpt-4o-transcribe', language: null, prompt: null })
  }

  /** Holds the words that were waited for against the recorded ones. */
  compare({ itemId, result }: Extract<Input, { type: 'transcript' }>): Error | undefined {
    const wanted = this.#unheard
    if (wanted?.itemId !== itemId) return undefined
    this.#unheard = undefined
    const text = result.type === 'completed' ? result.text : ''
    if (normalizeWords(text).join(' ') === normalizeWords(wanted.words).join(' ')) return undefined
    const speech = { recorded: JSON.stringify(wanted.words), actual: JSON.stringify(text) }
    return otherSound(this.#options.place, speech, wanted.index)
  }
}
