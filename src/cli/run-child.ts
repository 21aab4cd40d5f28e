// Runs a program to its end, whatever happens to us: signals reach it, it is ended where it does not end by itself, and it does not
// outlive us.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { RealtimeKitError } from '../errors.ts'
import { realTime } from '../runtime/clock/real-time.ts'

export interface CommandEnd {
  /** As a shell tells it: 128 and the signal's number where one ended it. */
  readonly code: number
  readonly signal: NodeJS.Signals | null
}

export interface ChildSettings {
  readonly env: NodeJS.ProcessEnv
  /** Ends the program when it is aborted. */
  readonly stop?: AbortSignal
  /** How long it may take to end once it was asked to; a second signal ends it at once. */
  readonly graceMs?: number
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** @throws RealtimeKitError RTK_OPTION for a program that cannot be started */
export async function runChild(program: string, args: readonly string[], settings: ChildSettings): Promise<CommandEnd> {
  const { env, stop, graceMs = 10_000 } = settings
  const child = spawn(program, [...args], { stdio: 'inherit', env })
  const release = guard(child)
  let timer: ReturnType<typeof realTime.setTimeout> | undefined
  /** What the program had started when it was asked to end: a shell ends without passing that on. */
  let started: readonly number[] = []
  const end = (signal: NodeJS.Signals): void => {
    if (timer) return killTree(child)
    started = descendantsOf(child.pid)
    child.kill(signal)
    timer = realTime.setTimeout(() => killTree(child), graceMs)
  }
  const pass = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl+C to both, and what it means is the program's business: it may be how its user interrupts the model.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    end(signal)
  }
  const stopped = (): void => end('SIGTERM')
  for (const signal of signals) process.on(signal, pass)
  stop?.addEventListener('abort', stopped)
  try {
    return await endOf(child, program)
  } finally {
    signalAll(started, 'SIGTERM')
    release()
    realTime.clearTimeout(timer)
    for (const signal of signals) process.off(signal, pass)
    stop?.removeEventListener('abort', stopped)
  }
}

function endOf(child: ChildProcess, program: string): Promise<CommandEnd> {
  return new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', (error) => {
      const what = 'code' in error && error.code === 'ENOENT' ? 'there is no such program' : error.message
      reject(new RealtimeKitError('RTK_OPTION', `The command ${program} cannot be started: ${what}.`, { cause: error }))
    })
    child.once('exit', (code, signal) => {
      resolve({ code: code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0), signal })
    })
  })
}

/** The program and what it has started: npm, npx and shells run programs of their own. */
function killTree(child: ChildProcess): void {
  signalAll(descendantsOf(child.pid), 'SIGKILL')
  child.kill('SIGKILL')
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has just ended.
    }
  }
}

function descendantsOf(pid: number | undefined): number[] {
  if (pid === undefined || process.platform === 'win32') return []
  const { stdout = '' } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    pairs.flatMap(([one = 0, of]) => (of === parent && one !== parent ? [one, ...below(one)] : []))
  return below(pid)
}

/** Reads until its input ends. A line before that: all is well. Else whoever started it is gone. */
const guardScript = 'read -r done || { kill -TERM "$1"; sleep 5; kill -KILL "$1"; }'

/**
 * A program whose parent is killed (SIGKILL, out of memory, a crash) is nobody's: a shell that waits at a pipe of ours ends it, as a
 * pipe is closed whatever ends its writer. Gives the way to let it go. Windows has no such shell.
 */
function guard(child: ChildProcess): () => void {
  if (child.pid === undefined || process.platform === 'win32') return () => {}
  // In a session of its own: what a terminal sends to all is not for it.
  const shell = spawn('/bin/sh', ['-c', guardScript, 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // Where there is no shell there is no guard.
  shell.on('error', () => {})
  shell.stdin.on('error', () => {})
  shell.unref()
  return () => void shell.stdin.end('done\n')
}
