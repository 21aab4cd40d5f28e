// Several voices in one sound, with the truth of who spoke when. Pure.

import { checkMs } from './checks.ts'
import { concatPcm, mixPcm, pcm, silence } from './pcm.ts'
import { resamplePcm } from './resample.ts'
import type { Pcm, WordTime } from './types.ts'
import { shiftWord } from './word-times.ts'

/** A voice of a mixture. */
export interface VoicePart {
  /** Label of who speaks: `A`, `B` … */
  readonly speaker: string
  readonly audio: Pcm
  /** Where it begins; by default 300 ms after the part before it has ended. Less lets them talk at the same time. */
  readonly atMs?: number
  /** 0 by default. */
  readonly gainDb?: number
}

/** Who spoke when: `start` and `end` in seconds of the sound, as `transcribeOnce({ segments })` takes them. */
export interface VoiceSegment {
  readonly speaker: string
  readonly text: string
  readonly start: number
  readonly end: number
}

const pauseMs = 300

/**
 * Mixes voices into one sound that knows who spoke when. The segments are the truth, not what anybody heard: no engine of the kit
 * tells speakers apart. Given to `transcribeOnce`, they are what a diarizing model of the service answers.
 *
 * @throws RealtimeKitError RTK_AUDIO for a voice that begins before 0 ms
 * @example
 * const { audio, segments } = mixVoices([
 *   { speaker: 'A', audio: await speech('Any questions?') },
 *   { speaker: 'B', audio: await speech('Yes, one.', { voice: 'rms' }) },
 * ])
 * realtime.transcribeOnce({ segments })
 * await caller.says(audio)
 */
export function mixVoices(parts: readonly VoicePart[]): { readonly audio: Pcm; readonly segments: VoiceSegment[] } {
  const rateHz = parts[0]?.audio.rateHz ?? 24_000
  let mixed = silence(0, { rateHz })
  let endMs = 0
  const segments: VoiceSegment[] = []
  const words: WordTime[] = []
  for (const { speaker, audio, atMs, gainDb = 0 } of parts) {
    if (atMs !== undefined) checkMs('mixVoices()', `atMs of ${JSON.stringify(speaker)}`, atMs)
    const sound = resamplePcm(audio, rateHz)
    const span = audio.speechSpan ?? { startMs: 0, endMs: audio.durationMs }
    // The voice begins there, not the silence before it.
    const beginMs = atMs ?? (segments.length === 0 ? span.startMs : endMs + pauseMs)
    const shiftMs = beginMs - span.startMs
    const placed =
      shiftMs < 0
        ? pcm(sound.samples.subarray(Math.round((-shiftMs * rateHz) / 1000)), rateHz)
        : concatPcm(silence(shiftMs, { rateHz }), sound)
    mixed = mixPcm(mixed, placed, { gainDb })
    endMs = beginMs + span.endMs - span.startMs
    segments.push({ speaker, text: audio.text ?? '', start: beginMs / 1000, end: endMs / 1000 })
    words.push(...(audio.words ?? []).map((word) => shiftWord(word, shiftMs)))
  }
  const inOrder = segments.toSorted((left, right) => left.start - right.start)
  const first = inOrder[0]
  const known = first && {
    text: inOrder.map(({ text }) => text).join(' '),
    words: words.toSorted((left, right) => left.startMs - right.startMs),
    speechSpan: { startMs: first.start * 1000, endMs: Math.max(...inOrder.map(({ end }) => end)) * 1000 },
  }
  return { audio: pcm(mixed.samples, rateHz, known), segments: inOrder }
}
