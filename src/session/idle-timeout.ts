// The idle timeout of server_vad: armed when an answer has been played, disarmed by speech or another response. What
// happens when it runs out is on-speech.ts.

import type { ActiveResponse } from './active-response.ts'
import { type Outbox, push } from './outbox.ts'
import type { SessionState } from './state.ts'
import { timerName } from './timers.ts'

/** Starts to wait for the user once the sound of a finished response has been played. */
export function armIdle(state: SessionState, response: ActiveResponse, out: Outbox): SessionState {
  const timeoutMs = idleTimeoutMs(state)
  if (timeoutMs === undefined || response.outOfBand || state.segment) return state
  const disarmed = disarmIdle(state, out)
  // On calls the service knows when the sound has been played.
  const silentAtMs = state.output ? Math.max(out.nowMs, state.output.endMs) : out.nowMs + response.audioMs
  push(out, { type: 'schedule', timer: timerName.idle, atMs: silentAtMs + timeoutMs, deadline: 'idle' })
  return { ...disarmed, idleArmed: true }
}

export function disarmIdle(state: SessionState, out: Outbox): SessionState {
  if (!state.idleArmed) return state
  push(out, { type: 'unschedule', timer: timerName.idle })
  return { ...state, idleArmed: false }
}

/** Undefined where none is set. */
export function idleTimeoutMs(state: SessionState): number | undefined {
  const turnDetection = state.config.audio.input.turn_detection
  return (turnDetection?.type === 'server_vad' && turnDetection.idle_timeout_ms) || undefined
}
