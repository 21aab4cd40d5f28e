// PocketSphinx as a program: one run for each sound, which it reads from a file. Text only.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AudioEngineFailed, messageOf } from '../../src/errors.ts'
import { pcm } from '../pcm.ts'
import type { Recognition } from '../types.ts'
import { writeWav } from '../wav.ts'

const program = 'pocketsphinx_continuous'

/** The program's name, where it can be run. */
export function findCommand(): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Without arguments it complains and ends; what is not there cannot be started.
    execFile(program, [], (error) => resolve(error && 'code' in error && error.code === 'ENOENT' ? undefined : program))
  })
}

/** @param samples mono, at 16,000 Hz */
export async function decodeByCommand(command: string, settings: readonly string[], samples: Int16Array): Promise<Recognition> {
  // It cannot read a pipe of Node's, which is a socket.
  const folder = await mkdtemp(join(tmpdir(), 'vitest-realtime-pocketsphinx-'))
  try {
    const file = join(folder, 'sound.wav')
    await writeFile(file, writeWav(pcm(samples, 16_000)))
    return { text: (await run(command, [...settings, '-infile', file])).replace(/\s+/g, ' ').trim() }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Killed from outside, out of memory: once more. */
async function run(command: string, settings: readonly string[], attempt = 1): Promise<string> {
  try {
    return (await promisify(execFile)(command, settings)).stdout
  } catch (cause) {
    if (attempt === 1 && cause instanceof Error && 'signal' in cause && cause.signal) return run(command, settings, 2)
    throw new AudioEngineFailed('pocketsphinx', messageOf(cause), { cause })
  }
}
