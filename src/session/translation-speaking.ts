// What the interpreter says: for each utterance a reply, planned and paced as a spoken response is (response-plan.ts), and sent as
// `session.output_transcript.delta` and `session.output_audio.delta`. One utterance at a time: who speaks faster than the
// interpreter is heard later.

import { encodeBase64 } from '../../audio/base64.ts'
import type { UserMessageItem } from '../protocol/items.ts'
import type { ReplyPiece } from './inputs.ts'
import { push, send } from './outbox.ts'
import { createPlan, extendPlan, type PlannedWork, stepAt } from './response-plan.ts'
import { elapsedAt } from './translation-elapsed.ts'
import { type TranslationOutbox, type TranslationState, translationFormat, type Utterance } from './translation-state.ts'
import { translationTimer } from './translation-timers.ts'

/** Asks for the interpretation of what was said. */
export function newUtterance(
  state: TranslationState,
  times: Pick<Utterance, 'itemId' | 'endMs' | 'startedAtMs' | 'endedAtMs'>,
  out: TranslationOutbox,
): TranslationState {
  const turn = state.utteranceCount + 1
  const responseId = out.ids.id('resp')
  const item: UserMessageItem = {
    id: times.itemId,
    type: 'message',
    status: 'completed',
    role: 'user',
    content: [{ type: 'input_audio', transcript: null }],
  }
  const { language } = state.config.audio.output
  push(out, {
    type: 'ask-reply',
    request: {
      responseId,
      outOfBand: false,
      metadata: language === undefined ? {} : { language },
      instructions: '',
      tools: [],
      mcpTools: [],
      toolChoice: 'none',
      modalities: ['audio'],
      outputFormat: translationFormat,
      voice: '',
      speed: 1,
      context: [item],
      conversation: [item],
      turn,
      userItem: item,
      calledSinceUser: [],
      results: [],
      askedBy: 'translation',
    },
  })
  const profile = state.settings.latency({ number: turn })
  const plan = createPlan({ spoken: true, format: translationFormat, profile }, out.nowMs + profile.createdMs, 'inf')
  const utterance: Utterance = { ...times, responseId, plan, next: 0, lateMs: undefined }
  return { ...state, utteranceCount: turn, utterances: [...state.utterances, utterance] }
}

/** More of a reply. */
export function takeInterpretation(
  state: TranslationState,
  responseId: string,
  pieces: readonly ReplyPiece[],
  out: TranslationOutbox,
): TranslationState {
  const utterances = state.utterances.map((utterance) =>
    utterance.responseId === responseId ? { ...utterance, plan: extendPlan(utterance.plan, pieces, out.nowMs) } : utterance,
  )
  return onInterpretationDue({ ...state, utterances }, out)
}

/** Sends what is due, then sets the timer for the rest. */
export function onInterpretationDue(state: TranslationState, out: TranslationOutbox): TranslationState {
  let next = state
  for (let first = next.utterances[0]; first; first = next.utterances[0]) {
    const step = stepAt(first.plan, first.next)
    if (!step && !first.plan.ended) return next
    const [, ...others] = next.utterances
    if (!step) {
      next = { ...next, utterances: others }
      continue
    }
    const lateMs = first.lateMs ?? Math.max(0, out.nowMs - step.dueMs)
    const speaking = { ...first, lateMs }
    if (step.dueMs + lateMs > out.nowMs) {
      push(out, { type: 'schedule', timer: translationTimer.output, atMs: step.dueMs + lateMs, deadline: 'service' })
      return { ...next, utterances: [speaking, ...others] }
    }
    next = say(next, speaking, step.work, out)
    next = { ...next, utterances: [{ ...speaking, next: first.next + 1 }, ...others] }
  }
  return next
}

/** Calls, and what opens and closes items of a response, have no place here. */
function say(state: TranslationState, utterance: Utterance, work: PlannedWork, out: TranslationOutbox): TranslationState {
  if (work.type === 'fail') {
    const { code, message } = work.error
    // No response fails here: the service says that it failed. It is never the client's request that did.
    const type = work.error.type === 'invalid_request_error' ? 'server_error' : work.error.type
    send(out, { type: 'error', error: { type, code, message, param: null, event_id: null } })
    return state
  }
  if (work.type !== 'transcript' && work.type !== 'audio') return state
  const elapsedMs = elapsedAt(state, utterance, out.nowMs)
  if (work.type === 'audio') {
    const delta = encodeBase64(work.bytes)
    const sound = { sample_rate: 24_000, channels: 1, format: 'pcm16', elapsed_ms: elapsedMs } as const
    send(out, { type: 'session.output_audio.delta', delta, ...sound })
    return { ...state, elapsedMs }
  }
  const isLater = state.hasOutput && isFirstText(utterance)
  const delta = isLater ? ` ${work.delta}` : work.delta
  send(out, { type: 'session.output_transcript.delta', delta, elapsed_ms: elapsedMs })
  return { ...state, hasOutput: true, elapsedMs }
}

/** Whether no text of this utterance was sent before. */
function isFirstText({ plan, next }: Utterance): boolean {
  for (let index = 0; index < next; index++) if (stepAt(plan, index)?.work.type === 'transcript') return false
  return true
}
