// When the parts of a spoken answer are sent: transcript deltas by the times of their words, ahead of the audio deltas
// they belong to. Positions are ms of the piece's audio; nothing here knows of events or of the session.

import type { WireAudioFormat, WordTime } from '../../audio/types.ts'
import { bytesToMs, msToBytes } from './audio-buffer.ts'
import type { SpokenAudio } from './inputs.ts'
import type { ResponseProfile } from './latency.ts'
import { splitTokens } from './tokens.ts'

/** How far transcript runs ahead, in ms of audio, when audio takes no time at all. */
const instantLeadAudioMs = 1000

export type SpokenDelta =
  | { readonly type: 'transcript'; readonly delta: string; readonly offsetMs: number }
  | { readonly type: 'audio'; readonly bytes: Uint8Array; readonly durationMs: number; readonly offsetMs: number }

export interface SpokenOptions {
  readonly format: WireAudioFormat
  readonly profile: ResponseProfile
  /** Length of the first delta; the others are `profile.audioDeltaMs`. */
  readonly firstDeltaMs: number
}

/**
 * The deltas of one spoken piece in sending order; `offsetMs` counts from the piece's first audio delta and is
 * negative for what leads it.
 */
export function paceSpeech(text: string, audio: SpokenAudio, options: SpokenOptions): SpokenDelta[] {
  const { profile } = options
  const isInstant = !Number.isFinite(profile.audioSpeed)
  const leadAudioMs = isInstant ? instantLeadAudioMs : profile.transcriptLeadMs * profile.audioSpeed
  const split = profile.streaming?.split ?? splitTokens
  const words = transcriptPositions(text, audio, split).map(({ token, startMs }) => ({
    token,
    atMs: Math.max(startMs, 0) - leadAudioMs,
  }))
  const sounds = cutAudio(audio.bytes, options)
  const firstEndMs = sounds[0]?.endMs ?? 0
  const deltas: SpokenDelta[] = []
  let nextWord = 0
  const sayUntil = (audioMs: number): void => {
    for (let word = words[nextWord]; word && word.atMs <= audioMs; word = words[++nextWord]) {
      deltas.push({ type: 'transcript', delta: word.token, offsetMs: word.atMs / profile.audioSpeed })
    }
  }
  for (const sound of sounds) {
    const audioMs = sound.endMs - firstEndMs
    sayUntil(audioMs)
    deltas.push({ type: 'audio', bytes: sound.bytes, durationMs: sound.durationMs, offsetMs: audioMs / profile.audioSpeed })
  }
  sayUntil(Number.POSITIVE_INFINITY)
  return deltas
}

interface Sound {
  readonly bytes: Uint8Array
  readonly durationMs: number
  readonly endMs: number
}

function cutAudio(bytes: Uint8Array, { format, profile, firstDeltaMs }: SpokenOptions): Sound[] {
  const sounds: Sound[] = []
  const sampleBytes = format.type === 'audio/pcm' ? 2 : 1
  const usableBytes = bytes.byteLength - (bytes.byteLength % sampleBytes)
  let lengthBytes = Math.max(sampleBytes, msToBytes(format, firstDeltaMs))
  for (let start = 0; start < usableBytes; ) {
    const end = Math.min(start + lengthBytes, usableBytes)
    sounds.push({ bytes: bytes.subarray(start, end), durationMs: bytesToMs(format, end - start), endMs: bytesToMs(format, end) })
    start = end
    lengthBytes = Math.max(sampleBytes, msToBytes(format, profile.audioDeltaMs))
  }
  return sounds
}

interface Anchor {
  readonly index: number
  readonly ms: number
}

/** Each token of the text with the time at which it is said: known words pin it, what lies between is spread evenly. */
function transcriptPositions(
  text: string,
  audio: SpokenAudio,
  split: (text: string) => readonly string[],
): { token: string; startMs: number }[] {
  const anchors = anchorWords(text, audio.words ?? [], audio.durationMs)
  const positions: { token: string; startMs: number }[] = []
  let index = 0
  let segment = 0
  for (const token of split(text)) {
    const sayIndex = index + token.length - token.trimStart().length
    while (segment + 2 < anchors.length && anchors[segment + 1]!.index <= sayIndex) segment++
    positions.push({ token, startMs: interpolate(anchors[segment]!, anchors[segment + 1]!, sayIndex) })
    index += token.length
  }
  return positions
}

/** Where known words stand in the text, between the text's two ends. Words that the text does not hold are passed over. */
function anchorWords(text: string, words: readonly WordTime[], durationMs: number): Anchor[] {
  const lowerText = text.toLowerCase()
  const anchors: Anchor[] = [{ index: 0, ms: 0 }]
  let from = 0
  for (const word of words) {
    const lowerWord = word.text.toLowerCase()
    const index = lowerWord ? lowerText.indexOf(lowerWord, from) : -1
    if (index < 0 || word.startMs < anchors[anchors.length - 1]!.ms) continue
    anchors.push({ index, ms: word.startMs })
    from = index + lowerWord.length
  }
  anchors.push({ index: Math.max(text.length, from), ms: Math.max(durationMs, anchors[anchors.length - 1]!.ms) })
  return anchors
}

function interpolate(before: Anchor, after: Anchor, index: number): number {
  const span = after.index - before.index
  return span <= 0 ? before.ms : before.ms + ((after.ms - before.ms) * (index - before.index)) / span
}
