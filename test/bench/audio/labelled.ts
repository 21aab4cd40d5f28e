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
}

export type BenchNoise = 'white' | 'pink' | 'babble'

/** Sound louder than this is speech: right where the recordings are clean (floor below -80 dBFS), dying consonants included. */
const soundDbfs = -60
const stepMs = 5
const promptsPerStream = 3

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

function boundsOf({ samples, rateHz }: Pcm): { startMs: number; endMs: number } | undefined {
  const steps = energyEnvelope(samples, rateHz, stepMs)
  const floor = 10 ** (soundDbfs / 10)
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
  const streams: LabelledStream[] = []
  for (let index = 0; index + promptsPerStream <= prompts.length; index += promptsPerStream) {
    const { rateHz } = prompts[index]!.audio
    const parts: Pcm[] = [gap(rateHz)]
    const spans: { startMs: number; endMs: number }[] = []
    for (const { audio, startMs, endMs } of prompts.slice(index, index + promptsPerStream)) {
      const offsetMs = parts.reduce((sum, part) => sum + part.durationMs, 0)
      spans.push({ startMs: offsetMs + startMs, endMs: offsetMs + endMs })
      parts.push(audio, gap(rateHz))
    }
    streams.push({ audio: noisyStream(concatPcm(...parts), index, prompts, noise), spans })
  }
  return streams
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
  const voices = Array.from({ length: 6 }, (_, voice) => prompts[(index * 5 + voice * 7 + 11) % prompts.length]!.audio)
  return withEffects(audio, [babble({ snrDb, voices })], { seed: index + 1 })
}
