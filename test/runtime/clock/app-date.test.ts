// The app's Date and performance.now under a virtual clock.

import { AsyncLocalStorage } from 'node:async_hooks'
import fs from 'node:fs'
import { performance as nodePerformance } from 'node:perf_hooks'
import util from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { realTime } from '../../../src/runtime/clock/real-time.ts'
import { withClock } from './support/with-clock.ts'

const uninstall = installAppTime()
afterAll(uninstall)

const epochMs = Date.UTC(2026, 0, 15, 12)

describe('Date', () => {
  test('starts at the epoch and moves with the clock, in every form', () =>
    withClock(
      async ({ clock }) => {
        await clock.advance(5000.5)
        const now = epochMs + 5000
        expect([Date.now(), Reflect.construct(Date, []).getTime()]).toEqual([now, now])
        expect(new Date().toISOString()).toBe('2026-01-15T12:00:05.000Z')
        expect(Date()).toBe(new Date(now).toString())
        expect(JSON.stringify({ at: new Date() })).toBe('{"at":"2026-01-15T12:00:05.000Z"}')
      },
      { epochMs },
    ))

  test('with arguments is as ever', () =>
    withClock(() => {
      expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
      expect(new Date(2020, 1).getMonth()).toBe(1)
      expect(Number.isNaN(new Date(undefined as unknown as string).getTime())).toBe(true)
      expect([Date.UTC(2020, 0), Date.parse('2020-01-01')]).toEqual([1577836800000, 1577836800000])
      expect([Date.name, Date.length]).toEqual(['Date', 7])
    }))

  test('is one class with the dates of everybody', () =>
    withClock(async ({ clock }) => {
      class Birthday extends Date {
        age = 1
      }
      await clock.advance(1000)
      const birthday = new Birthday()
      expect([birthday instanceof Birthday, birthday instanceof Date, birthday.age]).toEqual([true, true, 1])
      expect(birthday.getTime()).toBe(Date.now())
      const { mtime } = await fs.promises.stat('.')
      for (const date of [new Date(), structuredClone(new Date()), mtime]) {
        expect([date instanceof Date, date.constructor === Date, util.types.isDate(date)]).toEqual([true, true, true])
      }
      expect(Object.prototype.toString.call(new Date())).toBe('[object Date]')
      expect({ at: new Date() }).toEqual({ at: expect.any(Date) })
    }))

  test('of code in no test, and of a test that is over, is real', async () => {
    const enter = await withClock(() => AsyncLocalStorage.snapshot(), { epochMs })
    expect(Math.abs(Date.now() - realTime.dateNow())).toBeLessThan(1000)
    enter(() => expect(Math.abs(Date.now() - realTime.dateNow())).toBeLessThan(1000))
  })

  test('a spy on it works and goes away', () =>
    withClock(
      () => {
        const spy = vi.spyOn(Date, 'now').mockReturnValue(5)
        expect(Date.now()).toBe(5)
        spy.mockRestore()
        expect(Date.now()).toBe(epochMs)
      },
      { epochMs },
    ))
})

describe('performance.now', () => {
  test('moves by the clock, on both objects, and agrees with Date', () =>
    withClock(async ({ clock }) => {
      const before = [performance.now(), nodePerformance.now()]
      await clock.advance(12_345)
      expect(performance.now() - Number(before[0])).toBeCloseTo(12_345, 6)
      expect(nodePerformance.now() - Number(before[1])).toBeCloseTo(12_345, 6)
      expect(Math.abs(performance.timeOrigin + performance.now() - Date.now())).toBeLessThan(1000)
    }))

  test('is real outside', () => {
    expect(Math.abs(performance.now() - realTime.now())).toBeLessThan(1000)
  })
})

describe('a busy wait', () => {
  test('on Date.now ends in real time and is a finding', () =>
    withClock(({ clock, findings }) => {
      const end = Date.now() + 30
      while (Date.now() < end);
      expect(clock.now()).toBeGreaterThanOrEqual(29)
      expect(findings).toEqual([expect.stringContaining('a busy wait')])
    }))

  test('passes a timer that cannot run meanwhile', () =>
    withClock(async () => {
      let ticks = 0
      const interval = setInterval(() => ticks++, 5)
      const end = Date.now() + 20
      while (Date.now() < end);
      expect(ticks).toBe(0)
      await new Promise((resolve) => setTimeout(resolve, 10))
      clearInterval(interval)
      expect(ticks).toBeGreaterThan(0)
    }))

  test('never makes time go back', () =>
    withClock(async ({ clock }) => {
      let latest = 0
      const end = Date.now() + 15
      while (Date.now() < end) latest = Date.now()
      await new Promise<void>((resolve) => clock.at(clock.now() + 1, resolve, 'service'))
      expect(Date.now()).toBeGreaterThanOrEqual(latest)
    }))

  test('by setImmediate ends too', () =>
    withClock(async ({ clock }) => {
      const end = Date.now() + 5
      while (Date.now() < end) await new Promise(setImmediate)
      expect(clock.now()).toBeGreaterThanOrEqual(4)
    }))
})

test('Math.random is the seeded one of the context', async () => {
  const draw = (seed: number) => withClock(() => [Math.random(), Math.random()], { seed })
  expect(await draw(7)).toEqual(await draw(7))
  expect(await draw(7)).not.toEqual(await draw(8))
})
