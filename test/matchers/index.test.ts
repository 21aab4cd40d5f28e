import { expect, test } from 'vitest'
import * as matchers from '../../matchers/index.ts'
import { registerMatchers } from '../../matchers/register.ts'

test('exports matchers only: each name becomes one', () => {
  expect(Object.keys(matchers).sort()).toMatchInlineSnapshot()
})

test('registers all of them, also through the module itself', () => {
  let registered: object = {}
  registerMatchers({ extend: (added) => void (registered = added) })
  expect(Object.keys(registered).sort()).toEqual(Object.keys(matchers).sort())
  expect.extend(matchers)
})
