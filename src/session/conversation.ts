// The default conversation: items as a chain, each knowing its neighbours, with their sound and their weight in tokens.
// Every change is O(log n) and leaves the old version as it was. No events here: on-item.ts and response-output.ts send them.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { Item } from '../protocol/items.ts'
import { bytesToMs } from './audio-buffer.ts'
import { emptyMap, lookUp, type PersistentMap, withEntry, withoutEntry } from './persistent-map.ts'
import { addTokens, itemTokens, noTokens, subtractTokens, type TokenCount, totalTokens } from './token-count.ts'

/** Sound of an item, in the format in which it was sent or heard. */
export interface ItemAudio {
  readonly bytes: Uint8Array
  readonly format: WireAudioFormat
}

export interface ConversationEntry {
  readonly item: Item
  /** Null for the first item. */
  readonly previousId: string | null
  readonly nextId: string | null
  readonly audio: ItemAudio | undefined
  /** The response that made it; undefined for what the client or the microphone added. */
  readonly responseId: string | undefined
  /** How many responses had begun when it was added: tells which outputs a response has answered. */
  readonly responseCount: number
  /** Its sound was cut by the client; its transcript is gone. */
  readonly truncated: boolean
  /** The model no longer reads it: the conversation grew too long. */
  readonly forgotten: boolean
}

export type NewEntry = Omit<ConversationEntry, 'previousId' | 'nextId' | 'truncated' | 'forgotten'>

export interface FunctionCallNote {
  readonly name: string
  readonly responseId: string | undefined
}

export interface Conversation {
  readonly id: string
  readonly entries: PersistentMap<ConversationEntry>
  readonly firstId: string | null
  readonly lastId: string | null
  /** Calls that an output may name, by call id. */
  readonly calls: PersistentMap<FunctionCallNote>
  /** User messages so far; deletion does not take any away. */
  readonly turns: number
  /** Of what the model reads. */
  readonly tokens: TokenCount
  /** Some of it may be forgotten. */
  readonly isCut: boolean
  /** Where forgetting goes on: all items before it are forgotten. Null: at the first item. */
  readonly readFromId: string | null
}

export function createConversation(id: string): Conversation {
  return {
    id,
    entries: emptyMap(),
    firstId: null,
    lastId: null,
    calls: emptyMap(),
    turns: 0,
    tokens: noTokens,
    isCut: false,
    readFromId: null,
  }
}

export function findEntry(conversation: Conversation, itemId: string): ConversationEntry | undefined {
  return lookUp(conversation.entries, itemId)
}

/** The conversation with an item after `previousId`; null puts it first. The id must be new, `previousId` known. */
export function insertItem(conversation: Conversation, added: NewEntry, previousId: string | null): Conversation {
  const { item } = added
  const nextId = previousId === null ? conversation.firstId : (findEntry(conversation, previousId)?.nextId ?? null)
  let entries = withEntry(conversation.entries, item.id, { ...added, previousId, nextId, truncated: false, forgotten: false })
  entries = relink(entries, previousId, { nextId: item.id })
  entries = relink(entries, nextId, { previousId: item.id })
  return {
    ...conversation,
    entries,
    firstId: previousId === null ? item.id : conversation.firstId,
    lastId: nextId === null ? item.id : conversation.lastId,
    calls: item.type === 'function_call' ? noteCall(conversation.calls, item, added.responseId) : conversation.calls,
    turns: isUserMessage(item) ? conversation.turns + 1 : conversation.turns,
    tokens: addTokens(conversation.tokens, itemTokens(item, durationMs(added.audio))),
    // An item among forgotten ones is news.
    readFromId: nextId === null ? conversation.readFromId : null,
  }
}

