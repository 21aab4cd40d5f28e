// The one place where sound meets the file system by its user's wish.

import { builtin } from '../src/builtins.ts'
import { messageOf, RealtimeKitError } from '../src/errors.ts'
import type { Pcm } from './types.ts'
import { readWav, type WavOptions, writeWav } from './wav.ts'

/**
 * Reads a WAV file from disk; see `readWav`.
 *
 * @throws RealtimeKitError RTK_AUDIO, naming the file, when it is missing or cannot be used
 * @example
 * const question = readWavFile(new URL('question.wav', import.meta.url))
 */
export function readWavFile(path: string | URL, options: WavOptions = {}): Pcm {
  try {
    return readWav(fileSystem().readFileSync(path), options)
  } catch (error) {
    const why = messageOf(error).replace(/^\[RTK_AUDIO\] /, '')
    throw new RealtimeKitError('RTK_AUDIO', `${String(path)}: ${why}`, { cause: error })
  }
}

/**
 * Writes mono PCM16 to a WAV file, over what was there.
 *
 * @throws Error of Node (ENOENT, EACCES …) when the file cannot be written
 * @example
 * writeWavFile('question.wav', await speech('What are your hours?'))
 */
export function writeWavFile(path: string | URL, audio: Pcm): void {
  fileSystem().writeFileSync(path, writeWav(audio))
}

function fileSystem(): typeof import('node:fs') {
  const files = builtin('node:fs')
  if (files) return files
  throw new RealtimeKitError('RTK_AUDIO', 'a page has no files: fetch the bytes, and give them to readWav().')
}
