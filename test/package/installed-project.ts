// A user's project in a temporary folder with no node_modules above it: the packed kit, and the packages that the user adds.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  readonly code: number
  readonly output: string
}

export interface InstalledProject extends Disposable {
  /** Runs the main program of an installed package, such as `vitest/vitest.mjs`, under this Node. */
  run(program: string, ...args: string[]): Promise<Outcome>
  /** Runs code as an ES module of the project, in plain Node. */
  evaluate(code: string): Promise<Outcome>
  /** A file of the project. */
  read(path: string): string
}

/** Packs the built kit; gives the tarball's path. */
export async function packKit(folder: string): Promise<string> {
  const { code, output } = await execute(projectRoot, 'npm', [
    'pack',
    '--silent',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ])
  if (code !== 0) throw new Error(`npm pack failed: ${output}`)
  return join(folder, output.trim().split('\n').at(-1) ?? '')
}

/** Makes a project with the given files, and installs packages as a user would. */
export async function installProject(
  packages: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<InstalledProject> {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-user-'))
  for (const [path, text] of Object.entries({ 'package.json': '{ "private": true, "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const install = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]
  const { code, output } = await execute(folder, 'npm', install)
  if (code !== 0) throw new Error(`npm install failed: ${output}`)
  return {
    run: (program, ...args) => execute(folder, process.execPath, [join(folder, 'node_modules', program), ...args]),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    evaluate: (source) => execute(folder, process.execPath, ['--input-type=module', '--eval', source]),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Nothing of the outer npm and Vitest reaches the program; npm runs on this Node. */
async function execute(cwd: string, command: string, args: readonly string[]): Promise<Outcome> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|OPENAI|npm_(?:package|lifecycle|config_local_prefix))/.test(name),
  )
  const env = { ...Object.fromEntries(inherited), PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env, maxBuffer: 2 ** 26 })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string }
    return { code: code ?? 1, output: stdout + stderr || String(error) }
  }
}
