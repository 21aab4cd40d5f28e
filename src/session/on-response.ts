// response.create and response.cancel. At most one response is active on the default conversation; any number runs out of band.
// Turn detection asks for responses here too.

import type { ClientEventOf } from '../protocol/client-events.ts'
import {
  activeResponse,
  type Fault,
  inputItemNotFound,
  invalidAudio,
  noResponsesInTranscription,
  type Refused,
  responseCancelNotActive,
} from '../protocol/faults.ts'
import type { Item } from '../protocol/items.ts'
import type { ResponseCreateParams } from '../protocol/responses.ts'
import type { RealtimeSessionObject } from '../protocol/session-config.ts'
import { responseCreateFault } from '../protocol/session-rules.ts'
import type { ActiveResponse, ResponseSettings } from './active-response.ts'
import { type BuiltItem, buildItem, itemIdFault, reportHeard } from './client-item.ts'
import { fitConversation, tooLong } from './context-window.ts'
import { durationMs, findEntry } from './conversation.ts'
import type { ReplyRequest } from './effects.ts'
import { disarmIdle } from './idle-timeout.ts'
import { isAtWork, listServers, offeredTools } from './mcp.ts'
import { type Outbox, refuse } from './outbox.ts'
import { beginResponse, cancelResponse } from './response-life.ts'
import { createPlan, extendPlan, type ResponseFailure } from './response-plan.ts'
import { replyRequest, responseSettings } from './response-request.ts'
import type { SessionState } from './state.ts'
import { addTokens, itemTokens, noTokens, type TokenCount, totalTokens } from './token-count.ts'
import { countTextTokens } from './tokens.ts'
import { cachedTokens, rateLimitFailure, usedTokens } from './usage.ts'

export function onResponseCreate(state: SessionState, event: ClientEventOf<'response.create'>, out: Outbox): SessionState {
  return requestResponse(state, { params: event.response ?? {}, askedBy: 'client', event }, out)
}

export function onResponseCancel(state: SessionState, event: ClientEventOf<'response.cancel'>, out: Outbox): SessionState {
  const responseId = event.response_id ?? state.activeResponseId
  if (responseId === undefined || !state.responses.has(responseId)) {
    refuse(out, responseCancelNotActive(event))
    return state
  }
  return cancelResponse(state, responseId, 'client_cancelled', out)
}

export interface ResponseWish {
  readonly params: ResponseCreateParams
  readonly askedBy: ReplyRequest['askedBy']
  /** The client event that an error answers. */
  readonly event?: Refused
}

/** Begins a response, or refuses it with an `error`. */
export function requestResponse(state: SessionState, { params, askedBy, event }: ResponseWish, out: Outbox): SessionState {
  const { config } = state
  if (config.type === 'transcription') {
    refuse(out, noResponsesInTranscription(state.settings.behavior.transcriptionResponseCode, event))
    return state
  }
  const outOfBand = params.conversation === 'none'
  const fault = activeFault(state, outOfBand, event) ?? responseCreateFault(config, params, state, event)
  if (fault) {
    refuse(out, fault)
    return state
  }
  const settings = responseSettings(config, params)
  const input = resolveInput(state, params.input, event, out)
  if (input === 'refused') return state
  const fitted = input ? state : withinWindow(state, config, settings)
  const listed = params.tools ? listServers(fitted ?? state, params.tools, out) : (fitted ?? state)
  const next = outOfBand ? listed : disarmIdle(listed, out)
  const response = acceptResponse(next, { settings, outOfBand, askedBy, input }, out)
  const failure = fitted
    ? overLimit(next, config.model, response, out.nowMs)
    : tooLong(config.model, state.settings.contextTokens)
  return beginResponse(next, failure ? failAtOnce(response, failure, out.nowMs) : response, out)
}

/** How the response fails when its prompt is more than the tokens per minute leave; undefined when it is not. */
function overLimit(
  { settings, account }: SessionState,
  model: string,
  { input }: ActiveResponse,
  nowMs: number,
): ResponseFailure | undefined {
  const limit = settings.enforcedTokensPerMinute
  if (limit === undefined) return undefined
  const requested = totalTokens(input.tokens)
  const used = Math.round(usedTokens(account, { nowMs, limit }))
  return used + requested > limit ? rateLimitFailure({ model, limit, used, requested }) : undefined
}

