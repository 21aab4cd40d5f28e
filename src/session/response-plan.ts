// What a response will send and when: pieces of the reply become a queue of steps with due times, in the order of the
// wire. A plan grows as the reply streams in and is never cut: whoever sends it keeps a position. response-life.ts turns
// due steps into events.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { Phase } from './active-response.ts'
import { type AppendLog, append, emptyLog, entryAt } from './append-log.ts'
import { msToBytes } from './audio-buffer.ts'
import type { ReplyPiece, SpokenAudio } from './inputs.ts'
import type { ResponseProfile } from './latency.ts'
import { paceSpeech, type SpokenDelta } from './pacing.ts'
import type { StreamingPlan } from './streaming.ts'
import { splitTokens } from './tokens.ts'

/** One token of assistant audio lasts this long. */
const audioTokenMs = 50

export type PlannedWork =
  | { readonly type: 'open-message'; readonly phase: Phase }
  | { readonly type: 'text'; readonly delta: string }
  | { readonly type: 'transcript'; readonly delta: string }
  | { readonly type: 'audio'; readonly bytes: Uint8Array; readonly durationMs: number }
  | { readonly type: 'open-call'; readonly name: string; readonly callId: string | undefined }
  | { readonly type: 'open-mcp-call'; readonly server: string; readonly name: string; readonly needsApproval: boolean }
  | { readonly type: 'arguments'; readonly delta: string }
  /** Runs the open MCP call, or asks for its approval: the item ends with that. */
  | { readonly type: 'perform-mcp-call' }
  | { readonly type: 'close' }
  | { readonly type: 'finish'; readonly finish: Finish }
  | { readonly type: 'fail'; readonly error: ResponseFailure }

/** A piece whose call has been resolved: `needsApproval` is there exactly when `server` is. */
export type PlannedPiece =
  | Exclude<ReplyPiece, { type: 'call' }>
  | (Extract<ReplyPiece, { type: 'call' }> & { readonly needsApproval?: boolean })

export type Finish = Extract<ReplyPiece, { type: 'end' }>['finish']
export type ResponseFailure = Extract<ReplyPiece, { type: 'fail' }>['error']

export interface PlannedStep {
  readonly dueMs: number
  readonly work: PlannedWork
}

export interface PlanSettings {
  readonly spoken: boolean
  readonly format: WireAudioFormat
  readonly profile: ResponseProfile
}

/** Due times never decrease along the queue. */
export interface ResponsePlan {
  readonly settings: PlanSettings
  readonly steps: AppendLog<PlannedStep>
  /** When the model is ready for its next piece. */
  readonly readyMs: number
  /** Whether anything was planned: the first output waits longer. */
  readonly begun: boolean
  readonly hasAudio: boolean
  readonly openItem: 'message' | 'call' | undefined
  /** Of `max_output_tokens`. */
  readonly tokensLeft: number
  /** The reply has ended, or was cut off: later pieces are dropped. */
  readonly ended: boolean
  /** Deltas that a streaming pattern has timed. */
  readonly timedDeltas: number
}

export function createPlan(settings: PlanSettings, createdAtMs: number, maxOutputTokens: number | 'inf'): ResponsePlan {
  return {
    settings,
    steps: emptyLog(),
    readyMs: createdAtMs,
    begun: false,
    hasAudio: false,
    openItem: undefined,
    tokensLeft: maxOutputTokens === 'inf' ? Number.POSITIVE_INFINITY : maxOutputTokens,
    ended: false,
    timedDeltas: 0,
  }
}

/** The plan with more of the reply, which arrived at `nowMs`. */
export function extendPlan(plan: ResponsePlan, pieces: readonly PlannedPiece[], nowMs: number): ResponsePlan {
  const draft: Draft = { ...plan, readyMs: Math.max(plan.readyMs, plan.begun ? nowMs : plan.readyMs), nowMs }
  for (const piece of pieces) {
    if (draft.ended) break
    addPiece(draft, piece)
  }
  const { nowMs: _, ...extended } = draft
  return extended
}

