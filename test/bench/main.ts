// All benchmarks of DESIGN section 6, as one table. Run after a build: node test/bench/main.ts [--smoke] [name …]
// `--smoke` does a little of each, to see that it runs: its figures mean nothing.

import { append } from './append.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { connect } from './connect.ts'
import { eventStream } from './event-stream.ts'
import { idleMemory } from './idle-memory.ts'
import { importCost } from './import-cost.ts'
import { perTest } from './per-test.ts'
import { phoneCall } from './phone-call.ts'
import { phoneCalls } from './phone-calls.ts'
import { recordCost } from './record-cost.ts'
import { replay } from './replay.ts'
import { sileroSessions } from './silero-sessions.ts'
import { textTurn } from './text-turn.ts'
import { viewer } from './viewer.ts'
import { virtualMinute } from './virtual-minute.ts'

const benchmarks: readonly Benchmark[] = [
  connect,
  textTurn,
  eventStream,
  append,
  virtualMinute,
  replay,
  recordCost,
  perTest,
  idleMemory,
  importCost,
  phoneCall,
  phoneCalls,
  sileroSessions,
  viewer,
]

const isSmoke = process.argv.includes('--smoke')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const chosen = benchmarks.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
if (chosen.length === 0)
  throw new Error(`There is no such benchmark. There are: ${benchmarks.map(({ name }) => name).join(', ')}.`)

const rows: Row[] = []
for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.name} …\n`)
  rows.push(...(await benchmark.run((full, smoke) => (isSmoke ? smoke : full))))
}
printTable(rows)

function printTable(table: readonly Row[]): void {
  const cells = table.map(({ what, goal, measured, ratio, ok }) => [
    what,
    goal,
    measured,
    ratio === undefined ? '' : `${ratio.toFixed(2)}x`,
    ok === undefined ? '' : ok ? 'yes' : 'no',
  ])
  const lines = [['what', 'goal', 'measured', 'ratio', 'ok?'], ...cells]
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  const text = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = lines
  console.log([text(head), text(widths.map((width) => '-'.repeat(width))), ...body.map(text)].join('\n'))
}
