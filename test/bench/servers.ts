// The two servers that are compared, each in a process of its own: the kit's `serve`, and a bare `ws` server that replays strings.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RealtimeOptions } from '../../src/api.ts'

export interface ServerProcess {
  readonly url: string
  /** Bytes in use after a garbage collection: V8's heap and what hangs on it. */
  memoryBytes(): Promise<number>
  stop(): Promise<void>
}

/** What the bare server sends: a greeting, an answer to the first message, then for each message the next answer, over and over. */
export interface Replay {
  readonly greeting: string
  readonly updated: string
  readonly answers: readonly (readonly string[])[]
}

/** The kit as users start it, without latency. */
export async function startKit(options: RealtimeOptions = {}): Promise<ServerProcess> {
  return start(options, (file) => [distFile('src/cli/main.js'), 'serve', '--json', '--timing', 'instant', '--config', file])
}

export async function startBare(replay: Replay): Promise<ServerProcess> {
  return start(replay, (file) => [benchFile('bare-server.ts'), file])
}

export function benchFile(path: string): string {
  return join(import.meta.dirname, path)
}

/** A file of the built package. */
export function distFile(path: string): string {
  return join(import.meta.dirname, '../../dist', path)
}

async function start(input: unknown, command: (file: string) => string[]): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'vitest-realtime-bench-'))
  const file = join(folder, 'input.json')
  await writeFile(file, JSON.stringify(input))
  const flags = ['--expose-gc', '--import', benchFile('report-memory.ts')]
  const child = spawn(process.execPath, [...flags, ...command(file)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const { url } = JSON.parse(await firstLine(child)) as { url: string }
  return {
    url,
    memoryBytes: () => askMemory(child),
    stop: async () => {
      await stop(child)
      await rm(folder, { recursive: true })
    },
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code} before it was ready`)))
  })
}

function askMemory(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('message', (bytes) => resolve(Number(bytes)))
    child.send('memory')
  })
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
