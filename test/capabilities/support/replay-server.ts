// A service that only repeats what another one once sent: the events of a session from one client event to the next.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { LocalRealtime } from 'vitest-realtime'
import { WebSocketServer } from 'ws'

export interface ReplayServer extends AsyncDisposable {
  readonly url: string
}

/** Replays the first session of a timeline: what followed `session.update` and `response.create` there follows it here. */
export async function replayServer(entries: LocalRealtime['timeline']['entries']): Promise<ReplayServer> {
  const events = entries.flatMap((entry) => ('event' in entry ? [entry] : []))
  const first = events[0]?.session
  const own = events.filter(({ session }) => session === first)
  const after = (type: string, until: string): object[] => {
    const from = own.findIndex(({ event }) => event.type === type)
    const sent = own.slice(from).filter((entry) => entry.from === 'service')
    return sent.slice(0, sent.findIndex(({ event }) => event.type === until) + 1).map(({ event }) => event)
  }
  const answers: Record<string, object[]> = {
    'session.update': after('session.update', 'session.updated'),
    'response.create': after('response.create', 'response.done'),
  }
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    socket.send(JSON.stringify(own[0]?.event))
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data)) as { type: string }
      for (const event of answers[type] ?? []) socket.send(JSON.stringify(event))
    })
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
