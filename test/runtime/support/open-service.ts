// A service and its clients in memory, made of the sources: the runtime without sockets, gate or Vitest fixtures.

import type { RealtimeOptions } from '../../../src/api.ts'
import type { ServerEvent } from '../../../src/protocol/server-events.ts'
import { Service } from '../../../src/runtime/service.ts'
import { View } from '../../../src/runtime/view.ts'
import { connectMemory, type MemoryClient } from '../../../src/transports/memory.ts'

type Sent = { type: string } & Record<string, unknown>

/** An app reduced to its socket. */
export interface MemoryApp {
  readonly client: MemoryClient
  /** What it got, parsed; texts that are no JSON stay texts. */
  readonly got: readonly (ServerEvent | string)[]
  /** Types of what it got, in order. */
  types(): string[]
  closed?: { code: number; reason: string }
  send(event: Sent): void
  /** A user message, and a request for a response to it. */
  say(text: string): void
}

export interface OpenService extends AsyncDisposable {
  readonly service: Service
  /** What tests see as `realtime`. */
  readonly realtime: View
  connect(options?: { url?: string; headers?: Record<string, string>; protocols?: string[] }): MemoryApp
  /** Connects and waits for the greeting. */
  open(options?: Parameters<OpenService['connect']>[0]): Promise<MemoryApp>
}

const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'

export function openService(options: RealtimeOptions = {}): OpenService {
  const service = new Service({ name: 'memory', options })
  const realtime = new View(service, { kind: 'realtime', title: 'realtime', includes: () => true })
  service.start()
  const connect: OpenService['connect'] = (how = {}) => {
    const headers = how.headers ?? (how.protocols ? {} : { authorization: 'Bearer sk-any' })
    return memoryApp(service.run(() => connectMemory(service.door, { url, ...how, headers })))
  }
  return {
    service,
    realtime,
    connect,
    async open(how) {
      const app = connect(how)
      await app.client.opened
      await realtime.waitForSession()
      return app
    },
    [Symbol.asyncDispose]: () => service.close(),
  }
}

function memoryApp(client: MemoryClient): MemoryApp {
  const got: (ServerEvent | string)[] = []
  const send = (event: Sent): void => client.send(JSON.stringify(event))
  const app: MemoryApp = {
    client,
    got,
    send,
    types: () => got.map((event) => (typeof event === 'string' ? event : event.type)),
    say(text) {
      send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } })
      send({ type: 'response.create' })
    },
  }
  client.onMessage = (text) => got.push(parse(text))
  client.onClose = (code, reason) => {
    app.closed = { code, reason }
  }
  return app
}

function parse(text: string): ServerEvent | string {
  try {
    return JSON.parse(text) as ServerEvent
  } catch {
    return text
  }
}
