// `vitest-realtime serve`: one process that any language's client can use. Never imports Vitest.

import { accessSync, constants, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { RealtimeOptions } from '../api.ts'
import { restDesk } from '../doors/rest-desk.ts'
import { readConfig } from '../environment/config-file.ts'
import { withEngines } from '../environment/engines-in-use.ts'
import { createLog, tellTroubles } from '../environment/log.ts'
import { readEnvironment } from '../environment/read-environment.ts'
import { withEnvironment } from '../environment/with-environment.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { recordSessions } from '../recording/record-sessions.ts'
import { Service } from '../runtime/service.ts'
import { startServer } from '../transports/server.ts'
import { stopSignal } from './stop-signal.ts'

export interface ServeFlags {
  readonly config?: string
  readonly port: number
  readonly host: string
  readonly tls: boolean
  /** Default: that of the config file, else 'real'. */
  readonly timing?: 'real' | 'instant' | { readonly scale: number }
  readonly latency?: 'openai' | 'instant'
  /** Default: that of the config file, else 'openai'. */
  readonly profile?: 'openai' | 'azure' | 'beta'
  readonly json: boolean
  /** Folder for recordings, one of each session. */
  readonly record?: string
}

/** How long clients have to answer our close frames before their sockets are dropped. */
const farewellMs = 1000

/** Options in force: flags over `config` (the config file over the environment) over the defaults of `serve`. */
export function serveOptions(flags: ServeFlags, config: RealtimeOptions): RealtimeOptions {
  const timing = flags.timing ?? config.timing ?? 'real'
  if (timing === 'virtual') {
    const mend = "Leave it out, or name 'real' or { scale }; --timing instant answers without any latency."
    throw new RealtimeKitError('RTK_OPTION', `--config ${flags.config}: timing 'virtual' needs the app in this process.\n${mend}`)
  }
  const latency = flags.latency ?? (timing === 'instant' ? 'instant' : config.latency)
  return {
    onUnmatched: 'fallback',
    ...config,
    timing: timing === 'instant' ? 'real' : timing,
    intercept: false,
    ...(latency === undefined ? {} : { latency }),
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
  }
}

/** Compression is for those who want the service as it is; who asks for speed gets none unless the config file does. */
export function wantsDeflate({ deflate, timing, latency }: RealtimeOptions): boolean {
  return deflate ?? (timing === 'real' && latency !== 'instant')
}

/**
 * Serves until SIGTERM or SIGINT, then closes every session with 1001.
 *
 * @throws RealtimeKitError RTK_OPTION, RTK_REPLY, RTK_ENGINE or RTK_TRANSPORT when it cannot start
 */
export async function serve(flags: ServeFlags): Promise<void> {
  const environment = readEnvironment(process.env)
  const log = createLog(environment.logLevel)
  const config = flags.config === undefined ? {} : await readConfig(flags.config, `--config ${flags.config}`)
  const options = await withEngines(serveOptions(flags, withEnvironment(config, environment)), {
    environment,
    tell: (line) => log.tell('info', line),
  })
  const service = new Service({ name: 'serve', options, keeps: 'open' })
  tellTroubles(service, log)
  const recorder =
    flags.record === undefined
      ? undefined
      : recordSessions(service, checkedFolder(flags.record), (level, line) => log.tell(level, line))
  service.start()
  const stopped = stopSignal()
  const server = await startServer({
    doorman: service.door,
    onRequest: restDesk(service, 'server'),
    deflate: wantsDeflate(options),
    port: flags.port,
    host: flags.host,
    tls: flags.tls,
  })
  const { url, wssUrl, httpUrl, caFile } = server
  const ready = { url, wssUrl, httpUrl, caFile, pid: process.pid }
  process.stdout.write(flags.json ? `${JSON.stringify(ready)}\n` : describe(ready))
  await stopped
  for (const connection of [...service.connections]) connection.close(1001, 'The server is shutting down.')
  recorder?.finish()
  await service.close()
  await server.close({ graceMs: farewellMs })
}

/** A folder that cannot be made is told at once, not when the first session is over. */
function checkedFolder(path: string): string {
  const folder = resolve(path)
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new RealtimeKitError(
      'RTK_RECORDING',
      `--record ${path}: recordings cannot be written there: ${messageOf(cause)}.\nName a folder that can be written.`,
      { cause },
    )
  }
  return folder
}

function describe({
  url,
  wssUrl,
  httpUrl,
  caFile,
}: {
  url: string
  wssUrl: string | null
  httpUrl: string
  caFile: string | null
}): string {
  const lines = ['Realtime service is ready.', `  ws     ${url}`]
  if (wssUrl) lines.push(`  wss    ${wssUrl}`)
  lines.push(`  http   ${httpUrl}`)
  if (caFile) lines.push(`  ca     ${caFile}  (NODE_EXTRA_CA_CERTS or SSL_CERT_FILE)`)
  return `${lines.join('\n')}\nStop it with Ctrl+C.\n`
}
