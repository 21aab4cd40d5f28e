// What comes into a translation session: sound in engine frames of 200 ms, the utterances in it, and the end of the stream.
// The model knows no time but that of the sound: a pause in the appends is no pause of the speaker.

import { decodeBase64 } from '../../audio/base64.ts'
import type { SpeechFrame } from '../../audio/types.ts'
import { invalidAudio } from '../protocol/faults.ts'
import type { TranslationClientEventOf } from '../protocol/translation-events.ts'
import { appendAudio, bytesToMs, bytesToSamples, dropAudioBefore, msToBytes, readAudio, samplesToBytes } from './audio-buffer.ts'
import { push, refuse } from './outbox.ts'
import { awaitSource } from './translation-source.ts'
import { newUtterance } from './translation-speaking.ts'
import { type TranslationOutbox, type TranslationState, translationFormat } from './translation-state.ts'
import { translationTimer } from './translation-timers.ts'
import { hearFrame } from './turn-detection.ts'

const engineFrameBytes = msToBytes(translationFormat, 200)
/** Silence is kept this long, for the padding before speech that begins in it. */
const keptSilenceBytes = msToBytes(translationFormat, 2000)
/** What the live service does with more is not known; this is how a WebSocket says that a message is too big. */
const tooBig = { code: 1009, reason: 'Message too big' } as const

export function onTranslationAppend(
  state: TranslationState,
  event: TranslationClientEventOf<'session.input_audio_buffer.append'>,
  out: TranslationOutbox,
): TranslationState {
  // After `session.close` clients stop appending; what was on its way is not known to be answered with anything.
  if (state.phase !== 'open') return state
  if (event.audio.length > state.settings.maxAppendLength) {
    push(out, { type: 'close', ...tooBig })
    return { ...state, closed: true }
  }
  const bytes = decodeBase64(event.audio)
  if (!bytes) {
    refuse(out, invalidAudio(event))
    return state
  }
  const { buffer } = appendAudio(state.buffer, bytes)
  const wholeFrames = Math.floor((buffer.endByte - state.engineByte) / engineFrameBytes)
  if (wholeFrames === 0) return { ...state, buffer }
  return listen({ ...state, buffer }, state.engineByte + wholeFrames * engineFrameBytes, out)
}

/** The client has no more sound: what is left is looked at though it fills no frame, then whoever speaks has finished. */
export function onTranslationClose(state: TranslationState, out: TranslationOutbox): TranslationState {
  if (state.phase !== 'open') return state
  const heard = state.buffer.endByte > state.engineByte ? listen(state, state.buffer.endByte, out) : state
  // An input of its own, behind the answer of the voice activity detector, however long that takes.
  push(out, { type: 'schedule', timer: translationTimer.flush, atMs: out.nowMs, deadline: 'service' })
  return { ...heard, phase: 'flushing' }
}

export function onTranslationFlush(state: TranslationState, out: TranslationOutbox): TranslationState {
  const ended = state.speech ? endSpeech(state, state.buffer.endByte, out) : state
  return { ...ended, phase: 'draining' }
}

/** The detector's answer. */
export function onTranslationFrames(
  state: TranslationState,
  frames: readonly SpeechFrame[],
  out: TranslationOutbox,
): TranslationState {
  let next = state
  for (const frame of frames) {
    const { detector, decision } = hearFrame(next.detector, frame)
    next = { ...next, detector }
    if (decision?.type === 'started') next = startSpeech(next, decision.startSample, out)
    if (decision?.type === 'stopped') next = endSpeech(next, samplesToBytes(translationFormat, decision.endSample), out)
  }
  return next
}

/** Gives the sound up to `toByte` to the detector. */
function listen(state: TranslationState, toByte: number, out: TranslationOutbox): TranslationState {
  const audio = readAudio(state.buffer, state.engineByte, toByte)
  push(out, { type: 'detect-speech', audio, format: translationFormat, restart: state.engineByte === 0 })
  return { ...state, buffer: state.speech ? state.buffer : withoutOldSilence(state), engineByte: toByte }
}

/** Cuts at twice the length, so that each byte is moved past once. */
function withoutOldSilence({ buffer, engineByte }: TranslationState): TranslationState['buffer'] {
  return engineByte - buffer.startByte > 2 * keptSilenceBytes ? dropAudioBefore(buffer, engineByte - keptSilenceBytes) : buffer
}

function startSpeech(state: TranslationState, startSample: number, out: TranslationOutbox): TranslationState {
  // The padding does not reach into what was said before.
  const startByte = Math.max(samplesToBytes(translationFormat, startSample), state.buffer.startByte)
  return { ...state, speech: { startByte, startedAtMs: out.nowMs } }
}

/** An utterance is over: what was said is asked for, and how it is put into the other language. */
function endSpeech(state: TranslationState, toByte: number, out: TranslationOutbox): TranslationState {
  const { speech, buffer, config } = state
  if (!speech) return state
  const audio = readAudio(buffer, speech.startByte, toByte)
  const itemId = out.ids.id('item')
  const endSample = bytesToSamples(translationFormat, toByte)
  const startSample = bytesToSamples(translationFormat, speech.startByte)
  push(out, { type: 'heard', itemId, startSample, endSample, audio, format: translationFormat })
  const heard = { ...state, speech: undefined, buffer: dropAudioBefore(buffer, toByte) }
  const times = { itemId, endMs: bytesToMs(translationFormat, toByte), startedAtMs: speech.startedAtMs, endedAtMs: out.nowMs }
  const { transcription } = config.audio.input
  return newUtterance(transcription ? awaitSource(heard, times, transcription.model, out) : heard, times, out)
}
