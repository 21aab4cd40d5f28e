// conversation.item.create, retrieve, delete, truncate. An item is added and done at once; its neighbours in the chain
// are conversation.ts.

import { encodeBase64 } from '../../audio/base64.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { ClientEventOf } from '../protocol/client-events.ts'
import {
  audioAlreadyShorter,
  deleteInvalidItemId,
  duplicateItemId,
  type Fault,
  invalidApprovalRequestId,
  invalidAudio,
  invalidPreviousItemId,
  invalidToolCallId,
  onlyModelAudioTruncates,
  retrieveInvalidItemId,
  truncateInvalidItemId,
} from '../protocol/faults.ts'
import type { RetrievedItem } from '../protocol/items.ts'
import { buildItem, itemIdFault, reportHeard } from './client-item.ts'
import {
  type Conversation,
  type ConversationEntry,
  durationMs,
  findEntry,
  type ItemAudio,
  insertItem,
  removeItem,
} from './conversation.ts'
import { answerApproval } from './mcp.ts'
import { type Outbox, refuse, send } from './outbox.ts'
import { lookUp } from './persistent-map.ts'
import { itemAudio, type SessionState } from './state.ts'
import { truncateItem } from './truncate-item.ts'

export function onItemCreate(state: SessionState, event: ClientEventOf<'conversation.item.create'>, out: Outbox): SessionState {
  const { conversation } = state
  const previousId = placeAfter(conversation, event.previous_item_id)
  const fault = createFault(state, event, previousId)
  if (fault || previousId === undefined) {
    if (fault) refuse(out, fault)
    return state
  }
  const built = buildItem(event.item, state.buffer.format, out)
  if ('unreadable' in built) {
    refuse(out, invalidAudio(event, `item.${built.unreadable}`))
    return state
  }
  const { item, audio } = built
  const place = makeRoom(conversation, item.id, previousId)
  const entry = { item, audio, responseId: undefined, responseCount: state.responseCount }
  const added = insertItem(place.conversation, entry, place.previousId)
  send(out, { type: 'conversation.item.added', previous_item_id: previousId, item })
  send(out, { type: 'conversation.item.done', previous_item_id: previousId, item })
  reportHeard(built, out)
  const next = { ...state, conversation: added }
  return item.type === 'mcp_approval_response' ? answerApproval(next, item.approval_request_id, item.approve, out) : next
}

export function onItemRetrieve(
  state: SessionState,
  event: ClientEventOf<'conversation.item.retrieve'>,
  out: Outbox,
): SessionState {
  const entry = findEntry(state.conversation, event.item_id)
  if (entry) send(out, { type: 'conversation.item.retrieved', item: retrieved(entry, itemAudio(state, event.item_id)) })
  else refuse(out, retrieveInvalidItemId(event.item_id, event))
  return state
}

export function onItemDelete(state: SessionState, event: ClientEventOf<'conversation.item.delete'>, out: Outbox): SessionState {
  if (!findEntry(state.conversation, event.item_id)) {
    refuse(out, deleteInvalidItemId(event.item_id, event))
    return state
  }
  send(out, { type: 'conversation.item.deleted', item_id: event.item_id })
  return { ...state, conversation: removeItem(state.conversation, event.item_id) }
}

export function onItemTruncate(
  state: SessionState,
  event: ClientEventOf<'conversation.item.truncate'>,
  out: Outbox,
): SessionState {
  const { item_id, content_index, audio_end_ms } = event
  const entry = findEntry(state.conversation, item_id)
  const audio = itemAudio(state, item_id)
  const fault = truncateFault(event, entry, audio)
  if (!fault) return truncateItem(state, { item_id, content_index, audio_end_ms }, out)
  refuse(out, fault)
  return state
}

/** The id that the new item follows: null for the first place, undefined when there is no such item. */
function placeAfter(conversation: Conversation, previousId: string | null | undefined): string | null | undefined {
  if (previousId === undefined || previousId === null || previousId === '') return conversation.lastId
  if (previousId === 'root') return null
  return findEntry(conversation, previousId) ? previousId : undefined
}

/** Where items of an id that exists are taken, the new one stands in for the old one, which leaves its place. */
function makeRoom(conversation: Conversation, itemId: string, previousId: string | null) {
  const old = findEntry(conversation, itemId)
  if (!old) return { conversation, previousId }
  return { conversation: removeItem(conversation, itemId), previousId: previousId === itemId ? old.previousId : previousId }
}

type CreateEvent = ClientEventOf<'conversation.item.create'>

function createFault(state: SessionState, event: CreateEvent, previousId: string | null | undefined): Fault | undefined {
  const { conversation, settings } = state
  const { item } = event
  const tooLong = itemIdFault(item, 'item.id', settings.behavior.maxItemIdLength, event)
  if (tooLong) return tooLong
  const isRefused = settings.behavior.duplicateItemIds === 'refuse'
  if (isRefused && item.id !== undefined && findEntry(conversation, item.id)) return duplicateItemId(item.id, event)
  if (previousId === undefined) return invalidPreviousItemId(String(event.previous_item_id), event)
  if (item.type === 'mcp_approval_response' && !state.mcp.approvals.has(item.approval_request_id))
    return invalidApprovalRequestId(item.approval_request_id, event)
  if (item.type !== 'function_call_output' || lookUp(conversation.calls, item.call_id)) return undefined
  return invalidToolCallId(item.call_id, event)
}

type TruncateEvent = ClientEventOf<'conversation.item.truncate'>

function truncateFault(
  event: TruncateEvent,
  entry: ConversationEntry | undefined,
  audio: ItemAudio | undefined,
): Fault | undefined {
  if (!entry) return truncateInvalidItemId(event.item_id, event)
  const isSpoken = entry.item.type === 'message' && entry.item.role === 'assistant' && audio !== undefined
  if (!isSpoken || event.content_index !== 0) return onlyModelAudioTruncates(event)
  const audioMs = durationMs(audio)
  return event.audio_end_ms > audioMs ? audioAlreadyShorter(audioMs, event.audio_end_ms, event) : undefined
}

/** The item with its sound; a truncated message has no transcript any more. */
function retrieved(entry: ConversationEntry, audio: ItemAudio | undefined): RetrievedItem {
  const { item } = entry
  if (item.type !== 'message' || item.role === 'system' || !audio) return item
  const sound = { audio: encodeBase64(audio.bytes), format: formatName(audio.format) }
  if (item.role === 'user') {
    return { ...item, content: item.content.map((part) => (part.type === 'input_audio' ? { ...part, ...sound } : part)) }
  }
  const content = item.content.map((part) => {
    if (part.type !== 'output_audio') return part
    return entry.truncated ? { type: part.type, ...sound } : { ...part, ...sound }
  })
  return { ...item, content }
}

function formatName(format: WireAudioFormat): 'pcm16' | 'g711_ulaw' | 'g711_alaw' {
  const names = { 'audio/pcm': 'pcm16', 'audio/pcmu': 'g711_ulaw', 'audio/pcma': 'g711_alaw' } as const
  return names[format.type]
}
