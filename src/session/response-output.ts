// Messages and function calls of a response on the wire: each is opened, filled by deltas and closed, in the order of protocol.md
// 4.1. Deltas of MCP calls too; the rest of those is response-mcp.ts. Works on the draft of a response, for one step.

import { encodeBase64 } from '../../audio/base64.ts'
import type { AssistantMessageItem, FunctionCallItem } from '../protocol/items.ts'
import type { ResponseContentPart, ServerEvent } from '../protocol/server-events.ts'
import type { ActiveResponse, Phase } from './active-response.ts'
import { append, emptyLog, entriesFrom } from './append-log.ts'
import { concatenate } from './audio-buffer.ts'
import { changeEntry } from './conversation.ts'
import { type Outbox, send } from './outbox.ts'
import { playSound } from './playout.ts'
import { addItem, finishItem, ownEntry, type ResponseDraft } from './response-item.ts'
import { breakMcpCall } from './response-mcp.ts'

type OpenMessage = Extract<NonNullable<ActiveResponse['open']>, { type: 'message' }>
type LateSound = NonNullable<OpenMessage['late']>
type OpenCall = Extract<NonNullable<ActiveResponse['open']>, { type: 'function_call' }>

/** Begins an assistant message with its one content part. */
export function openMessage(draft: ResponseDraft, phase: Phase, out: Outbox): void {
  const spoken = draft.response.settings.modalities.includes('audio')
  const open: OpenMessage = { type: 'message', id: out.ids.id('item'), spoken, text: '', sound: emptyLog(), soundBytes: 0, phase }
  draft.response.open = open
  addItem(draft, messageItem(draft, open, 'in_progress', []), out)
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
  if (open.type === 'mcp_call') {
    const type = 'response.mcp_call_arguments.delta'
    return { type, event_id, response_id, item_id, output_index, delta, obfuscation }
  }
  const type = open.spoken ? 'response.output_audio_transcript.delta' : 'response.output_text.delta'
  return { type, event_id, response_id, item_id, output_index, content_index: 0, delta, obfuscation }
}

/** Sends sound of the open message. */
export function sendAudioDelta(draft: ResponseDraft, sound: LateSound, out: Outbox): void {
  const { response } = draft
  const { open } = response
  if (open?.type !== 'message') return
  response.audioMs += sound.durationMs
  response.open = { ...open, sound: append(open.sound, sound.bytes), soundBytes: open.soundBytes + sound.bytes.byteLength }
  if (!response.outOfBand && !draft.state.hasAssistantAudio) draft.state = { ...draft.state, hasAssistantAudio: true }
  if (draft.state.output) {
    const { durationMs } = sound
    draft.state = playSound(draft.state, { responseId: response.id, itemId: open.id, durationMs }, out)
  }
  send(out, { type: 'response.output_audio.delta', ...partOf(draft, open), delta: encodeBase64(sound.bytes) })
}

/** Sends half of the last sound of a message and keeps the rest for after its `output_audio.done`, as the beta did. */
export function sendLastSound(draft: ResponseDraft, { bytes, durationMs }: LateSound, out: Outbox): void {
  const half = Math.floor(bytes.byteLength / 4) * 2
  const share = bytes.byteLength > 0 ? half / bytes.byteLength : 0
  sendAudioDelta(draft, { bytes: bytes.subarray(0, half), durationMs: durationMs * share }, out)
  const { open } = draft.response
  if (open?.type !== 'message') return
  draft.response.open = { ...open, late: { bytes: bytes.subarray(half), durationMs: durationMs * (1 - share) } }
}

/** Ends the open item, if there is one, with what was sent of it. */
export function closeItem(draft: ResponseDraft, status: 'completed' | 'incomplete', out: Outbox): void {
  const { open } = draft.response
  if (!open) return
  if (open.type === 'message') closeMessage(draft, open, status, out)
  else if (open.type === 'function_call') closeCall(draft, open, status, out)
  else breakMcpCall(draft, open, out)
  draft.response.open = undefined
}

function closeMessage(draft: ResponseDraft, open: OpenMessage, status: 'completed' | 'incomplete', out: Outbox): void {
  const place = partOf(draft, open)
  if (open.spoken) {
    send(out, { type: 'response.output_audio.done', ...place })
    if (open.late && status === 'completed') sendAudioDelta(draft, open.late, out)
    send(out, { type: 'response.output_audio_transcript.done', ...place, transcript: open.text })
  } else {
    send(out, { type: 'response.output_text.done', ...place, text: open.text })
  }
  send(out, { type: 'response.content_part.done', ...place, part: contentPart(open) })
  const content: AssistantMessageItem['content'] = open.spoken
    ? [{ type: 'output_audio', transcript: open.text }]
    : [{ type: 'output_text', text: open.text }]
  keepSound(draft)
  finishItem(draft, messageItem(draft, open, status, content), out)
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

/** The conversation keeps the sound that was sent; a truncation by the client has already said how much. */
function keepSound(draft: ResponseDraft): void {
  const { open } = draft.response
  if (open?.type !== 'message') return
  const entry = ownEntry(draft, open.id)
  if (!entry || entry.truncated || open.soundBytes === 0) return
  const audio = { bytes: concatenate(entriesFrom(open.sound)), format: draft.response.settings.format }
  draft.state = { ...draft.state, conversation: changeEntry(draft.state.conversation, open.id, { audio }) }
}

/** The phase is told only where the session's model knows phases, and the behavior says so. */
function messageItem(
  { state: { config, settings } }: ResponseDraft,
  { id, phase }: OpenMessage,
  status: AssistantMessageItem['status'],
  content: AssistantMessageItem['content'],
): AssistantMessageItem {
  const tellsPhase = settings.behavior.phase && config.type === 'realtime' && /^gpt-realtime-2/.test(config.model)
  return { id, type: 'message', status, role: 'assistant', content, ...(tellsPhase && { phase }) }
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
