// `vitest-realtime serve`: one process that any language's client can use. Never imports Vitest.

import type { RealtimeOptions } from '../api.ts'
import { Service } from '../runtime/service.ts'
import { startServer } from '../transports/server.ts'
import { readConfig } from './config.ts'

export interface ServeFlags {
  readonly config?: string
  readonly port: number
  readonly host: string
  readonly tls: boolean
  readonly timing: 'real' | 'instant' | { readonly scale: number }
  readonly latency?: 'openai' | 'instant'
  readonly json: boolean
}

/** Options in force: flags over the config file over the defaults of `serve`. */
export function serveOptions(flags: ServeFlags, config: RealtimeOptions): RealtimeOptions {
  const { timing } = flags
  const latency = flags.latency ?? (timing === 'instant' ? 'instant' : config.latency)
  return {
    onUnmatched: 'fallback',
    ...config,
    timing: timing === 'instant' ? 'real' : timing,
    intercept: false,
    ...(latency === undefined ? {} : { latency }),
  }
}

export async function serve(flags: ServeFlags): Promise<void> {
  const config = flags.config === undefined ? {} : await readConfig(flags.config)
  const service = new Service({ name: 'serve', options: serveOptions(flags, config), keeps: 'open' })
  service.start()
  const server = await startServer({ doorman: service.door, port: flags.port, host: flags.host, tls: flags.tls })
  const { url, wssUrl, httpUrl, caFile } = server
  const ready = { url, wssUrl, httpUrl, caFile, pid: process.pid }
  process.stdout.write(flags.json ? `${JSON.stringify(ready)}\n` : describe(ready))
  await stopSignal()
  for (const connection of service.connections) connection.close(1001, 'The server is shutting down.')
  await service.close()
  await server.close()
}

function describe({ url, wssUrl, httpUrl, caFile }: { url: string; wssUrl: string | null; httpUrl: string; caFile: string | null }): string {
  const lines = ['Realtime service is ready.', `  ws     ${url}`]
  if (wssUrl) lines.push(`  wss    ${wssUrl}`)
  lines.push(`  http   ${httpUrl}`)
  if (caFile) lines.push(`  ca     ${caFile}  (NODE_EXTRA_CA_CERTS or SSL_CERT_FILE)`)
  return `${lines.join('\n')}\nStop it with Ctrl+C.\n`
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
