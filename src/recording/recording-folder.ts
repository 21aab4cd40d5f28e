// Which folder a name means. Names of recordings stay below `__recordings__`; a path is taken as the author wrote it.

import { createHash } from 'node:crypto'
import { isAbsolute, join, resolve } from 'node:path'
import { RealtimeKitError } from '../errors.ts'
import type { RecordingPlace } from '../runtime/recording-place.ts'
import { Redactor } from './redactor.ts'

const longestName = 80

/** Devices of Windows: no file can be called so there. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** One part of a name that authors choose: no separators, no control characters, nothing hidden, nothing that Windows strips. */
const part = /^[\p{L}\p{N}_][\p{L}\p{N} ._,+()-]*$/u

/**
 * The folder of a recording.
 *
 * @param name a name such as 'booking' or 'desk/booking', below the place's folder; a path (`./…`, `../…` or absolute), from the
 *   working directory; or nothing: the test's name
 * @throws RealtimeKitError RTK_RECORDING for a name that would leave the folder or cannot be a file's
 * @example
 * recordingFolder(service.place, 'booking') // …/__recordings__/booking
 */
export function recordingFolder(place: Pick<RecordingPlace, 'folder' | 'test'>, name?: string): string {
  if (name === undefined) return join(place.folder, testFolder(place.test))
  if (typeof name !== 'string' || name === '') throw refused(name, 'a recording needs a name')
  if (name.includes('\0')) throw refused(name, 'it has a NUL character in it')
  if (isAbsolute(name) || /^\.{1,2}[\\/]/.test(name)) return resolve(name)
  const parts = name.split('/')
  const bad = parts.find((each) => !part.test(each) || reserved.test(each) || /[ .]$/.test(each) || each.length > longestName)
  if (bad !== undefined)
    throw refused(name, bad === '..' ? 'it leads out of the folder of recordings' : `${JSON.stringify(bad)} cannot be a folder`)
  return join(place.folder, ...parts)
}

/** A folder called after a test; a few digits of its hash tell names apart that would look the same. */
function testFolder(test: string): string {
  if (test === '') throw refused(test, 'there is no test to call it after')
  const clean = new Redactor().text(test)
  const words = clean.normalize('NFC').replace(/[^\p{L}\p{N}._]+/gu, '-')
  const name = words.replace(/^[-.]+|[-.]+$/g, '').slice(0, longestName)
  const isPlain = name === clean.replace(/ > | /g, '-') && !reserved.test(name)
  return isPlain ? name : `${name || 'test'}-${createHash('sha256').update(test).digest('hex').slice(0, 6)}`
}

function refused(name: unknown, why: string): RealtimeKitError {
  return new RealtimeKitError(
    'RTK_RECORDING',
    `The recording's name ${JSON.stringify(name)} cannot be used: ${why}.\n` +
      "Use a name such as 'booking' or 'desk/booking', or a path: './recordings/booking'.",
  )
}
