// Small WAV files for tests, with edges that are known: silence, a tone, noise or speech.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWavFile } from '../../audio/files.ts'
import { noise } from '../../audio/noise.ts'
import { concatPcm, pcm, silence } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm } from '../../audio/types.ts'
import { writeWav } from '../../audio/wav.ts'

export interface TestAudioOptions {
  /** Default 'silence'. */
  kind?: 'silence' | 'tone' | 'noise' | 'speech'
  /** Default 16,000. */
  rateHz?: number
  /** Of all but speech. Default 2,000. */
  durationMs?: number
}

export interface TestAudioFile {
  readonly name: string
  readonly path: string
  /** False where there was one of that name. */
  readonly isNew: boolean
  readonly durationMs: number
  /** Where the sound begins and ends; absent for silence and for files that were there. */
  readonly soundStartMs?: number
  readonly soundEndMs?: number
}

/** Silence before and after a sound. */
const edgeMs = 500
const toneHz = 440
const toneLevel = 8000

export async function writeTestAudio(
  folder: string,
  names: readonly string[],
  { kind = 'silence', rateHz = 16_000, durationMs = 2000 }: TestAudioOptions,
): Promise<TestAudioFile[]> {
  mkdirSync(folder, { recursive: true })
  const files: TestAudioFile[] = []
  for (const name of names) {
    const path = join(folder, `${name}.wav`)
    if (existsSync(path)) {
      files.push({ name, path, isNew: false, durationMs: readWavFile(path).durationMs })
      continue
    }
    const sound = await soundOf(name === 'silence' ? 'silence' : kind, { name, rateHz, durationMs })
    writeFileSync(path, writeWav(sound.audio))
    files.push({ name, path, isNew: true, durationMs: sound.audio.durationMs, ...sound.edges })
  }
  return files
}

interface Sound {
  readonly audio: Pcm
  readonly edges?: { readonly soundStartMs: number; readonly soundEndMs: number }
}

async function soundOf(
  kind: NonNullable<TestAudioOptions['kind']>,
  { name, rateHz, durationMs }: { name: string; rateHz: number; durationMs: number },
): Promise<Sound> {
  if (kind === 'silence') return { audio: silence(durationMs, { rateHz }) }
  const middleMs = Math.max(0, durationMs - 2 * edgeMs)
  if (kind === 'tone') return between(tone(middleMs, rateHz), rateHz)
  if (kind === 'noise') return between(noise(middleMs, { rateHz, levelDbfs: -20 }), rateHz)
  const spoken = await speech(`This is ${name.replaceAll('_', ' ')}.`, { leadMs: 0, trailMs: 0 })
  return between(resamplePcm(spoken, rateHz), rateHz)
}

function between(audio: Pcm, rateHz: number): Sound {
  const edge = silence(edgeMs, { rateHz })
  const edges = { soundStartMs: edgeMs, soundEndMs: edgeMs + audio.durationMs }
  return { audio: concatPcm(edge, audio, edge), edges }
}

function tone(ms: number, rateHz: number): Pcm {
  const length = Math.round((ms * rateHz) / 1000)
  return pcm(
    Int16Array.from({ length }, (_, at) => toneLevel * Math.sin((2 * Math.PI * toneHz * at) / rateHz)),
    rateHz,
  )
}
