// What responses cost: usage objects, the prompt cache (64-token steps, one turn late), and the rate limit that follows.
// protocol.md 3 and 4.9. Counting items is token-count.ts.

import type { ResponseUsage } from '../protocol/responses.ts'
import type { RateLimitsUpdatedEvent } from '../protocol/server-events.ts'
import type { ResponseFailure } from './response-plan.ts'
import { assistantAudioTokensPerSecond, noTokens, type TokenCount, totalTokens } from './token-count.ts'

const cacheStepTokens = 64
const rateWindowMs = 60_000

/** What a response reads: its prompt and how much of it the cache knows. */
export interface ResponseInput {
  readonly tokens: TokenCount
  readonly cached: TokenCount
  /** What stands before the conversation; undefined for a prompt of its own, which the cache does not keep. */
  readonly prefix: string | undefined
}

/** The running account of a session. */
export interface Account {
  /** The last prompt, which the next one may find in the cache; `prefix` is what a change of breaks it. */
  readonly lastPrompt: { readonly prefix: string; readonly tokens: TokenCount } | undefined
  /** Tokens that count against the limit, as of `atMs`; they flow off over a minute. */
  readonly usedTokens: number
  readonly atMs: number
}

export const newAccount: Account = { lastPrompt: undefined, usedTokens: 0, atMs: 0 }

/** Which of `tokens` the cache knows. The first prompt, and one with another prefix, knows none. */
export function cachedTokens(account: Account, prefix: string, tokens: TokenCount): TokenCount {
  const last = account.lastPrompt
  if (last?.prefix !== prefix) return noTokens
  const step = (before: number, now: number): number => Math.floor(Math.min(before, now) / cacheStepTokens) * cacheStepTokens
  return {
    text: step(last.tokens.text, tokens.text),
    audio: step(last.tokens.audio, tokens.audio),
    image: step(last.tokens.image, tokens.image),
  }
}

/** The `usage` of a finished response; `audioMs` is the sound that was sent. */
export function responseUsage(
  input: ResponseInput,
  output: { readonly textTokens: number; readonly audioMs: number },
): ResponseUsage {
  const audioTokens = Math.ceil((output.audioMs * assistantAudioTokensPerSecond) / 1000)
  const inputTokens = totalTokens(input.tokens)
  const outputTokens = output.textTokens + audioTokens
  return {
    total_tokens: inputTokens + outputTokens,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    input_token_details: {
      ...wireTokens(input.tokens),
      cached_tokens: totalTokens(input.cached),
      cached_tokens_details: wireTokens(input.cached),
    },
    output_token_details: { text_tokens: output.textTokens, audio_tokens: audioTokens },
  }
}

/** The account after a response that used `tokens` ended at `nowMs`: the limit is charged, the cache knows its prompt. */
export function charge(
  account: Account,
  input: ResponseInput,
  tokens: number,
  { nowMs, limit }: { nowMs: number; limit: number },
): Account {
  return {
    lastPrompt: input.prefix === undefined ? account.lastPrompt : { prefix: input.prefix, tokens: input.tokens },
    usedTokens: usedTokens(account, { nowMs, limit }) + tokens,
    atMs: nowMs,
  }
}

/** Tokens that count against the limit at `nowMs`. */
export function usedTokens(account: Account, { nowMs, limit }: { nowMs: number; limit: number }): number {
  const flowedOff = ((nowMs - account.atMs) * limit) / rateWindowMs
  return Math.max(0, account.usedTokens - flowedOff)
}

/** How a response fails that asks for more tokens than the minute has left, in the words of the live service. */
export function rateLimitFailure(asked: {
  readonly model: string
  readonly limit: number
  readonly used: number
  readonly requested: number
}): ResponseFailure {
  const { model, limit, used, requested } = asked
  // A request beyond the limit never fits; the service tells the time until the window has flowed off.
  const waitSeconds = Math.round((Math.min(used + requested - limit, limit) / limit) * 60_000) / 1000
  const counts = `Limit ${limit}, Used ${used}, Requested ${requested}`
  const message =
    `Rate limit reached for ${model} (for limit ${model}) in organization org-local on tokens per min (TPM): ${counts}. ` +
    `Please try again in ${waitSeconds}s. Visit https://platform.openai.com/account/rate-limits to learn more.`
  return { type: 'tokens', code: 'rate_limit_exceeded', message }
}

/** The one entry of `rate_limits.updated`. */
export function rateLimits(account: Account, limit: number): RateLimitsUpdatedEvent['rate_limits'] {
  const remaining = Math.max(0, Math.floor(limit - account.usedTokens))
  const resetSeconds = Math.round(((limit - remaining) / limit) * 60 * 1000) / 1000
  return [{ name: 'tokens', limit, remaining, reset_seconds: resetSeconds }]
}

function wireTokens(tokens: TokenCount): { text_tokens: number; audio_tokens: number; image_tokens: number } {
  return { text_tokens: tokens.text, audio_tokens: tokens.audio, image_tokens: tokens.image }
}
