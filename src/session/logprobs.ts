// Log probabilities of transcribed tokens, for sessions that include them. No model stands behind them: each follows from its token
// and its place, most are near certain and a few are not, and the same transcript has the same ones in deltas and when completed.

import type { SessionObject } from '../protocol/session-config.ts'
import { splitTokens } from './tokens.ts'

interface TokenLogprob {
  token: string
  logprob: number
  /** UTF-8. */
  bytes: number[]
}

/**
 * The field of transcription events: present only where the session includes it. `pieces` are cut into tokens one by one; the first
 * begins `offset` characters into the transcript.
 */
export function logprobsOf(session: SessionObject, pieces: readonly string[], offset = 0): { logprobs?: TokenLogprob[] } {
  if (!session.include?.includes('item.input_audio_transcription.logprobs')) return {}
  const encoder = new TextEncoder()
  let at = offset
  const logprobs = pieces.flatMap(splitTokens).map((token) => {
    const logprob = logprobAt(token, at)
    at += token.length
    return { token, logprob, bytes: [...encoder.encode(token)] }
  })
  return { logprobs }
}

/** The least likely token has 40 %. */
const leastCertainty = 0.4

function logprobAt(token: string, offset: number): number {
  const doubt = (1 - leastCertainty) * hashed(`${offset}:${token}`) ** 6
  return Math.round(Math.log1p(-doubt) * 1e8) / 1e8 || -1e-8
}

/** 0 to 1, evenly spread: FNV-1a with a final stir, as short texts differ in their last bits only. */
function hashed(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000
}
