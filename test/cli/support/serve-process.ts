// `vitest-realtime serve` as users run it: the built command line, in a process of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const commandLine = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url))

/** What `--json` prints first. */
export interface Ready {
  readonly url: string
  readonly wssUrl: string | null
  readonly httpUrl: string
  readonly caFile: string | null
  readonly pid: number
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunSettings {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Flags of Node itself, before the program. */
  readonly nodeFlags?: readonly string[]
  /** Another program than the project's command line. */
  readonly program?: string
}

/** Runs a Node program to its end. */
export function runNode(args: readonly string[], settings: RunSettings = {}): Promise<Ended> {
  return ended(start(args, settings))
}

/** Runs the command line to its end. */
export function runCommand(args: readonly string[], settings: RunSettings = {}): Promise<Ended> {
  return runNode([settings.program ?? commandLine, ...args], settings)
}

/** Starts the command line; `said` resolves when standard output has it, `stop` when all that writes to it has ended. */
export function startCommand(
  args: readonly string[],
  settings: RunSettings = {},
): { said(what: RegExp): Promise<void>; stop(signal?: NodeJS.Signals): Promise<Ended> } {
  const child = start([commandLine, ...args], settings)
  const end = ended(child)
  return {
    said: (what) =>
      new Promise((resolve) => {
        let text = ''
        child.stdout?.on('data', (chunk: Buffer) => {
          text += chunk.toString()
          if (what.test(text)) resolve()
        })
      }),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return end
    },
  }
}

export interface ServeProcess extends AsyncDisposable {
  readonly ready: Ready
  /** The first line as it was printed. */
  readonly firstLine: string
  /** What it has said on standard error so far. */
  stderr(): string
  /** Resolves with the match when standard error has it; what was said before `since` (a length) does not count. */
  told(what: RegExp, since?: number): Promise<RegExpExecArray>
  /** Sends the signal (SIGTERM) and resolves when the process has ended. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** Starts `serve --json` and resolves when its first line is there; throws with what it said when it ends before. */
export async function startServe(flags: readonly string[] = [], settings: RunSettings = {}): Promise<ServeProcess> {
  const nodeFlags = settings.nodeFlags ?? []
  const child = start([...nodeFlags, settings.program ?? commandLine, 'serve', '--json', ...flags], settings)
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const told = async (what: RegExp, since = 0): Promise<RegExpExecArray> => {
    for (;;) {
      const found = what.exec(stderr.slice(since))
      if (found) return found
      await new Promise((resolve) => child.stderr?.once('data', resolve))
    }
  }
  const end = ended(child)
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal)
    return end
  }
  const line = await Promise.race([
    firstLine(child),
    end.then((outcome) => Promise.reject(new Error(`serve ended: ${JSON.stringify(outcome)}`))),
  ])
  return {
    ready: JSON.parse(line) as Ready,
    firstLine: line,
    stderr: () => stderr,
    told,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}

function start(args: readonly string[], { env, cwd }: RunSettings): ChildProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|OPENAI|NODE_OPTIONS)/.test(name)),
  )
  return spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited, ...env }, cwd })
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
  })
}

function ended(child: ChildProcess): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => {
      said[name] += chunk.toString()
    })
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
}

/** A folder with files, removed when it is disposed of. */
export function temporaryFiles(files: Readonly<Record<string, string>> = {}): Disposable & { path(name: string): string } {
  const folder = mkdtempSync(join(tmpdir(), 'rtk-cli-test-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return {
    path: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
