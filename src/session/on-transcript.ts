// Transcription of user audio: asked for at the commit, answered by the runtime, sent by a timer of its own: deltas,
// then completed or failed. It is independent of responses. Figures and usage by model: protocol.md 4.6.

import type { TranscriptionUsage } from '../protocol/server-events.ts'
import { changeEntry, findEntry } from './conversation.ts'
import type { TranscriptResult } from './inputs.ts'
import { logprobsOf } from './logprobs.ts'
import { type Outbox, push, send } from './outbox.ts'
import type { SessionState } from './state.ts'
import { timerName } from './timers.ts'
import { userAudioTokens } from './token-count.ts'
import { countTextTokens, splitTokens } from './tokens.ts'

/** Models that are billed by the length of the audio. */
const modelsBilledByTime: ReadonlySet<string> = new Set([
  'whisper-1',
  'gpt-transcribe',
  'gpt-live-transcribe',
  'gpt-realtime-whisper',
])
/** Gives its whole text at once. */
const oneDeltaModel = 'whisper-1'

/** A transcript that was asked for. */
export interface PendingTranscription {
  readonly itemId: string
  readonly model: string
  readonly prompt: string | null
  readonly audioMs: number
  readonly committedAtMs: number
  /** What is still to be sent, once the transcript is known. */
  readonly plan: TranscriptPlan | undefined
}

interface TranscriptPlan {
  readonly result: TranscriptResult
  readonly deltas: readonly string[]
  /** Index of the first delta that was not sent. */
  readonly next: number
  readonly firstMs: number
  readonly doneMs: number
}

/** The runtime knows the transcript. Dropped when nobody asked for it. */
export function onTranscript(state: SessionState, itemId: string, result: TranscriptResult, out: Outbox): SessionState {
  const pending = state.transcriptions.get(itemId)
  if (!pending || pending.plan) return state
  const profile = state.settings.latency({ number: state.conversation.turns })
  const firstMs = Math.max(out.nowMs, pending.committedAtMs + profile.transcriptionFirstMs)
  const doneMs = Math.max(firstMs, pending.committedAtMs + profile.transcriptionDoneMs)
  const plan = { result, deltas: deltasOf(result, pending.model), next: 0, firstMs, doneMs }
  return onTranscriptionDue(withPending(state, { ...pending, plan }), itemId, out)
}

/** Sends what is due of a transcript, then sets its timer for the rest. */
export function onTranscriptionDue(state: SessionState, itemId: string, out: Outbox): SessionState {
  const pending = state.transcriptions.get(itemId)
  if (!pending?.plan) return state
  // The client deleted the item: nothing is left to be transcribed.
  if (!findEntry(state.conversation, itemId)) return withoutPending(state, itemId)
  const { plan } = pending
  let { next } = plan
  for (; next < plan.deltas.length && deltaDueMs(plan, next) <= out.nowMs; next++) {
    sendDelta(state, { itemId, delta: plan.deltas[next] ?? '' }, out)
  }
  if (next >= plan.deltas.length && plan.doneMs <= out.nowMs) return finish(state, { ...pending, plan }, out)
  const dueMs = next < plan.deltas.length ? deltaDueMs(plan, next) : plan.doneMs
  push(out, { type: 'schedule', timer: timerName.transcription(itemId), atMs: dueMs, deadline: 'service' })
  return withPending(state, { ...pending, plan: { ...plan, next } })
}

function deltasOf(result: TranscriptResult, model: string): readonly string[] {
  if (result.type === 'failed') return []
  if (model === oneDeltaModel) return result.text === '' ? [] : [result.text]
  return result.deltas ?? splitTokens(result.text)
}

/** Deltas are spread evenly between the first and the end. */
function deltaDueMs(plan: TranscriptPlan, index: number): number {
  return plan.firstMs + ((plan.doneMs - plan.firstMs) * index) / plan.deltas.length
}

function sendDelta(
  { config }: SessionState,
  { itemId, delta }: { readonly itemId: string; readonly delta: string },
  out: Outbox,
): void {
  const type = 'conversation.item.input_audio_transcription.delta'
  const logprobs = logprobsOf(config, [delta])
  send(out, { type, item_id: itemId, content_index: 0, delta, ...logprobs, obfuscation: out.ids.obfuscation() })
}

function finish(
  state: SessionState,
  pending: PendingTranscription & { readonly plan: TranscriptPlan },
  out: Outbox,
): SessionState {
  const { itemId, plan } = pending
  const { result } = plan
  if (result.type === 'failed') {
    const error = { type: 'transcription_error', code: result.code, message: result.message, param: null }
    send(out, { type: 'conversation.item.input_audio_transcription.failed', item_id: itemId, content_index: 0, error })
    return withoutPending(state, itemId)
  }
  const usage = transcriptionUsage(pending, result.text)
  const logprobs = logprobsOf(state.config, plan.deltas)
  const completed = { item_id: itemId, content_index: 0, transcript: result.text, usage, ...logprobs }
  send(out, { type: 'conversation.item.input_audio_transcription.completed', ...completed })
  return withoutPending(withTranscript(state, itemId, result.text), itemId)
}

function transcriptionUsage({ model, prompt, audioMs }: PendingTranscription, text: string): TranscriptionUsage {
  if (modelsBilledByTime.has(model)) return { type: 'duration', seconds: Math.ceil(audioMs / 1000) }
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
