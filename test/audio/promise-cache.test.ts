import { expect, test, vi } from 'vitest'
import { PromiseCache } from '../../audio/promise-cache.ts'

test('makes a thing once for each key, also while it is being made', async () => {
  const cache = new PromiseCache<string>(8)
  const make = vi.fn(async () => 'made')
  const [one, other] = [cache.get('a', make), cache.get('a', make)]
  expect(other).toBe(one)
  expect(await cache.get('a', make)).toBe('made')
  expect(make).toHaveBeenCalledTimes(1)
  await cache.get('b', make)
  expect(make).toHaveBeenCalledTimes(2)
})

test('a failure reaches all who wait for it, and is not remembered', async () => {
  const cache = new PromiseCache<string>(8)
  const fail = () => Promise.reject(new Error('not installed'))
  const both = await Promise.allSettled([cache.get('a', fail), cache.get('a', async () => 'unused')])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await cache.get('a', async () => 'made')).toBe('made')
})

test('over the limit the oldest is forgotten', async () => {
  const cache = new PromiseCache<string>(2)
  for (const key of ['a', 'b', 'c']) await cache.get(key, async () => key)
  expect(await cache.get('b', async () => 'again')).toBe('b')
  expect(await cache.get('a', async () => 'again')).toBe('again')
})
