// Loads the runtime at first use, synchronously: importing the kit must cost little, and the line after
// `createLocalRealtime()` may already connect.

import { builtin } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'

export type Runtime = typeof import('./entry.ts')

let loaded: Runtime | undefined

export function loadRuntime(): Runtime {
  loaded ??= requireRuntime()
  return loaded
}

/** For a page, which cannot load anything synchronously: its entry brings the runtime along. */
export function provideRuntime(runtime: Runtime): void {
  loaded ??= runtime
}

function requireRuntime(): Runtime {
  const here = import.meta.url
  const node = builtin('node:module')
  if (!node) {
    throw new RealtimeKitError(
      'RTK_OPTION',
      "vitest-realtime was loaded in a page without its export condition 'browser'.\nAdd it: resolve.conditions of the Vite configuration.",
    )
  }
  refuseVmPool()
  // Node >= 22.12 gives `require` the same module instances that `import` has.
  return node.createRequire(here)(`./entry.${here.endsWith('.ts') ? 'ts' : 'js'}`) as Runtime
}

/** Where tests run in a context of node:vm, what is required here is of another realm: two of each module, and sockets pass unseen. */
function refuseVmPool(): void {
  const { pool = '' } = (globalThis as { __vitest_worker__?: { config: { pool?: string } } }).__vitest_worker__?.config ?? {}
  if (!pool.startsWith('vm')) return
  throw new RealtimeKitError(
    'RTK_OPTION',
    `Vitest's pool '${pool}' is not supported by vitest-realtime: use pool: 'forks' (the default) or 'threads'.\n` +
      'A project of its own in `test.projects` will do for the tests that use the kit.',
  )
}
