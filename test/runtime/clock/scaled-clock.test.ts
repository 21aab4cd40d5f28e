// Real and scaled time: absolute deadlines, the same interface as the virtual clock.

import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, describe, expect, test } from 'vitest'
import { createClock } from '../../../src/runtime/clock/create-clock.ts'
import { ScaledClock } from '../../../src/runtime/clock/scaled-clock.ts'
import { VirtualClock } from '../../../src/runtime/clock/virtual-clock.ts'
import { realSleep, timed } from './support/with-clock.ts'

const clocks: ScaledClock[] = []
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.dispose()
})

function start(scale?: number): ScaledClock {
  const clock = new ScaledClock({ epochMs: 0, ...(scale !== undefined && { scale }) })
  clocks.push(clock)
  return clock
}

describe('ScaledClock', () => {
  test('is stamped with its deadline while that runs, so a chain does not drift', async () => {
    const clock = start(100)
    const at: number[] = []
    await new Promise<void>((resolve) => {
      const tick = () => {
        at.push(clock.now())
        if (at.length === 20) resolve()
        else clock.at(clock.now() + 20, tick, 'caller')
      }
      clock.at(1000, tick, 'caller')
    })
    for (const [index, ms] of at.entries()) expect(ms - Number(at[0])).toBeCloseTo(index * 20, 6)
  })

  test('takes as long as the scale says', async () => {
    const { realMs } = await timed(() => start(10).advance(500))
    expect(realMs).toBeGreaterThanOrEqual(48)
    const unscaled = await timed(() => start().advance(40))
    expect(unscaled.realMs).toBeGreaterThanOrEqual(38)
  })

  test('keeps the order of deadlines and drops cancelled ones', async () => {
    const clock = start(100)
    const log: string[] = []
    clock.at(200, () => log.push('late'), 'service')
    clock.at(100, () => log.push('early'), 'idle')
    clock.cancel(clock.at(50, () => log.push('cancelled'), 'service'))
    clock.at(100, () => log.push('early, second'), 'service')
    await clock.quiet()
    expect(log).toEqual(['early', 'early, second', 'late'])
  })

  test('runs deadlines in the async context that set them, also after one threw', async () => {
    const clock = start(100)
    const storage = new AsyncLocalStorage<string>()
    const thrown = new Promise((resolve) => {
      const listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      process.once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener)
        resolve(error.message)
      })
    })
    clock.at(
      1,
      () => {
        throw new Error('from a deadline')
      },
      'service',
    )
    const seen = storage.run('mine', () => new Promise((resolve) => clock.at(2, () => resolve(storage.getStore()), 'service')))
    expect([await thrown, await seen]).toEqual(['from a deadline', 'mine'])
  })

  test('a wait gives the result, or times out in ms of the clock', async () => {
    const clock = start(10)
    expect(await clock.wait(Promise.resolve(1), { timeoutMs: 1000, what: 'settled()' })).toBe(1)
    const failed = clock.wait(new Promise(() => {}), { timeoutMs: 200, what: 'settled()' })
    await expect(failed).rejects.toMatchObject({
      code: 'RTK_WAIT',
      message: expect.stringContaining('settled() timed out after 200 ms'),
    })
  })

  test('quiet comes at once when nothing is due, and does not wait for idle deadlines', async () => {
    const clock = start()
    clock.at(3_600_000, () => {}, 'idle')
    await clock.quiet()
    expect(clock.now()).toBeLessThan(3_600_000)
  })

  test('quiet comes when the last deadline was cancelled', async () => {
    const clock = start()
    const last = clock.at(3_600_000, () => {}, 'service')
    const quiet = clock.quiet()
    clock.cancel(last)
    await quiet
  })

  test('hold and holdWhile only hand on', async () => {
    const clock = start()
    expect(await clock.hold(Promise.resolve(1))).toBe(1)
    expect(await clock.holdWhile('x', () => 2)).toBe(2)
    clock.serving()()
    clock.activity()
  })

  test('disposed, it runs nothing any more', async () => {
    const clock = start(1000)
    let fired = 0
    clock.at(1, () => fired++, 'service')
    expect(clock.dispose()).toBe(0)
    clock.at(1, () => fired++, 'service')
    await realSleep(10)
    expect(fired).toBe(0)
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a scale of %s', (scale) => {
    expect(() => start(scale)).toThrow(expect.objectContaining({ code: 'RTK_CLOCK' }))
  })

  test('refuses to advance by nonsense', async () => {
    await expect(start().advance(-1)).rejects.toMatchObject({ code: 'RTK_CLOCK' })
  })
})

describe('createClock', () => {
  test('knows each timing', () => {
    const timings = (['virtual', 'real', { scale: 4 }] as const).map((timing) => createClock({ timing, epochMs: 7 }))
    expect(timings.map((clock) => clock.constructor)).toEqual([VirtualClock, ScaledClock, ScaledClock])
    for (const clock of timings) {
      expect([clock.epochMs, clock.now() < 1000]).toEqual([7, true])
      clock.dispose()
    }
  })

  test('hands findings on', async () => {
    const findings: string[] = []
    const clock = createClock({ timing: 'virtual', epochMs: 0, onFinding: (finding) => findings.push(finding) })
    if (!(clock instanceof VirtualClock)) throw new TypeError('not virtual')
    clock.report('odd')
    clock.dispose()
    expect(findings).toEqual(['odd'])
  })
})

test('what is overdue takes a turn of the event loop each, and no timer: many sessions on one clock do not wait for each other', async () => {
  const clock = start()
  const ran: number[] = []
  const count = 200
  const done = new Promise<void>((resolve) => {
    for (let index = 0; index < count; index++) clock.at(clock.now(), () => ran.push(index) === count && resolve(), 'service')
  })
  let turns = 0
  let isOver = false
  const turn = (): void => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await done
  isOver = true
  expect(ran).toEqual(Array.from({ length: count }, (_, index) => index))
  expect(turns).toBeLessThan(3 * count)
})
