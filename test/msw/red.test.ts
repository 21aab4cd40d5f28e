// What a handler does wrong makes the test red that it is called for; types of the listeners.

import { expect, expectTypeOf, test } from 'vitest'
import type { ClientEventOf, LocalRealtime, ServiceSession } from 'vitest-realtime'
import { type LinkParams, link } from 'vitest-realtime/msw'
import { runVitest } from '../support/run-vitest.ts'

const file = (body: string): string => `
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { WebSocket } from 'ws'
import { expect, test } from 'vitest-realtime'
import { attach, link } from 'vitest-realtime/msw'
const server = attach(setupServer())
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())
afterEach(() => server.resetHandlers())
const connect = () => new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers: { authorization: 'Bearer sk-x' } })
const failed = (socket) => new Promise((resolve) => socket.on('error', resolve).on('close', resolve))
${body}
`

test('listeners that throw', { timeout: 60_000 }, async () => {
  const run = await runVitest({
    'red.case.ts': file(`
test('connection', async ({ realtime }) => {
  server.use(link().on('connection', () => { throw new Error('oops') }))
  await failed(connect())
})
test('session', async ({ realtime }) => {
  server.use(link().on('session', () => { throw new Error('oops') }))
  await failed(connect())
})
test('session, later', async ({ realtime }) => {
  server.use(link().on('session', async () => { await null; throw new Error('oops') }))
  await failed(connect())
})
test('onEvent', async ({ realtime }) => {
  server.use(link().on('session', ({ session }) => void session.onEvent('session.update', () => { throw new Error('oops') })))
  const socket = connect()
  socket.on('open', () => socket.send(JSON.stringify({ type: 'session.update', session: { type: 'realtime' } })))
  await expect(realtime.waitFor('session.updated')).rejects.toThrow('oops')
})
test('a reply of a handler that nobody used', async ({ realtime }) => {
  server.use(link().on('session', ({ session }) => { session.respondOnce('Hi.'); session.close() }))
  await failed(connect())
})
`),
  })
  expect(run.tests.map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'connection: failed',
    'session: failed',
    'session, later: failed',
    'onEvent: failed',
    'a reply of a handler that nobody used: failed',
  ])
  expect(run.test('connection').messages[0]).toMatch(/^\[RTK_HANDLER\] The listener of link\(\)\.on\('connection'\) threw: oops/)
  expect(run.test('session').messages[0]).toMatch(/^\[RTK_HANDLER\] The listener of link\(\)\.on\('session'\) threw: oops/)
  expect(run.test('session, later').messages[0]).toMatch(/^\[RTK_HANDLER\] The listener of link\(\)\.on\('session'\) threw: oops/)
  expect(run.test('onEvent').messages[0]).toMatch(/^\[RTK_HANDLER\] The listener of onEvent\('session\.update'\) threw: oops/)
  expect(run.test('a reply of a handler that nobody used').messages[0]).toMatch(/^\[RTK_UNUSED_REPLY\]/)
})

test('the listeners are typed', () => {
  link().on('connection', ({ request, params, reject }) => {
    expectTypeOf(request.url).toEqualTypeOf<URL>()
    expectTypeOf(request.protocols).toEqualTypeOf<readonly string[]>()
    expectTypeOf(params).toEqualTypeOf<LinkParams>()
    expectTypeOf(reject).parameter(0).toEqualTypeOf<number>()
  })
  link().on('session', ({ session, realtime }) => {
    expectTypeOf(session).toEqualTypeOf<ServiceSession>()
    expectTypeOf(realtime).toEqualTypeOf<LocalRealtime>()
    session.onEvent('response.create', (event) => expectTypeOf(event).toEqualTypeOf<ClientEventOf<'response.create'>>())
  })
  // @ts-expect-error there is no such event
  expect(() => link().on('message', () => {})).toThrow()
  // @ts-expect-error a connection has no session yet
  link().on('connection', ({ session }) => session)
})
