// The names that an entry of the package exports, read from the sources: values and types, through re-exports.

import { posix } from 'node:path'
import { parseSync } from 'vite'
import { readProjectFile } from './project-files.ts'

/** Source file of each entry of package.json, by its subpath: `.`, `./matchers` … */
export function entrySources(): Map<string, string> {
  const { exports } = JSON.parse(readProjectFile('package.json')) as { exports: Record<string, unknown> }
  const sources = Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target !== 'object' || target === null || !('default' in target)) return []
    const source = String(target.default)
      .replace(/^\.\/dist\//, '')
      .replace(/\.js$/, '.ts')
    return [[subpath, source] as const]
  })
  return new Map(sources)
}

export function exportedNames(path: string): string[] {
  const { module } = parseSync(path, readProjectFile(path))
  const names = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, moduleRequest }) => {
      if (exportName.name) return [exportName.name]
      return moduleRequest?.value.startsWith('.') ? exportedNames(posix.join(posix.dirname(path), moduleRequest.value)) : []
    }),
  )
  return [...new Set(names)].toSorted()
}
