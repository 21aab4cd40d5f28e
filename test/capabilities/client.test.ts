// Rows of the capability table that LocalRealtimeClient answers for: one test each.

import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'
import { createLocalConnection, createLocalRealtime, expect, LocalRealtimeClient, test } from 'vitest-realtime'
import { WebSocket, WebSocketServer } from 'ws'
import { ask, audioResponse, collect, next, textResponse, typesOf, user } from './support/socket-talk.ts'

const hello = { hello: { text: 'Hello world!', selectionCriteria: { requiredKeywords: ['hello'], priority: 50 } } }

async function talkOver(socket: WebSocket): Promise<string[]> {
  const types: string[] = []
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data))
      types.push(type)
      if (type === 'session.created') for (const event of [user('Hello'), textResponse]) socket.send(JSON.stringify(event))
      if (type === 'rate_limits.updated') resolve()
    })
  })
  await done
  socket.close()
  return types
}

async function deadPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('row 1: in process and over a socket', async () => {
  const client = new LocalRealtimeClient({ responseConfigs: hello })
  onTestFinished(() => client.disconnect())
  await client.connect()
  const headers = { authorization: 'Bearer any' }
  const intercepted = await talkOver(new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers }))
  const overPort = await talkOver(new WebSocket(`${client.realtime.url}?model=gpt-realtime`, { headers }))
  expect(intercepted).toEqual(overPort)
  expect(intercepted.filter((type) => type === 'response.output_text.delta')).toHaveLength(3)
  await using realtime = createLocalRealtime({ responses: { hello: { when: 'hello', text: 'Hello world!' } } })
  const ofTheKit = await talkOver(new WebSocket(`${realtime.url}?model=gpt-realtime`, { headers }))
  expect(ofTheKit).toEqual(intercepted)
})

test('row 2: connect and disconnect', async () => {
  const server = new WebSocketServer({ port: 0 })
  onTestFinished(() => server.close())
  const first = new Promise<string>((resolve) => {
    server.once('connection', (peer) => peer.once('message', (data) => resolve(JSON.parse(String(data)).type)))
  })
  const client = new LocalRealtimeClient()
  const { port } = server.address() as { port: number }
  await client.connect(`ws://127.0.0.1:${port}`)
  expect(client.connected).toBe(true)
  expect(await first).toBe('session.created')
  await client.disconnect()
  await client.disconnect()
  expect(client.connected).toBe(false)
  const dead = await deadPort()
  await expect(client.connect(`ws://127.0.0.1:${dead}`)).rejects.toThrow(/RTK_TRANSPORT.*nobody answers/)
  expect(client.connected).toBe(false)
})

test('row 18: error events on demand', async () => {
  await using socket = createLocalConnection()
  await next(socket, 'session.created')
  socket.client.sendError('odd_thing', 'Something odd.')
  socket.client.sendError('odder_thing', 'Something odder.', { where: 'here' })
  const plain = { type: 'invalid_request_error', code: 'odd_thing', message: 'Something odd.', param: null, event_id: null }
  expect(await next(socket, 'error')).toEqual({ type: 'error', event_id: expect.stringMatching(/^event_/), error: plain })
  expect((await next(socket, 'error')).error).toMatchObject({ code: 'odder_thing', details: { where: 'here' } })
  expect(socket.client.realtime.emitted('error')).toHaveLength(2)
})

test('row 19: error injection', async () => {
  await using socket = createLocalConnection({ responseConfigs: hello })
  const { realtime } = socket.client
  realtime.fail({ response: 'rate_limit_exceeded' })
  const limited = await ask(socket, 'Hello')
  expect(limited.at(-1)?.response).toMatchObject({ status: 'failed', status_details: { error: { code: 'rate_limit_exceeded' } } })
  realtime.fail({ response: 'server_error' })
  expect((await ask(socket, 'Hello')).at(-1)?.response.status_details.error.code).toBe('server_error')
  realtime.fail({ malformed: 'response.output_text.done' })
  for (const event of [user('Hello'), textResponse]) await socket.send(event)
  const broken: string[] = []
  for (let text = ''; !text.includes('"response.done"'); broken.push(text)) text = await socket.recv()
  expect(() => broken.map((text) => JSON.parse(text))).toThrow(SyntaxError)
  realtime.fail({ close: 1011 }, { at: 'response.output_text.delta' })
  for (const event of [user('Hello'), textResponse]) await socket.send(event)
  for await (const _ of socket);
  expect(socket.closeCode).toBe(1011)
})

test('row 20: response.cancel', async () => {
  const responseConfigs = { long: { text: 'word '.repeat(200), selectionCriteria: { priority: 99 } } }
  await using socket = createLocalConnection({ responseConfigs })
  for (const event of [user('go'), textResponse]) await socket.send(event)
  await next(socket, 'response.output_text.delta')
  await socket.send({ type: 'response.cancel' })
  const rest = await collect(socket, 'response.done')
  expect(rest.at(-1)?.response).toMatchObject({ status: 'cancelled' })
  await socket.send({ type: 'response.cancel' })
  expect((await next(socket, 'error')).error.code).toBe('response_cancel_not_active')
  const types = socket.client.realtime.timeline.entries.map(({ event }) => event.type)
  expect(types.slice(types.indexOf('response.done'))).not.toContain('response.output_text.delta')
})

