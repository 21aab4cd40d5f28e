// `vitest-realtime bridge`: the reference bridges behind a port, for Twilio, AudioCodes, and whoever tests against them. The model is the
// OpenAI API, or with USE_LOCAL_REALTIME a service in this process, which needs no key.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BridgeServerOptions, tokensOf } from '../bridges/bridge-config.ts'
import { openaiBackend } from '../bridges/bridge-options.ts'
import { createBridgeServer } from '../bridges/bridge-server.ts'
import type { RealtimeBackend } from '../bridges/model-link.ts'
import { createLog, type Log } from '../environment/log.ts'
import { type Environment, readEnvironment } from '../environment/read-environment.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { urlHost } from '../transports/front.ts'
import { stopSignal } from './stop-signal.ts'

export interface BridgeFlags {
  readonly config?: string
  readonly port: number
  readonly host: string
  readonly json: boolean
  readonly insecure: boolean
  readonly publicUrl?: string
  readonly backend?: string
  readonly model?: string
  readonly instructions?: string
  readonly record?: string
}

interface Model {
  readonly backend: RealtimeBackend
  close(): Promise<void>
}

/**
 * Answers calls until SIGTERM or SIGINT, then hangs up on all of them.
 *
 * @throws RealtimeKitError RTK_OPTION without a key for the real service, or for a config file that cannot be used; RTK_TRANSPORT when
 * the port cannot be had
 */
export async function bridge(flags: BridgeFlags): Promise<void> {
  const environment = readEnvironment(process.env)
  const log = createLog(environment.logLevel)
  const config = flags.config === undefined ? {} : await readBridgeConfig(flags.config)
  const model = await openModel(flags, environment, log)
  const options = serverOptions(flags, { config, environment, log, backend: model.backend })
  warnOfTokens(options, log)
  const server = createBridgeServer(options)
  const stopped = stopSignal()
  try {
    server.listen(flags.port, flags.host)
    await once(server, 'listening')
  } catch (cause) {
    await model.close()
    throw new RealtimeKitError('RTK_TRANSPORT', `Cannot listen on ${flags.host}:${flags.port}: ${messageOf(cause)}`, { cause })
  }
  const { port } = server.address() as AddressInfo
  const authority = `${urlHost(flags.host)}:${port}`
  const ready = { url: `ws://${authority}`, httpUrl: `http://${authority}`, pid: process.pid }
  process.stdout.write(flags.json ? `${JSON.stringify(ready)}\n` : describe(ready, environment))
  await stopped
  const closed = once(server, 'close')
  server.close()
  await closed
  await model.close()
}

/** Flags over the config file over what the environment says. */
export function serverOptions(
  flags: BridgeFlags,
  world: { config: BridgeServerOptions; environment: Environment; log: Log; backend: RealtimeBackend },
): BridgeServerOptions {
  const { config, environment, log, backend } = world
  const isLocal = environment.useLocalRealtime
  const instructions = flags.instructions === undefined ? {} : { instructions: flags.instructions }
  return {
    // The local service has its first values from LOCAL_REALTIME_ENABLE_TRANSCRIPTION.
    ...(isLocal ? { transcribe: false } : {}),
    ...config,
    backend,
    mode: isLocal ? 'local' : 'remote',
    session: { ...config.session, ...instructions },
    log: (level, line) => log.tell(level, line),
    ...(flags.insecure ? { insecure: true } : {}),
    ...(flags.publicUrl === undefined ? {} : { publicUrl: flags.publicUrl }),
    ...(flags.record === undefined ? {} : { record: { directory: flags.record } }),
  }
}

/** Endpoints without a token refuse everybody: better told now than to the first caller. */
function warnOfTokens(options: BridgeServerOptions, log: Log): void {
  if (options.insecure)
    return log.tell('warning', 'Calls of anybody are taken (--insecure): whoever finds this port talks at your cost.')
  const { twilio, bearer } = tokensOf(options)
  if (twilio === undefined) log.tell('warning', 'TWILIO_AUTH_TOKEN is not set: calls of Twilio are refused.')
  if (bearer === undefined) log.tell('warning', 'AUDIOCODES_TOKEN is not set: calls of AudioCodes and of agents are refused.')
}

function openModel(flags: BridgeFlags, environment: Environment, log: Log): Promise<Model> {
  if (environment.useLocalRealtime) return openLocal(environment, log)
  const { backend: url, model } = flags
  const backend = openaiBackend({ ...(url === undefined ? {} : { url }), ...(model === undefined ? {} : { model }) })
  return Promise.resolve({ backend, close: () => Promise.resolve() })
}

/** Loaded when it is wanted: a bridge to the real service needs none of it. */
async function openLocal(environment: Environment, log: Log): Promise<Model> {
  const { openLocalModel } = await import('./local-model.ts')
  return openLocalModel(environment, log)
}

async function readBridgeConfig(file: string): Promise<BridgeServerOptions> {
  try {
    const module: { default?: BridgeServerOptions } & BridgeServerOptions = await import(pathToFileURL(resolve(file)).href, {
      with: file.endsWith('.json') ? { type: 'json' } : {},
    })
    return module.default ?? { ...module }
  } catch (cause) {
    const allowed = 'It is JSON, or a module that exports the options of createBridgeServer.'
    throw new RealtimeKitError('RTK_OPTION', `--config ${file} cannot be read: ${messageOf(cause)}\n${allowed}`, { cause })
  }
}

function describe({ url, httpUrl }: { url: string; httpUrl: string }, { useLocalRealtime }: Environment): string {
  const model = useLocalRealtime ? 'the local service of this process' : 'the real service'
  return [
    `Bridges are ready; the model is ${model}.`,
    `  Twilio       POST ${httpUrl}/twilio/voice, then ${url}/twilio-agent`,
    `  AudioCodes   ${url}/ws/telephony`,
    `  caller       ${url}/caller-agent`,
    `  two agents   ${url}/agent-conversation`,
    `  look         ${httpUrl}/health, /stats, /config`,
    'Stop it with Ctrl+C.',
    '',
  ].join('\n')
}
