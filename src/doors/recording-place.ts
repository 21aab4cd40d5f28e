// Where the recordings of a test, or of a service without one, lie; and whether this run may write them.

import { builtin } from '../builtins.ts'
import type { RecordingPlace } from '../runtime/recording-place.ts'

const folderName = '__recordings__'

/** The part of Vitest's task that is used here. */
interface Task {
  readonly name: string
  readonly fullTestName?: string
  readonly file?: { readonly filepath?: string }
}

/** Vitest's own record of the worker, as far as it is used here. */
interface Worker {
  readonly config?: { readonly snapshotOptions?: { readonly updateSnapshot?: unknown } }
}

/** Beside the test file; written when Vitest would write a snapshot. */
export function placeOfTest(task: Task): RecordingPlace {
  const { config } = (globalThis as { __vitest_worker__?: Worker }).__vitest_worker__ ?? {}
  const update = config?.snapshotOptions?.updateSnapshot
  const file = task.file?.filepath
  return {
    folder: `${file === undefined ? '.' : file.replace(/[\\/][^\\/]*$/, '')}/${folderName}`,
    test: task.fullTestName ?? task.name,
    ...(file !== undefined && { file }),
    update: update === 'all' || update === 'none' ? update : 'new',
  }
}

/** Below the working directory; in CI nothing is written. */
export function placeWithoutTest(): RecordingPlace {
  const { process } = globalThis
  const folder = builtin('node:module') ? process.cwd() : '.'
  return { folder: `${folder}/${folderName}`, test: '', update: isCi(process?.env?.CI) ? 'none' : 'new' }
}

function isCi(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0'
}
