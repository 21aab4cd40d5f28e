// Node's built-in modules, where there is a Node: a page has none, and what needs one does without or says so.
// Looked up, not imported: an import of `node:…` would keep the modules that do from loading in a page at all.

interface Builtins {
  'node:async_hooks': typeof import('node:async_hooks')
  'node:child_process': typeof import('node:child_process')
  'node:crypto': typeof import('node:crypto')
  'node:diagnostics_channel': typeof import('node:diagnostics_channel')
  'node:fs': typeof import('node:fs')
  'node:module': typeof import('node:module')
  'node:perf_hooks': typeof import('node:perf_hooks')
  'node:timers': typeof import('node:timers')
  'node:timers/promises': typeof import('node:timers/promises')
  'node:util': typeof import('node:util')
}

type Finder = <Name extends keyof Builtins>(name: Name) => Builtins[Name]

/** The module of that name, or undefined in a page. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: Finder } }
  return process?.getBuiltinModule?.(name)
}

/**
 * Loads a module of ours when it is wanted, at once; undefined in a page, which cannot. `here`: the `import.meta.url` of who loads it;
 * `file`: its path from there without an ending, `./engine`. Node >= 22.12 gives the same instance that `import` has.
 */
export function loadBeside(here: string, file: string): unknown {
  return builtin('node:module')?.createRequire(here)(`${file}.${here.endsWith('.ts') ? 'ts' : 'js'}`)
}

/** True in Node, also where jsdom or happy-dom lend it the globals of a page. */
export function isNode(): boolean {
  return hasNode
}

const hasNode = builtin('node:module') !== undefined
