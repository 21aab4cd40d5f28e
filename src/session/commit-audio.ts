// A stretch of the input buffer becomes a user item: by commit, by turn detection, by the idle timeout.

import type { UserMessageItem } from '../protocol/items.ts'
import { bytesToMs, bytesToSamples, dropAudioBefore, readAudio } from './audio-buffer.ts'
import { insertItem } from './conversation.ts'
import type { PendingTranscription } from './on-transcript.ts'
import { type Outbox, push, send } from './outbox.ts'
import type { SessionState } from './state.ts'

export interface Stretch {
  readonly itemId: string
  readonly fromByte: number
  readonly toByte: number
}

/** Sends committed, added, done; tells the runtime what was heard; asks for a transcript where one is configured. */
export function commitAudio(state: SessionState, { itemId, fromByte, toByte }: Stretch, out: Outbox): SessionState {
  const { buffer, conversation } = state
  const { format } = buffer
  const audio = { bytes: readAudio(buffer, fromByte, toByte), format }
  const previousId = conversation.lastId
  const item: UserMessageItem = {
    id: itemId,
    type: 'message',
    status: 'completed',
    role: 'user',
    content: [{ type: 'input_audio', transcript: null }],
  }
  send(out, { type: 'input_audio_buffer.committed', previous_item_id: previousId, item_id: itemId })
  send(out, { type: 'conversation.item.added', previous_item_id: previousId, item })
  send(out, { type: 'conversation.item.done', previous_item_id: previousId, item })
  const endSample = bytesToSamples(format, toByte)
  const startSample = endSample - bytesToSamples(format, audio.bytes.byteLength)
  push(out, { type: 'heard', itemId, startSample, endSample, audio: audio.bytes, format })
  const added = insertItem(conversation, { item, audio, responseId: undefined, responseCount: state.responseCount }, previousId)
  const next = { ...state, conversation: added, buffer: dropAudioBefore(buffer, toByte), live: undefined }
  const sent = state.live?.itemId === itemId ? state.live.pieces : []
  return askTranscript(next, { itemId, audioMs: bytesToMs(format, audio.bytes.byteLength), sent }, out)
}

type Spoken = Pick<PendingTranscription, 'itemId' | 'audioMs' | 'sent'>

/** `sent`: what a streaming model has sent before. Later changes of the session do not matter to it. */
function askTranscript(state: SessionState, spoken: Spoken, out: Outbox): SessionState {
  const { transcription } = state.config.audio.input
  if (!transcription) return state
  const { model, language, prompt } = transcription
  push(out, { type: 'transcribe', itemId: spoken.itemId, model, language, prompt })
  const hints = language === null ? transcription.languages : [language]
  const { turns: turn } = state.conversation
  const pending = { ...spoken, turn, model, prompt, hints, committedAtMs: out.nowMs, plan: undefined }
  return { ...state, transcriptions: new Map(state.transcriptions).set(spoken.itemId, pending) }
}
