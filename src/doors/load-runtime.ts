// Loads the runtime at first use, synchronously: importing the kit must cost little, and the line after
// `createLocalRealtime()` may already connect.

import { createRequire } from 'node:module'

export type Runtime = typeof import('./entry.ts')

let loaded: Runtime | undefined

export function loadRuntime(): Runtime {
  // Node >= 22.12 gives `require` the same module instances that `import` has.
  loaded ??= createRequire(import.meta.url)(`./entry.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`) as Runtime
  return loaded
}
