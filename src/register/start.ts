// Puts a local service between this process and the Realtime API, for as long as the process lives. The environment says how.

import { isMainThread } from 'node:worker_threads'
import { holdApiKey } from '../../fixtures/api-key.ts'
import type { RealtimeOptions } from '../api.ts'
import { readConfig } from '../environment/config-file.ts'
import { withEngines } from '../environment/engines-in-use.ts'
import { createLog, type Log, tellTroubles } from '../environment/log.ts'
import { type Environment, readEnvironment, type Variables } from '../environment/read-environment.ts'
import { withEnvironment } from '../environment/with-environment.ts'
import { RealtimeKitError } from '../errors.ts'
import { describeIntercept } from '../runtime/realtime-urls.ts'
import { Service } from '../runtime/service.ts'
import { interceptFor } from './intercept.ts'
import { keepAliveWithSessions } from './keep-alive.ts'

/**
 * Begins. In the runner and the workers of Vitest it does nothing: there the tests say who answers.
 *
 * @throws RealtimeKitError RTK_OPTION, RTK_REPLY or RTK_ENGINE for what the environment or the config file got wrong
 */
export async function register(variables: Variables): Promise<void> {
  if (isOfVitest(process.argv[1])) return
  const environment = readEnvironment(variables)
  const log = createLog(environment.logLevel, 'vitest-realtime: ')
  // Before the config file, which may be a module with clients of its own.
  holdApiKey()
  const options = await optionsInForce(environment, log)
  const service = new Service({ name: 'register', options, keeps: 'open' })
  tellTroubles(service, log)
  keepAliveWithSessions(service)
  interceptFor(service)
  process.once('exit', () => service.findings.conclude())
  // Worker threads of an app inherit the preload: the process has said it once.
  if (isMainThread) log.tell('info', banner(environment, options))
}

async function optionsInForce(environment: Environment, log: Log): Promise<RealtimeOptions> {
  const file = environment.configFile
  const named = `LOCAL_REALTIME_CONFIG=${file}`
  const config = file === undefined ? {} : await readConfig(file, named)
  if (config.timing === 'virtual') {
    const mend = "Leave it out, or name 'real' or { scale }."
    throw new RealtimeKitError('RTK_OPTION', `${named}: timing 'virtual' needs a test that moves time.\n${mend}`)
  }
  const defaults = { onUnmatched: 'fallback', timing: 'real' } as const
  return await withEngines(
    { ...defaults, ...withEnvironment(config, environment) },
    { environment, isLazy: true, tell: (line) => log.tell('info', line) },
  )
}

function banner({ configFile }: Environment, options: RealtimeOptions): string {
  const { intercept, timing = 'real', latency = 'openai', vad, transcription } = options
  const engines = `vad ${nameOf(vad)}, transcription ${nameOf(transcription)}`
  const pace = `timing ${typeof timing === 'object' ? `scale ${timing.scale}` : timing}, latency ${nameOf(latency)}`
  return `local answers for ${describeIntercept(intercept)} (config ${configFile ?? 'none'}; ${engines}; ${pace})`
}

function nameOf(option: unknown): string {
  if (typeof option === 'string') return option
  const { name } = (option ?? {}) as { name?: unknown }
  return typeof name === 'string' && name !== '' ? name : option === false ? 'none' : 'of its own'
}

/** Vitest's command and its workers (threads share the arguments of the command). */
function isOfVitest(script = ''): boolean {
  return /[\\/]node_modules[\\/](?:\.bin[\\/]vitest$|vitest[\\/])/.test(script)
}
