// The life of a response: accepted, created, sent step by step as its plan comes due, done. One timer each; each life
// ends in exactly one `response.done`. How it is asked for is on-response.ts, what its events look like is
// response-output.ts.

import { type ActiveResponse, inProgress, type ResponseOutcome, responseObject } from './active-response.ts'
import { armIdle } from './idle-timeout.ts'
import type { McpResult, ReplyPiece } from './inputs.ts'
import { followUp, isAtWork, offeredTools } from './mcp.ts'
import { type Outbox, push, send } from './outbox.ts'
import { endPlayout } from './playout.ts'
import { resolveCalls } from './resolve-calls.ts'
import type { ResponseDraft } from './response-item.ts'
import { finishMcpCall, openMcpCall, performMcpCall } from './response-mcp.ts'
import { closeItem, openCall, openMessage, sendAudioDelta, sendLastSound, sendTextDelta } from './response-output.ts'
import { extendPlan, type Finish, isLastSound, type PlannedWork, type ResponseFailure, stepAt } from './response-plan.ts'
import { replyRequest } from './response-request.ts'
import type { SessionState } from './state.ts'
import { timerName } from './timers.ts'
import { charge, rateLimits, responseUsage } from './usage.ts'

/** Whose fault an early end is. */
export type CancelReason = 'client_cancelled' | 'turn_detected'

/** Takes up an accepted response: it is active from now on, and announced when its profile says so. */
export function beginResponse(state: SessionState, response: ActiveResponse, out: Outbox): SessionState {
  const next = withResponse({ ...state, responseCount: response.number }, response)
  return advance(response.outOfBand ? next : { ...next, activeResponseId: response.id }, response.id, out)
}

/** The reply, or a part of it, has come. Pieces for a response that is over are dropped. */
export function takeReply(state: SessionState, responseId: string, pieces: readonly ReplyPiece[], out: Outbox): SessionState {
  const response = state.responses.get(responseId)
  if (!response || response.replyEnded) return state
  const plan = extendPlan(response.plan, resolveCalls(state, response, pieces), out.nowMs - response.lagMs)
  const replyEnded = pieces.some((piece) => piece.type === 'end' || piece.type === 'fail')
  return advance(withResponse(state, { ...response, plan, replyEnded }), responseId, out)
}

/** Sends everything that is due, then sets the timer for what is not. */
export function advance(state: SessionState, responseId: string, out: Outbox): SessionState {
  const response = state.responses.get(responseId)
  if (!response) return state
  const draft: ResponseDraft = { state, response: { ...response } }
  if (!response.created && response.createdAtMs <= out.nowMs) announce(draft, out)
  while (draft.response.created && draft.response.waitsSinceMs === undefined) {
    const step = stepAt(draft.response.plan, draft.response.nextStep)
    if (!step || step.dueMs + draft.response.lagMs > out.nowMs) break
    draft.response.nextStep += 1
    const outcome = perform(draft, step.work, out)
    if (outcome) return endResponse(draft, outcome, out)
  }
  setTimer(draft, out)
  return withResponse(draft.state, draft.response)
}

/** The result of an MCP call that a response waits for: it goes on. */
export function takeMcpResult(state: SessionState, itemId: string, result: McpResult, out: Outbox): SessionState {
  const response = [...state.responses.values()].find(
    ({ open, waitsSinceMs }) => waitsSinceMs !== undefined && open?.id === itemId,
  )
  if (!response) return state
  const draft: ResponseDraft = { state, response: { ...response } }
  finishMcpCall(draft, result, out)
  return advance(withResponse(draft.state, draft.response), response.id, out)
}

/** Asks for the replies of responses that waited for MCP servers, which have answered by now. */
export function askWaiting(state: SessionState, out: Outbox): SessionState {
  let next = state
  for (const response of state.responses.values()) {
    if (!response.created || !response.waitsToAsk || isAtWork(next, response)) continue
    next = withResponse(next, askAnew(next, response, out))
  }
  return next
}

/** Ends a response before its time, with what was sent so far. */
export function cancelResponse(state: SessionState, responseId: string, reason: CancelReason, out: Outbox): SessionState {
  const response = state.responses.get(responseId)
  if (!response) return state
  const draft: ResponseDraft = { state, response: { ...response } }
  if (!response.created) {
    // Nobody was asked for a reply yet, and nobody will be.
    sendCreated(draft, out)
    draft.response.replyEnded = true
  }
  return endResponse(draft, { status: 'cancelled', details: { type: 'cancelled', reason } }, out)
}

/** `rate_limits.updated`, when its time has come. */
export function sendRateLimits(state: SessionState, out: Outbox): SessionState {
  send(out, { type: 'rate_limits.updated', rate_limits: rateLimits(state.account, state.settings.tokensPerMinute) })
  return state
}

type Ending = Omit<ResponseOutcome, 'usage'>

function announce(draft: ResponseDraft, out: Outbox): void {
  sendCreated(draft, out)
  const { response, state } = draft
  if (response.replyEnded) return
  if (isAtWork(state, response)) response.waitsToAsk = true
  else if (response.waitsToAsk) draft.response = askAnew(state, response, out)
  else push(out, { type: 'ask-reply', request: response.request })
}

