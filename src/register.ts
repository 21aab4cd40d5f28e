// The preload `node --import vitest-realtime/register app.js`: with USE_LOCAL_REALTIME on, this process talks to a local service
// instead of the network; under `record` and `replay` to their proxy. Loads next to nothing without either.

import { isLocalRealtimeOn } from './environment/read-environment.ts'
import { messageOf } from './errors.ts'

try {
  if (process.env.LOCAL_REALTIME_PROXY) {
    const { registerProxy } = await import('./register/through-proxy.ts')
    registerProxy(process.env.LOCAL_REALTIME_PROXY)
  } else if (isLocalRealtimeOn(process.env)) {
    const { register } = await import('./register/start.ts')
    await register(process.env)
  }
} catch (error) {
  // The app must not run on against the real service.
  process.stderr.write(`vitest-realtime: ${messageOf(error)}\n`)
  process.exit(1)
}
