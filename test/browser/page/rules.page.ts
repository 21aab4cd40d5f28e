// What the kit refuses or leaves alone in a page.

import { afterEach, describe, vi } from 'vitest'
import { createLocalRealtime, expect, silence, test, useLocalRealtime } from 'vitest-realtime'

const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'
const log = vi.spyOn(console, 'error')
afterEach(() => log.mockReset())

function ending(socket: WebSocket): Promise<string[]> {
  const told: string[] = []
  for (const type of ['open', 'error']) socket.addEventListener(type, () => told.push(type))
  return new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve([...told, `close ${code}`])))
}

test('a Realtime socket of no test is refused, and the console says why', async () => {
  log.mockImplementation(() => {})
  expect(await ending(new WebSocket(url))).toEqual(['error', 'close 1006'])
  expect(log.mock.calls.flat().join()).toContain('while no test with a local Realtime service was running')
})

test('so is a request', async () => {
  log.mockImplementation(() => {})
  const response = await fetch('https://api.openai.com/v1/realtime/client_secrets', { method: 'POST' })
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ error: { code: 'RTK_UNOWNED' } })
})

test("other addresses are the page's own business", async ({ realtime }) => {
  const socket = new WebSocket('ws://127.0.0.1:1/')
  expect(socket).toBeInstanceOf(WebSocket)
  expect(await ending(socket)).toEqual(['error', 'close 1006'])
  expect((await fetch('/package.json')).status).toBe(200)
  expect(realtime.sessions).toEqual([])
})

test('one service runs at a time', async ({ realtime }) => {
  expect(() => createLocalRealtime()).toThrow(/RTK_OUTSIDE_TEST.*one local Realtime service runs at a time.*`concurrent`/s)
  expect(realtime.sessions).toEqual([])
})

test('what needs Node says so', async ({ realtime }) => {
  expect(() => realtime.url).toThrow('a page has no servers')
  expect(silence(100).durationMs).toBe(100)
})

describe('useLocalRealtime', () => {
  const realtime = useLocalRealtime({ latency: 'instant' })
  realtime.respond('hi', 'Hello from the handle.')

  test('gives each test of the page its service', async () => {
    const socket = new WebSocket(url, ['realtime', 'openai-insecure-api-key.sk-page'])
    socket.onopen = () => socket.send('{"type":"response.create"}')
    await expect(realtime).toEmit('response.done')
    expect(realtime).toHaveSaid('Hello from the handle.')
  })

  test('and the next one a fresh one', () => {
    expect(realtime.sessions).toEqual([])
  })
})
