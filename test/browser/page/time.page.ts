// Time in a real page: the app's clocks and timers are the test's, Vitest's own are not.

import { vi } from 'vitest'
import { expect, test } from 'vitest-realtime'

const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'

test('timers, Date and performance follow the test', async ({ clock }) => {
  const told: [string, number][] = []
  const startMs = Date.now()
  const startPerformanceMs = performance.now()
  const tell = (what: string) => told.push([what, Date.now() - startMs])
  window.setTimeout(() => tell('minute'), 60_000)
  setTimeout(() => tell('second'), 1000)
  const ticks = setInterval(() => tell('tick'), 25_000)
  const dropped = setTimeout(() => tell('never'), 10)
  expect(dropped).toBeTypeOf('number')
  clearTimeout(dropped)
  await clock.advance(60_000)
  clearInterval(ticks)
  expect(told).toEqual([
    ['second', 1000],
    ['tick', 25_000],
    ['tick', 50_000],
    ['minute', 60_000],
  ])
  expect(performance.now() - startPerformanceMs).toBeCloseTo(60_000)
  expect(new Date().toISOString()).toBe(new Date(startMs + 60_000).toISOString())
  expect(clock.now()).toBe(60_000)
})

test('minutes of a conversation take no time', async ({ realtime }) => {
  const beganMs = performance.timeOrigin + performance.now()
  realtime.respond('long', async () => {
    await new Promise((resolve) => setTimeout(resolve, 120_000))
    return 'That took a while.'
  })
  const socket = new WebSocket(url, ['realtime', 'openai-insecure-api-key.sk-page'])
  socket.onopen = () => socket.send('{"type":"response.create"}')
  await realtime.nextResponse({ timeout: 200_000 })
  await realtime.settled()
  expect(realtime.clock.now()).toBeGreaterThan(120_000)
  expect(performance.timeOrigin + performance.now() - beganMs).toBeGreaterThan(120_000)
})

test("Vitest's own waits are real", async ({ realtime, clock }) => {
  let reads = 0
  await vi.waitFor(() => expect(++reads).toBeGreaterThan(2))
  await expect.poll(() => ++reads).toBeGreaterThan(6)
  expect(clock.now()).toBe(0)
  expect(realtime.sessions).toEqual([])
})

test('fake timers of Vitest drive the service', async ({ realtime }) => {
  vi.useFakeTimers()
  try {
    realtime.respond('late', { text: 'Here.', delayMs: 5000 })
    const socket = new WebSocket(url, ['realtime', 'openai-insecure-api-key.sk-page'])
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send('{"type":"response.create","response":{"output_modalities":["text"]}}')
    await vi.advanceTimersByTimeAsync(4000)
    expect(realtime.emitted('response.done')).toEqual([])
    await vi.advanceTimersByTimeAsync(4000)
    expect(realtime.emitted('response.done')).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})

test('a request of the app stops time until it is answered', async ({ realtime, clock }) => {
  realtime.respond('looked up', async () => {
    const response = await fetch('/package.json')
    return ((await response.json()) as { name: string }).name
  })
  const socket = new WebSocket(url, ['realtime', 'openai-insecure-api-key.sk-page'])
  const watchdog = vi.fn()
  setTimeout(watchdog, 30_000)
  socket.onopen = () => socket.send('{"type":"response.create","response":{"output_modalities":["text"]}}')
  expect((await realtime.nextResponse()).text).toBe('page-project')
  expect(watchdog).not.toHaveBeenCalled()
  expect(clock.now()).toBeLessThan(5000)
})
