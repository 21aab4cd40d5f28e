// The words of items that were said aloud: what the user said, as far as the ears know it, and what was heard of an answer before it
// was truncated. The wire has no words for the latter; the model knows its own sound, which was cut there too.

import { durationMs } from '../session/conversation.ts'
import { heardUntil, type SpokenItem } from './caller/heard-text.ts'
import type { Connection } from './connection.ts'
import type { ResponseTracker } from './response-tracker.ts'
import { textOf } from './response-tracker.ts'

/** A spoken item of a response, with the times of its words; undefined for others. */
export function spokenItem(responses: ResponseTracker, itemId: string): SpokenItem | undefined {
  const response = responses.ofItem(itemId)
  const index = response?.audio.findIndex((audio) => audio.itemId === itemId) ?? -1
  if (!response || index < 0) return undefined
  return {
    text: response.texts.get(itemId) ?? textOf(response),
    sentMs: response.audio[index]!.sentMs,
    words: response.spoken[index]?.words,
  }
}

/** Undefined where nobody knows them, and for answers that were not truncated: those have a transcript. */
export function saidWords(responses: ResponseTracker, { core, ears }: Connection, itemId: string): string | undefined {
  const known = ears.known(itemId)
  if (known !== undefined) return known
  const cut = core.truncatedAudio?.(itemId)
  const item = cut && spokenItem(responses, itemId)
  return item && heardUntil(item, durationMs(cut))
}
