// Reads recordings: as a stream, entry by entry, for any size; whole; and whole at once, for matchers. The text is never held as one
// string, and no line may be longer than a message of the service can be.

import { closeSync, createReadStream, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import split from 'split2'
import { RealtimeKitError } from '../errors.ts'
import { maxTimelineEntries, type TimelineEntry } from '../runtime/timeline.ts'
import { timelineFile } from './layout.ts'
import { convertMend, LineReader } from './line-reader.ts'
import type { Recording, RecordingHeader } from './recording.ts'
import { recordingError } from './recording-error.ts'
import { SoundShelf } from './sound-shelf.ts'

/** Longest line, in characters: no event is longer once its sound lies beside it. */
export const maxLineLength: number = 32 * 1024 * 1024

/** How much sound and text a recording may hold that is read into memory as a whole. */
export const maxRecordingCharacters: number = 1024 * 1024 * 1024

/** Long lines are put together of few pieces. */
const readBytes = 1 << 20

/** A recording that is read as a stream. */
export interface RecordingStream {
  readonly header: RecordingHeader
  /** Each entry once, in order, with its sound as base64. */
  readonly entries: AsyncIterable<TimelineEntry>
}

/**
 * Reads a recording into memory, sound and all.
 *
 * @param path its folder, or the `timeline.ndjson` in it
 * @throws RealtimeKitError RTK_RECORDING, with file and line, for one that is missing, torn, edited beyond use, of a newer version,
 *   malicious, or larger than a gigabyte
 * @example
 * const { header, entries } = await readRecording('__recordings__/booking')
 */
export async function readRecording(path: string): Promise<Recording> {
  const collected = new Collected(path)
  let header: RecordingHeader | undefined
  for await (const read of readLines(path)) {
    header = read.header
    if (read.entry) collected.add(read.entry)
  }
  // readLines fails where there is no header.
  return { header: header as RecordingHeader, entries: collected.entries }
}

/**
 * Reads the entries of a recording one by one, for recordings of any size.
 *
 * @throws RealtimeKitError RTK_RECORDING, with file and line
 * @example
 * for await (const entry of readEntries('__recordings__/long-day')) count(entry)
 */
export async function* readEntries(path: string): AsyncGenerator<TimelineEntry, void> {
  for await (const { entry } of readLines(path)) if (entry) yield entry
}

async function* readLines(path: string): AsyncGenerator<{ header: RecordingHeader; entry?: TimelineEntry }, void> {
  const file = timelineOf(path)
  const shelf = new SoundShelf(dirname(file))
  const reader = new LineReader(file, shelf)
  const text = createReadStream(file, { highWaterMark: readBytes })
  // What goes wrong with either of them ends the loop below.
  let seen = 0
  const count = (line: string): string => {
    seen++
    return line
  }
  const lines = pipeline(text, split('\n', count, { maxLength: maxLineLength }), () => {})
  try {
    const isCut = !endsWithLine(file)
    // One line is held back, so that the last one is known: a file that was cut off ends in it.
    let held: string | undefined
    for await (const line of lines as AsyncIterable<string>) {
      if (held !== undefined) yield take(reader, held, false)
      held = line
    }
    if (held !== undefined) yield take(reader, held, isCut)
    reader.end()
  } catch (error) {
    throw error instanceof RealtimeKitError ? error : unreadable(file, seen + 1, error)
  } finally {
    shelf.close()
  }
}

/** Whether the last line of a file has its end. */
function endsWithLine(file: string): boolean {
  const fd = openSync(file, 'r')
  try {
    const last = Buffer.alloc(1)
    const { size } = fstatSync(fd)
    return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === 0x0a)
  } finally {
    closeSync(fd)
  }
}

function take(reader: LineReader, line: string, isCut: boolean): { header: RecordingHeader; entry?: TimelineEntry } {
  const entry = reader.take(line, isCut)
  const header = reader.header as RecordingHeader
  return entry ? { header, entry } : { header }
}

/**
 * The same at once: for matchers, which answer at once.
 *
 * @throws RealtimeKitError RTK_RECORDING, with file and line
 */
export function readRecordingSync(path: string): Recording {
  const file = timelineOf(path)
  const shelf = new SoundShelf(dirname(file))
  const reader = new LineReader(file, shelf)
  const collected = new Collected(path)
  try {
    for (const { line, isCut } of linesOf(file, reader)) {
      const entry = reader.take(line, isCut)
      if (entry) collected.add(entry)
    }
    return { header: reader.end(), entries: collected.entries }
  } finally {
    shelf.close()
  }
}

function* linesOf(file: string, reader: LineReader): Generator<{ line: string; isCut: boolean }> {
  const fd = openSync(file, 'r')
  const decoder = new StringDecoder('utf8')
  const buffer = Buffer.alloc(readBytes)
  try {
    let rest = ''
    for (;;) {
      const count = readSync(fd, buffer)
      if (count === 0) break
      const lines = (rest + decoder.write(buffer.subarray(0, count))).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield { line, isCut: false }
      if (rest.length > maxLineLength) throw unreadable(file, reader.line + 1, undefined)
    }
    rest += decoder.end()
    if (rest !== '') yield { line: rest, isCut: true }
  } finally {
    closeSync(fd)
  }
}

/** Entries in memory, within bounds. */
class Collected {
  readonly entries: TimelineEntry[] = []
  readonly #path: string
  #characters = 0

  constructor(path: string) {
    this.#path = path
  }

  add(entry: TimelineEntry): void {
    this.entries.push(entry)
    this.#characters += soundLength(entry)
    if (this.entries.length <= maxTimelineEntries && this.#characters <= maxRecordingCharacters) return
    throw recordingError(
      { file: this.#path },
      `is too large to be held in memory: more than ${maxTimelineEntries} entries, or a gigabyte of sound.`,
      'Cut it into several recordings.',
    )
  }
}

/** Nearly all of a large recording is sound. */
function soundLength(entry: TimelineEntry): number {
  const { audio, delta } = ('event' in entry ? entry.event : {}) as { audio?: unknown; delta?: unknown }
  return (typeof audio === 'string' ? audio.length : 0) + (typeof delta === 'string' ? delta.length : 0)
}

/** The text of a recording that is given by its folder or by that file. */
function timelineOf(path: string): string {
  const given = resolve(path)
  const file = basename(given) === timelineFile ? given : join(given, timelineFile)
  if (file !== given && statSync(given, { throwIfNoEntry: false })?.isFile())
    throw recordingError({ file: given }, `is a file: a recording is a folder with ${timelineFile} in it.`, convertMend)
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found) throw missing(given, file)
  if (found.isFile()) return file
  const what = found.isSymbolicLink() ? 'is a link: it may lead out of the recording.' : 'is no file.'
  throw recordingError({ file }, what, 'Put the file itself there.')
}

function missing(given: string, file: string): RealtimeKitError {
  if (!lstatSync(given, { throwIfNoEntry: false }))
    return recordingError({ file: given }, 'is not there.', 'Record it first, or see whether its name is right.')
  return recordingError({ file }, 'is not there.', `A recording is a folder with ${timelineFile} in it.`)
}

function unreadable(file: string, line: number, error: unknown): RealtimeKitError {
  if (error !== undefined && !/maximum buffer/.test(String(error)))
    return recordingError({ file }, `cannot be read: ${String(error)}`, 'See whether the file may be read.', error)
  return recordingError(
    { file, line },
    `is longer than ${maxLineLength} characters: no event is.`,
    'The file is damaged, or no recording: each line is one entry.',
  )
}
