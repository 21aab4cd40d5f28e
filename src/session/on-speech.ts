// What the detector's decisions do: announce speech, interrupt, commit, answer. Also the idle timeout, which answers silence.

import type { SpeechFrame } from '../../audio/types.ts'
import { bytesToMs, msToBytes, samplesToBytes, writtenMs } from './audio-buffer.ts'
import { hearSilence } from './call-line.ts'
import { clearOutput } from './clear-output.ts'
import { commitAudio } from './commit-audio.ts'
import { disarmIdle, idleTimeoutMs } from './idle-timeout.ts'
import { requestResponse } from './on-response.ts'
import { type Outbox, send } from './outbox.ts'
import { cancelResponse } from './response-life.ts'
import type { SessionState } from './state.ts'
import { hearFrame } from './turn-detection.ts'

/** Offsets lie on the grid of the detector's frames. */
const gridMs = 32

/** The detector's answer to appended audio. Without turn detection it comes too late and is dropped. */
export function onSpeechFrames(state: SessionState, frames: readonly SpeechFrame[], out: Outbox): SessionState {
  let next = state
  for (const frame of frames) {
    if (!next.detector) return next
    const { detector, decision } = hearFrame(next.detector, frame)
    next = { ...next, detector }
    if (decision?.type === 'started') next = startSegment(next, decision.startSample, out)
    if (decision?.type === 'stopped') next = endSegment(next, decision.endSample, out)
  }
  return next
}

/** Nobody spoke for `idle_timeout_ms`: the silence is committed, and the model answers it. */
export function onIdleTimeout(state: SessionState, out: Outbox): SessionState {
  const timeoutMs = idleTimeoutMs(state)
  if (timeoutMs === undefined || !state.idleArmed || state.segment || state.activeResponseId !== undefined) return state
  const listening = hearSilence(state, 0, out)
  const { format, startByte } = listening.buffer
  const endMs = Math.floor(writtenMs(listening.buffer) / gridMs) * gridMs
  const startMs = Math.max(0, endMs - Math.ceil(timeoutMs / gridMs) * gridMs, Math.ceil(bytesToMs(format, startByte)))
  const itemId = out.ids.id('item')
  send(out, {
    type: 'input_audio_buffer.timeout_triggered',
    audio_start_ms: Math.min(startMs, endMs),
    audio_end_ms: endMs,
    item_id: itemId,
  })
  const stretch = { itemId, fromByte: msToBytes(format, startMs), toByte: msToBytes(format, endMs) }
  return answer(commitAudio({ ...listening, idleArmed: false }, stretch, out), out)
}

function startSegment(state: SessionState, startSample: number, out: Outbox): SessionState {
  const { buffer, config } = state
  // Prefix padding does not reach into what was committed already.
  const startByte = Math.max(samplesToBytes(buffer.format, startSample), buffer.startByte)
  const itemId = out.ids.id('item')
  const startMs = Math.round(bytesToMs(buffer.format, startByte))
  const announce = (): void => send(out, { type: 'input_audio_buffer.speech_started', audio_start_ms: startMs, item_id: itemId })
  const interrupts = config.audio.input.turn_detection?.interrupt_response ?? true
  const endsFirst = interrupts && state.settings.behavior.bargeIn === 'response-done'
  if (!endsFirst) announce()
  const next = { ...disarmIdle(state, out), segment: { itemId, startByte }, live: undefined }
  const interrupted = interrupts ? interrupt(next, out) : next
  if (endsFirst) announce()
  return interrupted
}

/** The caller talks over the answer: it ends, and so does its sound where the service plays it. */
function interrupt(state: SessionState, out: Outbox): SessionState {
  const { activeResponseId } = state
  const cancelled = activeResponseId === undefined ? state : cancelResponse(state, activeResponseId, 'turn_detected', out)
  return clearOutput(cancelled, out)
}

function endSegment(state: SessionState, endSample: number, out: Outbox): SessionState {
  const { segment, buffer } = state
  if (!segment) return state
  const { itemId, startByte } = segment
  const toByte = samplesToBytes(buffer.format, endSample)
  send(out, {
    type: 'input_audio_buffer.speech_stopped',
    audio_end_ms: Math.round(bytesToMs(buffer.format, toByte)),
    item_id: itemId,
  })
  const committed = commitAudio({ ...state, segment: undefined }, { itemId, fromByte: startByte, toByte }, out)
  return answer(committed, out)
}

function answer(state: SessionState, out: Outbox): SessionState {
  const { config, settings } = state
  if (config.type === 'transcription' || config.audio.input.turn_detection?.create_response === false) return state
  if (state.activeResponseId !== undefined && !settings.behavior.overlapError) return state
  return requestResponse(state, { params: {}, askedBy: 'turn-detection' }, out)
}
