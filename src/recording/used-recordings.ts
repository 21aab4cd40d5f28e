// Which recordings this worker's tests have used: a second one of a test gets a number, two tests never share one, and what nobody
// uses any more is obsolete.

import { closeSync, existsSync, lstatSync, openSync, readdirSync, readSync, rmdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import type { RecordingPlace } from '../runtime/recording-place.ts'
import { audioFolder, timelineFile } from './layout.ts'
import { spotText } from './recording-error.ts'
import { Redactor } from './redactor.ts'

/** Whose a folder is, in this worker. */
const owners = new Map<string, string>()
/** How many recordings without a name each timeline has. A test that is tried again has a new timeline. */
const counts = new WeakMap<object, number>()
/** Which ones matchers compared, by timeline. */
const compared = new WeakMap<object, Set<string>>()

/**
 * The folder for this use: the second recording of a test that has no name is `<test>-2`.
 *
 * @throws RealtimeKitError RTK_RECORDING when another test has this folder
 */
export function takeFolder(timeline: object, place: RecordingPlace, folder: string, isUnnamed: boolean): string {
  const count = isUnnamed ? (counts.get(timeline) ?? 0) + 1 : 1
  if (isUnnamed) counts.set(timeline, count)
  const taken = count === 1 ? folder : `${folder}-${count}`
  useFolder(place, taken)
  compared.set(timeline, (compared.get(timeline) ?? new Set()).add(taken))
  return taken
}

/** Whether a matcher has compared a timeline with this recording. */
export function isComparedWith(timeline: object, folder: string): boolean {
  return compared.get(timeline)?.has(folder) === true
}

/**
 * Remembers that a test uses a recording.
 *
 * @throws RealtimeKitError RTK_RECORDING when another test has this folder
 */
export function useFolder(place: RecordingPlace, taken: string): void {
  const owner = `${place.file ?? ''} > ${place.test}`
  const other = owners.get(taken)
  if (other !== undefined && other !== owner) {
    throw new RealtimeKitError(
      'RTK_RECORDING',
      `${spotText({ file: taken })} is the recording of another test: ${other.replace(/^.*[\\/]/, '')}.\n` +
        "Give one of them a name of its own: toMatchRecording('…').",
    )
  }
  owners.set(taken, owner)
}

/** The tests of a file, and the one that has just passed, if it has. */
export interface FileTests {
  readonly names: ReadonlySet<string>
  readonly passed?: string
}

/** Folders of recordings that a test file once wrote and uses no more. */
export function obsoleteRecordings(place: RecordingPlace, { names, passed }: FileTests): string[] {
  if (place.file === undefined || !existsSync(place.folder)) return []
  const file = basename(place.file)
  return readdirSync(place.folder).flatMap((name) => {
    const folder = join(place.folder, name)
    const test = testIn(folder)
    if (!test || test.file !== file) return []
    const isUnused = passed !== undefined && isCalled(test.name, passed) && !owners.has(folder)
    return isUnused || ![...names].some((one) => isCalled(test.name, one)) ? [folder] : []
  })
}

/** Whether a test's name stands so in a header: there secrets are blacked out. */
function isCalled(inHeader: string, name: string): boolean {
  return inHeader === name || (inHeader.includes('[') && inHeader === new Redactor().text(name))
}

/** Removes a recording, and nothing that somebody put beside it. */
export function removeRecording(folder: string): void {
  rmSync(join(folder, audioFolder), { recursive: true, force: true })
  rmSync(join(folder, timelineFile), { force: true })
  if (readdirSync(folder).length === 0) rmdirSync(folder)
}

/** Headers are short: no more is read of a recording than this. */
const headerBytes = 16_384

interface HeaderTest {
  readonly file: string
  readonly name: string
}

/** What headers say, as long as their files are the same: each test of a file looks. */
const headers = new Map<string, { readonly state: string; readonly test: HeaderTest | undefined }>()

function testIn(folder: string): HeaderTest | undefined {
  const path = join(folder, timelineFile)
  // A file in the place of the folder is an error of its own kind, and none here.
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found?.isFile()) return undefined
  const state = `${found.mtimeMs} ${found.size}`
  const known = headers.get(path)
  if (known?.state === state) return known.test
  const test = readTest(path)
  headers.set(path, { state, test })
  return test
}

function readTest(path: string): HeaderTest | undefined {
  const fd = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(headerBytes)
    const [line = ''] = buffer.toString('utf8', 0, readSync(fd, buffer)).split('\n')
    const { test } = JSON.parse(line) as { test?: unknown }
    return isRecord(test) && typeof test.file === 'string' && typeof test.name === 'string'
      ? { file: test.file, name: test.name }
      : undefined
  } catch {
    return undefined
  } finally {
    closeSync(fd)
  }
}
