// An attached msw server in tests that have no service of their own: it runs one itself, for what its handlers match.

import { HttpResponse, http, ws } from 'msw'
import { setupServer } from 'msw/node'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { attach, link, type SetupServerApi } from 'vitest-realtime/msw'
import { allClients, bareClients, realtimeUrl } from './clients.ts'

const api = link()
const says = (text: string) => api.on('session', ({ session }) => void session.respond('hello', text))

let stop = (): unknown => undefined
/** Instant, so that no test waits for the latency of the real service. */
function listen<S extends SetupServerApi>(server: S, onUnhandledFrame: 'bypass' | 'error' = 'error'): S {
  attach(server, { latency: 'instant' })
  server.listen({ onUnhandledFrame })
  stop = () => Number(server.readyState) === 1 && server.close()
  return server
}
afterEach(() => {
  stop()
  stop = () => undefined
  vi.restoreAllMocks()
})

/** What the author is told on the console. */
const spyConsole = (): (() => string) => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  return () => told.mock.calls.flat().join('\n')
}

/** The answers of the bare clients, one after the other. */
async function answers(): Promise<string> {
  const texts: string[] = []
  for (const ask of Object.values(bareClients)) texts.push(await ask())
  return texts.join()
}

describe.each(['bypass', 'error'] as const)('onUnhandledFrame: %s', (unhandled) => {
  test.for(Object.entries(allClients))('%s gets the answer of the handler', async ([, ask]) => {
    listen(setupServer(says('From msw.')), unhandled)
    expect(await ask()).toBe('From msw.')
    expect(await ask()).toBe('From msw.')
  })
})

describe('handlers are those of msw at the moment of the connection', () => {
  test('server.use overrides, resetHandlers takes it back', async () => {
    const server = listen(setupServer(says('initial')))
    expect(await answers()).toBe('initial,initial,initial')
    server.use(says('override'))
    expect(await answers()).toBe('override,override,override')
    server.resetHandlers()
    expect(await answers()).toBe('initial,initial,initial')
    server.resetHandlers(says('other'))
    expect(await answers()).toBe('other,other,other')
  })

  test('parallel boundaries have their own, and leave nothing outside', async () => {
    const server = listen(setupServer(says('initial')))
    const inBoundary = (name: string): Promise<string> =>
      server.boundary(async () => {
        server.use(says(name))
        await new Promise((resolve) => setImmediate(resolve))
        return answers()
      })()
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const heard = await Promise.all(names.map(inBoundary))
    expect(heard).toEqual(names.map((name) => [name, name, name].join()))
    expect(await answers()).toBe('initial,initial,initial')
  })

  test('listHandlers shows them', () => {
    const handler = says('a')
    const server = attach(setupServer(handler))
    expect(server.listHandlers()).toEqual([handler])
  })
})

describe('the first handler that matches', () => {
  test("by a URL of one's own, with parameters", async () => {
    const seen: unknown[] = []
    const proxy = link('wss://*.example.com/:tenant/realtime')
    listen(
      setupServer(
        proxy.on('connection', ({ request, params }) => void seen.push([params.tenant, request.url.host, request.protocols])),
        proxy.on('session', ({ session, params }) => void session.respond('tenant', `Hello ${String(params.tenant)}.`)),
        says('wrong'),
      ),
    )
    expect(await bareClients.undici?.('wss://eu.example.com/acme/realtime?model=gpt-realtime')).toBe('Hello acme.')
    expect(seen).toEqual([['acme', 'eu.example.com', ['realtime', 'openai-insecure-api-key.sk-x']]])
  })

  test('by a RegExp', async () => {
    listen(
      setupServer(
        link(/\/v1\/(real\w+)$/).on('session', ({ session, params }) => void session.respond('a', `By ${String(params[0])}.`)),
      ),
    )
    expect(await bareClients.ws?.()).toBe('By realtime.')
  })

  test('another URL is left to msw', async () => {
    const server = setupServer(link('wss://realtime.example.com/v1/realtime').on('session', () => {}))
    listen(server, 'error')
    spyConsole()
    await expect(bareClients['global WebSocket']?.()).rejects.toThrow()
  })
})

describe('reject', () => {
  const refuses = api.on('connection', ({ request, reject }) => {
    if (request.headers.authorization === 'Bearer sk-x')
      reject(401, { error: { code: 'invalid_api_key' } }, { 'x-request-id': 'req_1' })
  })

  test('answers the upgrade with HTTP', async () => {
    listen(setupServer(refuses, says('never')))
    await expect(bareClients.ws?.()).rejects.toThrow('Unexpected server response: 401')
    await expect(allClients.OpenAIRealtimeWS?.()).rejects.toThrow('401')
  })

  test('lets the others in', async () => {
    listen(setupServer(refuses, says('Come in.')))
    expect(await bareClients.undici?.()).toBe('Come in.')
  })

  test('a permissive override takes its place', async () => {
    const server = listen(setupServer(refuses, says('Come in.')))
    server.use(api.on('connection', () => {}))
    expect(await bareClients.ws?.()).toBe('Come in.')
  })

  test.for([
    [
      'too late',
      ({ reject }: { reject: (status: number) => void }) => Promise.resolve().then(() => reject(401)),
      /\[RTK_HANDLER\] reject\(\) of link\(\)\.on\('connection'\) was called after/,
    ],
    [
      'no status',
      ({ reject }: { reject: (status: number) => void }) => reject(101),
      /\[RTK_OPTION\] reject\(status, body\): .* got 101/,
    ],
    [
      'thrown',
      () => {
        throw new Error('oops')
      },
      /\[RTK_HANDLER\] The listener of link\(\)\.on\('connection'\) threw: oops/,
    ],
  ] as const)('%s: the author is told', async ([, listener, message]) => {
    const told = spyConsole()
    listen(setupServer(api.on('connection', listener), says('a')))
    await bareClients.ws?.().catch(() => {})
    await vi.waitFor(() => expect(told()).toMatch(message))
  })
})