/** The conversation with that item changed; itself when there is no such item. */
export function changeEntry(
  conversation: Conversation,
  itemId: string,
  change: Partial<Pick<ConversationEntry, 'item' | 'audio' | 'truncated'>>,
): Conversation {
  const before = findEntry(conversation, itemId)
  if (!before) return conversation
  const after = { ...before, ...change }
  return {
    ...conversation,
    entries: withEntry(conversation.entries, itemId, after),
    tokens: addTokens(subtractTokens(conversation.tokens, entryTokens(before)), entryTokens(after)),
  }
}

/** The conversation of which the model reads `maxTokens` at most: the oldest items are forgotten, but never the newest one. */
export function forgetOldest(conversation: Conversation, maxTokens: number): Conversation {
  let { entries, tokens } = conversation
  let id = conversation.readFromId ?? conversation.firstId
  while (id !== null && id !== conversation.lastId && totalTokens(tokens) > maxTokens) {
    const entry = lookUp(entries, id)
    if (!entry) break
    tokens = subtractTokens(tokens, entryTokens(entry))
    if (!entry.forgotten) entries = withEntry(entries, id, { ...entry, forgotten: true })
    id = entry.nextId
  }
  return { ...conversation, entries, tokens, isCut: true, readFromId: id }
}

/** The conversation without that item; its neighbours join hands. */
export function removeItem(conversation: Conversation, itemId: string): Conversation {
  const entry = findEntry(conversation, itemId)
  if (!entry) return conversation
  const { item, previousId, nextId } = entry
  let entries = withoutEntry(conversation.entries, itemId)
  entries = relink(entries, previousId, { nextId })
  entries = relink(entries, nextId, { previousId })
  return {
    ...conversation,
    entries,
    firstId: conversation.firstId === itemId ? nextId : conversation.firstId,
    readFromId: conversation.readFromId === itemId ? nextId : conversation.readFromId,
    lastId: conversation.lastId === itemId ? previousId : conversation.lastId,
    calls: item.type === 'function_call' ? withoutEntry(conversation.calls, item.call_id) : conversation.calls,
    tokens: subtractTokens(conversation.tokens, entryTokens(entry)),
  }
}

/** Entries from the newest to the oldest. */
export function* newestFirst(conversation: Conversation): Generator<ConversationEntry> {
  for (let id = conversation.lastId; id !== null; ) {
    const entry = findEntry(conversation, id)
    if (!entry) return
    yield entry
    id = entry.previousId
  }
}

/** Items of the conversation, oldest first. O(n). */
export function listItems(conversation: Conversation): Item[] {
  const items: Item[] = []
  for (const entry of newestFirst(conversation)) items.push(entry.item)
  return items.reverse()
}

/** Items that the model reads, oldest first. O(n). */
export function listRemembered(conversation: Conversation): Item[] {
  const items: Item[] = []
  for (const entry of newestFirst(conversation)) if (!entry.forgotten) items.push(entry.item)
  return items.reverse()
}

/** What an item weighs in the prompt. */
function entryTokens({ item, audio, forgotten }: ConversationEntry): TokenCount {
  return forgotten ? noTokens : itemTokens(item, durationMs(audio))
}

/** Length of an item's sound in ms; 0 without sound. */
export function durationMs(audio: ItemAudio | undefined): number {
  return audio ? bytesToMs(audio.format, audio.bytes.byteLength) : 0
}

function relink(
  entries: PersistentMap<ConversationEntry>,
  itemId: string | null,
  links: Partial<Pick<ConversationEntry, 'previousId' | 'nextId'>>,
): PersistentMap<ConversationEntry> {
  const entry = itemId === null ? undefined : lookUp(entries, itemId)
  return entry ? withEntry(entries, entry.item.id, { ...entry, ...links }) : entries
}

function noteCall(
  calls: PersistentMap<FunctionCallNote>,
  call: Extract<Item, { type: 'function_call' }>,
  responseId: string | undefined,
): PersistentMap<FunctionCallNote> {
  return withEntry(calls, call.call_id, { name: call.name, responseId })
}

function isUserMessage(item: Item): boolean {
  return item.type === 'message' && item.role === 'user'
}
