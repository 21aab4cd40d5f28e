// An attached msw server beside tests that have a service of their own: that one takes the sockets, the handlers are called for it.

import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, vi } from 'vitest'
import { createLocalRealtime, expect, test, useLocalRealtime } from 'vitest-realtime'
import { attach, link } from 'vitest-realtime/msw'
import { allClients, bareClients } from './clients.ts'

const api = link()
const says = (text: string) => api.on('session', ({ session }) => void session.respond('hello', text))

const secrets = 'https://api.openai.com/v1/realtime/client_secrets'
const server = attach(setupServer(http.get('https://weather.example/today', () => HttpResponse.text('blue'))))
afterEach(() => {
  server.resetHandlers()
  vi.restoreAllMocks()
})

function describeClients(): void {
  for (const [name, ask] of Object.entries(allClients)) {
    test(`${name}: what the test scripts`, async ({ realtime }) => {
      realtime.respond('hello', 'From the test.')
      expect(await ask()).toBe('From the test.')
      expect(await (await fetch('https://weather.example/today')).text()).toBe('blue')
      expect(realtime.responses).toHaveLength(1)
    })

    test(`${name}: what a handler scripts`, async ({ realtime }) => {
      server.use(says('From msw.'))
      expect(await ask()).toBe('From msw.')
      expect(realtime).toHaveEmitted('response.done')
    })
  }
}

describe.for(['error', 'bypass'] as const)('onUnhandledFrame: %s', (onUnhandledFrame) => {
  describe('listening before the tests begin', () => {
    beforeAll(() => server.listen({ onUnhandledFrame }))
    afterAll(() => server.close())
    describeClients()
  })

  describe('listening after the fixture has started', () => {
    // Asking for the fixture has started it.
    beforeEach<{ realtime: unknown }>(({ realtime }) => {
      expect(realtime).toBeDefined()
      server.listen({ onUnhandledFrame })
      return () => server.close()
    })
    describeClients()
  })
})

describe('with a server that listens', () => {
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
  afterAll(() => server.close())

  test('the listener is given the service of the test', async ({ realtime }) => {
    const given: unknown[] = []
    server.use(api.on('session', ({ realtime: theirs, session }) => void given.push(theirs, session)))
    realtime.respond('hello', 'Hi.')
    await bareClients.ws?.()
    expect(given[0]).toBe(realtime)
    expect(given[1]).toBe(realtime.session)
  })

  test('reject turns the app away; the timeline tells of it', async ({ realtime }) => {
    server.use(api.on('connection', ({ reject }) => reject(429, { error: { code: 'rate_limit_exceeded' } })))
    await expect(bareClients.ws?.()).rejects.toThrow('429')
    expect(realtime.sessions).toEqual([])
    expect(realtime.timeline.toString()).toContain(
      "link().on('connection') answered wss://api.openai.com/v1/realtime?model=gpt-realtime with HTTP 429",
    )
  })

  test("a URL that only a handler names is the service's too", async ({ realtime }) => {
    server.use(link('wss://proxy.example/realtime').on('session', ({ session }) => void session.respond('hello', 'By proxy.')))
    expect(await bareClients.ws?.('wss://proxy.example/realtime?model=gpt-realtime')).toBe('By proxy.')
    expect(realtime.session.url.host).toBe('proxy.example')
  })

  test.for([
    ['by URL', http.post(secrets, () => HttpResponse.json({ value: 'ek_mine' }))],
    ['by a pattern, of any method', http.all(/api\.openai\.com/, () => HttpResponse.json({ value: 'ek_mine' }))],
  ] as const)('http handlers of the user win on the same host: %s', async ([, handler], { realtime }) => {
    server.use(handler, says('Hi.'))
    for (const ask of Object.values(bareClients)) {
      expect(await (await fetch(secrets, { method: 'POST' })).json()).toEqual({ value: 'ek_mine' })
      expect(await ask()).toBe('Hi.')
    }
    expect(realtime.sessions).toHaveLength(3)
  })

  test.for([
    'client_secrets',
    'translations/client_secrets',
    'sessions',
    'transcription_sessions',
    'calls',
    'calls/rtc_1/accept',
  ])('a handler for %s wins over the service, and only for its path', async (route, { realtime }) => {
    const url = `https://api.openai.com/v1/realtime/${route}`
    server.use(http.post(url, () => HttpResponse.text('mine')))
    const ask = async (to: string): Promise<string> => (await fetch(to, { method: 'POST' })).text()
    expect(await ask(url)).toBe('mine')
    expect(await ask(`${url}/other`)).toContain('"code":"unknown_url"')
    server.resetHandlers()
    expect(await ask(url)).toContain('Missing bearer')
    expect(realtime.sessions).toEqual([])
  })

  test("ephemeral keys are the service's where no handler is for them", async ({ realtime }) => {
    server.use(http.get(secrets, () => HttpResponse.json({ value: 'ek_mine' })))
    const headers = { authorization: 'Bearer sk-x', 'content-type': 'application/json' }
    const body = JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime' } })
    const { value } = (await (await fetch(secrets, { method: 'POST', headers, body })).json()) as { value: string }
    expect(value).toMatch(/^ek_(?!mine)/)
    expect(realtime.sessions).toEqual([])
  })

  test('without a service of its own, a test gets that of the server, for what its handlers match and nothing else', async () => {
    server.use(api.on('session', ({ session }) => session.close(4001, 'stand-in')))
    for (const ask of Object.values(bareClients)) await expect(ask()).rejects.toThrow('closed 4001 stand-in')
    server.resetHandlers()
    await expect(bareClients.ws?.()).rejects.toThrow('[RTK_UNOWNED]')
  })

  test('intercept: false is not overruled', async () => {
    await using realtime = createLocalRealtime({ intercept: false })
    server.use(says('From msw.'))
    // Under 'error' msw itself lets nothing out, and says so.
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await expect(bareClients.ws?.()).rejects.toThrow('Cannot bypass')
    expect(realtime.sessions).toEqual([])
  })

  test('a service made by hand', async () => {
    await using realtime = createLocalRealtime()
    server.use(says('By hand.'))
    expect(await bareClients.undici?.()).toBe('By hand.')
    expect(realtime.sessions).toHaveLength(1)
  })

  describe('concurrently', () => {
    for (let index = 0; index < 6; index++) {
      test.concurrent(`boundary ${index} has its own handlers and its own service`, async ({ realtime, expect }) => {
        await server.boundary(async () => {
          server.use(says(`Boundary ${index}.`))
          const heard = await Promise.all(Object.values(bareClients).map((ask) => ask()))
          expect(heard).toEqual([`Boundary ${index}.`, `Boundary ${index}.`, `Boundary ${index}.`])
        })()
        expect(realtime.sessions).toHaveLength(3)
      })
    }
  })
})

