// Log probabilities of transcribed tokens, for sessions that include them. No model stands behind them: all are the same.

import type { SessionObject } from '../protocol/session-config.ts'

/** exp(-0.02): sure of 98 %. */
const plainLogprob = -0.02

interface TokenLogprob {
  token: string
  logprob: number
  /** UTF-8. */
  bytes: number[]
}

/** The field of transcription events: present only where the session includes it. */
export function logprobsOf(session: SessionObject, tokens: readonly string[]): { logprobs?: TokenLogprob[] } {
  if (!session.include?.includes('item.input_audio_transcription.logprobs')) return {}
  const encoder = new TextEncoder()
  return { logprobs: tokens.map((token) => ({ token, logprob: plainLogprob, bytes: [...encoder.encode(token)] })) }
}
