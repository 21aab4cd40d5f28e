// The words that really sounded, from word times and what the loudspeaker played.

import type { WordTime } from '../../../audio/types.ts'
import type { Playback } from './playback.ts'

export interface SpokenItem {
  readonly text: string
  /** Ms of audio sent for the item. */
  readonly sentMs: number
  readonly words: readonly WordTime[] | undefined
}

/** Sound missing at the end of an item that still counts as all of it. */
const endSlackMs = 30

/** What was heard until `nowMs`: whole items with their own punctuation, cut ones word by word (a word counts from its middle on). */
export function heardText(playback: Playback, nowMs: number, itemOf: (itemId: string) => SpokenItem | undefined): string {
  const parts: string[] = []
  for (const itemId of playback.itemIds) {
    const item = itemOf(itemId)
    const heardMs = playback.heardMs(itemId, nowMs)
    if (!item || !heardMs) continue
    const text = heardMs >= item.sentMs - endSlackMs ? item.text : wordsUntil(item, heardMs)
    if (text) parts.push(text)
  }
  return parts.join(' ')
}

function wordsUntil(item: SpokenItem, heardMs: number): string {
  if (item.words?.length) {
    const heard = item.words.filter((word) => (word.startMs + word.endMs) / 2 <= heardMs)
    return heard.map((word) => word.text).join(' ')
  }
  const words = item.text.split(/\s+/).filter(Boolean)
  return words.slice(0, Math.floor((words.length * heardMs) / Math.max(1, item.sentMs))).join(' ')
}
