// Transcription of user audio: asked for at the commit, answered by the runtime, sent by a timer of its own: deltas and segments,
// then completed or failed. It is independent of responses. What models differ in is transcription-models.ts of the protocol.

import type { TranscriptionUsage } from '../protocol/server-events.ts'
import { transcriptionModel } from '../protocol/transcription-models.ts'
import { changeEntry, findEntry } from './conversation.ts'
import type { TranscriptResult } from './inputs.ts'
import { logprobsOf } from './logprobs.ts'
import { type Outbox, push, send } from './outbox.ts'
import { placeSegments, type TimedSegment } from './speaker-segments.ts'
import type { SessionState } from './state.ts'
import { timerName } from './timers.ts'
import { userAudioTokens } from './token-count.ts'
import { countTextTokens, splitTokens } from './tokens.ts'
import { sendTranscriptDelta, unsentPieces } from './transcript-pieces.ts'

/** A transcript that was asked for: whatever the session is told afterwards, it comes. */
export interface PendingTranscription {
  readonly itemId: string
  /** The user input that it belongs to: tells its latency. */
  readonly turn: number
  readonly model: string
  readonly prompt: string | null
  /** Languages that the session names. */
  readonly hints: readonly string[] | undefined
  readonly audioMs: number
  readonly committedAtMs: number
  /** Deltas that were sent so far: by a streaming model, or of partial results. */
  readonly sent: readonly string[]
  /** What the transcript begins with, told by an engine that is still at work. */
  readonly partial?: string
  /** What is still to be sent, once the transcript is known. */
  readonly plan: TranscriptPlan | undefined
}

type Planned = PendingTranscription & { readonly plan: TranscriptPlan }

type PlanStep = { readonly type: 'delta'; readonly delta: string } | ({ readonly type: 'segment' } & TimedSegment)

interface TranscriptPlan {
  readonly result: TranscriptResult
  readonly steps: readonly PlanStep[]
  /** Index of the first step that was not sent. */
  readonly next: number
  readonly firstMs: number
  readonly doneMs: number
}

/** The runtime knows the transcript. Dropped when nobody asked for it. */
export function onTranscript(state: SessionState, itemId: string, result: TranscriptResult, out: Outbox): SessionState {
  const pending = state.transcriptions.get(itemId)
  if (!pending || pending.plan) return state
  const profile = state.settings.latency({ number: pending.turn })
  const firstMs = Math.max(out.nowMs, pending.committedAtMs + profile.transcriptionFirstMs)
  const doneMs = Math.max(firstMs, pending.committedAtMs + profile.transcriptionDoneMs)
  const plan = { result, steps: planSteps(result, pending), next: 0, firstMs, doneMs }
  return onTranscriptionDue(withPending(state, { ...pending, plan }), itemId, out)
}

/** An engine at work knows the beginning. It goes out at once, yet not sooner than the first delta of the session's latency. */
export function onPartialTranscript(state: SessionState, itemId: string, text: string, out: Outbox): SessionState {
  const pending = state.transcriptions.get(itemId)
  if (!pending || pending.plan) return state
  const { transcriptionFirstMs } = state.settings.latency({ number: pending.turn })
  const dueMs = pending.committedAtMs + transcriptionFirstMs
  if (dueMs > out.nowMs) push(out, { type: 'schedule', timer: timerName.transcription(itemId), atMs: dueMs, deadline: 'service' })
  const next = withPending(state, { ...pending, partial: text })
  return dueMs > out.nowMs ? next : onTranscriptionDue(next, itemId, out)
}

function sendPartial(state: SessionState, pending: PendingTranscription, out: Outbox): SessionState {
  const { itemId, partial = '', sent } = pending
  const [delta] = unsentPieces([partial], sent)
  if (delta === undefined) return state
  sendTranscriptDelta(state.config, { itemId, delta, offset: sent.join('').length }, out)
  return withPending(state, { ...pending, sent: [...sent, delta] })
}

/** Sends what is due of a transcript, then sets its timer for the rest. */
export function onTranscriptionDue(state: SessionState, itemId: string, out: Outbox): SessionState {
  const pending = state.transcriptions.get(itemId)
  if (!pending) return state
  // The client deleted the item: nothing is left to be transcribed.
  if (!findEntry(state.conversation, itemId)) return withoutPending(state, itemId)
  const { plan } = pending
  if (!plan) return sendPartial(state, pending, out)
  const sent = [...pending.sent]
  let offset = sent.join('').length
  let { next } = plan
  for (; next < plan.steps.length && stepDueMs(plan, next) <= out.nowMs; next++) {
    const step = plan.steps[next]!
    if (step.type === 'segment') sendSegment(itemId, step, out)
    else {
      sendTranscriptDelta(state.config, { itemId, delta: step.delta, offset }, out)
      sent.push(step.delta)
      offset += step.delta.length
    }
  }
  if (next >= plan.steps.length && plan.doneMs <= out.nowMs) return finish(state, { ...pending, sent, plan }, out)
  const dueMs = next < plan.steps.length ? stepDueMs(plan, next) : plan.doneMs
  push(out, { type: 'schedule', timer: timerName.transcription(itemId), atMs: dueMs, deadline: 'service' })
  return withPending(state, { ...pending, sent, plan: { ...plan, next } })
}

