// Who moves virtual time, and when: the rules of the pump, on bare deadlines.

import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test } from 'vitest'
import { realTime } from '../../../src/runtime/clock/real-time.ts'
import { appTimer, openClock, realSleep, sleepOn, timed, turns, withClock } from './support/with-clock.ts'

describe('service and caller', () => {
  test('pull time by themselves, each deadline exactly at its time', () =>
    withClock(async ({ clock }) => {
      const log: [string, number][] = []
      clock.at(300, () => log.push(['service', clock.now()]), 'service')
      clock.at(20.5, () => log.push(['caller', clock.now()]), 'caller')
      await sleepOn(clock, 3_600_000)
      expect(log).toEqual([
        ['caller', 20.5],
        ['service', 300],
      ])
      expect(clock.now()).toBe(3_600_000)
    }))

  test('deadlines in the past are now', () =>
    withClock(async ({ clock }) => {
      await sleepOn(clock, 50)
      await new Promise<void>((resolve) => clock.at(10, resolve, 'service'))
      expect(clock.now()).toBe(50)
    }))

  test('a cancelled deadline never comes', () =>
    withClock(async ({ clock }) => {
      const log: string[] = []
      clock.cancel(clock.at(10, () => log.push('cancelled'), 'service'))
      await sleepOn(clock, 20)
      expect(log).toEqual([])
    }))

  test('one deadline per quiet period: what the first sets off comes before the second of the same instant', () =>
    withClock(async ({ clock }) => {
      const log: string[] = []
      clock.at(10, () => realTime.setImmediate(() => log.push('effect of first')), 'service')
      clock.at(10, () => log.push('second'), 'service')
      await sleepOn(clock, 10)
      expect(log).toEqual(['effect of first', 'second'])
    }))

  test('activity starts the quiet period again', () =>
    withClock(async ({ clock }) => {
      let frames = 0
      const done = sleepOn(clock, 10).then(() => frames)
      const frame = () => {
        frames++
        clock.activity()
        if (frames < 20) realTime.setImmediate(frame)
      }
      frame()
      expect(await done).toBe(20)
    }))

  test('run in the async context that set them', () =>
    withClock(async ({ clock }) => {
      const storage = new AsyncLocalStorage<string>()
      const seen = await storage.run(
        'mine',
        () => new Promise((resolve) => clock.at(5, () => resolve(storage.getStore()), 'service')),
      )
      expect(seen).toBe('mine')
    }))

  test('a deadline that throws is an uncaught exception and does not stop the clock', () =>
    withClock(async ({ clock }) => {
      const listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      const thrown = new Promise((resolve) => process.once('uncaughtException', resolve))
      try {
        clock.at(
          5,
          () => {
            throw new Error('from a deadline')
          },
          'service',
        )
        await sleepOn(clock, 10)
        expect(await thrown).toMatchObject({ message: 'from a deadline' })
      } finally {
        for (const listener of listeners) process.on('uncaughtException', listener)
      }
    }))
})

describe('idle deadlines', () => {
  test('never pull, but come on the way of others', () =>
    withClock(async ({ clock }) => {
      const log: number[] = []
      clock.at(100, () => log.push(clock.now()), 'idle')
      await turns(20)
      expect(log).toEqual([])
      await sleepOn(clock, 150)
      expect(log).toEqual([100])
    }))

  test('come by advance', () =>
    withClock(async ({ clock }) => {
      let expired = 0
      clock.at(3_600_000, () => (expired = clock.now()), 'idle')
      await clock.advance(3_600_000)
      expect(expired).toBe(3_600_000)
    }))
})

