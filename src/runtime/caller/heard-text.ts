// The words that really sounded, from word times and what the loudspeaker played.

import type { WordTime } from '../../../audio/types.ts'
import type { Passage, Playback } from './playback.ts'

export interface SpokenItem {
  readonly text: string
  /** Ms of audio sent for the item. */
  readonly sentMs: number
  readonly words: readonly WordTime[] | undefined
}

/** Sound missing at either end of an item that still counts as all of it. */
const slackMs = 30

/**
 * What was heard until `nowMs`: whole items with their own punctuation, parts of them word by word, in the order in which they sounded.
 * A word counts where its middle does: the end of an answer that was cut earlier is its last words, and no more.
 */
export function heardText(playback: Playback, nowMs: number, itemOf: (itemId: string) => SpokenItem | undefined): string {
  const texts = playback.passages(nowMs).map((passage) => {
    const item = itemOf(passage.itemId)
    return item && textOf(item, passage)
  })
  return texts.filter(Boolean).join(' ')
}

/** What whoever heard the first `toMs` of an item has heard. */
export function heardUntil(item: SpokenItem, toMs: number): string {
  return textOf(item, { fromMs: 0, toMs })
}

function textOf(item: SpokenItem, { fromMs, toMs }: Omit<Passage, 'itemId'>): string {
  if (fromMs <= slackMs && toMs >= item.sentMs - slackMs) return item.text
  return timedWords(item)
    .filter(({ startMs, endMs }) => fromMs < (startMs + endMs) / 2 && (startMs + endMs) / 2 <= toMs)
    .map(({ text }) => text)
    .join(' ')
}

/** Words without times are taken as equally long, and count when they are over. */
function timedWords({ text, sentMs, words }: SpokenItem): readonly WordTime[] {
  if (words?.length) return words
  const texts = text.split(/\s+/).filter(Boolean)
  const wordMs = Math.max(1, sentMs) / texts.length
  return texts.map((word, at) => ({ text: word, startMs: (at + 1) * wordMs, endMs: (at + 1) * wordMs }))
}

/** For sound that neither the model nor the kit's voice made: a recorded greeting of the app. */
export function wordlessMend(ms: number): string | undefined {
  if (ms === 0) return undefined
  return (
    `${Math.round(ms)} ms of the sound are not the model's, and nobody knows their words: those of speech() are known again,` +
    " for others take a transcription engine, as realtimeOptions { transcription: 'whisper' }."
  )
}
