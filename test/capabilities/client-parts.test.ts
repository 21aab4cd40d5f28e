// Rows of the capability table that the parts around LocalRealtimeClient answer for: mock sockets, factories, old names.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import {
  createAudioTestingMock,
  createCustomerServiceMock,
  createFunctionTestingMock,
  createMockWebSocketConnection,
  createSalesMock,
  createSimpleMock,
  createTestAudioFiles,
  EventHandlerManager,
  expect,
  LocalRealtimeClient,
  LocalResponseConfig,
  MockRealtimeClient,
  MockResponseConfig,
  MockWebSocketConnection,
  MockWebSocketConnectionManager,
  test,
} from 'vitest-realtime'
import { AudioFileCache } from 'vitest-realtime/audio'
import { ask, next, textResponse, user } from './support/socket-talk.ts'

const hello = { hello: { text: 'Hello world!', selectionCriteria: { requiredKeywords: ['hello'], priority: 50 } } }

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'legacy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('row 62: mock WebSocket', async () => {
  const client = new LocalRealtimeClient({ intercept: false, responseConfigs: hello })
  onTestFinished(() => client.disconnect())
  const socket = new MockWebSocketConnection(client, 'mine')
  expect(socket).toMatchObject({ open: true, connectionId: 'mine', closeCode: undefined })
  expect(JSON.parse(await socket.recv()).type).toBe('session.created')
  for (const event of [user('Hello'), textResponse]) await socket.send(JSON.stringify(event))
  // It is handed over, and nothing of the answer has come.
  expect(client.realtime.emitted('response.output_text.delta')).toEqual([])
  await next(socket, 'rate_limits.updated')
  const idle = socket.recv({ timeoutMs: 60_000 })
  await expect(idle).rejects.toThrow('RTK_WAIT')

  const seen: string[] = []
  const reading = (async () => {
    for await (const message of socket) seen.push(JSON.parse(message).type)
  })()
  await client.realtime.clock.advance(120_000)
  await socket.send({ type: 'input_audio_buffer.clear' })
  await vi.waitFor(() => expect(seen).toEqual(['input_audio_buffer.cleared']))
  await socket.close(1001, 'away')
  await reading
  expect(socket).toMatchObject({ open: false, closeCode: 1001 })
  await expect(socket.send('{}')).rejects.toThrow(/RTK_TRANSPORT.*closed with 1001/)
  await expect(socket.recv()).rejects.toThrow('RTK_TRANSPORT')
  let disposed: MockWebSocketConnection
  {
    await using another = new MockWebSocketConnection(client)
    disposed = another
    expect(another.open).toBe(true)
  }
  expect(disposed.open).toBe(false)
})

