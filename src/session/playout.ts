// Sound on its way to the caller of a call: it enters the output buffer as it is made, and the session tells when it starts
// to play and when it has drained. Sessions over a plain socket have no output buffer: their clients play. Cutting sound off is
// clear-output.ts.

import { type Outbox, push, send } from './outbox.ts'
import { endSound, enqueueSound, isSounding, nextMomentMs, type OutputBuffer, type Sound, settleOutput } from './output-buffer.ts'
import type { SessionState } from './state.ts'
import { timerName } from './timers.ts'

/** A piece of sound was made. Without an output buffer nothing happens. */
export function playSound(state: SessionState, sound: Sound, out: Outbox): SessionState {
  const { output } = state
  if (!output) return state
  const queued = { ...state, output: enqueueSound(output, sound, out.nowMs) }
  // Only the first sound of a response is news; the hot path ends here.
  return isSounding(output, sound.responseId) ? queued : settlePlayout(queued, out)
}

/** A response is over: its sound stops once it is played. */
export function endPlayout(state: SessionState, responseId: string, out: Outbox): SessionState {
  return state.output ? settlePlayout({ ...state, output: endSound(state.output, responseId) }, out) : state
}

/** Tells what time has brought, and sets the timer for what it will. */
export function settlePlayout(state: SessionState, out: Outbox): SessionState {
  if (!state.output) return state
  const { buffer, moments } = settleOutput(state.output, out.nowMs)
  for (const { type, responseId } of moments) send(out, { type: `output_audio_buffer.${type}`, response_id: responseId })
  return { ...state, output: setTimer(buffer, out) }
}

/** The timer came due. */
export function onPlayoutDue(state: SessionState, out: Outbox): SessionState {
  return state.output ? settlePlayout({ ...state, output: { ...state.output, timerMs: undefined } }, out) : state
}

/** A deadline of the service: the conversation is not settled while sound is in the air. */
export function setTimer(buffer: OutputBuffer, out: Outbox): OutputBuffer {
  const timerMs = nextMomentMs(buffer)
  if (timerMs === buffer.timerMs) return buffer
  if (buffer.timerMs !== undefined) push(out, { type: 'unschedule', timer: timerName.playout })
  if (timerMs !== undefined) push(out, { type: 'schedule', timer: timerName.playout, atMs: timerMs, deadline: 'service' })
  return { ...buffer, timerMs }
}
