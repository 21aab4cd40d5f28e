// The error of everything that goes wrong with a recording: where it is (file and line), what is wrong, what to do about it.

import { relative } from 'node:path'
import { RealtimeKitError } from '../errors.ts'

/** Where in a recording something is. */
export interface Spot {
  /** The file, or the recording's folder. */
  readonly file: string
  /** Counted from 1. */
  readonly line?: number
}

/** `test/__recordings__/booking/timeline.ndjson:12`: below the working directory where it is, so that editors can open it. */
export function spotText({ file, line }: Spot): string {
  const near = relative(process.cwd(), file)
  const path = near !== '' && !near.startsWith('..') ? near : file
  return line === undefined ? path : `${path}:${line}`
}

/** @example throw recordingError({ file, line: 3 }, 'is no JSON', 'Delete the line.') */
export function recordingError(spot: Spot, what: string, mend: string, cause?: unknown): RealtimeKitError {
  return new RealtimeKitError('RTK_RECORDING', `${spotText(spot)}: ${what}\n${mend}`, cause === undefined ? undefined : { cause })
}