test('row 21: one active response', async () => {
  await using socket = createLocalConnection({ responseConfigs: hello })
  for (const event of [user('Hello'), textResponse, textResponse]) await socket.send(event)
  expect((await next(socket, 'error')).error.code).toBe('conversation_already_has_active_response')
  expect((await next(socket, 'response.done')).response).toMatchObject({ status: 'completed' })
  expect(socket.client.realtime.responses).toHaveLength(1)
})

test('row 22: rate limits event', async () => {
  await using socket = createLocalConnection()
  await next(socket, 'session.created')
  const limits = [{ name: 'requests', limit: 100, remaining: 1, reset_seconds: 12 }]
  socket.client.sendRateLimits(limits)
  expect(JSON.parse(await socket.recv())).toEqual({
    type: 'rate_limits.updated',
    event_id: expect.any(String),
    rate_limits: limits,
  })
})

test('row 24: content part helpers', async () => {
  await using socket = createLocalConnection()
  await next(socket, 'session.created')
  const part = { type: 'text', text: 'by hand' }
  socket.client.setActiveResponseId('resp_mine')
  socket.client.sendContentPartAdded(part)
  socket.client.sendContentPartDone(part)
  expect(await next(socket, 'response.content_part.added')).toMatchObject({ response_id: 'resp_mine', part })
  expect(await next(socket, 'response.content_part.done')).toMatchObject({ response_id: 'resp_mine', part })
})

test('row 25: add and get a response config', () => {
  const client = new LocalRealtimeClient({ defaultResponseConfig: { text: 'default' } })
  expect(client.getResponseConfig('nobody').text).toBe('default')
  client.addResponseConfig('one', { text: 'first' })
  client.addResponseConfig('one', { text: 'second' })
  expect(client.getResponseConfig('one').text).toBe('second')
  expect(client.getResponseConfig().text).toBe('default')
})

test('row 39: custom handlers', async () => {
  await using socket = createLocalConnection({ logger: { warn: () => {} } })
  const { client } = socket
  await next(socket, 'session.created')
  const called: string[] = []
  client.registerEventHandler('input_audio_buffer.clear', () => {
    called.push('first')
    throw new Error('not today')
  })
  const stop = client.registerEventHandler('input_audio_buffer.clear', async (_, reply) => {
    called.push('second')
    reply.send({ type: 'rate_limits.updated', rate_limits: [] })
  })
  await socket.send({ type: 'input_audio_buffer.clear' })
  expect(typesOf([await next(socket), await next(socket)])).toEqual(['input_audio_buffer.cleared', 'rate_limits.updated'])
  expect(called).toEqual(['first', 'second'])

  client.registerEventHandler('input_audio_buffer.commit', (_, reply) => {
    reply.replace({ type: 'input_audio_buffer.committed', item_id: 'item_mine', previous_item_id: null })
  })
  await socket.send({ type: 'input_audio_buffer.commit' })
  expect(await next(socket)).toMatchObject({ type: 'input_audio_buffer.committed', item_id: 'item_mine' })

  stop()
  client.registerEventHandler('response.cancel', (_, reply) => reply.suppress())
  await socket.send({ type: 'response.cancel' })
  await socket.send({ type: 'input_audio_buffer.clear' })
  expect(typesOf([await next(socket)])).toEqual(['input_audio_buffer.cleared'])
  expect(called).toEqual(['first', 'second', 'first'])
  expect(client.realtime.received('response.cancel')).toHaveLength(1)
})

test('row 40: custom response generators', async () => {
  await using socket = createLocalConnection({
    responseConfigs: { mine: { text: 'unused', generator: 'shout', selectionCriteria: { priority: 99 } } },
  })
  socket.client.registerResponseGenerator('shout', async function* (turn) {
    for (const word of turn.text.toUpperCase().split(' ')) yield `${word}! `
  })
  const events = await ask(socket, 'come here')
  expect(events.find(({ type }) => type === 'response.output_text.done')?.text).toBe('COME! HERE! ')
})

test('row 41: state, buffer and active id', async () => {
  await using socket = createLocalConnection({ enableVad: false })
  const { client } = socket
  await socket.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(4800, 1).toString('base64') })
  await socket.send(textResponse)
  await next(socket, 'response.created')
  const state = client.getSessionState()
  expect(state).toMatchObject({ connected: true, activeResponseId: client.realtime.responses[0]?.id, speechDetected: false })
  expect(state.audioBuffer.map((chunk) => chunk.byteLength)).toEqual([4800])
  expect(() => Object.assign(state, { connected: false })).toThrow(TypeError)
  state.audioBuffer[0]?.fill(9)
  expect(client.getAudioBuffer()[0]?.[0]).toBe(1)

  client.setAudioBuffer([new Uint8Array(960), new Uint8Array(480)])
  expect(client.getAudioBuffer().map((chunk) => chunk.byteLength)).toEqual([960, 480])
  expect(state.audioBuffer).toHaveLength(1)
  client.setActiveResponseId('resp_other')
  expect(client.getActiveResponseId()).toBe('resp_other')
  client.setActiveResponseId(undefined)
  await next(socket, 'response.done')
  expect(client.getActiveResponseId()).toBeNull()
})

test('an answer with sound comes with its transcript', async () => {
  await using socket = createLocalConnection({ responseConfigs: hello })
  const events = await ask(socket, 'Hello', audioResponse)
  expect(events.find(({ type }) => type === 'response.output_audio_transcript.done')).toMatchObject({
    transcript: 'Hello world!',
  })
})