describe('app timers', () => {
  test('on the way of the service come in order', () =>
    withClock(async ({ clock }) => {
      const log: number[] = []
      appTimer(clock, 20, () => log.push(clock.now()))
      appTimer(clock, 10, () => log.push(clock.now()), false)
      await sleepOn(clock, 30)
      expect(log).toEqual([10, 20])
    }))

  test('pull while the test waits, up to the bound of the wait', () =>
    withClock(async ({ clock }) => {
      const beats: number[] = []
      const settled = new Promise((resolve) => appTimer(clock, 4000, () => resolve(clock.now())))
      appTimer(clock, 600_000, () => beats.push(clock.now()))
      expect(await clock.wait(settled, { timeoutMs: 30_000, what: 'settled()' })).toBe(4000)
      expect([clock.now(), beats]).toEqual([4000, []])
    }))

  test('take their real delay while nobody waits, and move the clock by exactly that', () =>
    withClock(async ({ clock, findings }) => {
      const { realMs } = await timed(() => new Promise<void>((resolve) => appTimer(clock, 120, resolve)))
      expect(clock.now()).toBe(120)
      expect(realMs).toBeGreaterThan(118)
      expect(findings).toEqual([])
    }))

  test('take their own delay, however long the clock stood still before', () =>
    withClock(async ({ clock }) => {
      appTimer(clock, 600_000)
      await realSleep(80)
      clock.activity()
      const { realMs } = await timed(() => new Promise<void>((resolve) => appTimer(clock, 60, resolve)))
      expect(clock.now()).toBe(60)
      expect(realMs).toBeGreaterThan(58)
    }))

  test('of an interval keep their pace in real time', () =>
    withClock(async ({ clock }) => {
      let ticks = 0
      const { realMs } = await timed(
        () =>
          new Promise<void>((resolve) => {
            const tick = () => (++ticks === 20 ? resolve() : appTimer(clock, 10, tick))
            appTimer(clock, 10, tick)
          }),
      )
      expect(clock.now()).toBe(200)
      expect(realMs).toBeGreaterThan(198)
    }))

  test("unref'd ones never pull, but come after their real delay", () =>
    withClock(async ({ clock }) => {
      const fired = new Promise<void>((resolve) => appTimer(clock, 60, resolve, false))
      const { realMs } = await timed(() => clock.wait(fired, { timeoutMs: 30_000, what: 'settled()' }))
      expect(clock.now()).toBe(60)
      expect(realMs).toBeGreaterThan(58)
    }))

  test('a second of real speed is a finding, once', () =>
    withClock(async ({ clock, findings }) => {
      for (const delayMs of [600, 500, 50]) await new Promise<void>((resolve) => appTimer(clock, delayMs, resolve))
      expect(clock.now()).toBe(1150)
      expect(findings).toEqual([expect.stringContaining('the clock ran at real speed for 1.0 s')])
    }))

  test('are dropped with the clock, and counted', async () => {
    const { clock, close } = openClock()
    let fired = 0
    appTimer(clock, 5, () => fired++)
    appTimer(clock, 7, () => fired++)
    clock.at(6, () => fired++, 'idle')
    expect(close()).toBe(2)
    await new Promise((resolve) => realTime.setTimeout(resolve, 20))
    expect(fired).toBe(0)
  })
})

describe('advance', () => {
  test('moves by exactly that, and everything due fires, also at the very end', () =>
    withClock(async ({ clock }) => {
      const beats: number[] = []
      const beat = () => {
        beats.push(clock.now())
        appTimer(clock, 600_000, beat)
      }
      appTimer(clock, 600_000, beat)
      await clock.advance(3_600_000)
      expect(clock.now()).toBe(3_600_000)
      expect(beats).toEqual([600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000])
    }))

  test('by nothing still lets this instant finish', () =>
    withClock(async ({ clock }) => {
      let ran = false
      clock.at(0, () => (ran = true), 'service')
      await clock.advance(0)
      expect(ran).toBe(true)
    }))

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (ms) =>
    withClock(async ({ clock }) => {
      await expect(clock.advance(ms)).rejects.toMatchObject({ code: 'RTK_CLOCK' })
    }),
  )
})

describe('quiet', () => {
  test('comes when no deadline of service or caller is left, whatever the app and idle have', () =>
    withClock(async ({ clock }) => {
      appTimer(clock, 20_000)
      clock.at(40_000, () => {}, 'idle')
      clock.at(100, () => clock.at(200, () => {}, 'service'), 'caller')
      await clock.quiet()
      expect(clock.now()).toBe(200)
    }))

  test('waits for held work', () =>
    withClock(async ({ clock }) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      let over = false
      void clock.hold(promise)
      const quiet = clock.quiet().then(() => (over = true))
      await turns(20)
      expect(over).toBe(false)
      resolve()
      await quiet
      expect(over).toBe(true)
    }))
})

describe('hold', () => {
  test('stops everything until the work is done, and real time that passes then does not count', () =>
    withClock(async ({ clock }) => {
      const log: string[] = []
      clock.at(10, () => log.push('service'), 'service')
      const timer = new Promise<void>((resolve) => appTimer(clock, 80, resolve))
      const work = new Promise((resolve) => realTime.setTimeout(() => resolve('result'), 100))
      expect(await clock.hold(work)).toBe('result')
      expect(log).toEqual([])
      const { realMs } = await timed(() => timer)
      expect([log, clock.now()]).toEqual([['service'], 80])
      expect(realMs).toBeGreaterThan(60)
    }))

  test('ends with work that fails', () =>
    withClock(async ({ clock }) => {
      await expect(clock.hold(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
      await sleepOn(clock, 10)
      expect(clock.now()).toBe(10)
    }))
})
