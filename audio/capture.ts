// Sound from a program that records: a real voice, through whatever microphone command the machine has.

import { builtin } from '../src/builtins.ts'
import { messageOf, RealtimeKitError } from '../src/errors.ts'
import { pcm, samplesFromBytes } from './pcm.ts'
import type { Pcm } from './types.ts'

export interface CaptureOptions {
  /** How much to record: the program is stopped then. Default: until it ends by itself. */
  readonly durationMs?: number
  /** Rate of what the program writes, in Hz. Default 16,000. */
  readonly rateHz?: number
}

/** Ten minutes of the highest rate: what a forgotten program may fill. */
const maxBytes = 10 * 60 * 48_000 * 2

/**
 * Runs a program that writes raw sound to its standard output (16 bit, little endian, mono), and gives what it recorded. No shell is
 * involved. Its words are known to a transcription engine only.
 *
 * @throws RealtimeKitError RTK_AUDIO when the program cannot be started, fails, or writes nothing
 * @example
 * const question = await captureSound('arecord', ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', '16000'], { durationMs: 4000 })
 * await call.says(question)
 */
export async function captureSound(program: string, args: readonly string[], options: CaptureOptions = {}): Promise<Pcm> {
  const { durationMs, rateHz = 16_000 } = options
  const bytes = await outputOf(program, args, durationMs === undefined ? maxBytes : wholeSamples((durationMs / 1000) * rateHz))
  if (bytes.length < 2) throw failed(program, 'it wrote no sound to its standard output.')
  return pcm(samplesFromBytes(bytes.subarray(0, bytes.length - (bytes.length % 2))), rateHz)
}

function wholeSamples(count: number): number {
  return 2 * Math.round(count)
}

/** Standard output up to so many bytes; the program is ended once they are there. */
function outputOf(program: string, args: readonly string[], bytes: number): Promise<Uint8Array> {
  const processes = builtin('node:child_process')
  if (!processes) throw new RealtimeKitError('RTK_AUDIO', 'a page starts no programs: record with MediaRecorder there.')
  return new Promise((resolve, reject) => {
    const child = processes.spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const pieces: Uint8Array[] = []
    let length = 0
    let complaint = ''
    child.stdout.on('data', (piece: Uint8Array) => {
      pieces.push(piece)
      length += piece.length
      if (length >= bytes) child.kill('SIGTERM')
    })
    child.stderr.on('data', (piece: Uint8Array) => {
      complaint = `${complaint}${String(piece)}`.slice(-2000)
    })
    child.once('error', (error) => reject(failed(program, messageOf(error), error)))
    child.once('close', (code) => {
      if (length >= bytes || code === 0) return resolve(joined(pieces).subarray(0, bytes))
      reject(failed(program, `it ended with exit code ${code}: ${complaint.trim() || 'no message'}`))
    })
  })
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

function failed(program: string, why: string, cause?: unknown): RealtimeKitError {
  const mend = 'It must write raw sound: 16 bit, little endian, one channel.'
  return new RealtimeKitError('RTK_AUDIO', `captureSound(${JSON.stringify(program)}): ${why}\n${mend}`, { cause })
}
