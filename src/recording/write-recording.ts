// Writes a recording: into a new folder beside its own, which then takes its place. Whoever reads sees the old one or the new one,
// never a part. Nothing is written outside of that folder, and a folder that is no recording is left alone.

import { closeSync, existsSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'
import { messageOf } from '../errors.ts'
import { isEvent } from '../runtime/timeline.ts'
import { CauseNames } from './cause-names.ts'
import { audioFolder, putAsideName, timelineFile } from './layout.ts'
import type { Recording } from './recording.ts'
import { recordingError } from './recording-error.ts'
import { SoundFiles } from './sound-files.ts'
import { stableJson } from './stable-json.ts'
import { wavFile } from './wav-bytes.ts'

/**
 * Writes a recording; one that lies there is replaced as a whole, or not at all.
 *
 * @param path its folder; folders above it are made
 * @throws RealtimeKitError RTK_RECORDING when the folder is none of a recording, or cannot be written
 * @example
 * await writeRecording('__recordings__/booking', recordingOf(entries, { name: 'booking', source: 'service' }))
 */
export async function writeRecording(path: string, recording: Recording): Promise<void> {
  writeRecordingSync(path, recording)
}

/** The same at once: for matchers, which answer at once. */
export function writeRecordingSync(path: string, recording: Recording): void {
  const folder = resolve(path)
  checkTarget(folder)
  const draft = join(dirname(folder), `.${basename(folder)}.${process.pid}-${threadId}-${++drafts}.tmp`)
  try {
    mkdirSync(draft, { recursive: true })
    fill(draft, recording)
    takePlace(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    throw recordingError({ file: folder }, `cannot be written: ${messageOf(error)}`, 'What lay there before is untouched.', error)
  }
}

let drafts = 0

/**
 * A folder with other things in it is somebody's: it must not be replaced.
 *
 * @throws RealtimeKitError RTK_RECORDING
 */
export function checkTarget(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (!found) return
  const mend = 'Choose another name: a recording has a folder of its own.'
  if (!found.isDirectory()) throw recordingError({ file: folder }, 'is in the way of a recording: it is no folder.', mend)
  const names = readdirSync(folder)
  if (names.length === 0 || names.includes(timelineFile)) return
  throw recordingError({ file: folder }, `holds no recording but ${names.slice(0, 3).join(', ')}: it is not replaced.`, mend)
}

/** Pieces of about so many characters go to the disk at a time. */
const flushAt = 1 << 20

function fill(draft: string, { header, entries }: Recording): void {
  const sounds = new SoundFiles()
  const causes = new CauseNames()
  const file = openSync(join(draft, timelineFile), 'wx')
  try {
    let text = `${stableJson(header)}\n`
    for (const entry of entries) {
      const cause = causes.name(entry)
      causes.add(entry)
      const content = sounds.take(entry)
      const { atMs, sessionId, from } = entry
      text += `${stableJson({
        ...{ atMs, from },
        ...(sessionId !== '' && { sessionId }),
        ...(isEvent(entry) ? { event: from === 'service' ? withoutOwnId(content, entry.index) : content } : { note: content }),
        ...(cause !== undefined && { cause }),
      })}\n`
      if (text.length < flushAt) continue
      writeSync(file, text)
      text = ''
    }
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
  if (sounds.files.length > 0) mkdirSync(join(draft, audioFolder))
  for (const { path, pieces, format } of sounds.files) writeWhole(join(draft, path), wavFile(Buffer.concat(pieces), format))
}

/** The id of a service's event follows from its place. One that has none says so. */
function withoutOwnId(event: unknown, index: number): unknown {
  const { event_id, ...rest } = event as Record<string, unknown>
  if (event_id === undefined) return { ...rest, event_id: null }
  return event_id === `event_${index}` ? rest : event
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx')
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at)
  } finally {
    closeSync(file)
  }
}

/** The old folder steps aside, the new one takes its name, what somebody had put beside the recording moves over. */
function takePlace(draft: string, folder: string): void {
  const aside = join(dirname(folder), putAsideName(basename(folder)))
  // Somebody was stopped half-way: the old recording lies aside, and nothing in its place.
  if (existsSync(aside) && !existsSync(folder)) renameSync(aside, folder)
  rmSync(aside, { recursive: true, force: true })
  if (!existsSync(folder)) return renameSync(draft, folder)
  renameSync(folder, aside)
  try {
    renameSync(draft, folder)
  } catch (error) {
    renameSync(aside, folder)
    throw error
  }
  for (const name of readdirSync(aside)) {
    if (name !== timelineFile && name !== audioFolder) renameSync(join(aside, name), join(folder, name))
  }
  rmSync(aside, { recursive: true, force: true })
}
