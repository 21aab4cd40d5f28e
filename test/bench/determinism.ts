// The demo's conversations, many times in each pool, on an idle and on a busy machine: all timelines of a conversation must be equal.
// Prints how often each ran and how long it took. `node test/bench/determinism.ts [--runs 50] [--busy 2]`

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { median } from './stats.ts'

interface Result {
  readonly name: string
  readonly digest: string
  readonly realMs: number
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '25' }, busy: { type: 'string', default: '2' } } })
const projectRoot = join(import.meta.dirname, '../..')

/** One run of Vitest: each conversation `runs` times one after the other, and `runs` times at once. */
async function runVitest(flags: readonly string[]): Promise<{ passed: boolean; results: Result[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-determinism-'))
  const file = join(folder, 'results.jsonl')
  const env = { ...process.env, DETERMINISM_RUNS: values.runs, DETERMINISM_RESULTS: file }
  const args = [
    'run',
    '--config',
    'test/vitest.config.ts',
    '--reporter=dot',
    ...flags,
    'test/simulation/demo-determinism.test.ts',
  ]
  const child = spawn(process.execPath, [join(projectRoot, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  rmSync(folder, { recursive: true })
  if (code !== 0) console.log(said)
  return { passed: code === 0, results: lines.map((line) => JSON.parse(line) as Result) }
}

function startBusyLoops(count: number): () => void {
  const loops: ChildProcess[] = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;) {}'], { stdio: 'ignore' }),
  )
  return () => {
    for (const loop of loops) loop.kill('SIGKILL')
  }
}

/** By conversation, over all runs. */
const digests = new Map<string, Set<string>>()
let failed = false
for (const busy of [0, Number(values.busy)]) {
  const stop = startBusyLoops(busy)
  try {
    for (const pool of ['forks', 'threads']) {
      const { passed, results } = await runVitest([`--pool=${pool}`])
      failed ||= !passed
      console.log(`${pool}, ${busy} busy loops: ${passed ? 'equal' : 'RED'}`)
      for (const [name, some] of Map.groupBy(results, (result) => result.name)) {
        const conversation = name.replace(/, [^,]*$/, '')
        const known = digests.get(conversation) ?? new Set()
        for (const { digest } of some) known.add(digest)
        digests.set(conversation, known)
        const ms = some.map((result) => result.realMs)
        const [half, longest] = [median(ms), Math.max(...ms)].map((one) => one.toFixed(0))
        console.log(`  ${name}: ${some.length} runs, p50 ${half} ms, longest ${longest} ms, ${known.size} timeline(s) so far`)
      }
    }
  } finally {
    stop()
  }
}
failed ||= [...digests.values()].some((one) => one.size !== 1)
console.log(failed ? 'FAILED: timelines differ, or a test is red' : 'all timelines are equal')
process.exitCode = failed ? 1 : 0