/** Whether the open message has no more sound to come after the step at `index`, as far as the plan is known. */
export function isLastSound(plan: ResponsePlan, index: number): boolean {
  for (let at = index; ; at += 1) {
    const work = entryAt(plan.steps, at)?.work
    if (work?.type === 'close') return true
    if (!work || work.type === 'audio' || work.type === 'finish') return false
  }
}

/** The step at `index`, whether or not it is due; undefined where the plan ends for now. */
export function stepAt(plan: ResponsePlan, index: number): PlannedStep | undefined {
  return entryAt(plan.steps, index)
}

/** The plan while `extendPlan` works on it. */
type Draft = { -readonly [K in keyof ResponsePlan]: ResponsePlan[K] } & { nowMs: number }

function addPiece(draft: Draft, piece: PlannedPiece): void {
  switch (piece.type) {
    case 'pause':
      draft.readyMs += piece.ms
      return
    case 'text':
      if (piece.audio && draft.settings.spoken) addSpeech(draft, piece.text, piece.audio, piece.phase)
      else addText(draft, piece.text, piece.phase)
      return
    case 'call':
      if (piece.server === undefined) addCall(draft, piece)
      else addMcpCall(draft, piece.server, piece)
      return
    case 'close':
      closeItem(draft)
      return
    case 'end':
      if (piece.finish === 'completed') closeItem(draft)
      finish(draft, piece.finish)
      return
    case 'fail':
      draft.ended = true
      plan(draft, { type: 'fail', error: piece.error })
      return
  }
}

function addText(draft: Draft, text: string, phase: Phase | undefined): void {
  const { profile, spoken } = draft.settings
  begin(draft, profile.firstTextMs)
  openMessage(draft, phase)
  const type = spoken ? 'transcript' : 'text'
  addTokens(draft, text, (delta) => ({ type, delta }))
}

type PlannedCall = Extract<PlannedPiece, { type: 'call' }>

function addCall(draft: Draft, call: PlannedCall): void {
  begin(draft, draft.settings.profile.firstTextMs)
  closeItem(draft)
  plan(draft, { type: 'open-call', name: call.name, callId: call.callId })
  draft.openItem = 'call'
  addTokens(draft, call.arguments, (delta) => ({ type: 'arguments', delta }))
  if (!draft.ended) closeItem(draft)
}

function addMcpCall(draft: Draft, server: string, { name, arguments: json, needsApproval = false }: PlannedCall): void {
  begin(draft, draft.settings.profile.firstTextMs)
  closeItem(draft)
  plan(draft, { type: 'open-mcp-call', server, name, needsApproval })
  draft.openItem = 'call'
  addTokens(draft, json, (delta) => ({ type: 'arguments', delta }))
  if (draft.ended) return
  plan(draft, { type: 'perform-mcp-call' })
  draft.openItem = undefined
}

function addTokens(draft: Draft, text: string, toWork: (delta: string) => PlannedWork): void {
  const { streaming } = draft.settings.profile
  if (streaming) return addTimed(draft, streaming.split(text), toWork)
  for (const token of splitTokens(text)) {
    if (!spendTokens(draft, 1)) return
    plan(draft, toWork(token))
    draft.readyMs += draft.settings.profile.textDeltaMs
  }
}

/** Deltas by the author's own pattern, which goes on over all pieces of a response. */
function addTimed(draft: Draft, pieces: readonly string[], toWork: (delta: string) => PlannedWork): void {
  const { streaming, textDeltaMs } = draft.settings.profile
  for (const piece of pieces) {
    if (!spendTokens(draft, 1)) return
    draft.readyMs += streaming?.gapMs(draft.timedDeltas++, textDeltaMs) ?? 0
    plan(draft, toWork(piece))
  }
}

