// The line of a call: while nobody speaks it carries silence, which offsets count and turn detection hears. A plain socket carries
// what the client appends, and nothing else.

import { encodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { appendAudio, createAudioBuffer, writtenMs } from './audio-buffer.ts'
import { type Outbox, push } from './outbox.ts'
import { freshDetector, type SessionState } from './state.ts'

/** A gap up to this length is a frame that comes late. */
const longestDelayMs = 500
/** Of a longer silence only the end is heard: more than the longest idle timeout. */
const longestHeardMs = 31_000

/** The session with the silence of the line until now in its buffer; `comingMs` of sound have just come, and are not in it yet. */
export function hearSilence(state: SessionState, comingMs: number, out: Outbox): SessionState {
  if (!state.output || state.segment) return state
  const lineMs = out.nowMs - state.openedAtMs - comingMs
  const silentMs = lineMs - writtenMs(state.buffer)
  if (silentMs <= longestDelayMs) return state
  const heardMs = Math.min(silentMs, longestHeardMs)
  const skipped = heardMs < silentMs ? skipTo(state, lineMs - heardMs) : state
  return appendSilence(skipped, heardMs, out)
}

/** What is passed over is gone: without turn detection nobody sees offsets, and what was said has yet to be committed. */
function skipTo(state: SessionState, toMs: number): SessionState {
  if (!state.detector) return state
  const buffer = createAudioBuffer(state.buffer.format, toMs)
  return { ...state, buffer, detector: freshDetector(state.config, buffer, state.settings.behavior), restartDetection: true }
}

function appendSilence(state: SessionState, ms: number, out: Outbox): SessionState {
  const { format } = state.buffer
  const samples = new Int16Array(Math.round((ms * wireRateHz(format)) / 1000))
  const { buffer, added } = appendAudio(state.buffer, encodeWireAudio(samples, format))
  if (!state.detector) return { ...state, buffer }
  const judges = state.detector.settings.judged !== undefined
  push(out, { type: 'detect-speech', audio: added, format, restart: state.restartDetection, judges })
  return { ...state, buffer, restartDetection: false }
}
