// Vitest's fake timers and system time beside a virtual clock.

import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { realTime } from '../../../src/runtime/clock/real-time.ts'
import { hookVi } from '../../../src/runtime/clock/vi-hooks.ts'
import { openClock, sleepOn, turns, withClock } from './support/with-clock.ts'

const uninstall = installAppTime()
afterEach(() => void vi.useRealTimers())
afterAll(uninstall)

describe.each([
  ['with hooks', true],
  ['without', false],
])('vi.useFakeTimers is the only driver, %s', (_name, hooks) => {
  const hook = () => (hooks ? hookVi(vi) : () => {})

  test('at 999 ms neither app nor service has fired, at 1000 both', async () => {
    const unhook = hook()
    await withClock(async ({ clock }) => {
      vi.useFakeTimers()
      const fired: string[] = []
      setTimeout(() => fired.push('app'), 1000)
      clock.at(1000, () => fired.push('service'), 'service')
      await turns(50)
      expect([fired, clock.now()]).toEqual([[], 0])
      await vi.advanceTimersByTimeAsync(999)
      expect([fired, clock.now()]).toEqual([[], 999])
      await vi.advanceTimersByTimeAsync(1)
      expect([fired.sort(), clock.now()]).toEqual([['app', 'service'], 1000])
    })
    unhook()
  })

  test('also synchronously, for deadlines set before and after, chained and cancelled', async () => {
    const unhook = hook()
    await withClock(async ({ clock }) => {
      const at: number[] = []
      const note = () => at.push(clock.now())
      clock.at(500, note, 'idle')
      vi.useFakeTimers()
      clock.at(300, () => clock.at(600, note, 'service'), 'service')
      clock.cancel(clock.at(100, note, 'service'))
      vi.advanceTimersByTime(1000)
      expect(at).toEqual([500, 600])
      expect(clock.now()).toBe(1000)
    })
    unhook()
  })

  test('acknowledgements take 0 ms without anybody moving time', async () => {
    const unhook = hook()
    await withClock(async ({ clock }) => {
      vi.useFakeTimers()
      await new Promise<void>((resolve) => clock.at(clock.now(), resolve, 'service'))
      expect(clock.now()).toBe(0)
    })
    unhook()
  })

  test('afterwards the clock goes on from there by itself', async () => {
    const unhook = hook()
    await withClock(async ({ clock }) => {
      vi.useFakeTimers()
      const service = sleepOn(clock, 1000)
      await vi.advanceTimersByTimeAsync(400)
      vi.useRealTimers()
      await service
      expect(clock.now()).toBe(1000)
      expect(
        await clock.wait(new Promise((resolve) => setTimeout(() => resolve('app'), 50)), { timeoutMs: 100, what: 'it' }),
      ).toBe('app')
      expect(clock.now()).toBe(1050)
    })
    unhook()
  })
})

describe('under fake timers', () => {
  test('advance is refused and says what to do', () =>
    withClock(async ({ clock }) => {
      vi.useFakeTimers()
      await expect(clock.advance(10)).rejects.toMatchObject({
        code: 'RTK_CLOCK',
        message: expect.stringContaining('advanceTimersByTimeAsync'),
      })
    }))

  test('a wait that nobody moves fails and says who drives', () =>
    withClock(
      async ({ clock }) => {
        vi.useFakeTimers()
        const answer = sleepOn(clock, 300)
        const failed = expect(clock.wait(answer, { timeoutMs: 1000, what: 'nextResponse()' })).rejects
        await failed.toThrow(
          /fake timers do not move[\s\S]*a deadline of the service at 300 ms\. vi\.useFakeTimers\(\) drives the clock/,
        )
      },
      { silenceMs: 30 },
    ))

  test('a finding says who drives where nobody waits for the clock', () =>
    withClock(
      async ({ clock, findings }) => {
        vi.useFakeTimers()
        void sleepOn(clock, 300)
        while (findings.length === 0) await turns(1)
        expect(findings).toEqual([
          'vi.useFakeTimers() drives the clock, and nobody moves it: a deadline of the service at 300 ms waits; ' +
            'await vi.advanceTimersByTimeAsync(ms), or vi.useRealTimers()',
        ])
      },
      { silenceMs: 30 },
    ))

  test('a wait times out when the fakes pass its bound', () =>
    withClock(async ({ clock }) => {
      vi.useFakeTimers()
      const failed = expect(clock.wait(new Promise(() => {}), { timeoutMs: 1000, what: 'nextResponse()' })).rejects.toThrow(
        'timed out after 1000 ms',
      )
      await vi.advanceTimersByTimeAsync(1500)
      await failed
    }))

  test('setSystemTime moves the date of the app and no deadline', () =>
    withClock(async ({ clock }) => {
      vi.useFakeTimers()
      let fired = false
      clock.at(1000, () => (fired = true), 'service')
      vi.setSystemTime(0)
      expect(Date.now()).toBe(0)
      await vi.advanceTimersByTimeAsync(999)
      expect([fired, clock.now()]).toEqual([false, 999])
      await vi.advanceTimersByTimeAsync(1)
      expect(fired).toBe(true)
    }))

  test('a mock of setTimeout is not taken for a fake', () =>
    withClock(async ({ clock }) => {
      const spy = vi.spyOn(globalThis, 'setTimeout')
      await sleepOn(clock, 1000)
      expect(clock.now()).toBe(1000)
      spy.mockRestore()
    }))
})

describe('vi.setSystemTime alone', () => {
  test('sets this test’s date, which moves on with its clock; useRealTimers undoes it', async () => {
    const unhook = hookVi(vi)
    await withClock(async ({ clock }) => {
      const began = Date.now()
      await clock.advance(500)
      expect(vi.setSystemTime(1e12)).toBe(vi)
      expect(Date.now()).toBe(1e12)
      await clock.advance(1000)
      expect(new Date()).toEqual(new Date(1e12 + 1000))
      vi.useRealTimers()
      expect(Date.now()).toBe(began + 1500)
    })
    unhook()
  })

  test('is each test’s own', async () => {
    const unhook = hookVi(vi)
    const one = openClock()
    const now = await withClock(async () => {
      vi.setSystemTime('2020-01-01T00:00:00Z')
      return Date.now()
    })
    expect(now).toBe(Date.UTC(2020, 0))
    expect(one.clock.epochMs).toBeGreaterThan(now)
    one.close()
    unhook()
  })

  test('outside of every test is Vitest’s own, and our Date comes back after it', () => {
    const unhook = hookVi(vi)
    const AppDate = Date
    vi.setSystemTime(1e12)
    expect(Date.now()).toBe(1e12)
    vi.useRealTimers()
    expect(Date).toBe(AppDate)
    unhook()
  })

  test('hooks a vi once, and leaves it as it was', () => {
    const { setSystemTime } = vi
    const unhook = hookVi(vi)
    const { setSystemTime: hooked } = vi
    expect(hooked).not.toBe(setSystemTime)
    hookVi(vi)()
    expect(vi.setSystemTime).toBe(hooked)
    unhook()
    expect(vi.setSystemTime).toBe(setSystemTime)
  })

  test('a Date that Vitest 4 puts back over ours is replaced again', () => {
    const AppDate = Date
    const fourth = {
      useFakeTimers: () => {},
      setSystemTime: () => {},
      useRealTimers: () => {
        globalThis.Date = realTime.Date
      },
    }
    hookVi(fourth)
    fourth.useRealTimers()
    expect(Date).toBe(AppDate)
  })
})
