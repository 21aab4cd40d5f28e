// Writes what a service has on its timeline: on demand, and at the end of a test that asked for it by the option `record`.

import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { recordable } from '../runtime/recordable.ts'
import type { RecordingPlace } from '../runtime/recording-place.ts'
import type { Service } from '../runtime/service.ts'
import type { TimelineEntry } from '../runtime/timeline.ts'
import { timelineFile } from './layout.ts'
import type { Recording } from './recording.ts'
import { recordingFolder } from './recording-folder.ts'
import { type RecordingFacts, recordingOf } from './recording-of.ts'
import { isComparedWith, useFolder } from './used-recordings.ts'
import { writeRecordingSync } from './write-recording.ts'

/** A recording of all sessions of a service so far; or of some of its entries. */
export function recordingOfService(
  service: Service,
  facts: Pick<RecordingFacts, 'name' | 'test' | 'sessions'>,
  entries: readonly TimelineEntry[] = service.timeline.entries,
): Recording {
  const { profile, sessions, redact } = recordable(service)
  return recordingOf(entries, { source: 'simulation', profile, sessions, redact, ...facts })
}

/** The test whose recordings lie at this place. */
export function testOf({ file, test }: RecordingPlace): Pick<RecordingFacts, 'test'> {
  return file === undefined ? {} : { test: { file: basename(file), name: test } }
}

/**
 * Writes all sessions so far; gives the folder.
 *
 * @param name see `recordingFolder`; default the test's
 */
export function saveSession(service: Service, name?: string): string {
  const folder = recordingFolder(placeOf(service), name)
  writeRecordingSync(folder, recordingOfService(service, { name: basename(folder) }))
  return folder
}

/**
 * Does what the option `record` says, when a test is over. Gives the folder that was written.
 *
 * Not written: where nothing connected, where a recording lies (but with `vitest -u`), and in CI.
 */
export function recordAtEnd(service: Service): string | undefined {
  const { record } = service.options
  const place = placeOf(service)
  if (!record || service.connections.length === 0) return undefined
  const name = typeof record === 'string' ? record : typeof record === 'object' ? record.name : undefined
  const folder = recordingFolder(place, name)
  useFolder(place, folder)
  const isThere = existsSync(join(folder, timelineFile))
  if (place.update === 'none' || (isThere && place.update !== 'all')) return undefined
  // What a matcher compared must not be overwritten by something longer.
  if (isComparedWith(service.timeline, folder)) return undefined
  writeRecordingSync(folder, recordingOfService(service, { name: basename(folder), ...testOf(place) }))
  return folder
}

function placeOf(service: Service): RecordingPlace {
  return service.place ?? { folder: join(process.cwd(), '__recordings__'), test: service.name, update: 'new' }
}