/** The session without what the model cannot read any more, which breaks the cache; undefined when nothing may be dropped. */
function withinWindow(state: SessionState, config: RealtimeSessionObject, settings: ResponseSettings): SessionState | undefined {
  const { contextTokens } = state.settings
  const conversation = fitConversation(state.conversation, config, countTextTokens(promptPrefix(settings)), contextTokens)
  if (conversation === state.conversation) return state
  return conversation && { ...state, conversation, account: { ...state.account, lastPrompt: undefined } }
}

/** The response with its end planned: nobody is asked for a reply. */
function failAtOnce(response: ActiveResponse, error: ResponseFailure, nowMs: number): ActiveResponse {
  return { ...response, plan: extendPlan(response.plan, [{ type: 'fail', error }], nowMs), replyEnded: true }
}

function activeFault(state: SessionState, outOfBand: boolean, event: Refused | undefined): Fault | undefined {
  return outOfBand || state.activeResponseId === undefined ? undefined : activeResponse(state.activeResponseId, event)
}

/** The items that `input` names or holds; undefined when the conversation is the context. Reports the sound in them as heard. */
function resolveInput(
  state: SessionState,
  input: ResponseCreateParams['input'],
  event: Refused | undefined,
  out: Outbox,
): readonly BuiltItem[] | undefined | 'refused' {
  if (!input) return undefined
  const built: BuiltItem[] = []
  for (const [index, wanted] of input.entries()) {
    if (wanted.type === 'item_reference') {
      const found = findEntry(state.conversation, wanted.id)
      if (!found) return refuse(out, inputItemNotFound(wanted.id, index, event))
      built.push(found)
      continue
    }
    const tooLong = itemIdFault(wanted, `response.input[${index}].id`, state.settings.behavior.maxItemIdLength, event)
    if (tooLong) return refuse(out, tooLong)
    const made = buildItem(wanted, state.buffer.format, out)
    if ('unreadable' in made) return refuse(out, invalidAudio(event, `response.input[${index}].${made.unreadable}`))
    built.push(made)
    reportHeard(made, out)
  }
  return built
}

interface Accepted {
  readonly settings: ResponseSettings
  readonly outOfBand: boolean
  readonly askedBy: ReplyRequest['askedBy']
  readonly input: readonly BuiltItem[] | undefined
}

function acceptResponse(state: SessionState, { settings, outOfBand, askedBy, input }: Accepted, out: Outbox): ActiveResponse {
  const id = out.ids.id('resp')
  const { latency, streaming } = state.settings
  const paced = latency({ number: state.conversation.turns })
  const profile = streaming ? { ...paced, streaming: streaming(state.responseCount + 1) } : paced
  const createdAtMs = out.nowMs + profile.createdMs
  const items: readonly Item[] | undefined = input?.map((part) => part.item)
  const spoken = settings.modalities.includes('audio')
  return {
    id,
    number: state.responseCount + 1,
    outOfBand,
    settings,
    profile,
    request: replyRequest({
      responseId: id,
      settings,
      conversation: state.conversation,
      outOfBand,
      askedBy,
      input: items,
      mcpTools: offeredTools(state, settings.tools),
    }),
    input: weighPrompt(state, settings, input),
    inputItems: items,
    waitsToAsk: isAtWork(state, { settings, outOfBand }),
    createdAtMs,
    created: false,
    plan: createPlan({ spoken, format: settings.format, profile }, createdAtMs, settings.maxOutputTokens),
    nextStep: 0,
    replyEnded: false,
    timerMs: undefined,
    waitsSinceMs: undefined,
    lagMs: 0,
    ranMcp: false,
    output: [],
    open: undefined,
    textTokens: 0,
    audioMs: 0,
  }
}

function weighPrompt(
  state: SessionState,
  settings: ResponseSettings,
  input: readonly BuiltItem[] | undefined,
): ActiveResponse['input'] {
  const prefix = promptPrefix(settings)
  const fixed: TokenCount = { text: countTextTokens(prefix), audio: 0, image: 0 }
  if (!input) {
    const tokens = addTokens(fixed, state.conversation.tokens)
    return { tokens, cached: cachedTokens(state.account, prefix, tokens), prefix }
  }
  const context = input.reduce((sum, part) => addTokens(sum, itemTokens(part.item, durationMs(part.audio))), noTokens)
  return { tokens: addTokens(fixed, context), cached: noTokens, prefix: undefined }
}

/** What comes before the conversation in the prompt: changing it breaks the cache. */
function promptPrefix(settings: ResponseSettings): string {
  return settings.tools.length ? settings.instructions + JSON.stringify(settings.tools) : settings.instructions
}
