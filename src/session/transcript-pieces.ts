// The pieces that a transcript is sent in, and the delta that carries one. When they are sent is on-transcript.ts and
// live-transcript.ts.

import type { SessionObject } from '../protocol/session-config.ts'
import { logprobsOf } from './logprobs.ts'
import { type Outbox, send } from './outbox.ts'

/**
 * What is left of `pieces` when `sent` was sent already; a piece that was sent in part is cut. Nothing is left of a text that begins
 * otherwise: the model has changed its mind, and the completed transcript tells.
 *
 * @example unsentPieces(['Good', ' morning', '.'], ['Good', ' mor']) // ['ning', '.']
 */
export function unsentPieces(pieces: readonly string[], sent: readonly string[]): string[] {
  const before = sent.join('')
  if (!pieces.join('').startsWith(before)) return []
  let skip = before.length
  const rest: string[] = []
  for (const piece of pieces) {
    if (piece.length > skip) rest.push(piece.slice(skip))
    skip = Math.max(0, skip - piece.length)
  }
  return rest
}

interface Delta {
  readonly itemId: string
  readonly delta: string
  /** Where it begins in the transcript, in characters. */
  readonly offset: number
}

export function sendTranscriptDelta(config: SessionObject, { itemId, delta, offset }: Delta, out: Outbox): void {
  const type = 'conversation.item.input_audio_transcription.delta'
  const logprobs = logprobsOf(config, [delta], offset)
  send(out, { type, item_id: itemId, content_index: 0, delta, ...logprobs, obfuscation: out.ids.obfuscation() })
}
