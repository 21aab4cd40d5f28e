// What holds for every page whose code runs in Node (jsdom, happy-dom): the kit's sockets are the page's own, time is the test's.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import OpenAI from 'openai'
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket'
import { describe, vi } from 'vitest'
import { expect, test } from 'vitest-realtime'

const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'
const key = 'openai-insecure-api-key.sk-page'

/** As modules of an app take them, before any service runs. */
const AtLoad = globalThis.WebSocket
class EagerSocket extends globalThis.WebSocket {
  readonly startedBy = 'the app'
}

function happening(socket: WebSocket, type: string): Promise<Event> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }))
}

export function describePageSockets(): void {
  test('are sockets of the page: its class, its events, its rules', async ({ realtime }) => {
    const socket = new WebSocket(url, ['realtime', key])
    expect(socket).toBeInstanceOf(WebSocket)
    expect(socket.readyState).toBe(WebSocket.CONNECTING)
    expect(() => socket.send('{}')).toThrow(DOMException)
    const told: unknown[] = []
    socket.onopen = (event) => told.push(event.type, event instanceof Event, event.target === socket)
    socket.onmessage = (event) => told.push(JSON.parse(event.data).type, event instanceof MessageEvent)
    await happening(socket, 'open')
    await happening(socket, 'message')
    expect(told).toEqual(['open', true, true, 'session.created', true])
    expect(socket.protocol).toBe('realtime')
    expect(socket.url).toBe(url)
    expect(socket.readyState).toBe(socket.OPEN)
    expect(realtime.session.protocols).toEqual(['realtime', key])
    expect(realtime.session.headers).toMatchObject({ origin: location.origin, 'user-agent': navigator.userAgent })

    expect(() => socket.close(1006)).toThrow(DOMException)
    expect(() => socket.close(3000, 'x'.repeat(124))).toThrow(DOMException)
    socket.close(3001, 'bye')
    expect(socket.readyState).toBe(socket.CLOSING)
    const closed = (await happening(socket, 'close')) as CloseEvent
    expect(closed).toBeInstanceOf(CloseEvent)
    expect({ code: closed.code, reason: closed.reason, clean: closed.wasClean }).toEqual({
      code: 3001,
      reason: 'bye',
      clean: true,
    })
    expect(socket.readyState).toBe(socket.CLOSED)
  })

  test('refuse as the page does: an error without a reason, then 1006', async ({ realtime }) => {
    realtime.fail({ connect: 401 })
    const socket = new WebSocket(url, ['realtime', key])
    const told: string[] = []
    for (const type of ['open', 'error', 'close']) socket.addEventListener(type, () => told.push(type))
    const closed = (await happening(socket, 'close')) as CloseEvent
    expect(told).toEqual(['error', 'close'])
    expect({ code: closed.code, clean: closed.wasClean }).toEqual({ code: 1006, clean: false })
    expect(() => new WebSocket(url, ['realtime', 'realtime'])).toThrow(DOMException)
  })

  test('keep what an app adds to the class', async ({ realtime }) => {
    class Chatty extends WebSocket {
      sendEvent(event: object): void {
        this.send(JSON.stringify(event))
      }
    }
    const socket = new Chatty(url, ['realtime', key])
    await happening(socket, 'open')
    socket.sendEvent({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } })
    await expect(realtime).toEmit('session.updated')
    expect(realtime.session.config.instructions).toBe('Be brief.')
    expect(socket).toBeInstanceOf(Chatty)
  })

  test("are the kit's also of a class that the app took as it loaded, or extended", async ({ realtime }) => {
    for (const Taken of [AtLoad, EagerSocket]) {
      const socket = new Taken(url, ['realtime', key])
      await happening(socket, 'open')
      expect(socket).toBeInstanceOf(Taken)
      expect(socket).toBeInstanceOf(WebSocket)
      expect('startedBy' in socket).toBe(Taken === EagerSocket)
      socket.close()
    }
    expect(realtime.sessions).toHaveLength(2)
  })

  describe('of an intercepted path of the page itself', () => {
    test.override('realtimeOptions', { intercept: [/^ws:.*\/v1\/realtime\?/] })
    test('may be relative', async ({ realtime }) => {
      const socket = new WebSocket('/v1/realtime?model=gpt-realtime', ['realtime', key])
      await happening(socket, 'open')
      expect(socket.url).toBe(`ws://${location.host}/v1/realtime?model=gpt-realtime`)
      expect(realtime.sessions).toHaveLength(1)
    })
  })

  test('name the setup file where no socket was seen', ({ realtime }) => {
    expect(() => realtime.session).toThrow(
      /opened no WebSocket in this test\.\n.*before the kit was loaded.*import 'vitest-realtime\/setup' in a file of `setupFiles`/,
    )
  })

  test('send blobs and bytes in order with text', async ({ realtime }) => {
    const socket = new WebSocket(url, ['realtime', key])
    await happening(socket, 'open')
    expect(socket.binaryType).toBe('blob')
    socket.binaryType = 'arraybuffer'
    expect(socket.binaryType).toBe('arraybuffer')
    socket.send(new Blob(['12345']))
    socket.send(new Uint8Array(5).subarray(2))
    socket.send(new ArrayBuffer(2))
    socket.send('{"type":"response.cancel","event_id":"last"}')
    expect(socket.bufferedAmount).toBe(5 + 3 + 2 + 44)
    await vi.waitFor(() =>
      expect(realtime.emitted('error').map(({ error }) => error.event_id)).toEqual([null, null, null, 'last']),
    )
    await vi.waitFor(() => expect(socket.bufferedAmount).toBe(0))
    // The service refuses binary frames, whatever they hold.
    expect(realtime).toHaveEmitted('error', { error: { code: 'invalid_event' } })
  })

  test('leave other addresses to the class of the page', async ({ realtime }) => {
    // Accepts and says nothing: jsdom's own sockets throw in Vitest as soon as they are told of anything.
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const connected = once(server, 'connection')
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const [peer] = (await connected) as [Socket]
    expect(socket).toBeInstanceOf(WebSocket)
    expect(realtime.sessions).toEqual([])
    for (const handle of [peer, server]) handle.unref()
  })
}

