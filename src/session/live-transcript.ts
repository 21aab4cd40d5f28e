// Streaming transcription models speak while the user does: deltas of words that are over, before anything is committed. The item
// is announced by the first of them. What is left follows the commit (on-transcript.ts). Which words were said, the runtime knows.

import { streamsTranscript } from '../protocol/transcription-models.ts'
import { type AudioBuffer, bytesToSamples, msToBytes } from './audio-buffer.ts'
import { type Outbox, push } from './outbox.ts'
import type { SessionState } from './state.ts'
import { sendTranscriptDelta, unsentPieces } from './transcript-pieces.ts'

/** What was sent of speech that was not committed yet. */
export interface LiveTranscript {
  readonly itemId: string
  readonly pieces: readonly string[]
}

/** How long after a word its delta comes. The levels are documented, their lengths are ours. */
const lagMs = { minimal: 100, low: 250, medium: 500, high: 1000, xhigh: 2000 } as const
const defaultLag = 'low'

/** After an append, which made the buffer what it is: asks what was said so far, where the model streams and speech may go on. */
export function followSpeech(state: SessionState, buffer: AudioBuffer, out: Outbox): void {
  const { transcription } = state.config.audio.input
  if (!transcription || !streamsTranscript(transcription.model)) return
  const startByte = speechStart(state)
  if (startByte === undefined) return
  const { format, endByte } = buffer
  const heardByte = endByte - msToBytes(format, lagMs[transcription.delay ?? defaultLag])
  if (heardByte <= startByte) return
  const startSample = bytesToSamples(format, startByte)
  push(out, { type: 'follow-speech', startSample, endSample: bytesToSamples(format, heardByte), format })
}

/** More words are over: those that were not sent yet are. */
export function onSaid(state: SessionState, startSample: number, pieces: readonly string[], out: Outbox): SessionState {
  const startByte = speechStart(state)
  if (startByte === undefined || bytesToSamples(state.buffer.format, startByte) !== startSample) return state
  if (!state.config.audio.input.transcription) return state
  const itemId = state.live?.itemId ?? state.segment?.itemId ?? out.ids.id('item')
  const sent = state.live?.pieces ?? []
  const more = unsentPieces(pieces, sent)
  let offset = sent.join('').length
  for (const delta of more) {
    sendTranscriptDelta(state.config, { itemId, delta, offset }, out)
    offset += delta.length
  }
  return { ...state, live: { itemId, pieces: [...sent, ...more] } }
}

/** Where the speech that goes on began; undefined while turn detection hears none. */
function speechStart(state: SessionState): number | undefined {
  return state.segment?.startByte ?? (state.detector ? undefined : state.buffer.startByte)
}
