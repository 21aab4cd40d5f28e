// The command `view`: recordings as a page to look at and to listen to. One file, written whole, whose path is printed.

import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { RealtimeKitError } from '../errors.ts'
import { readRecording } from '../recording/read-recording.ts'
import type { Recording } from '../recording/recording.ts'
import { renderViewer } from '../report/render-viewer.ts'
import type { ViewedTimeline } from '../report/view-model.ts'

export interface ViewFlags {
  /** Where the page goes. Default: `timeline.html` in the recording's folder; for several a temporary file. */
  readonly out?: string
}

/** Writes the page and prints its path. Several recordings share one axis, for comparison. */
export async function view(files: readonly string[], { out }: ViewFlags): Promise<void> {
  const recordings = await Promise.all(files.map(readRecording))
  const isReal = recordings.some(({ header }) => header.source === 'service')
  const html = renderViewer(recordings.map(viewedOf), { unit: isReal ? 'ms' : 'virtual ms' })
  const path = resolve(out ?? defaultPath(files))
  try {
    await writeFileAtomic(path, html)
  } catch (cause) {
    throw new RealtimeKitError(
      'RTK_RECORDING',
      `${path} cannot be written: ${(cause as Error).message}.\nName another place with --out.`,
      { cause },
    )
  }
  process.stdout.write(`${path}\n`)
}

/** Two recordings of one test have one name: a number tells them apart. */
function viewedOf({ header, entries }: Recording, at: number, all: readonly Recording[]): ViewedTimeline {
  const isTwin = all.some((other, place) => place !== at && other.header.name === header.name)
  return { title: isTwin ? `${header.name} (${at + 1})` : header.name, entries }
}

function defaultPath(files: readonly string[]): string {
  const [file = '.'] = files
  if (files.length > 1) return join(mkdtempSync(join(tmpdir(), 'vitest-realtime-')), 'timelines.html')
  return join(statSync(file).isDirectory() ? file : dirname(file), 'timeline.html')
}
