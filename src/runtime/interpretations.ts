// Which utterance the sound of an interpreter belongs to: on the wire it is one stream without names. Kept for the caller, who
// hears it, and can be told what was heard up to where.

import { base64Bytes } from '../../audio/base64.ts'
import { bytesPerMs } from '../../audio/formats.ts'
import type { WordTime } from '../../audio/types.ts'
import type { TranslationServerEvent } from '../protocol/translation-events.ts'
import type { ReplyPiece } from '../session/inputs.ts'
import { translationFormat } from '../session/translation-state.ts'

interface Interpretation {
  readonly id: string
  text: string
  durationMs: number
  sentMs: number
  readonly words: WordTime[]
}

type SoundEvent = Extract<TranslationServerEvent, { type: 'session.output_audio.delta' }>

/** Sound that is missing at the end of what was planned and counts as sent. */
const slackMs = 1

export class Interpretations {
  /** In the order in which they are spoken. */
  readonly #all: Interpretation[] = []
  readonly #byId = new Map<string, Interpretation>()
  readonly #owners = new WeakMap<object, Interpretation>()
  /** Those before this one have been sent to their end. */
  #next = 0

  begin(id: string): void {
    const interpretation = { id, text: '', durationMs: 0, sentMs: 0, words: [] }
    this.#all.push(interpretation)
    this.#byId.set(id, interpretation)
  }

  /** What will be said. */
  plan(id: string, pieces: readonly ReplyPiece[]): void {
    const planned = this.#byId.get(id)
    if (!planned) return
    for (const piece of pieces) {
      if (piece.type !== 'text') continue
      planned.text += piece.text
      const { durationMs: beganMs } = planned
      for (const { text, startMs, endMs } of piece.audio?.words ?? [])
        planned.words.push({ text, startMs: beganMs + startMs, endMs: beganMs + endMs })
      planned.durationMs += piece.audio?.durationMs ?? 0
    }
  }

  /** Sound goes out. */
  sends(event: SoundEvent): void {
    let speaking = this.#all[this.#next]
    while (speaking && speaking.sentMs >= speaking.durationMs - slackMs) speaking = this.#all[++this.#next]
    if (!speaking) return
    speaking.sentMs += base64Bytes(event.delta) / bytesPerMs(translationFormat)
    this.#owners.set(event, speaking)
  }

  /** The utterance of sound that was sent. */
  idOf(event: object): string | undefined {
    return this.#owners.get(event)?.id
  }

  /** What has been said of an utterance. */
  said(id: string): { text: string; sentMs: number; words: readonly WordTime[] | undefined } | undefined {
    const interpretation = this.#byId.get(id)
    if (!interpretation) return undefined
    const { text, sentMs, durationMs, words } = interpretation
    if (!words.length) return { text, sentMs, words: undefined }
    const sent = words.filter((word) => (word.startMs + word.endMs) / 2 <= sentMs)
    return { text: sentMs >= durationMs - slackMs ? text : sent.map((word) => word.text).join(' '), sentMs, words }
  }

  /** Whether all of an utterance has been sent. */
  isOver(id: string): boolean {
    const interpretation = this.#byId.get(id)
    return interpretation !== undefined && interpretation.sentMs >= interpretation.durationMs - slackMs
  }
}
