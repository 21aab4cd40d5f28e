// Recordings that no test uses any more: told with Vitest's own count of obsolete snapshots, and removed where that removes them
// (`vitest -u`). Costs a look for the folder, once a file, where there are none.

import { builtin } from '../builtins.ts'
import { recordings } from '../recording/load-recordings.ts'
import type { RecordingPlace } from '../runtime/recording-place.ts'

/** The part of Vitest's task tree that is used here. */
export interface TaskNode {
  readonly type?: string
  readonly name: string
  readonly fullTestName?: string
  readonly tasks?: readonly TaskNode[]
}

/** The part of Vitest's snapshot state that is used here. */
interface SnapshotState {
  readonly _uncheckedKeys?: unknown
}

/** Told already, by folder: each test of a file looks. */
const told = new Set<string>()

/**
 * Looks for recordings that the file of this test once wrote and uses no more.
 *
 * @param passed whether this test has passed: then what it once wrote and did not use is obsolete too
 */
export function tellObsolete(
  place: RecordingPlace | undefined,
  { file, test, passed, state }: { file: TaskNode | undefined; test: string; passed: boolean; state: SnapshotState | undefined },
): void {
  if (!place || !file || !builtin('node:fs')?.existsSync(place.folder)) return
  const kit = recordings()
  for (const folder of kit.obsoleteRecordings(place, { names: new Set(namesOf(file)), ...(passed && { passed: test }) })) {
    if (told.has(folder)) continue
    told.add(folder)
    if (place.update === 'all') kit.removeRecording(folder)
    tell(folder, place, state)
  }
}

function tell(folder: string, { update }: RecordingPlace, state: SnapshotState | undefined): void {
  const name = folder.replace(/^.*(?=__recordings__)/, '')
  // Vitest lists them at the end of a run, by file, as it does with snapshots.
  if (state?._uncheckedKeys instanceof Set) state._uncheckedKeys.add(`recording ${name}`)
  else console.warn(`Obsolete recording: ${folder}${update === 'all' ? ' (removed)' : ' (vitest -u removes it)'}`)
}

function namesOf(task: TaskNode): string[] {
  return task.tasks ? task.tasks.flatMap(namesOf) : [task.fullTestName ?? task.name]
}
