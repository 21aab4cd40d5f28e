// How much of a conversation the model reads, and what happens when it is more: `truncation` of the session. Nobody is told of
// what is dropped (protocol.md 4.9).

import type { RealtimeSessionObject } from '../protocol/session-config.ts'
import { type Conversation, forgetOldest } from './conversation.ts'
import type { ResponseFailure } from './response-plan.ts'
import { totalTokens } from './token-count.ts'

/** Longest answer, in tokens, and at most this share of a context window that the test has set. */
const answerTokens = 4096
const answerShare = 1 / 8

/** Tokens that a model reads: its context less the longest answer. That of the gpt-realtime-2 models is not published. */
export function inputTokensOf(model: string, contextTokens?: number): number {
  if (contextTokens !== undefined) return Math.ceil(contextTokens - Math.min(answerTokens, contextTokens * answerShare))
  return /^gpt-realtime-2/.test(model) ? 96_000 : 28_224
}

/** The conversation as far as the model reads it; undefined when it is too long and the session forbids to drop any of it. */
export function fitConversation(
  conversation: Conversation,
  { model, truncation }: RealtimeSessionObject,
  instructionTokens: number,
  contextTokens?: number,
): Conversation | undefined {
  const roomTokens = inputTokensOf(model, contextTokens) - instructionTokens
  const isRatio = typeof truncation === 'object'
  const maxTokens = Math.min(roomTokens, (isRatio && truncation.token_limits?.post_instructions) || roomTokens)
  if (totalTokens(conversation.tokens) <= maxTokens) return conversation
  if (truncation === 'disabled') return undefined
  return forgetOldest(conversation, isRatio ? maxTokens * truncation.retention_ratio : maxTokens)
}

/** How a response fails that would have to read too much. The service's own words are not known. */
export function tooLong(model: string, contextTokens?: number): ResponseFailure {
  const message = `The conversation is longer than the ${inputTokensOf(model, contextTokens)} tokens that the model reads, and truncation is disabled.`
  return { type: 'invalid_request_error', code: 'context_length_exceeded', message }
}
