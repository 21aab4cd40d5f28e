import { expect, test } from 'vitest'
import type { Context } from '../../src/runtime/context.ts'
import { PageContextStorage } from '../../src/runtime/page-context.ts'

const context = (id: string): Context => ({ id }) as Context

test('all code of a page belongs to the one service that runs', async () => {
  const live = new Set<Context>()
  const storage = new PageContextStorage(live)
  expect(storage.getStore()).toBeUndefined()
  const only = context('only')
  live.add(only)
  expect(storage.getStore()).toBe(only)
  await Promise.resolve()
  expect(storage.getStore()).toBe(only)
  live.delete(only)
  expect(storage.getStore()).toBeUndefined()
})

test('a call may be entered as part of another one, or of none, until it returns', () => {
  const only = context('only')
  const other = context('other')
  const storage = new PageContextStorage(new Set([only]))
  expect(storage.run(other, () => [storage.getStore(), storage.run(undefined, () => storage.getStore())])).toEqual([
    other,
    undefined,
  ])
  expect(storage.getStore()).toBe(only)
  const fail = (): never => {
    throw new Error('broken')
  }
  expect(() => storage.run(other, fail)).toThrow('broken')
  expect(storage.getStore()).toBe(only)
})
