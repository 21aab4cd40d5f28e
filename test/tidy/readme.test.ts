// Every TypeScript example of the README is a file of one small project that type-checks and passes under real Vitest.

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot, readProjectFile } from './project-files.ts'

interface Example {
  readonly path: string
  readonly code: string
}

/** Fenced `ts` blocks; their file name stands behind the language as `title=…`. */
function examplesOf(markdown: string): Example[] {
  return [...markdown.matchAll(/^```ts(?: title=(\S+))?\n(.*?)^```$/gms)].map(([, path = '', code = '']) => ({ path, code }))
}

const examples = examplesOf(readProjectFile('README.md'))
const tests = examples.filter(({ path }) => path.endsWith('.test.ts'))

test('every example has a file name, so that it can run', () => {
  expect(examples.filter(({ path }) => path === '')).toEqual([])
  expect(tests.length).toBeGreaterThan(0)
})

describe('the examples', () => {
  // Inside of the project, so that they import the package by its name as users do.
  const folder = mkdtempSync(join(projectRoot, 'test/tidy/.readme-'))
  beforeAll(() => writeProject(folder))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('type-check', { timeout: 60_000 }, async () => {
    const { code, output } = await run('typescript/bin/tsc', ['-p', folder, '--noEmit'])
    expect({ code, output }).toEqual({ code: 0, output: '' })
  })

  test('pass', { timeout: 120_000 }, async () => {
    const results = join(folder, 'results.json')
    const { output } = await run('vitest/vitest.mjs', [
      'run',
      '--update=new',
      '--root',
      folder,
      '--reporter=json',
      `--outputFile=${results}`,
    ])
    const failures = existsSync(results) ? failuresIn(JSON.parse(readFileSync(results, 'utf8')) as Results) : [output]
    expect(failures).toEqual([])
  })
})

function writeProject(folder: string): void {
  const tsconfig = {
    extends: relative(folder, join(projectRoot, 'test/tsconfig.json')),
    files: examples.map(({ path }) => path),
    include: [],
  }
  const files: Example[] = [
    ...examples,
    { path: 'tsconfig.json', code: JSON.stringify(tsconfig) },
    { path: 'vitest.config.ts', code: 'export default { test: { server: { deps: { external: [/\\/dist\\//] } } } }\n' },
  ]
  for (const { path, code } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), code)
  }
  // What the README's readers recorded by the command above the example.
  cpSync(join(projectRoot, 'test/tidy/readme-recordings'), join(folder, 'test/__recordings__'), { recursive: true })
}

/** Runs a program of node_modules and gives all that it printed. Nothing of the outer Vitest reaches it. */
async function run(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|OPENAI)/.test(name)))
  const file = join(projectRoot, 'node_modules', program)
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...args], {
      cwd: projectRoot,
      env,
      maxBuffer: 2 ** 26,
    })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

interface Results {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

function failuresIn({ testResults }: Results): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message ? [`${relative(projectRoot, name)}: ${message}`] : []),
    ...assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join('\n')}`),
  ])
}
