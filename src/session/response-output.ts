// Items of a response on the wire: each is opened, filled by deltas and closed, in the order of protocol.md 4.1.
// Out-of-band responses send the same ladder without conversation.item events. Works on the draft of a response, for one step.

import { encodeBase64 } from '../../audio/base64.ts'
import type { AssistantMessageItem, FunctionCallItem, Item } from '../protocol/items.ts'
import type { ResponseContentPart, ServerEvent } from '../protocol/server-events.ts'
import type { ActiveResponse } from './active-response.ts'
import { append, emptyLog, entriesFrom } from './append-log.ts'
import { concatenate } from './audio-buffer.ts'
import { changeEntry, findEntry, insertItem } from './conversation.ts'
import { type Outbox, send } from './outbox.ts'
import type { SessionState } from './state.ts'

/** A response and its session while one step works on them. */
export interface ResponseDraft {
  state: SessionState
  response: { -readonly [K in keyof ActiveResponse]: ActiveResponse[K] }
}

type OpenMessage = Extract<NonNullable<ActiveResponse['open']>, { type: 'message' }>
type OpenCall = Extract<NonNullable<ActiveResponse['open']>, { type: 'function_call' }>

/** Begins an assistant message with its one content part. */
export function openMessage(draft: ResponseDraft, out: Outbox): void {
  const spoken = draft.response.settings.modalities.includes('audio')
  const open: OpenMessage = { type: 'message', id: out.ids.id('item'), spoken, text: '', sound: emptyLog(), soundBytes: 0 }
  draft.response.open = open
  addItem(draft, { id: open.id, type: 'message', status: 'in_progress', role: 'assistant', content: [] }, out)
  send(out, { type: 'response.content_part.added', ...partOf(draft, open), part: contentPart(open) })
}

/** Begins a function call. */
export function openCall(
  draft: ResponseDraft,
  call: { readonly name: string; readonly callId: string | undefined },
  out: Outbox,
): void {
  const callId = call.callId ?? out.ids.callId()
  const open: OpenCall = { type: 'function_call', id: out.ids.id('item'), callId, name: call.name, text: '' }
  draft.response.open = open
  addItem(draft, callItem(open, 'in_progress'), out)
}

/** Sends a token of the open item: of its text, transcript or arguments. */
export function sendTextDelta(draft: ResponseDraft, delta: string, out: Outbox): void {
  const { response } = draft
  const { open } = response
  if (!open) return
  response.textTokens += 1
  response.open = { ...open, text: open.text + delta }
  out.effects.push({ type: 'send', event: textDelta(response, open, delta, out) })
}

/** Written out, event by event: it is made a hundred thousand times for a long answer. */
function textDelta(response: ActiveResponse, open: NonNullable<ActiveResponse['open']>, delta: string, out: Outbox): ServerEvent {
  const event_id = out.ids.id('event')
  const obfuscation = out.ids.obfuscation()
  const response_id = response.id
  const item_id = open.id
  const output_index = response.output.length
  if (open.type === 'function_call') {
    const type = 'response.function_call_arguments.delta'
    return { type, event_id, response_id, item_id, output_index, call_id: open.callId, delta, obfuscation }
  }
  const type = open.spoken ? 'response.output_audio_transcript.delta' : 'response.output_text.delta'
  return { type, event_id, response_id, item_id, output_index, content_index: 0, delta, obfuscation }
}

/** Sends sound of the open message. */
export function sendAudioDelta(
  draft: ResponseDraft,
  sound: { readonly bytes: Uint8Array; readonly durationMs: number },
  out: Outbox,
): void {
  const { response } = draft
  const { open } = response
  if (open?.type !== 'message') return
  response.audioMs += sound.durationMs
  response.open = { ...open, sound: append(open.sound, sound.bytes), soundBytes: open.soundBytes + sound.bytes.byteLength }
  if (!response.outOfBand && !draft.state.hasAssistantAudio) draft.state = { ...draft.state, hasAssistantAudio: true }
  send(out, { type: 'response.output_audio.delta', ...partOf(draft, open), delta: encodeBase64(sound.bytes) })
}

/** Ends the open item, if there is one, with what was sent of it. */
export function closeItem(draft: ResponseDraft, status: 'completed' | 'incomplete', out: Outbox): void {
  const { open } = draft.response
  if (!open) return
  if (open.type === 'message') closeMessage(draft, open, status, out)
  else closeCall(draft, open, status, out)
  draft.response.open = undefined
}

