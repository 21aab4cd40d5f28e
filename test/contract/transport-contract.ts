// What every transport promises, whatever carries the bytes and whatever client opens the socket.
// Each test file of this folder runs the suite on one transport.

import { AsyncLocalStorage } from 'node:async_hooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Doorman } from '../../src/transports/transport.ts'
import type { Connect, TestClient } from './test-clients.ts'
import { refusal, TestService, type Visit } from './test-service.ts'

export interface RunningTransport {
  /** Without a path: `wss://api.openai.com`. */
  readonly origin: string
  readonly connect: Connect
  stop(): Promise<void> | void
}

export interface TransportUnderTest {
  readonly name: string
  start(doorman: Doorman): Promise<RunningTransport> | RunningTransport
  readonly transport: 'gate' | 'server' | 'memory'
  /** The doorman runs in the async context of the connecting client. */
  readonly keepsContext?: boolean
}

const path = '/v1/realtime?model=gpt-realtime'

export function describeTransport(subject: TransportUnderTest): void {
  describe(subject.name, () => {
    const service = new TestService()
    let running: RunningTransport
    beforeAll(async () => {
      running = await subject.start(service.doorman)
    })
    afterAll(() => running.stop())

    async function join(options?: Parameters<Connect>[1]): Promise<{ client: TestClient; visit: Visit }> {
      const client = running.connect(`${running.origin}${path}`, options)
      const visit = await service.visits.next()
      await client.opened
      return { client, visit }
    }

    test('shows the doorman the URL, headers, protocols and transport', async () => {
      const { client, visit } = await join({
        headers: { Authorization: 'Bearer sk-x', 'X-Two': 'a, b' },
        protocols: ['realtime', 'x.y'],
      })
      expect(visit.request.url.href).toBe(`${running.origin}${path}`)
      expect(visit.request.headers).toMatchObject({ authorization: 'Bearer sk-x', 'x-two': 'a, b' })
      expect(visit.request.protocols).toEqual(['realtime', 'x.y'])
      expect(visit.request.transport).toBe(subject.transport)
      client.close(1000, '')
      await visit.closed
    })

    test('selects the realtime subprotocol, never the one that carries the key', async () => {
      const { client, visit } = await join({ protocols: ['openai-insecure-api-key.sk-x', 'realtime'] })
      expect(client.protocol()).toBe('realtime')
      client.close(1000, '')
      await visit.closed
    })

    test('keeps the order of 20,000 messages in both directions', async () => {
      const { client, visit } = await join()
      const count = 20_000
      const numbers = Array.from({ length: count }, (_, index) => String(index))
      for (const number of numbers) visit.wire.send(number)
      expect(await client.messages.take(count)).toEqual(numbers)
      for (const number of numbers) client.send(number)
      expect(await visit.messages.take(count)).toEqual(numbers)
      client.close(1000, '')
      await visit.closed
    })

    test('carries 5 MB both ways', async () => {
      const { client, visit } = await join()
      const big = 'åß'.repeat(1_250_000)
      client.send(big)
      const heard = await visit.messages.next()
      expect(heard === big).toBe(true)
      visit.wire.send(big)
      expect((await client.messages.next()) === big).toBe(true)
      client.close(1000, '')
      await visit.closed
    })

    test('gives binary frames as bytes', async () => {
      const { client, visit } = await join()
      client.send(new Uint8Array([0, 1, 255]))
      const heard = await visit.messages.next()
      expect(heard).toBeInstanceOf(Uint8Array)
      expect([...(heard as Uint8Array)]).toEqual([0, 1, 255])
      client.close(1000, '')
      await visit.closed
    })

    test('tells both ends when the service closes', async () => {
      const { client, visit } = await join()
      visit.wire.send('last')
      visit.wire.close(4001, 'invalid_request_error.missing_model')
      expect(await client.messages.next()).toBe('last')
      expect(await client.closed).toEqual({ code: 4001, reason: 'invalid_request_error.missing_model' })
      expect(await visit.closed).toEqual({ code: 4001, reason: 'invalid_request_error.missing_model' })
    })

    test('cuts a close reason that is too long for the wire', async () => {
      const { client, visit } = await join()
      visit.wire.close(4000, 'ü'.repeat(100))
      expect((await client.closed).reason).toBe('ü'.repeat(61))
    })

    test('tells both ends when the client closes', async () => {
      const { client, visit } = await join()
      client.send('last')
      client.close(3000, 'bye')
      expect(await visit.messages.next()).toBe('last')
      expect(await visit.closed).toEqual({ code: 3000, reason: 'bye' })
      expect(await client.closed).toEqual({ code: 3000, reason: 'bye' })
    })

    test('drops the line when the service terminates: 1006 on both ends', async () => {
      const { client, visit } = await join()
      visit.wire.terminate()
      expect((await client.closed).code).toBe(1006)
      expect((await visit.closed).code).toBe(1006)
    })

    test('tells the service 1006 when the client vanishes', async ({ skip }) => {
      const { client, visit } = await join()
      if (!client.terminate) {
        client.close(1000, '')
        skip('this client cannot vanish')
      }
      client.terminate?.()
      expect((await visit.closed).code).toBe(1006)
    })

    test('carries what was sent in the same turn before the line dropped', async () => {
      const { client, visit } = await join()
      visit.wire.send('last words')
      visit.wire.terminate()
      expect((await client.closed).code).toBe(1006)
      expect(await client.messages.next()).toBe('last words')
    })

    test('answers a ping with its payload', async () => {
      const { client, visit } = await join()
      visit.wire.ping(Buffer.from('hey'))
      expect(await visit.pongs.next()).toBe('hey')
      if (client.pings) expect(await client.pings.next()).toBe('hey')
      client.close(1000, '')
      await visit.closed
    })

    test('sends nothing and does not throw once closed', async () => {
      const { client, visit } = await join()
      client.close(1000, 'done')
      await visit.closed
      visit.wire.send('too late')
      visit.wire.ping(new Uint8Array())
      visit.wire.close(1000, '')
      visit.wire.terminate()
      await client.closed
      expect(client.messages.count).toBe(0)
    })

    test('answers a refused upgrade with plain HTTP', async () => {
      const client = running.connect(`${running.origin}/deny`)
      await expect(client.opened).rejects.toThrow()
      if (client.refused) expect(await client.refused).toEqual(refusal)
    })

    test('counts what a slow client has not taken, and drains', async ({ skip }) => {
      const { client, visit } = await join()
      if (!client.pause || !client.resume) {
        client.close(1000, '')
        skip('this client cannot pause')
        return
      }
      client.pause()
      const chunk = 'x'.repeat(1_000_000)
      const count = 40
      for (let index = 0; index < count; index += 1) visit.wire.send(chunk)
      await new Promise((resolve) => setImmediate(resolve))
      expect(visit.wire.bufferedBytes).toBeGreaterThan(1_000_000)
      client.resume()
      await client.messages.take(count)
      while (visit.wire.bufferedBytes > 0) await new Promise((resolve) => setImmediate(resolve))
      client.close(1000, '')
      await visit.closed
    })

    test.runIf(subject.keepsContext)('asks the doorman in the context of the client: 100 at once, none misrouted', async () => {
      const context = new AsyncLocalStorage<string>()
      const routed = await subject.start((request) => {
        const seen = context.getStore() ?? 'nobody'
        const said = request.url.searchParams.get('t') ?? ''
        return {
          accept: (wire) => {
            wire.send(`${said} is ${seen}, accepted by ${context.getStore()}`)
            return { onMessage: () => {}, onClose: () => {} }
          },
        }
      })
      const names = Array.from({ length: 100 }, (_, index) => `t${index}`)
      const answers = await Promise.all(
        names.map((name) =>
          context.run(name, async () => {
            for (let turn = 0; turn < name.length; turn += 1) await new Promise((resolve) => setImmediate(resolve))
            const client = routed.connect(`${running.origin}/v1/realtime?t=${name}`)
            const answer = await client.messages.next()
            client.close(1000, '')
            await client.closed
            return answer
          }),
        ),
      )
      expect(answers).toEqual(names.map((name) => `${name} is ${name}, accepted by ${name}`))
      await routed.stop()
    })
  })
}
