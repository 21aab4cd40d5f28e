// Compares a timeline with its recording, as a file snapshot: writes it where it is missing and may be written. No matcher's words
// are here; matchers/to-match-recording.ts has those.

import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { MatchRecordingOptions } from '../api.ts'
import type { RecordingPlace } from '../runtime/recording-place.ts'
import type { TimelineEntry } from '../runtime/timeline.ts'
import { compareRecordings, defaultAspects, type RecordingDifference } from './compare-recordings.ts'
import { differenceLines } from './difference-text.ts'
import { checkIgnore } from './ignore-check.ts'
import { timelineFile } from './layout.ts'
import { readRecordingSync } from './read-recording.ts'
import type { Recording } from './recording.ts'
import { spotText } from './recording-error.ts'
import { recordingFolder } from './recording-folder.ts'
import { type RecordingFacts, recordingOf } from './recording-of.ts'
import { testOf } from './save-session.ts'
import { takeFolder } from './used-recordings.ts'
import { writeRecordingSync } from './write-recording.ts'

/** What is compared with its recording. */
export interface Recordable {
  readonly entries: readonly TimelineEntry[]
  readonly timeline: object
  readonly place: RecordingPlace
  readonly facts: Pick<RecordingFacts, 'profile' | 'sessions' | 'redact'>
}

export interface MatchOutcome {
  /** Its folder, near the working directory. */
  readonly path: string
  /** 'refused': it is missing, and this run may not write. */
  readonly outcome: 'equal' | 'different' | 'written' | 'updated' | 'refused'
  readonly differences: readonly RecordingDifference[]
  /** The differences for people. */
  readonly lines: readonly string[]
  readonly recordedCount: number
}

/**
 * Compares, or writes.
 *
 * @throws RealtimeKitError RTK_RECORDING for a name that cannot be used, or a recording that cannot be read; RTK_OPTION for a name in
 *   `ignore` that is no event's and no field's
 */
export function matchRecording(recordable: Recordable, name: string | undefined, options: MatchRecordingOptions): MatchOutcome {
  const { entries, place, timeline, facts } = recordable
  const folder = takeFolder(timeline, place, recordingFolder(place, name), name === undefined)
  const actual = recordingOf(entries, {
    ...{ name: basename(folder), source: 'simulation', ...facts },
    ...testOf(place),
    redact: [...(facts.redact ?? []), ...(options.redact ?? [])],
  })
  // Also where it is only written: the next run would complain.
  checkIgnore(options.ignore ?? [], { entries: actual.entries, takesTypes: true })
  const exists = existsSync(join(folder, timelineFile))
  const told = (outcome: MatchOutcome['outcome'], rest: Partial<MatchOutcome> = {}): MatchOutcome => ({
    ...{ path: spotText({ file: folder }), outcome, differences: [], lines: [], recordedCount: 0 },
    ...rest,
  })
  if (!exists && place.update === 'none') return told('refused')
  if (!exists || place.update === 'all') {
    const isNew = !exists || !isSame(folder, actual, options)
    writeRecordingSync(folder, actual)
    return told(exists ? (isNew ? 'updated' : 'equal') : 'written')
  }
  const recorded = readRecordingSync(folder)
  const placeOf = (at: number): number => entries[at]?.index ?? at
  const differences = compareRecordings(recorded, actual, { ...options, placeOf })
  const rest = { differences, lines: differenceLines(differences), recordedCount: recorded.entries.length }
  return told(differences.length === 0 ? 'equal' : 'different', rest)
}

/** For the count of updates; one that cannot be read is replaced like any other. */
function isSame(folder: string, actual: Recording, options: MatchRecordingOptions): boolean {
  try {
    return compareRecordings(readRecordingSync(folder), actual, { aspects: defaultAspects, ...options }).length === 0
  } catch {
    return false
  }
}