export function describePageClients(): void {
  test('OpenAIRealtimeWebSocket speaks with an ephemeral key', async ({ realtime }) => {
    realtime.respond('hi', 'Hello, page!')
    const { value } = realtime.clientSecret({ session: { type: 'realtime', instructions: 'Be a page.' } })
    const client = new OpenAIRealtimeWebSocket({ model: 'gpt-realtime' }, { apiKey: value, baseURL: 'https://api.openai.com/v1' })
    await happening(client.socket as unknown as WebSocket, 'open')
    client.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    const done = await realtime.nextResponse()
    expect(done.text).toBe('Hello, page!')
    expect(realtime.session.config.instructions).toBe('Be a page.')
    client.close()
  })

  test('RealtimeSession of the agents SDK takes its WebSocket transport', async ({ realtime, caller }) => {
    realtime.respond('hi', { when: 'morning', text: 'Good morning!' })
    const session = new RealtimeSession(new RealtimeAgent({ name: 'Page' }), { tracingDisabled: true, model: 'gpt-realtime' })
    await session.connect({ apiKey: realtime.clientSecret().value })
    caller.attach(session)
    await caller.says('Good morning')
    await realtime.settled()
    expect(realtime).toHaveSaid('Good morning!')
    session.close()
  })

  test('the REST call for a key is taken from the page too', async ({ realtime }) => {
    const openai = new OpenAI({ apiKey: 'sk-page', dangerouslyAllowBrowser: true, maxRetries: 0 })
    const secret = await openai.realtime.clientSecrets.create({ session: { type: 'realtime', instructions: 'Minted.' } })
    expect(secret.value).toMatch(/^ek_/)
    const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${secret.value}`])
    await happening(socket, 'open')
    expect((await realtime.waitForSession()).config.instructions).toBe('Minted.')
  })

  test('handlers of msw answer what is relative to the page', async ({ realtime }) => {
    const server = setupServer(http.post('/api/token', () => HttpResponse.json(realtime.clientSecret())))
    server.listen({ onUnhandledFrame: 'error' })
    try {
      const response = await fetch('/api/token', { method: 'POST' })
      expect(await response.json()).toMatchObject({ value: expect.stringMatching(/^ek_/) })
    } finally {
      server.close()
    }
  })
}

export function describePageTime(): void {
  test('timers, Date and performance of the page follow the test', async ({ realtime, clock }) => {
    const told: [string, number][] = []
    const startMs = Date.now()
    const startPerformanceMs = performance.now()
    const tell = (what: string) => told.push([what, Date.now() - startMs])
    window.setTimeout(() => tell('minute'), 60_000)
    setTimeout(() => tell('second'), 1000)
    const ticks = window.setInterval(() => tell('tick'), 20_000)
    await clock.advance(60_000)
    window.clearInterval(ticks)
    expect(told).toEqual([
      ['second', 1000],
      ['tick', 20_000],
      ['tick', 40_000],
      ['minute', 60_000],
      ['tick', 60_000],
    ])
    expect(performance.now() - startPerformanceMs).toBeCloseTo(60_000)
    expect(new window.Date().getTime() - startMs).toBe(60_000)
    expect(realtime.clock.now()).toBe(60_000)
  })

  test('frames of the page do not move time', async ({ clock }) => {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    expect(clock.now()).toBeLessThan(50)
  })
}