describe('realtime.url', () => {
  // With 'error' msw lets no real traffic pass, not to loopback either.
  beforeAll(() => server.listen({ onUnhandledFrame: 'bypass' }))
  afterAll(() => server.close())

  for (const [name, ask] of Object.entries(bareClients)) {
    test(`stands for the default URL: ${name}`, async ({ realtime }) => {
      server.use(
        says('By loopback.'),
        link('ws://127.0.0.1:*/nowhere').on('session', ({ session }) => session.close()),
      )
      expect(await ask(`${realtime.url}?model=gpt-realtime`)).toBe('By loopback.')
    })
  }
})

describe('useLocalRealtime', () => {
  const realtime = useLocalRealtime({ handlers: [says('From the options.')] })
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
  afterAll(() => server.close())

  test('its handlers go before those of the server', async () => {
    server.use(says('From msw.'))
    expect(await bareClients['global WebSocket']?.()).toBe('From the options.')
    expect(realtime.sessions).toHaveLength(1)
  })

  describe('nested', () => {
    useLocalRealtime({ handlers: [says('From within.')] })
    test('the inner ones go first', async () => {
      expect(await bareClients.ws?.()).toBe('From within.')
    })
  })
})

describe('without a server', () => {
  describe('the option handlers', () => {
    test.override('realtimeOptions', {
      handlers: [
        says('From the options.'),
        link('wss://proxy.example/*').on('session', ({ session }) => session.close(4001, 'no')),
      ],
    })
    test('is all that they need', async ({ realtime }) => {
      expect(await bareClients.ws?.()).toBe('From the options.')
      await expect(bareClients.ws?.('wss://proxy.example/x?model=gpt-realtime')).rejects.toThrow('closed 4001 no')
      expect(realtime.sessions).toHaveLength(2)
    })
  })

  test('what is no handler is refused', () => {
    expect(() => createLocalRealtime({ handlers: [http.get('*', () => {})] })).toThrow(
      /\[RTK_OPTION\] createLocalRealtime\(\).*handlers/,
    )
  })

  test('a server that is closed has no say', async ({ realtime }) => {
    server.use(says('From msw.'))
    realtime.respond('hello', 'From the test.')
    expect(await bareClients.ws?.()).toBe('From the test.')
  })
})
