// A small Vitest project in a folder of its own under test/, on which Vitest is run as often as a test wants: with shards, blobs,
// reporters. `runVitest` is for one run of which the tests' results are looked at.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'

const testFolder = fileURLToPath(new URL('..', import.meta.url))
const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

export interface ProjectRun {
  readonly exitCode: number
  /** Without colours. */
  readonly output: string
  /** As it was printed. */
  readonly raw: string
}

export interface VitestProject extends Disposable {
  readonly folder: string
  /** Vitest with these arguments, in the folder. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<ProjectRun>
  read(path: string): string
  write(path: string, text: string): void
}

/** @param config the object of `test` in the Vitest configuration, as source */
export function vitestProject(files: Readonly<Record<string, string>>, config: string): VitestProject {
  const folder = mkdtempSync(join(testFolder, `.tmp-${process.pid}-`))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const common = "include: ['**/*.case.ts'], server: { deps: { external: [/\\/dist\\//] } }, testTimeout: 15_000"
  write('vitest.config.mjs', `export default { test: { ${common}, ...${config} } }\n`)
  for (const [path, text] of Object.entries(files)) write(path, text)
  return {
    folder,
    run: (args, env = {}) => execute(folder, args, env),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    write,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function execute(folder: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<ProjectRun> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|OPENAI|NODE_OPTIONS|FORCE_COLOR|NO_COLOR|CI$|GITHUB_|GITLAB_)/.test(name),
  )
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs')
  const options = { cwd: folder, env: { ...Object.fromEntries(inherited), ...env }, maxBuffer: 2 ** 26 }
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [vitest, 'run', ...args], options)
    return runOf(0, stdout + stderr)
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    return runOf(typeof code === 'number' ? code : 1, stdout + stderr || String(error))
  }
}

function runOf(exitCode: number, raw: string): ProjectRun {
  return { exitCode, output: stripVTControlCharacters(raw), raw }
}
