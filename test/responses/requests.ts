// Requests for replies as a session makes them, for tests of the choice and of the turn.

import type { Reply } from '../../src/api.ts'
import type { Item } from '../../src/protocol/items.ts'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import { type Selection, selectReply } from '../../src/responses/select.ts'
import { type SelectionFacts, selectionFacts } from '../../src/responses/selection-facts.ts'
import { createTurn, type TurnExtras } from '../../src/responses/turn.ts'
import type { ReplyRequest } from '../../src/session/effects.ts'

let made = 0
const id = (kind: string) => `${kind}_${++made}`

export function userText(text: string): Item {
  return { id: id('item'), type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_text', text }] }
}

export function userAudio(itemId: string, transcript: string | null = null): Item {
  return { id: itemId, type: 'message', role: 'user', status: 'completed', content: [{ type: 'input_audio', transcript }] }
}

export function assistantText(text: string): Item {
  return { id: id('item'), type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] }
}

export function functionCall(name: string, args: object, callId = 'call_1'): Item {
  return { id: id('item'), type: 'function_call', status: 'completed', name, call_id: callId, arguments: JSON.stringify(args) }
}

export function functionOutput(output: string, callId = 'call_1'): Item {
  return { id: id('item'), type: 'function_call_output', status: 'completed', call_id: callId, output }
}

export function functionTool(name: string, description?: string, parameters?: object): ReplyRequest['tools'][number] {
  return { type: 'function', name, ...(description === undefined ? {} : { description }), ...(parameters ? { parameters } : {}) }
}

/** A request whose derived parts (turn, user item, results) follow from its context, as a session derives them. */
export function request(context: readonly Item[], more: Partial<ReplyRequest> = {}): ReplyRequest {
  const isUser = (item: Item) => item.type === 'message' && item.role === 'user'
  const isAnswer = (item: Item) => item.type === 'message' && item.role === 'assistant'
  const lastUser = context.findLastIndex(isUser)
  const userItem = lastUser > context.findLastIndex(isAnswer) ? context[lastUser] : undefined
  return {
    responseId: id('resp'),
    outOfBand: false,
    metadata: {},
    instructions: '',
    tools: [],
    mcpTools: [],
    toolChoice: 'auto',
    modalities: ['text'],
    outputFormat: { type: 'audio/pcm', rate: 24000 },
    voice: 'marin',
    speed: 1,
    context,
    conversation: context,
    turn: context.filter(isUser).length,
    ...(userItem ? { userItem } : {}),
    calledSinceUser: context
      .slice(lastUser + 1)
      .flatMap((item) => (item.type === 'function_call' ? [item.name] : []))
      .reverse(),
    results: [],
    askedBy: 'client',
    ...more,
  }
}

/** The output of a call of an earlier response, as a request carries it. */
export function result(of: { readonly responseId: string }, name: string, output: unknown): ReplyRequest['results'][number] {
  return {
    callId: 'call_1',
    name,
    output: typeof output === 'string' ? output : JSON.stringify(output),
    callResponseId: of.responseId,
  }
}

const never = new AbortController().signal

export function factsOf(asked: ReplyRequest, extras: TurnExtras = {}, sessionId = 'sess_1'): SelectionFacts {
  return selectionFacts(
    sessionId,
    asked,
    createTurn(asked, () => undefined, never, extras),
  )
}

/** Facts of a turn whose user typed `text`. */
export function said(text: string, more: Partial<ReplyRequest> = {}): SelectionFacts {
  return factsOf(request([userText(text)], more))
}

export function bookOf(replies: Record<string, Reply>): ReplyBook {
  const book = new ReplyBook()
  for (const [name, reply] of Object.entries(replies)) book.add(name, reply)
  return book
}

/** Chooses and records, as the runtime does. */
export function serve(book: ReplyBook, asked: ReplyRequest | SelectionFacts, sessionId = 'sess_1'): Selection {
  const facts = 'context' in asked ? factsOf(asked, {}, sessionId) : asked
  const selection = selectReply(book, facts)
  book.record(selection, facts)
  return selection
}
