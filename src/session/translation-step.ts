// The one way into a translation session: what happened goes in, the next state and what is to be done come out.
//
// Theory of operation. It is the sibling of step.ts: inputs and effects are the same, so the same runtime drives both; only
// the events differ. Sound is cut into engine frames of 200 ms and looked through for speech (translation-hearing.ts). The
// end of an utterance asks for its words and for a reply, as a turn of a conversation does; what the model says is paced
// like a spoken response and goes out as `session.output_*` (translation-speaking.ts), one utterance after the other. The
// words of the speaker go out beside it where they were asked for (translation-source.ts). Between utterances nothing is
// sent: whether the live service fills the pauses with silent sound is not known.

import { expiry } from '../protocol/connect-faults.ts'
import type { Fault } from '../protocol/faults.ts'
import type { TranslationClientEventOf } from '../protocol/translation-events.ts'
import { mergeTranslationSession } from '../protocol/translation-session.ts'
import { delay, isDelayed, takeDelayed } from './inbox.ts'
import { createOutbox, push, refuse, send } from './outbox.ts'
import { timerName } from './timers.ts'
import { onTranslationAppend, onTranslationClose, onTranslationFlush, onTranslationFrames } from './translation-hearing.ts'
import { onSourceDue, onSourceWords } from './translation-source.ts'
import { onInterpretationDue, takeInterpretation } from './translation-speaking.ts'
import type { TranslationEffect, TranslationInput, TranslationOutbox, TranslationState } from './translation-state.ts'
import { translationTimer } from './translation-timers.ts'

export interface TranslationStep {
  readonly state: TranslationState
  /** To be carried out in this order. */
  readonly effects: readonly TranslationEffect[]
}

/**
 * What one input does to a translation session. `nowMs` is the time of the input on the clock that `schedule` effects refer to;
 * it never decreases.
 *
 * @example
 * const { state, effects } = translationStep(before, { type: 'client-event', event: { type: 'session.close' } }, clock.now())
 */
export function translationStep(state: TranslationState, input: TranslationInput, nowMs: number): TranslationStep {
  if (state.closed) return { state, effects: [] }
  const out: TranslationOutbox = createOutbox(state.settings.ids, nowMs)
  const next = isDelayed(state, input) ? delay(state, input, out) : take(state, input, out)
  return { state: closedWhenDone(next, out), effects: out.effects }
}

function take(state: TranslationState, input: TranslationInput, out: TranslationOutbox): TranslationState {
  switch (input.type) {
    case 'open':
      return onOpen(state, out)
    case 'client-event':
      return onClientEvent(state, input.event, out)
    case 'client-fault':
      return refused(state, input.fault, out)
    case 'timer':
      return onTimer(state, input.timer, out)
    case 'speech-frames':
      return onTranslationFrames(state, input.frames, out)
    case 'reply':
      return takeInterpretation(state, input.responseId, input.pieces, out)
    case 'transcript':
      return onSourceWords(state, input.itemId, input.result, out)
    default:
      // The rest belongs to conversations; this session never asked for it.
      return state
  }
}

function onOpen(state: TranslationState, out: TranslationOutbox): TranslationState {
  send(out, { type: 'session.created', session: state.config })
  push(out, { type: 'schedule', timer: timerName.expiry, atMs: out.nowMs + state.settings.lifetimeMs, deadline: 'idle' })
  return state
}

function onClientEvent(
  state: TranslationState,
  event: Extract<TranslationInput, { type: 'client-event' }>['event'],
  out: TranslationOutbox,
): TranslationState {
  switch (event.type) {
    case 'session.update':
      return onUpdate(state, event, out)
    case 'session.input_audio_buffer.append':
      return onTranslationAppend(state, event, out)
    case 'session.close':
      return onTranslationClose(state, out)
  }
}

function onUpdate(
  state: TranslationState,
  { session }: TranslationClientEventOf<'session.update'>,
  out: TranslationOutbox,
): TranslationState {
  const config = mergeTranslationSession(state.config, session)
  send(out, { type: 'session.updated', session: config })
  return { ...state, config }
}

function refused(state: TranslationState, fault: Fault, out: TranslationOutbox): TranslationState {
  refuse(out, fault)
  return state
}

function onTimer(state: TranslationState, timer: string, out: TranslationOutbox): TranslationState {
  switch (timer) {
    case timerName.inbox:
      return takeArrived(state, out)
    case timerName.expiry:
      return onExpiry(state, out)
    case translationTimer.flush:
      return onTranslationFlush(state, out)
    case translationTimer.output:
      return onInterpretationDue(state, out)
    case translationTimer.source:
      return onSourceDue(state, out)
    default:
      return state
  }
}

function takeArrived(state: TranslationState, out: TranslationOutbox): TranslationState {
  const arrived = takeDelayed(state, out)
  return arrived ? take(arrived.state, arrived.input, out) : state
}

/** The session lived as long as it may: one error, and the socket closes. */
function onExpiry(state: TranslationState, out: TranslationOutbox): TranslationState {
  const { fault, close } = expiry(Math.round(state.settings.lifetimeMs / 60_000))
  refuse(out, fault)
  for (const { responseId, plan } of state.utterances) if (!plan.ended) push(out, { type: 'stop-reply', responseId })
  push(out, { type: 'close', ...close })
  return { ...state, closed: true }
}

/** The client closed the session, and all that was under way has gone out. The close code is not known: a normal one. */
function closedWhenDone(state: TranslationState, out: TranslationOutbox): TranslationState {
  if (state.closed || state.phase !== 'draining' || state.utterances.length > 0 || state.sources.length > 0) return state
  send(out, { type: 'session.closed' })
  push(out, { type: 'close', code: 1000, reason: '' })
  return { ...state, closed: true }
}
