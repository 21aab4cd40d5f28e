// The official clients, unmodified, on api.openai.com: through the gate, with and without msw listening.

import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'
import { setupServer } from 'msw/node'
import OpenAI from 'openai'
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type GateHandle, installGate } from '../../src/transports/gate.ts'
import type { Doorman } from '../../src/transports/transport.ts'

const seen: { url: string; authorization: string | undefined; protocols: readonly string[] }[] = []

/** Says session.created, answers session.update, closes when asked to. */
const doorman: Doorman = ({ url, headers, protocols }) => {
  seen.push({ url: url.href, authorization: headers.authorization, protocols })
  return {
    accept: (wire) => {
      wire.send(JSON.stringify({ type: 'session.created', event_id: 'event_1', session: { type: 'realtime', id: 'sess_1' } }))
      return {
        onMessage: (data) => {
          if (JSON.parse(String(data)).type !== 'session.update') return
          wire.send(JSON.stringify({ type: 'session.updated', event_id: 'event_2', session: { type: 'realtime', id: 'sess_1' } }))
        },
        onClose: () => {},
      }
    },
  }
}

const clients: Record<string, () => Promise<unknown>> = {
  OpenAIRealtimeWS: () => {
    const client = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, new OpenAI({ apiKey: 'sk-x' }))
    return talk(client, (listener) => client.socket.on('close', (code, reason) => listener(code, String(reason))))
  },
  OpenAIRealtimeWebSocket: () => {
    const openai = new OpenAI({ apiKey: 'sk-x', dangerouslyAllowBrowser: true })
    const client = new OpenAIRealtimeWebSocket({ model: 'gpt-realtime', dangerouslyAllowBrowser: true }, openai)
    return talk(client, (listener) => client.socket.addEventListener('close', (event) => listener(event.code, event.reason)))
  },
  RealtimeSession: async () => {
    const session = new RealtimeSession(new RealtimeAgent({ name: 'a', instructions: 'hi' }), {
      transport: 'websocket',
      model: 'gpt-realtime',
    })
    const types: string[] = []
    const updated = new Promise<void>((resolve, reject) => {
      session.on('error', (error) => reject(error.error))
      session.transport.on('*', (event) => {
        types.push(event.type)
        if (event.type === 'session.updated') resolve()
      })
    })
    await session.connect({ apiKey: 'sk-x' })
    await updated
    session.close()
    return types.slice(0, 2)
  },
}

interface OfficialClient {
  on(type: 'event', listener: (event: { type: string }) => void): unknown
  on(type: 'error', listener: (error: unknown) => void): unknown
  send(event: { type: 'session.update'; session: { type: 'realtime' } }): void
  close(props: { code: number; reason: string }): void
}

function talk(client: OfficialClient, onClose: (listener: (code: number, reason: string) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const types: string[] = []
    onClose((code, reason) => resolve([...types, code, reason]))
    client.on('error', reject)
    client.on('event', ({ type }) => {
      types.push(type)
      if (type === 'session.created') client.send({ type: 'session.update', session: { type: 'realtime' } })
      if (type === 'session.updated') client.close({ code: 1000, reason: 'done' })
    })
  })
}

const conversation = ['session.created', 'session.updated']
const expected: Record<string, unknown> = {
  OpenAIRealtimeWS: [...conversation, 1000, 'done'],
  OpenAIRealtimeWebSocket: [...conversation, 1000, 'done'],
  RealtimeSession: conversation,
}

let gate: GateHandle
function openGate(): void {
  gate = installGate({
    covers: (origin) => origin.host === 'api.openai.com',
    claims: (url) => (url.pathname === '/v1/realtime' ? doorman : undefined),
  })
}
beforeEach(() => {
  seen.length = 0
})
afterEach(() => gate.uninstall())

describe.each(Object.entries(clients))('%s', (name, connect) => {
  test('talks to the service at wss://api.openai.com', async () => {
    openGate()
    expect(await connect()).toEqual(expected[name])
    expect(seen).toHaveLength(1)
    expect(seen[0]?.url).toBe('wss://api.openai.com/v1/realtime?model=gpt-realtime')
    const carriesKey = seen[0]?.authorization === 'Bearer sk-x' || seen[0]?.protocols.includes('openai-insecure-api-key.sk-x')
    expect(carriesKey).toBe(true)
  })

  test.for(['bypass', 'error'] as const)('with msw listening first, unhandled: %s', async (onUnhandledFrame) => {
    const server = setupServer()
    server.listen({ onUnhandledFrame })
    openGate()
    expect(await connect()).toEqual(expected[name])
    server.close()
    expect(await connect()).toEqual(expected[name])
  })

  test.for(['bypass', 'error'] as const)('with msw listening later, unhandled: %s', async (onUnhandledFrame) => {
    openGate()
    const server = setupServer()
    server.listen({ onUnhandledFrame })
    gate.repatch()
    expect(await connect()).toEqual(expected[name])
    server.close()
    expect(await connect()).toEqual(expected[name])
  })
})
