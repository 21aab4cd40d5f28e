// The commands `diff` (what changed between two recordings) and `convert` (a recording of a log). Exit codes are for CI.

import { resolve } from 'node:path'
import type { RecordingAspect } from '../api.ts'
import { messageOf } from '../errors.ts'
import { allAspects, compareRecordings, type RecordingDifference } from '../recording/compare-recordings.ts'
import { differenceLines } from '../recording/difference-text.ts'
import { openRecording } from '../recording/open-recording.ts'
import type { Recording } from '../recording/recording.ts'
import { type Spread, timingFigures } from '../recording/timing-figures.ts'
import { writeRecording } from '../recording/write-recording.ts'

export interface DiffFlags {
  /** Default: all. */
  readonly only?: readonly RecordingAspect[]
  readonly ignore?: readonly string[]
  /** Default 50. */
  readonly toleranceMs?: number
  /** 0 to 1; default 0.95. */
  readonly similarity?: number
  readonly json: boolean
  /** Also a page with both. */
  readonly html?: string
}

/** Exit code 0: the same; 1: different; 2: one of them cannot be read, or the page cannot be written. */
export async function diff(before: string, after: string, flags: DiffFlags): Promise<void> {
  try {
    const [old, now] = [await openRecording(before), await openRecording(after)]
    const differences = compareRecordings(old, now, {
      aspects: flags.only ?? allAspects,
      ...(flags.ignore && { ignore: flags.ignore }),
      ...(flags.toleranceMs !== undefined && { toleranceMs: flags.toleranceMs }),
      ...(flags.similarity !== undefined && { similarity: flags.similarity }),
    })
    const text = flags.json
      ? `${JSON.stringify(report(differences, [before, old], [after, now]))}\n`
      : describe(differences, [before, old], [after, now])
    process.stdout.write(text)
    if (flags.html !== undefined) await writePage(flags.html, differences, [before, old], [after, now])
    process.exitCode = differences.length === 0 ? 0 : 1
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 2
  }
}

/** A recording and how it was named. */
type Named = readonly [path: string, recording: Recording]

function report(differences: readonly RecordingDifference[], ...both: readonly [Named, Named]): unknown {
  const [recorded, actual] = both.map(([path, recording]) => ({
    path,
    name: recording.header.name,
    entries: recording.entries.length,
    timing: timingFigures(recording),
  }))
  return { equal: differences.length === 0, recorded, actual, differences }
}

function describe(differences: readonly RecordingDifference[], ...both: readonly [Named, Named]): string {
  const [[before, old], [after, now]] = both
  if (differences.length === 0) return `${before} and ${after} are the same.\n`
  const [was, is] = [timingFigures(old), timingFigures(now)]
  const rows = [
    spreadLine('first output', was.firstOutput, is.firstOutput),
    spreadLine('whole response', was.wholeResponse, is.wholeResponse),
  ].filter((row) => row !== '')
  const lines = [
    `recorded  ${before}  (${old.entries.length} entries, ${was.durationMs} ms)`,
    `now       ${after}  (${now.entries.length} entries, ${is.durationMs} ms)`,
    '',
    ...differenceLines(differences, 40),
    ...(rows.length > 0 ? ['Responses, in ms (p50, p95, longest):', ...rows] : []),
  ]
  return `${lines.join('\n')}\n`
}

function spreadLine(what: string, was: Spread | undefined, is: Spread | undefined): string {
  if (!was && !is) return ''
  const text = (spread: Spread | undefined): string =>
    spread ? `${spread.p50}, ${spread.p95}, ${spread.max} of ${spread.count}` : 'none'
  return `  ${what.padEnd(14)}  recorded ${text(was)}  now ${text(is)}`
}

/** Each difference is marked where it is new; what is gone, where it was. */
async function writePage(
  path: string,
  differences: readonly RecordingDifference[],
  ...both: readonly [Named, Named]
): Promise<void> {
  const [{ default: writeFileAtomic }, { renderViewer }] = await Promise.all([
    import('write-file-atomic'),
    import('../report/render-viewer.ts'),
  ])
  const marks = differences.map((difference) => {
    const { recordedIndex, actualIndex } = difference
    const [, ...lines] = differenceLines([difference])
    const message = lines
      .map((line) =>
        line
          .slice(2)
          .replace(/ *<<<<< */, ' ')
          .trimEnd(),
      )
      .join('\n')
    const index = actualIndex ?? recordedIndex
    return { side: actualIndex === undefined ? 0 : 1, message, ...(index !== undefined && { index }) }
  })
  const viewed = both.map(([title, { entries }], side) => {
    return { title, entries, differences: marks.filter((mark) => mark.side === side) }
  })
  const isReal = both.some(([, { header }]) => header.source === 'service')
  await writeFileAtomic(resolve(path), renderViewer(viewed, { unit: isReal ? 'ms' : 'virtual ms' }))
}

export interface ConvertFlags {
  readonly json: boolean
}

/** Writes a recording of a log. Exit code 2 when the log cannot be understood. */
export async function convert(log: string, folder: string, { json }: ConvertFlags): Promise<void> {
  try {
    const recording = await openRecording(log)
    await writeRecording(folder, recording)
    const { length } = recording.entries
    process.stdout.write(
      json ? `${JSON.stringify({ folder: resolve(folder), entries: length })}\n` : `${folder}: ${length} entries\n`,
    )
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 2
  }
}
