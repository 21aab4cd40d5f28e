// How an item of a response begins and ends on the wire: its pair of `response.output_item` events, and the pair of `conversation.item`
// events inside of it, which out-of-band responses do not have. What is sent in between is response-output.ts and response-mcp.ts.

import type { Item } from '../protocol/items.ts'
import type { ActiveResponse } from './active-response.ts'
import { type ConversationEntry, changeEntry, findEntry, insertItem } from './conversation.ts'
import { type Outbox, send } from './outbox.ts'
import type { SessionState } from './state.ts'

/** A response and its session while one step works on them. */
export interface ResponseDraft {
  state: SessionState
  response: { -readonly [K in keyof ActiveResponse]: ActiveResponse[K] }
}

export function addItem(draft: ResponseDraft, item: Item, out: Outbox): void {
  const { response } = draft
  send(out, { type: 'response.output_item.added', response_id: response.id, output_index: response.output.length, item })
  if (response.outOfBand) return
  const { conversation, responseCount } = draft.state
  const previousId = conversation.lastId
  const added = insertItem(conversation, { item, audio: undefined, responseId: response.id, responseCount }, previousId)
  draft.state = { ...draft.state, conversation: added }
  send(out, { type: 'conversation.item.added', previous_item_id: previousId, item })
}

export function finishItem(draft: ResponseDraft, item: Item, out: Outbox): void {
  const { response } = draft
  const entry = ownEntry(draft, item.id)
  if (entry) {
    const kept = entry.truncated ? withoutTranscript(item) : item
    draft.state = { ...draft.state, conversation: changeEntry(draft.state.conversation, item.id, { item: kept }) }
    send(out, { type: 'conversation.item.done', previous_item_id: entry.previousId, item })
  }
  send(out, { type: 'response.output_item.done', response_id: response.id, output_index: response.output.length, item })
  response.output = [...response.output, item]
}

/**
 * An item of the response as the conversation has it. Undefined out of band, and where the client has deleted it meanwhile, whatever it
 * has put in its place: then the conversation has nothing to say of it.
 */
export function ownEntry({ state, response }: ResponseDraft, itemId: string): ConversationEntry | undefined {
  const entry = response.outOfBand ? undefined : findEntry(state.conversation, itemId)
  return entry?.responseId === response.id ? entry : undefined
}

/** What is left of a truncated message: its words are gone. */
export function withoutTranscript<T extends Item>(item: T): T {
  if (item.type !== 'message' || item.role !== 'assistant') return item
  return { ...item, content: item.content.map((part) => (part.type === 'output_audio' ? { ...part, transcript: '' } : part)) }
}
