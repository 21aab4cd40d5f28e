// `vitest-realtime doctor`: which audio engines work here, and what to install for the others. `--setup whisper` builds that one.

import { buildWhisper } from '../../audio/engines/whisper-build.ts'
import { RealtimeKitError } from '../errors.ts'
import { checkEngines, type EngineReport } from './engine-checks.ts'

export interface DoctorFlags {
  /** Engine to make ready. */
  readonly setup?: string
  readonly json: boolean
}

/**
 * Prints a row for each engine. The process ends with 1 when an installed engine does not work; missing ones are fine.
 *
 * @throws RealtimeKitError RTK_OPTION for an engine that needs no setting up, AudioEngineUnavailable when that fails
 */
export async function doctor({ setup, json }: DoctorFlags): Promise<void> {
  if (setup !== undefined) await setUp(setup)
  const reports = await checkEngines()
  process.stdout.write(json ? `${JSON.stringify(reports)}\n` : table(reports))
  if (reports.some(({ state }) => state === 'broken')) process.exitCode = 1
}

async function setUp(engine: string): Promise<void> {
  if (engine !== 'whisper') {
    throw new RealtimeKitError(
      'RTK_OPTION',
      `--setup ${engine}: only 'whisper' is built by the kit; \`vitest-realtime doctor\` says how the others are installed.`,
    )
  }
  const program = await buildWhisper(showProgress)
  process.stderr.write(`\nwhisper.cpp is built: ${program}\n`)
}

const barWidth = 40

function showProgress(done: number): void {
  const filled = Math.round(done * barWidth)
  process.stderr.write(`\r[${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}] ${Math.round(done * 100)} %`)
}

function table(reports: readonly EngineReport[]): string {
  const rows = [
    ['engine', 'for', 'state', 'version', 'model', 'found'],
    ...reports.map(({ engine, part, state, version, modelSha256, found }) => [
      engine,
      part,
      state,
      version || '-',
      modelSha256?.slice(0, 8) || '-',
      found.split('\n')[0] ?? '',
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  const installs = reports.flatMap(({ engine, install }) => (install === undefined ? [] : [`  ${engine}: ${install}`]))
  return `${[...lines, ...(installs.length > 0 ? ['', 'To have what is missing:', ...installs] : [])].join('\n')}\n`
}
