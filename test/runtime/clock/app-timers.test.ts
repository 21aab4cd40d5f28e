// setTimeout and its kin for apps, in every form that Node offers.

import { setTimeout as nodeSetTimeout } from 'node:timers'
import { scheduler, setTimeout as sleep, setInterval as ticksOf } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { AppTimeout } from '../../../src/runtime/clock/app-timers.ts'
import { realTime } from '../../../src/runtime/clock/real-time.ts'
import { later } from './support/kit-code.ts'
import * as taken from './support/taken.cjs'
import { openClock, withClock } from './support/with-clock.ts'

const uninstall = installAppTime()
afterEach(() => void vi.restoreAllMocks())
afterAll(uninstall)

/** Runs `work` while the test waits, and gives its result with the ms of the clock that it took. */
function inWait<T>(work: () => T | Promise<T>): Promise<[unknown, number]> {
  return withClock(async ({ clock }) => {
    const settled = Promise.resolve(work()).catch((error) => error.name)
    const result = await clock.wait(settled, { timeoutMs: 60_000, what: 'it' })
    return [result, clock.now()]
  })
}

describe('every form follows the clock', () => {
  test.each<[string, () => Promise<unknown>, [unknown, number]]>([
    ['setTimeout', () => new Promise((resolve) => setTimeout(resolve, 5000, 'v')), ['v', 5000]],
    ['node:timers, imported by name', () => new Promise((resolve) => nodeSetTimeout(resolve, 5000, 'v')), ['v', 5000]],
    ['promisify', () => util.promisify(setTimeout)(5000, 'v'), ['v', 5000]],
    ['timers/promises', () => sleep(5000, 'v'), ['v', 5000]],
    ['scheduler.wait', () => scheduler.wait(5000), [undefined, 5000]],
    ['a fraction', () => new Promise<void>((resolve) => setTimeout(resolve, 2.9)), [undefined, 2]],
    ['no delay', () => new Promise<void>((resolve) => setTimeout(resolve)), [undefined, 1]],
    ['nonsense', () => new Promise<void>((resolve) => setTimeout(resolve, 'soon' as unknown as number)), [undefined, 1]],
  ])('%s', async (_name, work, expected) => {
    expect(await inWait(work)).toEqual(expected)
  })

  test('the async iterator, which keeps ticks that nobody took', async () => {
    const work = async () => {
      const at: number[] = []
      const startMs = Date.now()
      for await (const value of ticksOf(1000, 'tick')) {
        at.push(Date.now() - startMs)
        expect(value).toBe('tick')
        if (at.length === 1) await sleep(2500)
        if (at.length === 4) return at
      }
      return at
    }
    expect(await inWait(work)).toEqual([[1000, 3500, 3500, 4000], 4000])
  })

  test('an abort ends waits and iterators', async () => {
    const signal = () => AbortSignal.timeout(1000)
    // An unref'd timer does not pull: something else must be due.
    const beside = async (work: () => Promise<unknown>) => {
      void sleep(2000)
      return await work()
    }
    expect(await inWait(() => beside(() => sleep(5000, 'v', { signal: signal() })))).toEqual(['AbortError', 1000])
    expect(await inWait(() => beside(() => scheduler.wait(5000, { signal: signal() })))).toEqual(['AbortError', 1000])
    const iterate = async () => {
      for await (const _tick of ticksOf(3000, 'v', { signal: signal() }));
    }
    expect(await inWait(() => beside(iterate))).toEqual(['AbortError', 1000])
    expect(await inWait(() => sleep(5000, 'v', { signal: AbortSignal.abort() }))).toEqual(['AbortError', 0])
  })

  test('AbortSignal.timeout gives the TimeoutError of Node', () =>
    withClock(async ({ clock }) => {
      const signal = AbortSignal.timeout(1000)
      await clock.advance(999)
      expect(signal.aborted).toBe(false)
      await clock.advance(1)
      expect(signal.reason).toMatchObject({ name: 'TimeoutError', code: 23 })
      expect(signal.reason).toBeInstanceOf(DOMException)
    }))

  test('what Node refuses is refused by Node', () =>
    withClock(async () => {
      expect(() => setTimeout('code' as unknown as () => void, 1)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      )
      expect(() => AbortSignal.timeout(-1)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }))
      await expect(sleep(1, 0, { signal: 1 as unknown as AbortSignal })).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
    }))

  test('too long a delay is 1 ms, with the warning of Node', () =>
    withClock(async ({ clock }) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      let fired = false
      setTimeout(() => (fired = true), 2 ** 31)
      await clock.advance(1)
      expect(fired).toBe(true)
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('does not fit'), 'TimeoutOverflowWarning')
    }))
})

