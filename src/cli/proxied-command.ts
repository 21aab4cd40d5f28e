// Runs somebody's command behind a proxy: its environment points there, signals reach it, and its end is told.

import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { RealtimeKitError } from '../errors.ts'
import type { RunningServer } from '../transports/server.ts'

export interface CommandEnd {
  /** As a shell tells it: 128 and the signal's number where one ended it. */
  readonly code: number
  readonly signal: NodeJS.Signals | null
}

const placeholderKey = 'sk-local-realtime'
const preload = new URL('../register.js', import.meta.url).href

/**
 * Runs the command to its end, with the terminal as its own.
 *
 * @throws RealtimeKitError RTK_OPTION for a command that cannot be started
 */
export async function runBehind(server: RunningServer, command: readonly string[]): Promise<CommandEnd> {
  const [program, ...args] = command
  if (program === undefined) {
    throw new RealtimeKitError('RTK_OPTION', 'Which command? Write it behind two dashes: … -- node app.js')
  }
  const trust = await trustFiles(server.caFile)
  try {
    return await run(program, args, environmentBehind(process.env, server, trust))
  } finally {
    await trust.remove()
  }
}

interface Trust {
  /** The authority of the proxy, and those of NODE_EXTRA_CA_CERTS. */
  readonly extra: string
  /** The same and all that a program trusts by itself: SSL_CERT_FILE takes the place of those. */
  readonly all: string
  remove(): Promise<void>
}

async function trustFiles(caFile: string | null): Promise<Trust> {
  const folder = await mkdtemp(join(tmpdir(), 'vitest-realtime-'))
  const own = caFile === null ? '' : readFileSync(caFile, 'utf8')
  const { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: usual } = process.env
  const files = { extra: join(folder, 'extra-ca.pem'), all: join(folder, 'all-ca.pem') }
  await writeFile(files.extra, joined(own, textOf(extra)))
  await writeFile(files.all, joined(own, textOf(usual) || rootCertificates.join('\n')))
  return { ...files, remove: () => rm(folder, { recursive: true, force: true }) }
}

function textOf(file: string | undefined): string {
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function joined(...pems: readonly string[]): string {
  return pems.map((pem) => (pem === '' || pem.endsWith('\n') ? pem : `${pem}\n`)).join('')
}

/** What the command finds in its environment: the proxy under the names that clients know. */
function environmentBehind(env: NodeJS.ProcessEnv, { url, httpUrl }: RunningServer, trust: Trust): NodeJS.ProcessEnv {
  const options = env.NODE_OPTIONS ? `${env.NODE_OPTIONS} ` : ''
  return {
    ...env,
    REALTIME_URL: url,
    OPENAI_BASE_URL: httpUrl,
    NODE_EXTRA_CA_CERTS: trust.extra,
    SSL_CERT_FILE: trust.all,
    OPENAI_API_KEY: env.OPENAI_API_KEY || placeholderKey,
    NODE_OPTIONS: `${options}--import=${preload}`,
    LOCAL_REALTIME_PROXY: url,
  }
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandEnd> {
  const child = spawn(program, [...args], { stdio: 'inherit', env })
  const pass = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl+C to both; once is enough.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)
  return new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', (error) => {
      const what = 'code' in error && error.code === 'ENOENT' ? 'there is no such program' : error.message
      reject(new RealtimeKitError('RTK_OPTION', `The command ${program} cannot be started: ${what}.`, { cause: error }))
    })
    child.once('exit', (code, signal) => {
      resolve({ code: code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0), signal })
    })
  }).finally(() => {
    process.off('SIGINT', pass)
    process.off('SIGTERM', pass)
  })
}
