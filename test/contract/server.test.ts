import { readFileSync } from 'node:fs'
import { startServer } from '../../src/transports/server.ts'
import { wsClient } from './test-clients.ts'
import { describeTransport } from './transport-contract.ts'

describeTransport({
  name: 'server, ws',
  transport: 'server',
  start: async (doorman) => {
    const server = await startServer({ doorman })
    return { origin: new URL(server.url).origin, connect: wsClient(), stop: () => server.close() }
  },
})

describeTransport({
  name: 'server, wss',
  transport: 'server',
  start: async (doorman) => {
    const server = await startServer({ doorman, tls: true })
    const ca = readFileSync(server.caFile ?? '', 'utf8')
    return { origin: new URL(server.wssUrl ?? '').origin, connect: wsClient({ ca }), stop: () => server.close() }
  },
})

describeTransport({
  name: 'server, ws on the port that also speaks TLS',
  transport: 'server',
  start: async (doorman) => {
    const server = await startServer({ doorman, tls: true })
    return { origin: new URL(server.url).origin, connect: wsClient(), stop: () => server.close() }
  },
})