describe('handles', () => {
  test('clear by handle, by number and by either function', () =>
    withClock(async ({ clock }) => {
      const fired: string[] = []
      clearTimeout(setTimeout(() => fired.push('a'), 10))
      clearInterval(setTimeout(() => fired.push('b'), 10))
      clearTimeout(+setTimeout(() => fired.push('c'), 10))
      clearTimeout(`${+setInterval(() => fired.push('d'), 10)}`)
      setTimeout(() => fired.push('e'), 10).close()
      {
        using _disposed = setTimeout(() => fired.push('f'), 10)
      }
      for (const nothing of [undefined, null, 0, {}]) clearTimeout(nothing as undefined)
      await clock.advance(100)
      expect(fired).toEqual([])
    }))

  test('clear real ones too', async () => {
    let fired = false
    const real = realTime.setTimeout(() => (fired = true), 5)
    await withClock(() => clearTimeout(real))
    await new Promise((resolve) => realTime.setTimeout(resolve, 15))
    expect(fired).toBe(false)
  })

  test('refresh, ref and unref as in Node', () =>
    withClock(async ({ clock }) => {
      const fired: number[] = []
      const handle = setTimeout(() => fired.push(clock.now()), 100)
      await clock.advance(50)
      expect(handle.refresh()).toBe(handle)
      await clock.advance(99)
      expect(fired).toEqual([])
      await clock.advance(1)
      handle.refresh()
      await clock.advance(100)
      expect(fired).toEqual([150, 250])
      handle.close().refresh()
      await clock.advance(500)
      expect(fired).toEqual([150, 250])
      expect([handle.hasRef(), handle.unref().hasRef(), handle.ref().hasRef()]).toEqual([true, false, true])
    }))

  test('an interval keeps its pace, passes its arguments and can clear itself', () =>
    withClock(async ({ clock }) => {
      const at: unknown[] = []
      const handle = setInterval(
        (...args: string[]) => {
          at.push([clock.now(), ...args])
          if (at.length === 3) clearInterval(handle)
        },
        20,
        'x',
        'y',
      )
      await clock.advance(1000)
      expect(at).toEqual([
        [20, 'x', 'y'],
        [40, 'x', 'y'],
        [60, 'x', 'y'],
      ])
    }))

  test('order of one instant: microtasks, then first come, first served', async () => {
    const work = async () => {
      const order: string[] = []
      setTimeout(() => order.push('first'), 0)
      setTimeout(() => order.push('second'), 1)
      setImmediate(() => order.push('immediate'))
      queueMicrotask(() => order.push('microtask'))
      process.nextTick(() => order.push('tick'))
      await sleep(5)
      return order.join()
    }
    expect(await inWait(work)).toEqual(['microtask,tick,immediate,first,second', 5])
  })
})

describe('who stays real', () => {
  /** ws gives the peer 30 s to answer its close frame, by setTimeout in node_modules/ws. */
  async function openAndClose(): Promise<void> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await new Promise((resolve) => server.on('listening', resolve))
    const address = server.address()
    const socket = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
    await new Promise((resolve) => socket.on('open', resolve))
    socket.close()
    await new Promise((resolve) => server.close(resolve))
  }

  test('the transports: their timers never reach the clock', () =>
    withClock(async ({ clock, findings }) => {
      await openAndClose()
      expect(clock.dispose()).toBe(0)
      expect(findings).toEqual([])
    }))

  test('the transports also through a spy', () =>
    withClock(async ({ clock }) => {
      const spy = vi.spyOn(globalThis, 'setTimeout')
      await openAndClose()
      expect(spy).toHaveBeenCalledWith(expect.any(Function), 30_000)
      expect(clock.dispose()).toBe(0)
    }))

  test('the kit itself, by the folders of its copies', () =>
    withClock(async () => {
      const { kitFolders } = (globalThis as unknown as Record<symbol, { kitFolders: Set<string> }>)[
        Symbol.for('vitest-realtime.call-sites')
      ] ?? { kitFolders: new Set() }
      expect([...kitFolders].filter((folder) => folder.endsWith('/src/'))).toHaveLength(1)
      const folder = fileURLToPath(new URL('./support/', import.meta.url))
      const app = later(() => {}, 1) as NodeJS.Timeout
      kitFolders.add(folder)
      const kit = later(() => {}, 1) as NodeJS.Timeout
      kitFolders.delete(folder)
      expect([app instanceof AppTimeout, kit instanceof AppTimeout]).toEqual([true, false])
      clearTimeout(app)
      clearTimeout(kit)
    }))

  test('a spy between the app and its timer changes nothing', () =>
    withClock(async ({ clock }) => {
      const spy = vi.spyOn(globalThis, 'setTimeout')
      let fired = false
      const handle = setTimeout(() => (fired = true), 10)
      expect(handle).toBeInstanceOf(AppTimeout)
      await clock.advance(10)
      expect([fired, spy.mock.calls.length]).toEqual([true, 1])
    }))

  test('a timer through a function that was taken before is real, and a finding with its place', () =>
    withClock(async ({ clock, findings }) => {
      await taken.sleep(30)
      expect(clock.now()).toBe(0)
      expect(findings).toEqual([expect.stringMatching(/^a real setTimeout of 30 ms at taken\.cjs:4 does not follow the clock/)])
    }))

  test('code of no test follows the only live clock; its timers outlive it in real time', async () => {
    const { clock, close } = openClock()
    let fired = 0
    const handle = setTimeout(() => fired++, 30)
    const interval = setInterval(() => fired++, 30)
    const cleared = setTimeout(() => (fired += 100), 30)
    expect(handle).toBeInstanceOf(AppTimeout)
    await clock.advance(20)
    expect(close()).toBe(0)
    clearTimeout(cleared)
    const { promise, resolve } = Promise.withResolvers<void>()
    realTime.setTimeout(resolve, 60)
    await promise
    clearInterval(interval)
    expect(fired).toBeGreaterThanOrEqual(2)
    expect(fired).toBeLessThan(100)
  })

  test('without a store and with two live clocks, nobody answers', () => {
    const [one, two] = [openClock(), openClock()]
    const handle = setTimeout(() => {}, 1)
    expect(handle).not.toBeInstanceOf(AppTimeout)
    clearTimeout(handle)
    one.close()
    two.close()
  })
})
