// Who spoke when in an item, for models that tell speakers apart. No events here.

import type { SpeakerSegment, TranscriptResult } from './inputs.ts'

export type TimedSegment = Required<SpeakerSegment>

/** Speakers are labelled with capital letters, in the order in which they are first heard. */
const firstSpeaker = 'A'

/**
 * The segments of a transcript with all their times; without any, the whole sound is one of speaker 'A'. A time that is missing is
 * that of the neighbour, else an even share of the sound.
 *
 * @example placeSegments({ type: 'completed', text: 'Hi. Hello.', segments: [{ speaker: 'A', text: 'Hi.' }, …] }, 2000)
 */
export function placeSegments(
  { text, segments = [{ speaker: firstSpeaker, text }] }: Extract<TranscriptResult, { type: 'completed' }>,
  audioMs: number,
): TimedSegment[] {
  const shareMs = audioMs / Math.max(1, segments.length)
  return segments.map((segment: SpeakerSegment, index) => {
    const startMs = segment.startMs ?? segments[index - 1]?.endMs ?? Math.round(index * shareMs)
    const endMs = segment.endMs ?? segments[index + 1]?.startMs ?? Math.round((index + 1) * shareMs)
    return { speaker: segment.speaker, text: segment.text, startMs, endMs: Math.max(startMs, endMs) }
  })
}
