// Whisper within this process, through the optional package @fugood/whisper.node, whose program comes built: for who has not built
// whisper.cpp of nodejs-whisper. A crash in it ends the process, so that the other way comes first.

import { pathToFileURL } from 'node:url'
import { AudioEngineFailed, messageOf } from '../../src/errors.ts'
import type { Pcm, Recognition, RecognitionOptions, WordTime } from '../types.ts'
import { resolvePackage } from './resolve-package.ts'
import { speechIn } from './whisper-text.ts'

export const addonPackage = '@fugood/whisper.node'

/** What is used of the package. Times are ms. */
interface WhisperAddon {
  initWhisper(options: { filePath: string; useGpu: boolean }): Promise<AddonContext>
}

interface AddonSegment {
  readonly text: string
  readonly t0: number
  readonly t1: number
}

interface AddonContext {
  transcribeData(
    samples: ArrayBuffer,
    options: {
      language: string
      temperature: number
      onNewSegments?: (found: { readonly segments: readonly AddonSegment[] }) => void
    },
  ): { readonly promise: Promise<{ readonly segments: readonly AddonSegment[] }> }
}

export function hasWhisperAddon(): boolean {
  return resolvePackage(addonPackage) !== undefined
}

/** By model file: a model is loaded once. */
const contexts = new Map<string, Promise<AddonContext>>()

/**
 * @param audio mono, at 16,000 Hz
 * @throws AudioEngineFailed when the package cannot be loaded, refuses the model, or fails with the sound; the next call begins anew
 */
export async function transcribeByAddon(
  audio: Pcm,
  modelFile: string,
  { language, onPartial }: { readonly language: string; readonly onPartial?: RecognitionOptions['onPartial'] },
): Promise<Recognition> {
  const loading = contexts.get(modelFile) ?? openContext(modelFile)
  contexts.set(modelFile, loading)
  try {
    const context = await loading
    const samples = audio.samples.slice().buffer
    const follow = onPartial && partialTeller(onPartial)
    const options = { language, temperature: 0, ...(follow ? { onNewSegments: follow } : {}) }
    return recognition((await context.transcribeData(samples, options).promise).segments)
  } catch (cause) {
    contexts.delete(modelFile)
    throw new AudioEngineFailed('whisper', messageOf(cause), { cause })
  }
}

async function openContext(filePath: string): Promise<AddonContext> {
  const loaded: unknown = await import(pathToFileURL(resolvePackage(addonPackage)!).href)
  // It tells its start on standard error. Its way to silence that keeps the process from ending.
  return addonOf(loaded).initWhisper({ filePath, useGpu: false })
}

function addonOf(loaded: unknown): WhisperAddon {
  const exports = Object(loaded)
  const addon: Partial<WhisperAddon> = typeof exports.initWhisper === 'function' ? exports : Object(exports.default)
  if (isAddon(addon)) return addon
  throw new Error(`${addonPackage} has no initWhisper: its version is not one we know.`)
}

function isAddon(value: Partial<WhisperAddon>): value is WhisperAddon {
  return typeof value.initWhisper === 'function'
}

/** The package tells the new segments of each window; they stand. */
function partialTeller(onPartial: (text: string) => void): (found: { readonly segments: readonly AddonSegment[] }) => void {
  const known: AddonSegment[] = []
  return ({ segments }) => {
    const lastMs = known.at(-1)?.t0 ?? -1
    known.push(...segments.filter(({ t0 }) => t0 > lastMs))
    const { text } = recognition(known)
    // Twice: what is said once may still change, for engines in general.
    onPartial(text)
    onPartial(text)
  }
}

function recognition(segments: readonly AddonSegment[]): Recognition {
  const words = segments.flatMap(({ text, t0, t1 }): WordTime[] => {
    const spoken = speechIn(text)
    return spoken === '' ? [] : [{ text: spoken, startMs: t0, endMs: t1 }]
  })
  return { text: words.map(({ text }) => text).join(' '), words }
}
