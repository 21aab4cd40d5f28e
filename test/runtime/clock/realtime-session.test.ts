// Unmodified SDKs over a loopback socket: their Date, timers and backoff follow the clock of the test, alone and side by side.

import { createHash } from 'node:crypto'
import net from 'node:net'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { SmallService } from './support/small-service.ts'
import { startVoiceApp, tool } from './support/voice-app.ts'
import { withClock } from './support/with-clock.ts'

const uninstall = installAppTime()
afterAll(uninstall)

/** The caller interrupts `afterMs` after the first sound of the answer: what does the app truncate? */
function bargeIn(afterMs: number) {
  return withClock(async ({ clock, findings }) => {
    const service = await SmallService.start(clock, () => ({ audioMs: 8000 }))
    const app = await startVoiceApp(service.url)
    await service.until('session.updated')
    app.speak(10_000)
    const first = await service.until('response.output_audio.delta')
    app.speak(2000, afterMs)
    const truncated = await service.until('conversation.item.truncate')
    await service.until('response.done')
    app.stop()
    service.close()
    const hash = createHash('sha1').update(JSON.stringify(service.log)).digest('hex')
    return { firstMs: first.atMs, truncatedMs: truncated.atMs, audioEndMs: truncated.detail, endMs: clock.now(), hash, findings }
  })
}

describe('RealtimeSession truncates where the caller interrupted', () => {
  const hashes = new Set<string>()

  test('after 3000 ms of the clock: the first loud frame counts at its tick, the third makes a turn', async () => {
    const run = await bargeIn(3000)
    expect(run.audioEndMs).toBe(run.truncatedMs - run.firstMs)
    expect(run.audioEndMs).toBe(3040)
    expect(run.findings).toEqual([])
  })

  test('one after the other: one log', async () => {
    for (let round = 0; round < 8; round++) hashes.add((await bargeIn(1500)).hash)
    expect(hashes.size).toBe(1)
  })

  test.concurrent.each(Array.from({ length: 10 }, (_, index) => index))('side by side: the same log (%i)', async () => {
    const run = await bargeIn(1500)
    hashes.add(run.hash)
    expect([run.audioEndMs, hashes.size]).toEqual([1540, 1])
  })
})

async function heldAnswer(): Promise<unknown> {
  return withClock(async ({ clock }) => {
    const service = await SmallService.start(clock, () => ({ audioMs: 8000 }))
    const app = await startVoiceApp(service.url)
    await service.until('session.updated')
    app.session.transport.sendEvent({ type: 'response.create' })
    await service.until('response.output_audio.delta')
    await clock.advance(3000)
    app.session.interrupt()
    const { detail } = await service.until('conversation.item.truncate')
    app.stop()
    service.close()
    return detail
  })
}

test('an answer that the app interrupts after exactly 3000 ms is truncated at exactly 3000 ms', async () => {
  expect(await heldAnswer()).toBe(3000)
})

describe('timers of the app', () => {
  /** A tool of 4 s with a filler after 1.5 s, a watchdog of 30 s that every event re-arms, a heartbeat of 10 min. */
  const run = () =>
    withClock(async ({ clock, findings }) => {
      const service = await SmallService.start(clock, (turn) => (turn === 1 ? { call: 'weather' } : { audioMs: 1000 }))
      const events: [string, number][] = []
      const note = (name: string) => () => events.push([name, clock.now()])
      let watchdog: NodeJS.Timeout | undefined
      const rearm = () => {
        clearTimeout(watchdog)
        watchdog = setTimeout(note('watchdog'), 30_000)
      }
      const heartbeat = setInterval(note('heartbeat'), 600_000)
      const execute = async () => {
        const filler = setTimeout(note('filler'), 1500)
        await new Promise((resolve) => setTimeout(resolve, 4000))
        clearTimeout(filler)
        note('tool')()
        return 'sunny'
      }
      const weather = tool({ name: 'weather', description: 'the weather', parameters: z.object({}), execute })
      const app = await startVoiceApp(service.url, [weather])
      app.session.transport.on('*', rearm)
      await service.until('session.updated')
      app.speak(1000)
      const called = await service.until('response.done')
      await service.until('response.output_audio.delta')
      app.stop()
      clearInterval(heartbeat)
      clearTimeout(watchdog)
      service.close()
      return { events: events.map(([name, atMs]) => [name, atMs - called.atMs]), findings, dropped: clock.dispose() }
    })
  const expected = {
    events: [
      ['filler', 1500],
      ['tool', 4000],
    ],
    findings: [],
    dropped: 0,
  }

  test('come exactly, and only those that are due', async () => {
    expect(await run()).toEqual(expected)
  })

  test.concurrent.each([1, 2, 3])('also side by side (%i)', async () => {
    expect(await run()).toEqual(expected)
  })
})

describe('OpenAIRealtimeWS { reconnect }', () => {
  const backoff = (seed: number) =>
    withClock(
      async ({ clock }) => {
        const service = await SmallService.start(clock)
        // The SDK insists on wss: its socket is led to the loopback service below TLS.
        const createConnection = () => net.connect(Number(new URL(service.url).port), '127.0.0.1')
        const client = new OpenAI({ apiKey: 'sk-test' })
        const socket = new OpenAIRealtimeWS({ model: 'gpt-realtime', reconnect: true, options: { createConnection } }, client)
        socket.on('error', () => {})
        const again = new Promise<void>((resolve) => socket.on('reconnected', () => resolve()))
        await service.until('session.created')
        const droppedAtMs = clock.now()
        service.sockets[0]?.terminate()
        await clock.wait(again, { timeoutMs: 30_000, what: 'the reconnect' })
        const tookMs = clock.now() - droppedAtMs
        socket.close()
        service.close()
        return { tookMs, sockets: service.sockets.length }
      },
      { seed },
    )

  test('backs off on the clock, by the seeded Math.random', async () => {
    const first = await backoff(1)
    expect(first.sockets).toBe(2)
    expect(first.tookMs).toBeGreaterThan(100)
    expect(await backoff(1)).toEqual(first)
    expect((await backoff(2)).tookMs).not.toBe(first.tookMs)
  })

  test.concurrent.each([1, 2, 3])('also side by side (%i)', async () => {
    expect((await backoff(1)).sockets).toBe(2)
  })
})

test('a test that awaits a promise of its own runs at real speed, to the same log', async () => {
  const run = (isKitWait: boolean) =>
    withClock(async ({ clock }) => {
      const service = await SmallService.start(clock, () => ({ audioMs: 200 }))
      const app = await startVoiceApp(service.url)
      await service.until('session.updated')
      app.speak(200)
      const started = new Promise((resolve) => app.session.on('audio_start', resolve))
      await (isKitWait ? clock.wait(started, { timeoutMs: 30_000, what: 'audio' }) : started)
      app.stop()
      service.close()
      return { log: service.log, atMs: clock.now() }
    })
  expect(await run(false)).toEqual(await run(true))
})

describe('test.concurrent with clocks of their own', () => {
  test.concurrent.each([1_000, 1_000_000, 1_000_000_000])('%i ms', (ms) =>
    withClock(async ({ clock }) => {
      const began = Date.now()
      const draws = [Math.random()]
      setTimeout(() => draws.push(Date.now() - began), 5)
      await clock.advance(ms)
      draws.push(Math.random())
      expect([Date.now() - began, draws]).toEqual([ms, [draws[0], 5, draws[2]]])
    }),
  )
})
