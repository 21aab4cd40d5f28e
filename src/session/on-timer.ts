// A timer came due: what it belongs to goes on. A timer whose owner is gone does nothing.

import { onFollowUp } from './on-mcp.ts'
import { onExpiry } from './on-session.ts'
import { onIdleTimeout } from './on-speech.ts'
import { onTranscriptionDue } from './on-transcript.ts'
import type { Outbox } from './outbox.ts'
import { onPlayoutDue } from './playout.ts'
import { advance, sendRateLimits } from './response-life.ts'
import type { SessionState } from './state.ts'
import { readTimerName, type TimerKind } from './timers.ts'

type TimerHandler = (state: SessionState, id: string, out: Outbox) => SessionState

/** `inbox` is not here: step.ts owns it. */
const timerHandlers: { readonly [Kind in Exclude<TimerKind, 'inbox'>]: TimerHandler } = {
  response: onResponseDue,
  'rate-limits': (state, _id, out) => sendRateLimits(state, out),
  transcription: onTranscriptionDue,
  'follow-up': (state, _id, out) => onFollowUp(state, out),
  idle: (state, _id, out) => onIdleTimeout(state, out),
  expiry: (state, _id, out) => onExpiry(state, out),
  playout: (state, _id, out) => onPlayoutDue(state, out),
}

export function onTimer(state: SessionState, timer: string, out: Outbox): SessionState {
  const { kind, id } = readTimerName(timer)
  return isTimerKind(kind) ? timerHandlers[kind](state, id, out) : state
}

function onResponseDue(state: SessionState, responseId: string, out: Outbox): SessionState {
  const response = state.responses.get(responseId)
  if (!response) return state
  const responses = new Map(state.responses).set(responseId, { ...response, timerMs: undefined })
  return advance({ ...state, responses }, responseId, out)
}

function isTimerKind(kind: string): kind is keyof typeof timerHandlers {
  return Object.hasOwn(timerHandlers, kind)
}
