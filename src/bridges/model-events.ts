// What a bridge does at each event of the model: a table of event type to handler. The events are those of the GA interface.

import { decodeBase64 } from '../../audio/base64.ts'
import { isRecord } from '../protocol/json.ts'
import type { Call } from './call.ts'
import { type BridgeEvent, errorOf } from './model-link.ts'
import type { Place } from './playback.ts'

type Handler = (call: Call, event: BridgeEvent) => void

const table: Readonly<Record<string, Handler>> = {
  'session.updated': (call, { session }) => {
    if (isRecord(session)) call.session.confirmed(session)
  },
  'input_audio_buffer.speech_started': onSpeechStarted,
  'input_audio_buffer.speech_stopped': onSpeechStopped,
  'input_audio_buffer.committed': onCommitted,
  'conversation.item.added': onItem,
  'conversation.item.done': onItem,
  'conversation.item.input_audio_transcription.completed': (call, { item_id: itemId, transcript }) => {
    call.history.said(itemId, transcript)
    // Words that come late must not stop the answer to them: a platform takes them for an interruption.
    if (typeof transcript === 'string' && transcript !== '' && !call.speaker.isBusy) call.world.phone.recognized(transcript)
  },
  'response.created': (call, { response }) => {
    const id = text(isRecord(response) ? response.id : undefined)
    call.gate.created(id)
    // Asked for before the caller began to speak, and made after it: the service will not stop this one by itself.
    if (call.isCallerSpeaking && call.mayBeInterrupted) call.bargeIn.discard(id)
  },
  'response.output_audio.delta': onAudio,
  'response.output_audio.done': (call, event) => {
    if (!call.bargeIn.isDiscarded(text(event.response_id))) call.speaker.finish(placeOf(event))
  },
  'response.output_audio_transcript.delta': (call, { item_id: itemId, delta }) => call.history.saidMore(itemId, delta),
  'response.output_audio_transcript.done': (call, { item_id: itemId, transcript }) => call.history.said(itemId, transcript),
  'response.output_text.done': (call, { item_id: itemId, text: words }) => call.history.said(itemId, words),
  'response.output_item.done': (call, { response_id: responseId, item }) => {
    if (isRecord(item) && item.type === 'function_call') call.functions.called(text(responseId), item)
  },
  'response.done': onResponseDone,
  error: onError,
}

const handlers = new Map(Object.entries(table))

/** Looks the event up; unknown ones are nobody's business. */
export function answerModelEvent(call: Call, event: BridgeEvent): void {
  handlers.get(event.type)?.(call, event)
}

function onSpeechStarted(call: Call, { audio_start_ms: startMs }: BridgeEvent): void {
  const { ear, session, gate, world } = call
  const agoMs = typeof startMs === 'number' ? ear.appendedMs - startMs - session.detection.paddingMs : 0
  call.isCallerSpeaking = true
  ear.speechStarted()
  gate.hold()
  call.isTurnHidden = !call.mayBeInterrupted
  if (!call.isTurnHidden) world.phone.speech('started')
  call.interrupt(Date.now() - Math.max(0, agoMs))
}

function onSpeechStopped(call: Call, { audio_end_ms: endMs }: BridgeEvent): void {
  const { ear, session, world } = call
  const agoMs = typeof endMs === 'number' ? ear.appendedMs - endMs : 0
  call.isCallerSpeaking = false
  call.awaitedSinceMs = Date.now() - Math.max(0, agoMs) - session.detection.silenceMs
  ear.speechEnded()
  if (!call.isTurnHidden) world.phone.speech('stopped')
}

function onCommitted(call: Call): void {
  const { detection } = call.session
  call.ear.taken()
  if (!call.isTurnHidden) call.world.phone.speech('committed')
  call.isTurnHidden = false
  call.gate.release({ isAnswered: detection.isOn && detection.answers })
}

function onItem(call: Call, { item }: BridgeEvent): void {
  call.history.item(item, Date.now() - call.startedAtMs)
}

function onAudio(call: Call, event: BridgeEvent): void {
  const place = placeOf(event)
  const bytes = typeof event.delta === 'string' ? decodeBase64(event.delta) : undefined
  if (!bytes || !call.bargeIn.takes(place, bytes)) return
  remember(call.spoken, place.responseId)
  call.metrics.framesOut++
  call.speaker.push(place, bytes)
}

/** Functions of a response may end long after it. */
function remember(ids: Set<string>, id: string): void {
  ids.add(id)
  if (ids.size > mostRemembered) for (const oldest of [...ids].slice(0, 1)) ids.delete(oldest)
}
const mostRemembered = 100

function onResponseDone(call: Call, { response }: BridgeEvent): void {
  const { id, status } = isRecord(response) ? response : {}
  const responseId = text(id)
  if (!call.bargeIn.responseDone(responseId)) call.speaker.end(responseId)
  if (!call.gate.hasPending) call.goodbye.responseDone()
  call.functions.responseDone(responseId, text(status))
  call.speaker.forget(responseId)
  call.gate.done()
  if (status === 'failed')
    call.world.log('warning', `a response failed: ${JSON.stringify(isRecord(response) ? response.status_details : null)}`)
  call.turnEnded()
}

function onError(call: Call, event: BridgeEvent): void {
  const { message, code, eventId } = errorOf(event)
  const isExpected = call.gate.failed(eventId, code) && code === 'conversation_already_has_active_response'
  // The service was faster: its response was over when we wanted to cut it.
  if (!isExpected && code !== 'response_cancel_not_active') call.world.log('warning', `the model says: ${code ?? ''} ${message}`)
}

function placeOf({ response_id: responseId, item_id: itemId, content_index: contentIndex }: BridgeEvent): Place {
  return {
    responseId: text(responseId),
    itemId: text(itemId),
    contentIndex: typeof contentIndex === 'number' ? contentIndex : 0,
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
