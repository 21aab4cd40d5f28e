// The turn that reply functions and predicates see, made from what a response was asked for.

import type { Turn } from '../api.ts'
import type { Item } from '../protocol/items.ts'
import { jsonOrText } from '../protocol/json.ts'
import type { ReplyRequest } from '../session/effects.ts'

/** What somebody said in an audio item, or was heard of a truncated one, however it is known; undefined when it is not. */
export type WordsOf = (itemId: string) => string | undefined

export interface TurnExtras {
  /** Keys pressed on a phone, when the runtime knows them. */
  readonly keys?: string
  /** Id and model of the session. */
  readonly session?: { readonly id: string; readonly model: string }
}

/**
 * Makes the turn of a response.
 *
 * `text` are the words of the last user item of its context, also when they were answered before; `keys` those that the
 * runtime knows, else those that a typed item tells (`pressed 1`); `result` the output of the call just answered. What grows
 * with the conversation is made when it is looked at.
 *
 * @example createTurn(request, (id) => heard.get(id), controller.signal).text
 */
export function createTurn(request: ReplyRequest, words: WordsOf, signal: AbortSignal, extras: TurnExtras = {}): Turn {
  const turn = Object.defineProperty(plainTurn(request, signal, extras), source, { value: new TurnSource(request, words) })
  return Object.defineProperties(turn, lookedUp) as Turn
}

/** Where a turn keeps what it is made from. Not enumerable: a turn that is spread shows what it is, not how it is made. */
const source = Symbol('source of a turn')

/** What a turn answers: for replies of the kit itself, which need more of it than a turn shows. */
export function requestOf(turn: Turn & { readonly [source]?: TurnSource }): ReplyRequest | undefined {
  return turn[source]?.request
}

/** Makes what costs something when it is looked at, and once. */
class TurnSource {
  readonly request: ReplyRequest
  readonly #words: WordsOf
  #text: string | undefined
  #conversation: Turn['conversation'] | undefined
  #calls: Turn['calls'] | undefined

  constructor(request: ReplyRequest, words: WordsOf) {
    this.request = request
    this.#words = words
  }

  get text(): string {
    this.#text ??= lastWords(this.request, this.#words)
    return this.#text
  }

  get items(): Turn['items'] {
    return this.request.context
  }

  get conversation(): Turn['conversation'] {
    this.#conversation ??= messagesOf(this.request.context, this.#words)
    return this.#conversation
  }

  get calls(): Turn['calls'] {
    this.#calls ??= callsOf(this.request.context)
    return this.#calls
  }
}

type LookedUp = 'text' | 'items' | 'conversation' | 'calls'

/** The same for all turns: getters made with each turn would give each a shape of its own. */
const lookedUp: PropertyDescriptorMap = Object.fromEntries(
  (['text', 'items', 'conversation', 'calls'] satisfies LookedUp[]).map((name) => [
    name,
    {
      enumerable: true,
      configurable: true,
      get(this: { readonly [source]: TurnSource }) {
        return this[source][name]
      },
    },
  ]),
)

function plainTurn(request: ReplyRequest, signal: AbortSignal, extras: TurnExtras): Omit<Turn, LookedUp> {
  const keys = extras.keys ?? typedKeys(request.userItem)
  const result = request.results.at(-1)
  return {
    number: request.turn,
    ...(keys === undefined ? {} : { keys }),
    ...(result === undefined ? {} : { result: jsonOrText(result.output) }),
    captured: {},
    metadata: { ...request.metadata },
    instructions: request.instructions,
    tools: request.tools.flatMap((tool) =>
      tool.type === 'function' && tool.name !== undefined ? [{ ...tool, name: tool.name }] : [],
    ),
    mcpTools: request.mcpTools,
    toolChoice: request.toolChoice,
    modalities: request.modalities,
    session: { id: extras.session?.id ?? '', model: extras.session?.model ?? '', voice: request.voice },
    signal,
  }
}

/** The turn with what was caught; its other properties stay as they are, also those that are made when they are looked at. */
export function withCaptured(turn: Turn, captured: Turn['captured'] | undefined): Turn {
  if (captured === undefined) return turn
  const value = { value: captured, enumerable: true }
  return Object.create(Object.prototype, { ...Object.getOwnPropertyDescriptors(turn), captured: value })
}

