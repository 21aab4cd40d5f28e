// From an item as a client writes it to the item as the service keeps it: id and status filled in, sound taken out of
// the content.

import { decodeBase64 } from '../../audio/base64.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { ClientItem, ItemReference } from '../protocol/client-items.ts'
import type { Fault, Refused } from '../protocol/faults.ts'
import { stringTooLong } from '../protocol/field-faults.ts'
import type { Item } from '../protocol/items.ts'
import { bytesToSamples, concatenate } from './audio-buffer.ts'
import type { ItemAudio } from './conversation.ts'
import { type Outbox, push } from './outbox.ts'

export interface BuiltItem {
  readonly item: Item
  readonly audio: ItemAudio | undefined
}

/** The item could not be read: path of the field that is no base64. */
export interface UnreadableItem {
  readonly unreadable: string
}

/** The item with all that the service adds. `format` is the session's input format: that of any sound in it. */
export function buildItem(wanted: ClientItem, format: WireAudioFormat, out: Outbox): BuiltItem | UnreadableItem {
  const id = wanted.id ?? out.ids.id('item')
  switch (wanted.type) {
    case 'message':
      return wanted.role === 'user' ? buildUserMessage(wanted, id, format) : { item: buildMessage(wanted, id), audio: undefined }
    case 'function_call': {
      const callId = wanted.call_id ?? out.ids.callId()
      const call = { name: wanted.name, call_id: callId, arguments: wanted.arguments }
      return { item: { id, type: 'function_call', status: 'completed', ...call }, audio: undefined }
    }
    case 'function_call_output': {
      const result = { call_id: wanted.call_id, output: wanted.output }
      return { item: { id, type: 'function_call_output', status: 'completed', ...result }, audio: undefined }
    }
    case 'mcp_approval_response': {
      const answer = { approval_request_id: wanted.approval_request_id, approve: wanted.approve, reason: wanted.reason ?? null }
      return { item: { id, type: 'mcp_approval_response', ...answer }, audio: undefined }
    }
  }
}

/** The refusal of an id that is longer than the service takes. References name items that exist: they are looked up instead. */
export function itemIdFault(
  item: ClientItem | ItemReference,
  param: string,
  maxLength: number,
  refused: Refused | undefined,
): Fault | undefined {
  if (item.type === 'item_reference' || item.id === undefined || item.id.length <= maxLength) return undefined
  return stringTooLong(param, maxLength, item.id.length, refused)
}

/** Tells the runtime of sound that came in an item: it lies at no position of the input stream. */
export function reportHeard({ item, audio }: BuiltItem, out: Outbox): void {
  if (!audio) return
  const endSample = bytesToSamples(audio.format, audio.bytes.byteLength)
  push(out, {
    type: 'heard',
    itemId: item.id,
    startSample: 0,
    endSample,
    audio: audio.bytes,
    format: audio.format,
    detached: true,
  })
}

type ClientMessage = Extract<ClientItem, { type: 'message' }>
type UserMessage = Extract<ClientMessage, { role: 'user' }>

function buildMessage(wanted: Exclude<ClientMessage, UserMessage>, id: string): Item {
  if (wanted.role === 'system') return { id, type: 'message', status: 'completed', role: 'system', content: wanted.content }
  return { id, type: 'message', status: 'completed', role: 'assistant', content: wanted.content }
}

function buildUserMessage(wanted: UserMessage, id: string, format: WireAudioFormat): BuiltItem | UnreadableItem {
  const sounds: Uint8Array[] = []
  for (const [index, part] of wanted.content.entries()) {
    if (part.type !== 'input_audio' || part.audio === undefined) continue
    const bytes = decodeBase64(part.audio)
    if (!bytes) return { unreadable: `content[${index}].audio` }
    sounds.push(bytes)
  }
  const content = wanted.content.map((part) =>
    part.type === 'input_audio' ? { type: part.type, transcript: part.transcript ?? null } : part,
  )
  const audio = sounds.length ? { bytes: concatenate(sounds), format } : undefined
  return { item: { id, type: 'message', status: 'completed', role: 'user', content }, audio }
}
