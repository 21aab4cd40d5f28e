// The option `limits` in the terms of sessions and transports. What is left out is as at the live service.

import type { Limits } from '../api.ts'
import { type Behavior, defaultBehavior } from '../session/behavior.ts'
import type { CreateSessionOptions } from '../session/state.ts'

/** 15 MiB of sound in base64, and the rest of the event around it. */
const usualMessageBytes = 20 * 1024 * 1024 + 1024

/** Longest message of a client. */
export function maxMessageBytesOf(limits: Limits | undefined): number {
  return limits?.messageBytes ?? usualMessageBytes
}

/** How the session ends whose client sends more. */
export function oversizeCloseCodeOf(behavior: Partial<Behavior> | undefined): number {
  return behavior?.oversizeCloseCode ?? defaultBehavior.oversizeCloseCode
}

type SessionLimits = Pick<CreateSessionOptions, 'lifetimeMs' | 'tokensPerMinute' | 'contextTokens' | 'messageBytes'>

/** What a conversation is created with. */
export function sessionLimits({ sessionMinutes, tokensPerMinute, contextTokens, messageBytes }: Limits = {}): SessionLimits {
  return {
    ...(sessionMinutes === undefined ? {} : { lifetimeMs: sessionMinutes * 60_000 }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(messageBytes === undefined ? {} : { messageBytes }),
  }
}