/** What is to be sent; a streaming model may have sent the beginning before the session changed to this one. */
function planSteps(result: TranscriptResult, { model, sent, audioMs }: PendingTranscription): readonly PlanStep[] {
  if (result.type === 'failed' || result.text === '') return []
  const { speaksOnce, diarizes } = transcriptionModel(model)
  if (!diarizes) {
    const pieces = speaksOnce ? [result.text] : (result.deltas ?? splitTokens(result.text))
    return deltaSteps(unsentPieces(pieces, sent))
  }
  const segments = placeSegments(result, audioMs)
  const words = segments.map(({ text }, index) => splitTokens(index === 0 ? text : ` ${text}`))
  return segments.flatMap((segment, index) => {
    const before = words.slice(0, index).flat()
    const unsent = unsentPieces([...before, ...words[index]!], longer(sent, before))
    return [...deltaSteps(unsent), { type: 'segment', ...segment } as const]
  })
}

/** Of two beginnings of one text, the longer one. */
function longer(one: readonly string[], other: readonly string[]): readonly string[] {
  return one.join('').length > other.join('').length ? one : other
}

function deltaSteps(deltas: readonly string[]): readonly PlanStep[] {
  return deltas.map((delta) => ({ type: 'delta', delta }))
}

/** Steps are spread evenly between the first and the end. */
function stepDueMs(plan: TranscriptPlan, index: number): number {
  return plan.firstMs + ((plan.doneMs - plan.firstMs) * index) / plan.steps.length
}

/** Times go out in seconds. */
function sendSegment(itemId: string, { text, speaker, startMs, endMs }: TimedSegment, out: Outbox): void {
  const type = 'conversation.item.input_audio_transcription.segment'
  const place = { id: out.ids.id('seg'), text, speaker, start: startMs / 1000, end: endMs / 1000 }
  send(out, { type, item_id: itemId, content_index: 0, ...place })
}

function finish(state: SessionState, pending: Planned, out: Outbox): SessionState {
  const { itemId, plan, sent } = pending
  const { result } = plan
  if (result.type === 'failed') {
    const error = { type: 'transcription_error', code: result.code, message: result.message, param: null }
    send(out, { type: 'conversation.item.input_audio_transcription.failed', item_id: itemId, content_index: 0, error })
    return withoutPending(state, itemId)
  }
  const { text } = result
  const usage = transcriptionUsage(pending, text)
  const logprobs = logprobsOf(state.config, sent.join('') === text ? sent : [text])
  const completed = { item_id: itemId, content_index: 0, transcript: text, usage, ...logprobs, ...languagesOf(result, pending) }
  send(out, { type: 'conversation.item.input_audio_transcription.completed', ...completed })
  return withoutPending(withTranscript(state, itemId, text), itemId)
}

/** What was scripted, else what the session names; sound of our own voices is English. Empty where nothing can be told. */
function languagesOf(
  result: Extract<TranscriptResult, { type: 'completed' }>,
  { model, hints }: PendingTranscription,
): { languages?: { code: string }[] } {
  if (!transcriptionModel(model).tellsLanguages) return {}
  const isEnglish = /^[\x20-\x7e]*[a-z][\x20-\x7e]*$/i.test(result.text)
  const codes = result.languages ?? (result.text === '' ? [] : (hints?.slice(0, 1) ?? (isEnglish ? ['en'] : [])))
  return { languages: codes.map((code) => ({ code })) }
}

function transcriptionUsage({ model, prompt, audioMs }: PendingTranscription, text: string): TranscriptionUsage {
  if (transcriptionModel(model).billedBy === 'duration') return { type: 'duration', seconds: Math.ceil(audioMs / 1000) }
  const input = { text_tokens: countTextTokens(prompt ?? ''), audio_tokens: userAudioTokens(audioMs) }
  const inputTokens = input.text_tokens + input.audio_tokens
  const outputTokens = countTextTokens(text)
  return {
    type: 'tokens',
    total_tokens: inputTokens + outputTokens,
    input_tokens: inputTokens,
    input_token_details: input,
    output_tokens: outputTokens,
  }
}

/** The item is not sent again; whoever retrieves it sees the transcript. */
function withTranscript(state: SessionState, itemId: string, transcript: string): SessionState {
  const item = findEntry(state.conversation, itemId)?.item
  if (item?.type !== 'message' || item.role !== 'user') return state
  const content = item.content.map((part) => (part.type === 'input_audio' ? { ...part, transcript } : part))
  return { ...state, conversation: changeEntry(state.conversation, itemId, { item: { ...item, content } }) }
}

function withPending(state: SessionState, pending: PendingTranscription): SessionState {
  return { ...state, transcriptions: new Map(state.transcriptions).set(pending.itemId, pending) }
}

function withoutPending(state: SessionState, itemId: string): SessionState {
  const transcriptions = new Map(state.transcriptions)
  transcriptions.delete(itemId)
  return { ...state, transcriptions }
}
