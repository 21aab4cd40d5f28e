// What is published, and what a newcomer finds in package.json.

import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { projectRoot, readProjectFile } from './project-files.ts'

interface Manifest {
  readonly scripts: Record<string, string>
  readonly exports: Record<string, string | Record<string, string>>
  readonly bin: Record<string, string>
}

const manifest = JSON.parse(readProjectFile('package.json')) as Manifest

/** Files that the package would have, from npm itself. */
function packedFiles(): string[] {
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [report] = JSON.parse(json) as [{ files: { path: string }[] }]
  return report.files.map(({ path }) => path)
}

test('there are at most ten scripts, the documented ones among them', () => {
  expect(Object.keys(manifest.scripts).length).toBeLessThanOrEqual(10)
  expect(Object.keys(manifest.scripts)).toEqual(
    expect.arrayContaining(['build', 'demo', 'test', 'check', 'bench', 'bench:audio', 'lint', 'types']),
  )
})

describe('the package', () => {
  const files = packedFiles()

  test('has the built code, the guide, and nothing else', () => {
    const others = files.filter((path) => !/^dist\/(?:src|audio|matchers|fixtures)\/.+\.(?:m?js|d\.ts)$/.test(path))
    expect(others.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
  })

  test('has every file that its entries and its command name', () => {
    const targets = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    )
    const named = [...targets, ...Object.values(manifest.bin)].map((path) => path.replace('./', ''))
    expect(named.filter((path) => !files.includes(path))).toEqual([])
  })
})