test('row 63: connection manager', async () => {
  await using manager = new MockWebSocketConnectionManager({ maxConnections: 2, responseConfigs: hello })
  const text = await manager.connectionContext(async (socket) => (await ask(socket, 'Hello')).at(-1)?.response.status, 'first')
  expect(text).toBe('completed')
  await expect(manager.connectionContext(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  expect(manager.getStats()).toMatchObject({ totalConnections: 0, created: 2 })

  const one = await manager.createConnection('one')
  expect(await manager.createConnection('one')).toBe(one)
  await manager.createConnection('two')
  await expect(manager.createConnection('three')).rejects.toThrow(/RTK_TRANSPORT.*`maxConnections` is 2/)
  expect(manager.getStats()).toEqual({
    totalConnections: 2,
    healthyConnections: 2,
    maxConnections: 2,
    connectionIds: ['one', 'two'],
    created: 4,
    reused: 1,
  })
  await manager.closeConnection('nobody')
  await manager.closeAll()
  expect(one.open).toBe(false)
  expect(manager.getStats().totalConnections).toBe(0)
})

test.for([false, true])('row 84: factories, every scenario by an utterance (legacy: %s)', async (legacy) => {
  const said: [LocalRealtimeClient, Record<string, string>][] = [
    [
      createCustomerServiceMock({ legacy }),
      {
        greeting: 'Good morning',
        account_help: 'I forgot my password',
        billing_help: 'My invoice is wrong',
        technical_support: 'It is not working',
        transfer: 'A real person please',
        goodbye: 'Goodbye then',
        error: 'Is there an outage',
      },
    ],
    [
      createSalesMock({ legacy }),
      {
        sales_greeting: 'Good morning',
        product_pitch: 'Tell me more',
        price_quote: 'What does it cost',
        objection_handling: 'That is too expensive',
        closing: 'Where can I sign up',
        thank_you: 'I appreciate it',
      },
    ],
    [createSimpleMock({ opening_hours: 'From nine.' }, { legacy }), { opening_hours: 'Tell me your opening hours' }],
    [createFunctionTestingMock({ legacy }), { weather_function: 'The weather?', account_function: 'My balance?' }],
    [createAudioTestingMock({ door_bell: 'bell.wav' }, { legacy }), { door_bell: 'Play the door bell' }],
  ]
  for (const [client, utterances] of said) {
    for (const [key, utterance] of Object.entries(utterances)) {
      client.updateConversationContext(utterance)
      expect(client.selectResponse({ modalities: ['text'] }), utterance).toMatchObject({ name: key })
    }
  }
  const [functions] = said[3]!
  await using socket = new MockWebSocketConnection(createFunctionTestingMock({ legacy, intercept: false }))
  onTestFinished(() => socket.client.disconnect())
  const done = (await ask(socket, 'What is the weather?', { type: 'response.create' })).at(-1)
  expect(done?.response.output[0]).toMatchObject({
    name: 'get_weather',
    arguments: '{"location":"New York","unit":"fahrenheit"}',
  })
  expect(functions.connected).toBe(false)
})

test('row 85: test audio', async () => {
  const folder = temporaryFolder()
  const silent = await createTestAudioFiles(folder)
  expect(silent).toHaveLength(16)
  const cache = new AudioFileCache()
  expect(cache.load(silent[0]!.path, 16_000)).toMatchObject({ rateHz: 16_000, durationMs: 2000 })
  expect(cache.load(silent[0]!.path, 16_000)).toBeSilent()
  expect((await createTestAudioFiles(folder)).every(({ isNew }) => !isNew)).toBe(true)
  for (const kind of ['tone', 'noise', 'speech'] as const) {
    const [file] = await createTestAudioFiles(join(folder, kind), { kind })
    const { soundStartMs, soundEndMs } = file!
    const { samples } = cache.load(file!.path, 16_000)
    const sounding = [...samples.keys()].filter((at) => Math.abs(samples[at]!) > 200).map((at) => at / 16)
    expect(sounding.at(0)).toBeGreaterThanOrEqual(soundStartMs!)
    expect(sounding.at(0)! - soundStartMs!).toBeLessThan(100)
    expect(soundEndMs! - sounding.at(-1)!).toBeLessThan(300)
    expect(sounding.at(-1)).toBeLessThanOrEqual(soundEndMs!)
  }
})

test('row 86: old names are the same classes, with one warning each', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const clients = [new MockRealtimeClient(), new MockRealtimeClient()]
  expect(clients[0]).toBeInstanceOf(LocalRealtimeClient)
  expect(clients[0]?.constructor).toBe(LocalRealtimeClient)
  const config = new MockResponseConfig({ text: 'Hello!', audioChunkDelay: 0.1 })
  clients[0]?.addResponseConfig('greeting', config)
  expect(clients[0]?.getResponseConfig('greeting')).toBe(config)
  expect(config).toBeInstanceOf(LocalResponseConfig)
  expect(config.chunkDelayMs).toBe(100)
  new MockResponseConfig({ audioChunkDelay: 0.3 })
  await createMockWebSocketConnection().close()
  await createMockWebSocketConnection().close()
  const told = warn.mock.calls.map(([message]) => String(message).split(' ')[0])
  for (const name of ['MockRealtimeClient', 'MockResponseConfig', 'createMockWebSocketConnection', 'audioChunkDelay'])
    expect(told.filter((one) => one === name)).toHaveLength(1)
  expect(warn.mock.calls[0]?.[1]).toMatchObject({ type: 'DeprecationWarning', code: 'RTK_DEP_MOCK_REALTIME_CLIENT' })
})

test('row 87: components alone', async () => {
  const folder = temporaryFolder()
  const [file] = await createTestAudioFiles(folder, { kind: 'tone' })
  expect(new AudioFileCache().load(file!.path).samples.length).toBeGreaterThan(0)

  const handlers = new EventHandlerManager()
  const stop = handlers.register('response.create', (_, reply) => reply.suppress())
  expect(await handlers.dispatch({ type: 'response.create' })).toEqual({ isSuppressed: true, events: [] })
  stop()
  expect(await handlers.dispatch({ type: 'response.create' })).toEqual({ isSuppressed: false, events: [] })

  const client = new LocalRealtimeClient({ setupSmartResponses: true })
  client.updateConversationContext('Hello there!')
  expect(client.selectResponse({ modalities: ['text'] }).name).toBe('greeting')
  expect(client.connected).toBe(false)
})
