// A folder of WAV files with a transcripts.tsv (file, tab, text): prompts, and streams of them with true bounds.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withEffects } from '../../../audio/effects/chain.ts'
import { babble } from '../../../audio/effects/level-effects.ts'
import { readWavFile } from '../../../audio/files.ts'
import { energyEnvelope } from '../../../audio/level.ts'
import { seededRandom, withNoise } from '../../../audio/noise.ts'
import { concatPcm, pcm, silence } from '../../../audio/pcm.ts'
import type { Pcm } from '../../../audio/types.ts'

export interface Prompt {
  readonly file: string
  readonly text: string
  readonly audio: Pcm
  readonly startMs: number
  readonly endMs: number
}

export interface LabelledStream {
  readonly audio: Pcm
  readonly spans: readonly { readonly startMs: number; readonly endMs: number }[]
  readonly noise?: BenchNoise
}

export type BenchNoise = 'white' | 'pink' | 'babble'

/**
 * Speech is what comes within so many dB of the loudest step: the truth that the goals were set against. It is sound where the
 * recordings are clean (floor below -80 dBFS); 30 dB instead moves the bounds by 10 ms in the middle.
 */
const speechRangeDb = 40
const stepMs = 10
const promptsPerStream = 3
/** Each prompt twice, in another order, at other places within a frame: 10 in 100 cases are then not four prompts alone. */
const rounds = 2
/**
 * Fewer talkers are voices of their own, which a detector may well take for speech: 6 at 10 dB join most turns. With 10, about as many
 * turns are joined at 5 dB as where the goals come from (sentences: 34 of v6 and 53 of v4, there 22 and 53); with 20, hardly any.
 */
const talkers = 10

/** The prompts of a folder; those without sound are left out. */
export function readPrompts(folder: string): Prompt[] {
  const table = join(folder, 'transcripts.tsv')
  if (!existsSync(table)) throw new Error(`--corpus ${folder}: there is no transcripts.tsv (file, tab, text) in it.`)
  return readFileSync(table, 'utf8')
    .split('\n')
    .flatMap((line): Prompt[] => {
      const [file, text] = line.split('\t')
      if (!file || !text || !existsSync(join(folder, file))) return []
      const audio = readWavFile(join(folder, file))
      const bounds = boundsOf(audio)
      return bounds ? [{ file, text, audio: pcm(audio.samples, audio.rateHz), ...bounds }] : []
    })
}

/** Where the sound is within `speechRangeDb` of its loudest. */
export function boundsOf({ samples, rateHz }: Pcm): { startMs: number; endMs: number } | undefined {
  const steps = energyEnvelope(samples, rateHz, stepMs)
  const floor = Math.max(...steps) * 10 ** (-speechRangeDb / 10)
  const first = steps.findIndex((power) => power > floor)
  return first < 0 ? undefined : { startMs: first * stepMs, endMs: (steps.findLastIndex((power) => power > floor) + 1) * stepMs }
}

/** Three prompts each, with 0.9 to 1.6 s of silence around them; `noise` at a ratio to the speech. */
export function streamsOf(
  prompts: readonly Prompt[],
  noise?: { readonly kind: BenchNoise; readonly snrDb: number },
): LabelledStream[] {
  const random = seededRandom(7)
  const gap = (rateHz: number): Pcm => silence(900 + random() * 700, { rateHz })
  const all = Array.from({ length: rounds }, () => shuffled(prompts, random)).flat()
  const streams: LabelledStream[] = []
  for (let index = 0; index + promptsPerStream <= all.length; index += promptsPerStream) {
    const { rateHz } = all[index]!.audio
    const parts: Pcm[] = [gap(rateHz)]
    const spans: { startMs: number; endMs: number }[] = []
    for (const { audio, startMs, endMs } of all.slice(index, index + promptsPerStream)) {
      const offsetMs = parts.reduce((sum, part) => sum + part.durationMs, 0)
      spans.push({ startMs: offsetMs + startMs, endMs: offsetMs + endMs })
      parts.push(audio, gap(rateHz))
    }
    streams.push({
      audio: noisyStream(concatPcm(...parts), index, prompts, noise),
      spans,
      ...(noise ? { noise: noise.kind } : {}),
    })
  }
  return streams
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ value }) => value)
}

function noisyStream(
  audio: Pcm,
  index: number,
  prompts: readonly Prompt[],
  noise: { readonly kind: BenchNoise; readonly snrDb: number } | undefined,
): Pcm {
  if (!noise) return audio
  const { kind, snrDb } = noise
  if (kind !== 'babble') return withNoise(audio, { kind, snrDb, seed: index + 1 })
  const random = seededRandom(index + 1)
  const sentences = prompts.filter(({ text }) => text.split(/\s+/).length >= 3)
  // Each talker speaks on, from prompt to prompt; one that says a single word over and over would beat time.
  const voices = Array.from({ length: talkers }, () => concatPcm(...shuffled(sentences, random).map((prompt) => prompt.audio)))
  return withEffects(audio, [babble({ snrDb, voices })], { seed: index + 1 })
}
