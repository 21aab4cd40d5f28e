// A Realtime service beside the bridges of `vitest-realtime bridge`, in real time, with the default brain.

import type { RealtimeBackend } from '../bridges/model-link.ts'
import { restDesk } from '../doors/rest-desk.ts'
import { readConfig } from '../environment/config-file.ts'
import { withEngines } from '../environment/engines-in-use.ts'
import { type Log, tellTroubles } from '../environment/log.ts'
import type { Environment } from '../environment/read-environment.ts'
import { withEnvironment } from '../environment/with-environment.ts'
import { Service } from '../runtime/service.ts'
import { startServer } from '../transports/server.ts'

/** The options of the service come from LOCAL_REALTIME_CONFIG and the other variables. */
export async function openLocalModel(
  environment: Environment,
  log: Log,
): Promise<{ readonly backend: RealtimeBackend; close(): Promise<void> }> {
  const { configFile } = environment
  const config = configFile === undefined ? {} : await readConfig(configFile, `LOCAL_REALTIME_CONFIG=${configFile}`)
  const wanted = { onUnmatched: 'fallback', ...withEnvironment(config, environment), timing: 'real', intercept: false } as const
  const options = await withEngines(wanted, { environment, tell: (line) => log.tell('info', line) })
  const service = new Service({ name: 'bridge', options, keeps: 'open' })
  tellTroubles(service, log)
  service.start()
  const server = await startServer({ doorman: service.door, onRequest: restDesk(service, 'server') })
  return {
    backend: { url: `${server.url}?model=gpt-realtime`, headers: { Authorization: 'Bearer local' } },
    async close() {
      await service.close()
      await server.close()
    },
  }
}