/** Spoken deltas by the author's own pattern: pieces of sound are timed, and the words between them keep their places. */
function retime(draft: Draft, deltas: readonly SpokenDelta[], streaming: StreamingPlan): readonly SpokenDelta[] {
  let shiftMs = 0
  let naturalMs: number | undefined
  return deltas.map((delta) => {
    if (delta.type === 'audio') {
      const index = draft.timedDeltas++
      const gapMs = naturalMs === undefined ? 0 : delta.offsetMs - naturalMs
      naturalMs = delta.offsetMs
      shiftMs += streaming.gapMs(index, gapMs) - (index === 0 ? 0 : gapMs)
    }
    return { ...delta, offsetMs: delta.offsetMs + shiftMs }
  })
}

function addSpeech(draft: Draft, text: string, audio: SpokenAudio, phase: Phase | undefined): void {
  const { profile, format } = draft.settings
  const isFirst = !draft.hasAudio
  begin(draft, profile.firstAudioMs)
  const firstDeltaMs = isFirst ? profile.audioFirstDeltaMs : profile.audioDeltaMs
  const baseMs = isFirst ? draft.readyMs : draft.readyMs + Math.min(firstDeltaMs, audio.durationMs) / profile.audioSpeed
  draft.hasAudio = true
  const natural = paceSpeech(text, audio, { format, profile, firstDeltaMs })
  for (const delta of profile.streaming ? retime(draft, natural, profile.streaming) : natural) {
    draft.readyMs = baseMs + delta.offsetMs
    openMessage(draft, phase)
    if (delta.type === 'transcript') {
      if (!spendTokens(draft, 1)) return
      plan(draft, { type: 'transcript', delta: delta.delta })
    } else if (!addAudio(draft, delta)) return
  }
  draft.readyMs = Math.max(draft.readyMs, baseMs)
}

/** False when the tokens ran out: the last delta is cut where they did. */
function addAudio(draft: Draft, delta: { readonly bytes: Uint8Array; readonly durationMs: number }): boolean {
  const allowedMs = Math.min(delta.durationMs, draft.tokensLeft * audioTokenMs)
  const bytes = allowedMs < delta.durationMs ? delta.bytes.subarray(0, msToBytes(draft.settings.format, allowedMs)) : delta.bytes
  if (bytes.byteLength > 0) plan(draft, { type: 'audio', bytes, durationMs: allowedMs })
  return spendTokens(draft, delta.durationMs / audioTokenMs)
}

/** Takes tokens from what is left; without enough of them the response ends here, incomplete. */
function spendTokens(draft: Draft, tokens: number): boolean {
  if (draft.tokensLeft >= tokens) {
    draft.tokensLeft -= tokens
    return true
  }
  finish(draft, 'max_output_tokens')
  return false
}

/** The first output waits for the model; a reply that streams in late waits for nothing more. */
function begin(draft: Draft, firstOutputMs: number): void {
  if (draft.begun) return
  draft.begun = true
  draft.readyMs = Math.max(draft.readyMs + firstOutputMs, draft.nowMs)
}

function openMessage(draft: Draft, phase: Phase = 'final_answer'): void {
  if (draft.openItem === 'message') return
  closeItem(draft)
  plan(draft, { type: 'open-message', phase })
  draft.openItem = 'message'
}

function closeItem(draft: Draft): void {
  if (!draft.openItem) return
  plan(draft, { type: 'close' })
  draft.openItem = undefined
}

function finish(draft: Draft, how: Finish): void {
  draft.ended = true
  plan(draft, { type: 'finish', finish: how })
}

function plan(draft: Draft, work: PlannedWork): void {
  const last = entryAt(draft.steps, draft.steps.length - 1)
  const dueMs = Math.max(draft.readyMs, last?.dueMs ?? draft.nowMs)
  draft.steps = append(draft.steps, { dueMs, work })
}