describe('a session handler', () => {
  test('answers client events, sends and closes', async () => {
    const owners: boolean[] = []
    listen(
      setupServer(
        api.on('session', ({ session, realtime }) => {
          owners.push(realtime.session === session)
          session.onEvent('conversation.item.create', ({ item }) => {
            if (item.type !== 'message') return
            session.respondOnce(`You said ${(item.content[0] as { text: string }).text}.`)
          })
        }),
      ),
    )
    expect(await bareClients.ws?.()).toBe('You said hello.')
    expect(owners).toEqual([true])
  })

  test('may close it at once', async () => {
    listen(setupServer(api.on('session', ({ session }) => session.close(4001, 'no'))))
    await expect(bareClients.ws?.()).rejects.toThrow('closed 4001 no')
  })

  test('that throws ends the session with 1011 and tells the author', async () => {
    const told = spyConsole()
    listen(
      setupServer(
        api.on('session', () => {
          throw new Error('oops')
        }),
      ),
    )
    await expect(bareClients.ws?.()).rejects.toThrow('closed 1011')
    expect(told()).toBe("[RTK_HANDLER] The listener of link().on('session') threw: oops")
  })

  test('without a reply: the response fails, and the author is told what was looked for', async () => {
    const told = spyConsole()
    listen(setupServer(api.on('session', ({ session }) => void session.respond('bye', { when: 'bye', text: 'Bye.' }))))
    await expect(bareClients.ws?.()).rejects.toThrow('response failed')
    expect(told()).toMatch(/\[RTK_NO_MATCH\][\s\S]*bye/)
  })
})

describe('beside it, msw is as always', () => {
  test('http on the same host and on others, a WebSocket link to another host', async () => {
    const chat = ws.link('wss://elsewhere.example/*')
    listen(
      setupServer(
        says('Hi.'),
        http.post('https://api.openai.com/v1/realtime/client_secrets', () => HttpResponse.json({ value: 'ek_mine' })),
        http.get('https://api.openai.com/v1/realtime', () => HttpResponse.text('not a socket')),
        http.get('https://elsewhere.example/thing', () => HttpResponse.text('thing')),
        chat.addEventListener('connection', ({ client }) => client.send('mocked')),
      ),
    )
    const text = async (url: string, init?: RequestInit): Promise<string> => (await fetch(url, init)).text()
    for (const ask of Object.values(bareClients)) {
      expect(await ask()).toBe('Hi.')
      expect(await text('https://api.openai.com/v1/realtime/client_secrets', { method: 'POST' })).toBe('{"value":"ek_mine"}')
      expect(await text('https://api.openai.com/v1/realtime')).toBe('not a socket')
      expect(await text('https://elsewhere.example/thing')).toBe('thing')
      const socket = new globalThis.WebSocket('wss://elsewhere.example/chat')
      expect(await new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)))).toBe('mocked')
      socket.close()
    }
  })
})

describe('before listen and after close', () => {
  test('everything is as it was, and listen works again', async () => {
    const { WebSocket: before } = globalThis
    const connect = Object.getOwnPropertyDescriptor((await import('node:net')).Socket.prototype, 'connect')
    const server = attach(setupServer(says('Hi.')), { latency: 'instant' })
    expect(globalThis.WebSocket).toBe(before)
    for (let turn = 0; turn < 2; turn++) {
      server.listen({ onUnhandledFrame: 'error' })
      expect(await answers()).toBe('Hi.,Hi.,Hi.')
      server.close()
      expect(globalThis.WebSocket).toBe(before)
      expect(Object.getOwnPropertyDescriptor((await import('node:net')).Socket.prototype, 'connect')).toEqual(connect)
    }
  })

  test('close ends open sessions with 1000', async () => {
    const server = listen(setupServer(api.on('session', () => {})))
    const socket = new globalThis.WebSocket(realtimeUrl, ['realtime', 'openai-insecure-api-key.sk-x'])
    await new Promise((resolve) => socket.addEventListener('message', resolve))
    const closed = new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
    server.close()
    expect(await closed).toBe(1000)
  })

  test('a server that listens already is joined at once; a second attach does nothing', async () => {
    const server = setupServer(says('Hi.'))
    server.listen({ onUnhandledFrame: 'error' })
    stop = () => server.close()
    expect(attach(server, { latency: 'instant' })).toBe(server)
    const { listen: wrapped } = server
    expect(attach(server).listen).toBe(wrapped)
    expect(await answers()).toBe('Hi.,Hi.,Hi.')
  })

  test('a second listen fails as msw says, and close still undoes the first', async () => {
    const { WebSocket: before } = globalThis
    const server = listen(setupServer(says('Hi.')))
    expect(() => server.listen()).toThrow(/already listening/)
    expect(await answers()).toBe('Hi.,Hi.,Hi.')
    server.close()
    expect(globalThis.WebSocket).toBe(before)
  })
})
