// What `attach`, `link` and `on` say to an author who slips.

import { setupServer } from 'msw/node'
import { expect, onTestFinished, test, vi } from 'vitest'
import { attach, link } from 'vitest-realtime/msw'
import { realtimeUrl, talk } from './clients.ts'

const api = link()
const says = (text: string) => api.on('session', ({ session }) => void session.respond('hello', text))

test.for([
  [says('a'), /got a handler of link\(…\)\.on\(…\)\.\nWrite attach\(setupServer\(handler\)\)/],
  [[says('a')], /got an array\.\nWrite attach\(setupServer\(\.\.\.handlers\)\)/],
  [{ start() {}, stop() {}, use() {} }, /got what setupWorker\(…\) gives\.\nsetupWorker is for browsers/],
  [undefined, /got a value of type undefined/],
  [null, /got null/],
  [{ listen() {}, close() {}, listHandlers: () => [] }, /this server is of msw 2, and attach\(\) needs msw 3/],
] as const)('attach(%o)', ([given, message]) => {
  expect(() => attach(given as never)).toThrow(message)
})

test('link and on', () => {
  expect(() => link(new URL('wss://a.example') as never)).toThrow(/\[RTK_OPTION\] link\(url\): expected a string or a RegExp/)
  expect(() => api.on('message' as never, () => {})).toThrow(/there is no such event\.\nAllowed: 'connection'/)
  expect(() => api.on('session', undefined as never)).toThrow(/the listener must be a function, got undefined/)
  expect(() => attach(setupServer(), { latncy: 'instant' } as never)).toThrow(/\[RTK_OPTION\] attach\(\).*latncy/)
})

test('a server that was not attached: a global WebSocket fails with a message that says so', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  const server = setupServer(says('a'))
  server.listen({ onUnhandledFrame: 'bypass' })
  onTestFinished(() => {
    server.close()
    told.mockRestore()
  })
  await expect(talk(new globalThis.WebSocket(realtimeUrl))).rejects.toThrow()
  expect(told.mock.calls.flat().join('\n')).toMatch(
    /\[RTK_HANDLER\] A handler of link\(\)\.on\('session'\) is for wss:\/\/api\.openai\.com\/v1\/realtime, but its server was not attached/,
  )
})