function closeMessage(draft: ResponseDraft, open: OpenMessage, status: 'completed' | 'incomplete', out: Outbox): void {
  const place = partOf(draft, open)
  if (open.spoken) {
    send(out, { type: 'response.output_audio.done', ...place })
    send(out, { type: 'response.output_audio_transcript.done', ...place, transcript: open.text })
  } else {
    send(out, { type: 'response.output_text.done', ...place, text: open.text })
  }
  send(out, { type: 'response.content_part.done', ...place, part: contentPart(open) })
  const content: AssistantMessageItem['content'] = open.spoken
    ? [{ type: 'output_audio', transcript: open.text }]
    : [{ type: 'output_text', text: open.text }]
  keepSound(draft, open)
  finishItem(draft, { id: open.id, type: 'message', status, role: 'assistant', content }, out)
}

function closeCall(draft: ResponseDraft, open: OpenCall, status: 'completed' | 'incomplete', out: Outbox): void {
  const place = { response_id: draft.response.id, item_id: open.id, output_index: draft.response.output.length }
  send(out, {
    type: 'response.function_call_arguments.done',
    ...place,
    call_id: open.callId,
    name: open.name,
    arguments: open.text,
  })
  finishItem(draft, callItem(open, status), out)
}

function addItem(draft: ResponseDraft, item: AssistantMessageItem | FunctionCallItem, out: Outbox): void {
  const { response } = draft
  send(out, { type: 'response.output_item.added', response_id: response.id, output_index: response.output.length, item })
  if (response.outOfBand) return
  const { conversation, responseCount } = draft.state
  const previousId = conversation.lastId
  const added = insertItem(conversation, { item, audio: undefined, responseId: response.id, responseCount }, previousId)
  draft.state = { ...draft.state, conversation: added }
  send(out, { type: 'conversation.item.added', previous_item_id: previousId, item })
}

function finishItem(draft: ResponseDraft, item: AssistantMessageItem | FunctionCallItem, out: Outbox): void {
  const { response } = draft
  // The client may have deleted it meanwhile: then the conversation has nothing to say of it.
  const entry = response.outOfBand ? undefined : findEntry(draft.state.conversation, item.id)
  if (entry) {
    const kept = entry.truncated ? withoutTranscript(item) : item
    draft.state = { ...draft.state, conversation: changeEntry(draft.state.conversation, item.id, { item: kept }) }
    send(out, { type: 'conversation.item.done', previous_item_id: entry.previousId, item })
  }
  send(out, { type: 'response.output_item.done', response_id: response.id, output_index: response.output.length, item })
  response.output = [...response.output, item]
}

/** The conversation keeps the sound that was sent; a truncation by the client has already said how much. */
function keepSound(draft: ResponseDraft, open: OpenMessage): void {
  const entry = draft.response.outOfBand ? undefined : findEntry(draft.state.conversation, open.id)
  if (!entry || entry.truncated || open.soundBytes === 0) return
  const audio = { bytes: concatenate(entriesFrom(open.sound)), format: draft.response.settings.format }
  draft.state = { ...draft.state, conversation: changeEntry(draft.state.conversation, open.id, { audio }) }
}

/** What is left of a truncated message: its words are gone. */
export function withoutTranscript<T extends Item>(item: T): T {
  if (item.type !== 'message' || item.role !== 'assistant') return item
  return { ...item, content: item.content.map((part) => (part.type === 'output_audio' ? { ...part, transcript: '' } : part)) }
}

function callItem(open: OpenCall, status: FunctionCallItem['status']): FunctionCallItem {
  return { id: open.id, type: 'function_call', status, name: open.name, call_id: open.callId, arguments: open.text }
}

/** Parts are named `audio` and `text`, though the items say `output_audio` and `output_text`. */
function contentPart(open: OpenMessage): ResponseContentPart {
  return open.spoken ? { type: 'audio', transcript: open.text } : { type: 'text', text: open.text }
}

interface PartPlace {
  readonly response_id: string
  readonly item_id: string
  readonly output_index: number
  readonly content_index: 0
}

function partOf(draft: ResponseDraft, open: OpenMessage): PartPlace {
  return { response_id: draft.response.id, item_id: open.id, output_index: draft.response.output.length, content_index: 0 }
}