/** The question as of now: what the model sees includes what MCP servers have answered since the response was accepted. */
function askAnew(state: SessionState, response: ActiveResponse, out: Outbox): ActiveResponse {
  const { id: responseId, settings, outOfBand, inputItems: input } = response
  const { askedBy } = response.request
  const mcpTools = offeredTools(state, settings.tools)
  const request = replyRequest({ responseId, settings, conversation: state.conversation, outOfBand, askedBy, input, mcpTools })
  push(out, { type: 'ask-reply', request })
  return { ...response, waitsToAsk: false, request }
}

function sendCreated(draft: ResponseDraft, out: Outbox): void {
  const { response, state } = draft
  response.created = true
  send(out, { type: 'response.created', response: responseObject(response, state.conversation.id, inProgress) })
}

/** Sends what one step of the plan says; gives how the response ends, if it does. */
function perform(draft: ResponseDraft, work: PlannedWork, out: Outbox): Ending | undefined {
  switch (work.type) {
    case 'text':
    case 'transcript':
    case 'arguments':
      sendTextDelta(draft, work.delta, out)
      return
    case 'audio':
      if (trails(draft)) sendLastSound(draft, work, out)
      else sendAudioDelta(draft, work, out)
      return
    case 'open-message':
      openMessage(draft, work.phase, out)
      return
    case 'open-call':
      openCall(draft, work, out)
      return
    case 'open-mcp-call':
      openMcpCall(draft, work, out)
      return
    case 'perform-mcp-call':
      performMcpCall(draft, out)
      return
    case 'close':
      closeItem(draft, 'completed', out)
      return
    case 'finish':
      return endingOf(work.finish)
    case 'fail':
      return failureOf(work.error)
  }
}

/** Whether a part of this sound comes after `output_audio.done`. */
function trails({ state, response }: ResponseDraft): boolean {
  return state.settings.behavior.trailingAudio && isLastSound(response.plan, response.nextStep)
}

function endingOf(finish: Finish): Ending {
  if (finish === 'completed') return { status: 'completed', details: null }
  return { status: 'incomplete', details: { type: 'incomplete', reason: finish } }
}

function failureOf({ type, code, message }: ResponseFailure): Ending {
  return { status: 'failed', details: { type: 'failed', error: { type, code: code ?? type, message } } }
}

function endResponse(draft: ResponseDraft, ending: Ending, out: Outbox): SessionState {
  const { response } = draft
  closeItem(draft, 'incomplete', out)
  if (response.timerMs !== undefined) push(out, { type: 'unschedule', timer: timerName.response(response.id) })
  if (!response.replyEnded && !response.waitsToAsk) push(out, { type: 'stop-reply', responseId: response.id })
  const usage = ending.status === 'failed' ? null : responseUsage(response.input, response)
  const { settings, conversation, account } = draft.state
  send(out, { type: 'response.done', response: responseObject(response, conversation.id, { ...ending, usage }) })
  const ended: SessionState = {
    ...withoutResponse(draft.state, response.id),
    account: charge(account, response.input, usage?.total_tokens ?? 0, { nowMs: out.nowMs, limit: settings.tokensPerMinute }),
  }
  return armIdle(afterDone(endPlayout(ended, response.id, out), response, out), response, out)
}

function afterDone(state: SessionState, response: ActiveResponse, out: Outbox): SessionState {
  if (response.ranMcp && !response.outOfBand) followUp(state, out)
  const { rateLimitsMs } = response.profile
  if (rateLimitsMs <= 0) return sendRateLimits(state, out)
  push(out, { type: 'schedule', timer: timerName.rateLimits(response.id), atMs: out.nowMs + rateLimitsMs, deadline: 'service' })
  return state
}

function setTimer(draft: ResponseDraft, out: Outbox): void {
  const { response } = draft
  const dueMs = response.created ? nextDueMs(response) : response.createdAtMs
  if (dueMs === response.timerMs) return
  const timer = timerName.response(response.id)
  if (response.timerMs !== undefined) push(out, { type: 'unschedule', timer })
  if (dueMs !== undefined) push(out, { type: 'schedule', timer, atMs: dueMs, deadline: 'service' })
  response.timerMs = dueMs
}

/** Nothing is due while an MCP call is at work. */
function nextDueMs({ plan, nextStep, lagMs, waitsSinceMs }: ActiveResponse): number | undefined {
  const step = waitsSinceMs === undefined ? stepAt(plan, nextStep) : undefined
  return step && step.dueMs + lagMs
}

function withResponse(state: SessionState, response: ActiveResponse): SessionState {
  return { ...state, responses: new Map(state.responses).set(response.id, response) }
}

function withoutResponse(state: SessionState, responseId: string): SessionState {
  const responses = new Map(state.responses)
  responses.delete(responseId)
  return { ...state, responses, activeResponseId: state.activeResponseId === responseId ? undefined : state.activeResponseId }
}
