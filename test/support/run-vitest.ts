// Runs real Vitest on files given as text, and gives what it says of each test: for tests that must be red, and for flags.

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify, stripVTControlCharacters } from 'node:util'

const testFolder = fileURLToPath(new URL('..', import.meta.url))
const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** What would make the run another one here than there: Vitest writes no snapshots where it finds itself in CI. */
const ofThisRun = /^(?:VITEST|OPENAI|NODE_OPTIONS|FORCE_COLOR|CI$|GITHUB_|GITLAB_)/

/** Files of these runs are no `.test.ts`, so that no other run collects them. */
export const caseExtension = '.case.ts'

export interface CaseResult {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  /** Messages of its errors, without stack. */
  readonly messages: readonly string[]
  /** `file:line` of the first frame in a case file, per error; `''` when there is none. */
  readonly places: readonly string[]
  /** What the test said by `annotate(…)`. */
  readonly notes: readonly string[]
}

export interface VitestRun {
  readonly tests: readonly CaseResult[]
  /** Errors that belong to no test: of hooks at file level, unhandled ones. */
  readonly otherErrors: readonly string[]
  /** All that Vitest and the tests printed. */
  readonly output: string
  readonly exitCode: number
  /** Vitest's JSON report as text; `''` where none was asked for. */
  readonly json: string
  /** The test of that name; throws when it did not run. */
  test(name: string): CaseResult
}

export interface RunSettings {
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** More of Vitest's `test` options, as JSON. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Also writes Vitest's own JSON report, which `VitestRun.json` gives. */
  readonly json?: boolean
}

const configFile = ({ config = {}, json = false }: RunSettings): string => `
import { writeFileSync } from 'node:fs'
const errorsOf = (errors) => (errors ?? []).map((error) => ({ message: String(error.message), stacks: error.stacks ?? [] }))
const reporter = {
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => ({ name: test.name, state: test.result().state, errors: errorsOf(test.result().errors), notes: test.annotations().map(({ message }) => message) })))
    const suites = modules.flatMap((module) => [...errorsOf(module.errors()), ...[...module.children.allSuites()].flatMap((suite) => errorsOf(suite.errors()))])
    writeFileSync(process.env.CASE_RESULTS, JSON.stringify({ tests, others: [...suites, ...errorsOf(unhandled)] }))
  },
}
export default {
  test: {
    include: ['**/*${caseExtension}'],
    server: { deps: { external: [/\\/dist\\//] } },
    reporters: ['default', reporter${json ? ", ['json', { outputFile: import.meta.dirname + '/report.json' }]" : ''}],
    testTimeout: 15_000,
    ...${JSON.stringify(config)},
  },
}
`

/**
 * Runs the files in a folder of their own under test/, and removes it.
 *
 * @example
 * const run = await runVitest({ 'red.case.ts': source }, { flags: ['--no-isolate'] })
 * expect(run.test('forgets').state).toBe('failed')
 */
export async function runVitest(files: Readonly<Record<string, string>>, settings: RunSettings = {}): Promise<VitestRun> {
  const folder = mkdtempSync(join(testFolder, `.tmp-${process.pid}-`))
  try {
    for (const [path, text] of Object.entries({ ...files, 'vitest.config.mjs': configFile(settings) })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const { code, output } = await execute(folder, settings)
    return resultsOf(folder, code, output)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function execute(folder: string, { flags = [], env = {} }: RunSettings): Promise<{ code: number; output: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !ofThisRun.test(name))
  const args = [
    join(projectRoot, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    folder,
    '--config',
    join(folder, 'vitest.config.mjs'),
  ]
  const options = {
    cwd: projectRoot,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', CASE_RESULTS: join(folder, 'results.json'), ...env },
    maxBuffer: 2 ** 26,
  }
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args, ...flags], options)
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    return { code: typeof code === 'number' ? code : 1, output: stdout + stderr || String(error) }
  }
}

interface ReportedError {
  readonly message: string
  readonly stacks: readonly { readonly file: string; readonly line: number }[]
}

interface Reported {
  readonly tests: readonly {
    readonly name: string
    readonly state: CaseResult['state']
    readonly errors: readonly ReportedError[]
    readonly notes: readonly string[]
  }[]
  readonly others: readonly ReportedError[]
}

function resultsOf(folder: string, exitCode: number, output: string): VitestRun {
  const reported = readResults(folder, output)
  const tests = reported.tests.map(({ name, state, errors, notes }) => ({
    name,
    state,
    messages: errors.map(({ message }) => withoutPage(stripVTControlCharacters(message))),
    places: errors.map(placeOf),
    notes,
  }))
  return {
    tests,
    otherErrors: reported.others.map(({ message }) => stripVTControlCharacters(message)),
    output: stripVTControlCharacters(output),
    exitCode,
    json: existsSync(join(folder, 'report.json')) ? readFileSync(join(folder, 'report.json'), 'utf8') : '',
    test(name) {
      const found = tests.find((test) => test.name === name)
      if (!found) throw new Error(`no test '${name}' ran:\n${output}`)
      return found
    },
  }
}

/** The place of a red test's timeline is another one in each run; test/report has tests of it. */
function withoutPage(message: string): string {
  return message.replace(/\n\nTimeline to look at and listen to: .*$/, '')
}

function readResults(folder: string, output: string): Reported {
  try {
    return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Reported
  } catch {
    throw new Error(`Vitest wrote no results:\n${output}`)
  }
}

function placeOf({ stacks }: ReportedError): string {
  const own = stacks.find(({ file }) => file.endsWith(caseExtension))
  return own ? `${own.file.split('/').at(-1)}:${own.line}` : ''
}
