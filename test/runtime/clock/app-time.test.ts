// Installing and uninstalling the app's time: counted, owned once, and leaving no trace.

import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { installAppTime, reapplyDate } from '../../../src/runtime/clock/app-time.ts'
import { realTime } from '../../../src/runtime/clock/real-time.ts'
import { hookVi } from '../../../src/runtime/clock/vi-hooks.ts'
import { withClock } from './support/with-clock.ts'

function globals(): unknown[] {
  return [
    ...[globalThis.setTimeout, globalThis.clearTimeout, globalThis.setInterval, globalThis.clearInterval],
    ...[globalThis.setImmediate, globalThis.Date, Date.now, Date.prototype.constructor, Math.random, AbortSignal.timeout],
    ...[performance.now, Object.hasOwn(performance, 'now'), Object.getOwnPropertyDescriptor(globalThis, 'Date')?.enumerable],
    ...Object.values(timers),
    ...Object.values(timersPromises),
    timersPromises.scheduler.wait,
    ...Reflect.ownKeys(globalThis),
  ]
}

function namedExports(): Promise<unknown[]> {
  return Promise.all([import('node:timers'), import('node:timers/promises')]).then(([one, two]) => [
    one.setTimeout,
    two.setTimeout,
  ])
}

test('uninstalling the last one leaves every global identical', async () => {
  const before = globals()
  const namedBefore = await namedExports()
  const first = installAppTime()
  const installed = globals()
  const second = installAppTime()
  expect(globals()).toEqual(installed)
  expect(globalThis.setTimeout).not.toBe(before[0])
  expect((await namedExports())[0]).toBe(globalThis.setTimeout)
  first()
  first()
  expect(globalThis.setTimeout).toBe(installed[0])
  second()
  const after = globals()
  expect(after.length).toBe(before.length)
  for (const [index, value] of before.entries()) expect(after[index]).toBe(value)
  expect(await namedExports()).toEqual(namedBefore)
})

test('what somebody else has changed since is left alone', () => {
  const { random } = Math
  const uninstall = installAppTime()
  const theirs = () => 0.5
  Math.random = theirs
  uninstall()
  expect(Math.random).toBe(theirs)
  Math.random = random
})

test('what fake timers uncover after the end is the machine’s again', () => {
  const before = globals()
  const unhook = hookVi(vi)
  const uninstall = installAppTime()
  vi.useFakeTimers()
  uninstall()
  vi.useRealTimers()
  unhook()
  expect(globals()).toEqual(before)
})

test('a second copy of the kit joins the first, whoever leaves first', async () => {
  const before = globals()
  const copy = await importCopy()
  expect(copy.installAppTime).not.toBe(installAppTime)
  const first = installAppTime()
  const { setTimeout } = globalThis
  const second = copy.installAppTime()
  expect(globalThis.setTimeout).toBe(setTimeout)
  first()
  expect(globalThis.setTimeout).toBe(setTimeout)
  await withClock(async ({ clock }) => {
    await clock.advance(1000)
    expect(Date.now() - clock.epochMs).toBe(1000)
  })
  second()
  expect(globals()).toEqual(before)
})

test('a copy that loads while another has patched the globals takes the originals', async () => {
  const uninstall = installAppTime()
  const { realTime: ofCopy } = (await import('../../../src/runtime/clock/real-time.ts?late' as string)) as {
    realTime: typeof realTime
  }
  uninstall()
  expect(ofCopy.setTimeout).toBe(realTime.setTimeout)
  expect(ofCopy.Date).toBe(realTime.Date)
})

test('reapplyDate brings the app’s Date back, but only over the machine’s own', () => {
  const RealDate = globalThis.Date
  reapplyDate()
  expect(globalThis.Date).toBe(RealDate)
  const uninstall = installAppTime()
  const AppDate = globalThis.Date
  globalThis.Date = RealDate
  reapplyDate()
  expect(globalThis.Date).toBe(AppDate)
  const Foreign = class extends RealDate {} as DateConstructor
  globalThis.Date = Foreign
  reapplyDate()
  expect(globalThis.Date).toBe(Foreign)
  globalThis.Date = AppDate
  uninstall()
  expect(globalThis.Date).toBe(RealDate)
})

test('over fake timers it is refused, for they would take it away with them', () => {
  vi.useFakeTimers()
  expect(() => installAppTime()).toThrow(expect.objectContaining({ code: 'RTK_CLOCK' }))
  vi.useRealTimers()
  installAppTime()()
})

function importCopy(): Promise<{ installAppTime: typeof installAppTime }> {
  return import('../../../src/runtime/clock/app-time.ts?copy' as string)
}
