// Whisper within this process, through the optional package @fugood/whisper.node, whose program comes built: for who has not built
// whisper.cpp of nodejs-whisper. A crash in it ends the process, so that the other way comes first.

import { pathToFileURL } from 'node:url'
import { AudioEngineFailed, messageOf } from '../../src/errors.ts'
import type { Pcm, Recognition, WordTime } from '../types.ts'
import { resolvePackage } from './resolve-package.ts'
import { speechIn } from './whisper-text.ts'

export const addonPackage = '@fugood/whisper.node'

/** What is used of the package. Times are ms. */
interface WhisperAddon {
  initWhisper(options: { filePath: string; useGpu: boolean }): Promise<AddonContext>
}

interface AddonContext {
  transcribeData(
    samples: ArrayBuffer,
    options: { language: string; temperature: number },
  ): { readonly promise: Promise<{ readonly segments: readonly { text: string; t0: number; t1: number }[] }> }
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
export async function transcribeByAddon(audio: Pcm, modelFile: string, language: string): Promise<Recognition> {
  const loading = contexts.get(modelFile) ?? openContext(modelFile)
  contexts.set(modelFile, loading)
  try {
    const context = await loading
    const samples = audio.samples.slice().buffer
    return recognition((await context.transcribeData(samples, { language, temperature: 0 }).promise).segments)
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

function recognition(segments: readonly { text: string; t0: number; t1: number }[]): Recognition {
  const words = segments.flatMap(({ text, t0, t1 }): WordTime[] => {
    const spoken = speechIn(text)
    return spoken === '' ? [] : [{ text: spoken, startMs: t0, endMs: t1 }]
  })
  return { text: words.map(({ text }) => text).join(' '), words }
}
