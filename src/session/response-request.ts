// What a response is asked for: the session's settings under the overrides of `response.create`, the items that the
// model sees, and what of them is still unanswered. Nothing is sent here.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { Item } from '../protocol/items.ts'
import type { ResponseCreateParams } from '../protocol/responses.ts'
import type { RealtimeSessionObject } from '../protocol/session-config.ts'
import { type AudioFormatUpdate, minPcmRateHz } from '../protocol/session-fields.ts'
import { type ResponseSettings, voiceName } from './active-response.ts'
import {
  type Conversation,
  type ConversationEntry,
  type FunctionCallNote,
  listItems,
  listRemembered,
  newestFirst,
} from './conversation.ts'
import type { McpToolOffer, ReplyRequest } from './effects.ts'
import { lookUp } from './persistent-map.ts'

/** The settings of one response. */
export function responseSettings(session: RealtimeSessionObject, params: ResponseCreateParams): ResponseSettings {
  const output = params.audio?.output
  return {
    instructions: params.instructions ?? session.instructions,
    modalities: params.output_modalities ?? session.output_modalities,
    tools: params.tools ?? session.tools,
    toolChoice: params.tool_choice ?? session.tool_choice,
    format: wholeFormat(output?.format) ?? session.audio.output.format,
    voice: output?.voice ?? session.audio.output.voice,
    speed: session.audio.output.speed,
    maxOutputTokens: params.max_output_tokens ?? session.max_output_tokens,
    metadata: params.metadata ?? null,
  }
}

export interface RequestParts {
  readonly responseId: string
  readonly settings: ResponseSettings
  readonly conversation: Conversation
  readonly outOfBand: boolean
  readonly askedBy: ReplyRequest['askedBy']
  /** Replaces the conversation as context. */
  readonly input: readonly Item[] | undefined
  readonly mcpTools: readonly McpToolOffer[]
}

/** The lists of a request, made when they are looked at. A class: getters made with each object would give each a shape of its own. */
class ItemLists {
  readonly #conversation: Conversation
  readonly #input: readonly Item[] | undefined
  #whole: readonly Item[] | undefined
  #remembered: readonly Item[] | undefined
  #calledSinceUser: readonly string[] | undefined

  constructor(conversation: Conversation, input: readonly Item[] | undefined) {
    this.#conversation = conversation
    this.#input = input
  }

  get context(): readonly Item[] {
    if (this.#input) return this.#input
    if (!this.#conversation.isCut) return this.conversation
    this.#remembered ??= listRemembered(this.#conversation)
    return this.#remembered
  }

  get conversation(): readonly Item[] {
    this.#whole ??= listItems(this.#conversation)
    return this.#whole
  }

  get calledSinceUser(): readonly string[] {
    this.#calledSinceUser ??= namesSinceUser(this.newest())
    return this.#calledSinceUser
  }

  newest(): Iterable<ContextEntry> {
    return this.#input ? inputNewestFirst(this.#input) : newestFirst(this.#conversation)
  }
}

/** The question for whoever writes the reply. */
export function replyRequest({
  responseId,
  settings,
  conversation,
  outOfBand,
  askedBy,
  input,
  mcpTools,
}: RequestParts): ReplyRequest {
  const lists = new ItemLists(conversation, input)
  const userItem = lastUserItem(lists.newest())
  return Object.assign(lists, {
    responseId,
    outOfBand,
    metadata: settings.metadata ?? {},
    instructions: settings.instructions,
    tools: settings.tools,
    mcpTools,
    toolChoice: settings.toolChoice,
    modalities: settings.modalities,
    outputFormat: settings.format,
    voice: voiceName(settings.voice),
    speed: settings.speed,
    turn: conversation.turns,
    ...(userItem && { userItem }),
    results: unansweredResults(lists.newest(), conversation),
    askedBy,
  })
}

type ContextEntry = Pick<ConversationEntry, 'item' | 'responseId' | 'responseCount'>

function* inputNewestFirst(items: readonly Item[]): Generator<ContextEntry> {
  for (const item of items.toReversed()) yield { item, responseId: undefined, responseCount: 0 }
}

function lastUserItem(newest: Iterable<ContextEntry>): Item | undefined {
  for (const { item } of newest) {
    if (item.type !== 'message' || item.role === 'system') continue
    return item.role === 'user' ? item : undefined
  }
  return undefined
}

function namesSinceUser(newest: Iterable<ContextEntry>): string[] {
  const names: string[] = []
  for (const { item } of newest) {
    if (item.type === 'message' && item.role === 'user') break
    if (item.type === 'function_call' || isMcpCall(item)) names.push(item.name)
  }
  return names
}

/** A call as the model wished it: one that ran by approval is there as the request, and once more as itself. */
function isMcpCall(item: Item): item is Extract<Item, { type: 'mcp_call' | 'mcp_approval_request' }> {
  return item.type === 'mcp_approval_request' || (item.type === 'mcp_call' && item.approval_request_id === null)
}

/** Outputs of functions and of MCP calls that were added since a response last made an item, oldest first. */
function unansweredResults(newest: Iterable<ContextEntry>, conversation: Conversation): ReplyRequest['results'] {
  const calls = new Map<string, FunctionCallNote>()
  const outputs: ResultItem[] = []
  // The latest response that made one of the items passed so far: it has answered everything that was there when it began.
  let answeredCount = Number.NEGATIVE_INFINITY
  for (const { item, responseId, responseCount } of newest) {
    if (responseCount < answeredCount || (item.type === 'message' && item.role === 'assistant')) break
    if (item.type === 'function_call_output') outputs.push(item)
    if (item.type === 'mcp_call' && (item.output ?? item.error) !== null) outputs.push({ ...item, responseId })
    if (item.type === 'function_call') calls.set(item.call_id, { name: item.name, responseId })
    if (item.type !== 'function_call' && !isMcpCall(item)) continue
    answeredCount = Math.max(answeredCount, responseId === undefined ? answeredCount : responseCount)
  }
  return outputs.reverse().map((item) => (item.type === 'mcp_call' ? resultOfMcp(item) : resultOf(item, calls, conversation)))
}

type FunctionOutput = Extract<Item, { type: 'function_call_output' }>
type McpOutput = Extract<Item, { type: 'mcp_call' }> & { readonly responseId: string | undefined }
type ResultItem = FunctionOutput | McpOutput
type Result = ReplyRequest['results'][number]

function resultOf({ call_id, output }: FunctionOutput, calls: Map<string, FunctionCallNote>, conversation: Conversation): Result {
  const call = calls.get(call_id) ?? lookUp(conversation.calls, call_id)
  return { callId: call_id, name: call?.name ?? '', output, ...madeBy(call?.responseId) }
}

/** A call that failed gives its error. */
function resultOfMcp({ id, name, output, error, responseId }: McpOutput): Result {
  return { callId: id, name, output: output ?? JSON.stringify({ error: error?.message }), ...madeBy(responseId) }
}

function madeBy(callResponseId: string | undefined): Pick<Result, 'callResponseId'> {
  return callResponseId === undefined ? {} : { callResponseId }
}

function wholeFormat(format: AudioFormatUpdate | undefined): WireAudioFormat | undefined {
  return format?.type === 'audio/pcm' ? { type: 'audio/pcm', rate: format.rate ?? minPcmRateHz } : format
}
