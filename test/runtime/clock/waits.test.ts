// The waits of a test on the kit: when they end, and what a failure says.

import { describe, expect, test } from 'vitest'
import { realTime } from '../../../src/runtime/clock/real-time.ts'
import { appTimer, sleepOn, withClock } from './support/with-clock.ts'

const never = new Promise<never>(() => {})

function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it did not fail'),
    (error) => error,
  )
}

describe('wait', () => {
  test('gives the result, or the error, of what it waits for', () =>
    withClock(async ({ clock }) => {
      const options = { timeoutMs: 1000, what: 'nextResponse()' }
      expect(
        await clock.wait(
          sleepOn(clock, 10).then(() => 'x'),
          options,
        ),
      ).toBe('x')
      await expect(clock.wait(Promise.reject(new Error('mine')), options)).rejects.toThrow('mine')
    }))

  test('in vain fails after the silence, says what is next, and moves nothing', () =>
    withClock(
      async ({ clock }) => {
        appTimer(clock, 600_000)
        const error = await failure(clock.wait(never, { timeoutMs: 30_000, what: 'nextResponse()' }))
        expect(error).toMatchObject({ name: 'RealtimeKitError', code: 'RTK_WAIT' })
        expect(error.message.replace(/\d+ ms of real time/, '… of real time')).toMatchInlineSnapshot(`
          "[RTK_WAIT] nextResponse() ended: nobody can move any more: nothing is due before the timeout, no work is pending, and the app was silent for 0.0 s.
          It waited from 0 ms to 0 ms of the clock, … of real time.
          Next is an app timer at 600000 ms. If the app works on what the kit cannot see (a worker, a database), hold the clock: clock.hold(promise); if time should pass, clock.advance(ms)."
        `)
        expect(error.stack).toContain('waits.test.ts')
        expect(clock.now()).toBe(0)
      },
      { silenceMs: 40 },
    ))

  test("says that an idle or unref'd deadline is next, or nothing", () =>
    withClock(
      async ({ clock }) => {
        const wait = () => failure(clock.wait(never, { timeoutMs: 30_000, what: 'settled()' }))
        expect((await wait()).message).toContain('Next is nothing at all.')
        appTimer(clock, 900_000, () => {}, false)
        expect((await wait()).message).toContain("Next is an unref'd app timer (it never pulls time) at 900000 ms.")
        clock.at(800_000, () => {}, 'idle')
        expect((await wait()).message).toContain('Next is an idle deadline (only clock.advance() goes there) at 800000 ms.')
      },
      { silenceMs: 20 },
    ))

  test('times out before a deadline of the service that lies behind its bound, without moving time', () =>
    withClock(async ({ clock }) => {
      clock.at(5000, () => {}, 'service')
      const error = await failure(clock.wait(never, { timeoutMs: 1000, what: 'nextResponse()' }))
      expect(error.message).toContain('nextResponse() timed out after 1000 ms of the clock.')
      expect(error.message).toContain('Next is a deadline of the service at 5000 ms.')
      expect(clock.now()).toBe(0)
    }))

  test('several at once: the earliest bound limits app timers, the others go on when it has failed', () =>
    withClock(
      async ({ clock }) => {
        const timer = new Promise((resolve) => appTimer(clock, 5000, () => resolve(clock.now())))
        const short = failure(clock.wait(never, { timeoutMs: 1000, what: 'short' }))
        const long = clock.wait(timer, { timeoutMs: 10_000, what: 'long' })
        expect((await short).message).toContain('short ended')
        expect(await long).toBe(5000)
      },
      { silenceMs: 40 },
    ))

  test('is not over while the app still moves', () =>
    withClock(
      async ({ clock }) => {
        let alive = 0
        const { promise, resolve } = Promise.withResolvers<string>()
        const pulse = realTime.setInterval(() => (++alive < 12 ? clock.activity() : resolve('late')), 10)
        expect(await clock.wait(promise, { timeoutMs: 30_000, what: 'settled()' })).toBe('late')
        realTime.clearInterval(pulse)
      },
      { silenceMs: 60 },
    ))
})
