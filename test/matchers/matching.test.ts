import { expect, test } from 'vitest'
import type { MatcherContext } from '../../matchers/context.ts'
import { compare, fits, project } from '../../matchers/matching.ts'

const plain = (text: string) => text
const host: MatcherContext = {
  isNot: false,
  customTesters: [],
  equals: (one, other) => {
    const isAsymmetric = typeof other === 'object' && other !== null && 'asymmetricMatch' in other
    return isAsymmetric ? (other as { asymmetricMatch(value: unknown): boolean }).asymmetricMatch(one) : Object.is(one, other)
  },
  utils: { EXPECTED_COLOR: plain, RECEIVED_COLOR: plain, DIM_COLOR: plain, BOLD_WEIGHT: plain },
}

test('lists every field that differs by its path', () => {
  const received = { type: 'x', session: { tools: [{ name: 'a' }], speed: 1 } }
  const { fields, differences } = compare(host, received, { session: { tools: [{ name: 'b' }], speed: 2, voice: 'alloy' } })
  expect(fields).toBe(3)
  expect(differences).toEqual([
    { path: 'session.tools[0].name', expected: 'b', received: 'a' },
    { path: 'session.speed', expected: 2, received: 1 },
    { path: 'session.voice', expected: 'alloy', received: undefined },
  ])
})

test('lists of another length, and values of another kind', () => {
  expect(compare(host, { a: [1, 2] }, { a: [1] }).differences).toEqual([{ path: 'a.length', expected: 1, received: 2 }])
  expect(compare(host, { a: {} }, { a: [] }).differences).toEqual([{ path: 'a', expected: [], received: {} }])
  expect(fits(host, undefined, { a: 1 })).toBe(false)
  expect(fits(host, { a: { b: 1 } }, { a: {} })).toBe(true)
})

test('asymmetric matchers fit at any depth, and whole', () => {
  expect(fits(host, { a: { b: 'hello' } }, { a: { b: expect.stringContaining('ell') } })).toBe(true)
  expect(fits(host, { a: 1 }, expect.objectContaining({ a: 1 }))).toBe(true)
})

test('cuts a value down to the asked fields', () => {
  expect(project({ a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }] }, { b: { c: 9 }, e: [{ f: 9 }], h: 1 })).toEqual({
    b: { c: 2 },
    e: [{ f: 4 }],
  })
})
