import { WebSocket as UndiciWebSocket } from 'undici'
import { installGate } from '../../src/transports/gate.ts'
import type { Doorman } from '../../src/transports/transport.ts'
import { browserClient, type Connect, wsClient } from './test-clients.ts'
import { describeTransport } from './transport-contract.ts'

const origins = { tls: 'wss://api.openai.com', plain: 'ws://realtime.example:8080' }

/** Two gates at once claim the same host; each test claims the URLs of its own. */
function start(origin: string, connect: Connect) {
  return (doorman: Doorman) => {
    const gate = installGate({
      covers: (asked) => asked.origin === origin,
      // The routing test starts a second owner for the same origin: it takes only its own.
      claims: (url) => (owns(doorman, url) ? doorman : undefined),
    })
    doors.push(doorman)
    return {
      origin,
      connect,
      stop: () => {
        doors.splice(doors.indexOf(doorman), 1)
        gate.uninstall()
      },
    }
  }
}

const doors: Doorman[] = []
function owns(doorman: Doorman, url: URL): boolean {
  return url.searchParams.has('t') ? doors.at(-1) === doorman : doors[0] === doorman
}

for (const [name, origin] of Object.entries(origins)) {
  const clients: Record<string, Connect> = {
    ws: wsClient(),
    undici: browserClient(() => UndiciWebSocket as never),
    'global WebSocket': browserClient(() => globalThis.WebSocket as never),
  }
  for (const [client, connect] of Object.entries(clients)) {
    describeTransport({ name: `gate, ${name}, ${client}`, transport: 'gate', keepsContext: true, start: start(origin, connect) })
  }
}
