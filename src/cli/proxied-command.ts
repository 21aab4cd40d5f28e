// Runs somebody's command behind a proxy: its environment points there.

import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { RealtimeKitError } from '../errors.ts'
import type { RunningServer } from '../transports/server.ts'
import { type ChildSettings, type CommandEnd, runChild } from './run-child.ts'

const placeholderKey = 'sk-local-realtime'
const preload = new URL('../register.js', import.meta.url).href

/**
 * Runs the command to its end, with the terminal as its own.
 *
 * @throws RealtimeKitError RTK_OPTION for a command that cannot be started
 */
export async function runBehind(
  server: RunningServer,
  command: readonly string[],
  settings: Omit<ChildSettings, 'env'> = {},
): Promise<CommandEnd> {
  const [program, ...args] = command
  if (program === undefined) {
    throw new RealtimeKitError('RTK_OPTION', 'Which command? Write it behind two dashes: … -- node app.js')
  }
  const trust = await trustFiles(server.caFile)
  try {
    return await runChild(program, args, { ...settings, env: environmentBehind(process.env, server, trust) })
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
