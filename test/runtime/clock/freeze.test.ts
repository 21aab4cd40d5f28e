// Real work that does not end: time stands still for a while, then it flows at real speed, and a finding says what it waited for.

import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { Freeze } from '../../../src/runtime/clock/freeze.ts'
import { WorkLedger } from '../../../src/runtime/clock/work-ledger.ts'
import { type RemoteServer, startRemoteServer } from './support/remote-server.ts'
import { realSleep, sleepOn, timed, withClock } from './support/with-clock.ts'

let remote: RemoteServer
const uninstall = installAppTime()
beforeAll(async () => {
  remote = await startRemoteServer(60)
})
afterAll(async () => {
  uninstall()
  await remote.close()
})

describe('a fetch that is never answered', () => {
  test('freezes, then the watchdog of the app comes at real speed, and the finding names it', () =>
    withClock(
      async ({ clock, findings }) => {
        const abort = new AbortController()
        const answer = fetch(`${remote.url}/never`, { signal: abort.signal }).catch((error) => error.name)
        const watchdog = new Promise((resolve) => setTimeout(() => resolve('watchdog'), 300))
        const { realMs, result } = await timed(() => clock.wait(watchdog, { timeoutMs: 30_000, what: 'settled()' }))
        expect([result, clock.now()]).toEqual(['watchdog', 300])
        expect(realMs).toBeGreaterThan(490)
        expect(findings).toEqual([
          `the clock waited 0.2 s for GET ${remote.url}/never; while that is pending it runs at real speed`,
        ])
        abort.abort()
        expect(await answer).toBe('AbortError')
      },
      { freezeMs: 200 },
    ))

  test('holds up the service in the same way, and frees it when it is over', () =>
    withClock(
      async ({ clock }) => {
        const abort = new AbortController()
        void fetch(`${remote.url}/never`, { signal: abort.signal }).catch(() => {})
        const { realMs } = await timed(() => sleepOn(clock, 100))
        expect(realMs).toBeGreaterThan(140)
        abort.abort()
        await sleepOn(clock, 3_600_000)
        expect(clock.now()).toBe(3_600_100)
      },
      { freezeMs: 50 },
    ))

  test('and no watchdog: the wait ends at its bound, at real speed', () =>
    withClock(
      async ({ clock }) => {
        const abort = new AbortController()
        const answer = fetch(`${remote.url}/never`, { signal: abort.signal }).catch(() => {})
        await expect(clock.wait(answer, { timeoutMs: 80, what: 'settled()' })).rejects.toThrow('settled() timed out after 80 ms')
        abort.abort()
      },
      { freezeMs: 40 },
    ))

  test('stops nothing twice: later work freezes anew, for itself only', () =>
    withClock(
      async ({ clock, findings }) => {
        const abort = new AbortController()
        void fetch(`${remote.url}/never`, { signal: abort.signal }).catch(() => {})
        await sleepOn(clock, 1)
        expect(findings).toHaveLength(1)
        let watchdog = false
        setTimeout(() => (watchdog = true), 50)
        await (await fetch(remote.url)).text()
        expect([watchdog, findings.length]).toEqual([false, 1])
        abort.abort()
      },
      { freezeMs: 400 },
    ))
})

describe('Freeze', () => {
  test('does not stop for ever for work without end, one piece after the other', () => {
    const ledger = new WorkLedger(() => {})
    const findings: string[] = []
    const freeze = new Freeze(ledger, 0, (finding) => findings.push(finding))
    expect(freeze.look()).toBe('free')
    for (const id of [1, 2, 3]) {
      ledger.start(id, { name: `file ${id}` })
      expect(freeze.look()).toBe('flowing')
      ledger.end(id - 1)
    }
    expect(findings).toEqual(['the clock waited 0.0 s for file 1; while that is pending it runs at real speed'])
    ledger.end(3)
    expect(freeze.look()).toBe('free')
  })
})

describe('work of the kit (holdWhile)', () => {
  test('does not stop time while it sleeps on the clock, by itself or by timers of the app', () =>
    withClock(async ({ clock, findings }) => {
      const work = async () => {
        await sleepOn(clock, 5000)
        await new Promise((resolve) => setTimeout(resolve, 7000))
        await realSleep(30)
        return clock.now()
      }
      const watchdog = setTimeout(() => findings.push('watchdog'), 12_500)
      const result = await clock.wait(clock.holdWhile("the reply 'book'", work), { timeoutMs: 30_000, what: 'nextResponse()' })
      clearTimeout(watchdog)
      expect([result, findings]).toEqual([12_000, []])
    }))

  test('is named when it takes too long', () =>
    withClock(
      async ({ clock, findings }) => {
        clock.at(10_000, () => {}, 'service')
        const work = async () => {
          while (findings.length === 0) await realSleep(5)
        }
        await clock.holdWhile("the reply 'book'", work)
        expect(findings).toEqual([expect.stringContaining("waited 0.0 s for the reply 'book'")])
      },
      { freezeMs: 20 },
    ))

  test('hands its error on', () =>
    withClock(async ({ clock }) => {
      await expect(clock.holdWhile('x', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
      await sleepOn(clock, 10)
    }))
})

describe('determinism', () => {
  test('a tool with a file, a fetch of random length and a sleep gives one log beside a 20 ms microphone', async () => {
    const run = () =>
      withClock(async ({ clock }) => {
        const log: [string, number][] = []
        const frame = () => {
          log.push(['frame', clock.now()])
          microphone = clock.at(clock.now() + 20, frame, 'caller')
        }
        let microphone = clock.at(20, frame, 'caller')
        const tool = async () => {
          await sleepOn(clock, 100)
          await fs.promises.readFile('package.json')
          const response = await fetch(`${remote.url}/jitter`)
          log.push([await response.text(), clock.now()])
          await new Promise((resolve) => setTimeout(resolve, 700))
          log.push(['tool', clock.now()])
        }
        await clock.wait(tool(), { timeoutMs: 30_000, what: 'settled()' })
        clock.cancel(microphone)
        return createHash('sha1').update(JSON.stringify(log)).digest('hex')
      })
    const sequential: string[] = []
    for (let round = 0; round < 10; round++) sequential.push(await run())
    const concurrent = await Promise.all(Array.from({ length: 10 }, run))
    expect(new Set([...sequential, ...concurrent]).size).toBe(1)
  })
})