function lastWords(request: ReplyRequest, words: WordsOf): string {
  const item = request.userItem ?? request.context.findLast((one) => one.type === 'message' && one.role === 'user')
  return item === undefined ? '' : textOf(item, words)
}

function messagesOf(context: readonly Item[], words: WordsOf): Turn['conversation'] {
  return context.flatMap((item) => (item.type === 'message' ? [{ role: item.role, text: textOf(item, words) }] : []))
}

/** The words of a message, its parts joined by spaces; what was said aloud comes from `words`, else from the transcript. */
export function textOf(item: Item, words: WordsOf): string {
  if (item.type !== 'message') return ''
  const spoken = item.role === 'user' ? words(item.id) : undefined
  const parts = item.content.map((part) => {
    if (part.type === 'input_text' || part.type === 'output_text') return part.text
    if (part.type === 'input_audio') return spoken ?? part.transcript ?? ''
    // A truncated answer has no transcript.
    return part.type === 'output_audio' ? part.transcript || (words(item.id) ?? '') : ''
  })
  return parts.filter((part) => part !== '').join(' ')
}

/**
 * Phone keys told by a text that a bridge typed for its caller, as in `1`, `42#`, `DTMF: 1`, `The caller pressed 1`.
 *
 * @example keysIn('The caller pressed key 1.') // '1'
 */
export function keysIn(text: string): string | undefined {
  const plain = text.trim()
  if (/^[0-9*#]+$/.test(plain)) return plain
  const told =
    /(?:\bdtmf\b|\bpress(?:ed|es)?\b|\bkeypad\b|\bkeys?\b|\bdigits?\b|\bentered\b)[^0-9*#]{0,24}?([0-9*#]+)(?![0-9*#\w])/i.exec(
      plain,
    )
  return told?.[1]
}

/** Only typed items tell keys: "press one" said aloud is speech. */
function typedKeys(item: Item | undefined): string | undefined {
  if (item?.type !== 'message' || item.role !== 'user') return undefined
  const typed = item.content.flatMap((part) => (part.type === 'input_text' ? [part.text] : []))
  return typed.length === item.content.length ? keysIn(typed.join(' ')) : undefined
}

function callsOf(context: readonly Item[]): Turn['calls'] {
  const outputs = new Map(
    context.flatMap((item) => (item.type === 'function_call_output' ? [[item.call_id, item.output] as const] : [])),
  )
  const approvals = approvalsOf(context)
  return context.flatMap((item) => {
    if (item.type === 'mcp_call') return [mcpCallOf(item)]
    if (item.type === 'mcp_approval_request')
      return approvals.get(item.id) === 'ran' ? [] : [approvalRequestOf(item, approvals.get(item.id))]
    if (item.type !== 'function_call') return []
    const output = outputs.get(item.call_id)
    const call = { name: item.name, arguments: jsonOrText(item.arguments) }
    return [output === undefined ? call : { ...call, result: jsonOrText(output) }]
  })
}

type Request = Extract<Item, { type: 'mcp_approval_request' }>
type McpCall = Extract<Item, { type: 'mcp_call' }>

/** What became of each request for approval; nothing yet for those that are missing. */
function approvalsOf(context: readonly Item[]): ReadonlyMap<string, boolean | 'ran'> {
  const approvals = new Map<string, boolean | 'ran'>()
  for (const item of context) {
    if (item.type === 'mcp_approval_response') approvals.set(item.approval_request_id, item.approve)
    if (item.type === 'mcp_call' && item.approval_request_id !== null) approvals.set(item.approval_request_id, 'ran')
  }
  return approvals
}

function approvalRequestOf(item: Request, approved: boolean | 'ran' | undefined): Turn['calls'][number] {
  const call = { name: item.name, arguments: jsonOrText(item.arguments) }
  return typeof approved === 'boolean' ? { ...call, approved } : call
}

function mcpCallOf({ name, arguments: json, output, error, approval_request_id }: McpCall): Turn['calls'][number] {
  const call = { name, arguments: jsonOrText(json), ...(approval_request_id === null ? {} : { approved: true }) }
  if (output !== null) return { ...call, result: jsonOrText(output) }
  return error === null ? call : { ...call, result: { error: error.message } }
}
