// input_audio_buffer.append, commit, clear. The sound itself is audio-buffer.ts; speech in it is on-speech.ts.

import { decodeBase64 } from '../../audio/base64.ts'
import type { ClientEventOf } from '../protocol/client-events.ts'
import { messageTooBig } from '../protocol/connect-faults.ts'
import { commitEmpty, invalidAudio } from '../protocol/faults.ts'
import {
  type AudioBuffer,
  appendAudio,
  bufferedMs,
  bytesToMs,
  bytesToSamples,
  clearAudio,
  dropAudioBefore,
  msToBytes,
} from './audio-buffer.ts'
import { hearSilence } from './call-line.ts'
import { closeSession } from './close-session.ts'
import { commitAudio } from './commit-audio.ts'
import { disarmIdle } from './idle-timeout.ts'
import { followSpeech } from './live-transcript.ts'
import { type Outbox, push, refuse, send } from './outbox.ts'
import type { SessionState } from './state.ts'
import { forgetSpeech } from './turn-detection.ts'

const minCommitMs = 100
/** With turn detection on, silence is kept this long: more than the longest idle timeout. */
const keptSilenceMs = 31_000

export function onAppend(before: SessionState, event: ClientEventOf<'input_audio_buffer.append'>, out: Outbox): SessionState {
  const { maxAppendLength, behavior } = before.settings
  if (event.audio.length > maxAppendLength) {
    // What the live service does with more is not known; a WebSocket says by 1009 that a message is too big.
    return closeSession(before, messageTooBig(behavior.oversizeCloseCode, maxAppendLength), out)
  }
  const bytes = decodeBase64(event.audio)
  if (!bytes) {
    refuse(out, invalidAudio(event))
    return before
  }
  const state = before.output ? hearSilence(before, bytesToMs(before.buffer.format, bytes.byteLength), out) : before
  const { buffer, added } = appendAudio(state.buffer, bytes)
  const { detector } = state
  if (detector && added.byteLength > 0) {
    const judges = detector.settings.judged !== undefined
    push(out, { type: 'detect-speech', audio: added, format: buffer.format, restart: state.restartDetection, judges })
  }
  followSpeech(state, buffer, out)
  if (!detector) return { ...state, buffer }
  const kept = state.segment ? buffer : forgetOldSilence(buffer)
  return { ...state, buffer: kept, restartDetection: state.restartDetection && added.byteLength === 0 }
}

export function onCommit(state: SessionState, event: ClientEventOf<'input_audio_buffer.commit'>, out: Outbox): SessionState {
  const audioMs = bufferedMs(state.buffer)
  if (audioMs < minCommitMs) {
    refuse(out, commitEmpty(audioMs, event))
    return state
  }
  const fromByte = state.segment?.startByte ?? state.buffer.startByte
  // Speech that goes on was announced with an item, by turn detection or by a streaming transcript: this is it.
  const itemId = state.segment?.itemId ?? state.live?.itemId ?? out.ids.id('item')
  const committed = commitAudio(disarmIdle(state, out), { itemId, fromByte, toByte: state.buffer.endByte }, out)
  return dropSegment(committed)
}

export function onClear(state: SessionState, _event: ClientEventOf<'input_audio_buffer.clear'>, out: Outbox): SessionState {
  send(out, { type: 'input_audio_buffer.cleared' })
  return dropSegment({ ...state, buffer: clearAudio(state.buffer) })
}

/** The speech so far is settled; what the detector still says of it is no news. */
function dropSegment(state: SessionState): SessionState {
  const { detector, buffer } = state
  const sample = bytesToSamples(buffer.format, buffer.endByte)
  return { ...state, segment: undefined, live: undefined, detector: detector && forgetSpeech(detector, sample) }
}

/** Cuts at twice the length, so that each byte is moved past once. */
function forgetOldSilence(buffer: AudioBuffer): AudioBuffer {
  const keptBytes = msToBytes(buffer.format, keptSilenceMs)
  return buffer.endByte - buffer.startByte > 2 * keptBytes ? dropAudioBefore(buffer, buffer.endByte - keptBytes) : buffer
}
