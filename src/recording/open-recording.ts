// Opens what people name on the command line: a recording, or a log that is made into one.

import { readFileSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { convertLog } from './convert-log.ts'
import { timelineFile } from './layout.ts'
import { readRecording } from './read-recording.ts'
import type { Recording } from './recording.ts'
import { recordingError } from './recording-error.ts'

/** Logs are read whole; recordings are not. */
const maxLogBytes = 256 * 1024 * 1024

/**
 * Reads a recording by its folder, or converts a log: an array of events, one JSON per line, or a HAR.
 *
 * @throws RealtimeKitError RTK_RECORDING, with file and line
 */
export async function openRecording(path: string): Promise<Recording> {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isFile() || basename(path) === timelineFile) return readRecording(path)
  const file = resolve(path)
  if (found.size > maxLogBytes)
    throw recordingError(
      { file },
      `has ${found.size} bytes: a log is read whole, up to ${maxLogBytes}.`,
      'Cut it into several logs.',
    )
  return convertLog(textOf(readFileSync(file)), { name: basename(path).replace(/\.\w+$/, ''), file })
}

/** Shells of Windows write what a program prints as UTF-16. */
function textOf(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes)
}
