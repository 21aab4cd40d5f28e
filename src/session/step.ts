// The one way into a session: what happened goes in, the next state and what is to be done come out.
//
// Theory of operation. The session never waits, reads no clock and touches no socket. The runtime tells it what happened
// (inputs.ts): a client event, a timer that came due, speech probabilities, a reply, a transcript. A client event is
// looked up in the table of handlers.ts; a handler gives the next state and puts effects (effects.ts) into the outbox,
// in the order in which they are to be carried out. What takes time is asked for by an effect and comes back as an
// input: `detect-speech` as `speech-frames`, `ask-reply` as `reply`, `transcribe` as `transcript`, `follow-speech` as `said`, the tools
// and calls of MCP servers as `mcp-tools` and `mcp-result`, `schedule` as `timer`. So a run is a list of inputs with their times, and the same list gives the same run. A response is planned as
// its reply comes in (response-plan.ts, pacing.ts) and sent as the plan comes due (response-life.ts).

import type { ClientEventOf, ClientEventType } from '../protocol/client-events.ts'
import type { Effect } from './effects.ts'
import { handlers } from './handlers.ts'
import { delay, isDelayed, takeDelayed } from './inbox.ts'
import type { Input } from './inputs.ts'
import { onSaid } from './live-transcript.ts'
import { onMcpResult, onMcpTools } from './on-mcp.ts'
import { onOpen } from './on-session.ts'
import { onSpeechFrames } from './on-speech.ts'
import { onTimer } from './on-timer.ts'
import { onPartialTranscript, onTranscript } from './on-transcript.ts'
import { createOutbox, type Outbox, push, refuse } from './outbox.ts'
import { takeReply } from './response-life.ts'
import type { SessionState } from './state.ts'
import { timerName } from './timers.ts'

export interface Step {
  readonly state: SessionState
  /** To be carried out in this order. */
  readonly effects: readonly Effect[]
}

/**
 * What one input does. `nowMs` is the time of the input on the clock that `schedule` effects refer to; it never decreases.
 *
 * @example
 * const { state, effects } = step(before, { type: 'client-event', event: { type: 'response.cancel' } }, clock.now())
 */
export function step(state: SessionState, input: Input, nowMs: number): Step {
  if (state.closed) return { state, effects: [] }
  const out = createOutbox(state.settings.ids, nowMs)
  return { state: isDelayed(state, input) ? delay(state, input, out) : take(state, input, out), effects: out.effects }
}

function take(state: SessionState, input: Input, out: Outbox): SessionState {
  switch (input.type) {
    case 'open':
      return onOpen(state, out)
    case 'client-event':
      return handle(state, input.event.type, input.event, out)
    case 'client-fault':
      refuse(out, input.fault)
      return state
    case 'timer':
      return input.timer === timerName.inbox ? takeArrived(state, out) : onTimer(state, input.timer, out)
    case 'speech-frames':
      return onSpeechFrames(state, input.frames, out)
    case 'reply':
      return takeReply(state, input.responseId, input.pieces, out)
    case 'said':
      return onSaid(state, input.startSample, input.pieces, out)
    case 'partial-transcript':
      return onPartialTranscript(state, input.itemId, input.text, out)
    case 'transcript':
      return onTranscript(state, input.itemId, input.result, out)
    case 'mcp-tools':
      return onMcpTools(state, input.itemId, input.result, out)
    case 'mcp-result':
      return onMcpResult(state, input.itemId, input.result, out)
    case 'inject':
      push(out, { type: 'send', event: input.event })
      return state
  }
}

function handle<Type extends ClientEventType>(
  state: SessionState,
  type: Type,
  event: ClientEventOf<Type>,
  out: Outbox,
): SessionState {
  return handlers[type](state, event, out)
}

/** Where acknowledgements take time, what the client sends arrives later. */
function takeArrived(state: SessionState, out: Outbox): SessionState {
  const arrived = takeDelayed(state, out)
  return arrived ? take(arrived.state, arrived.input, out) : state
}
