import { expect, test } from 'vitest'
import { isRecord, jsonOrText } from '../../src/protocol/json.ts'

test.each([
  [{}, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['{}', false],
])('%j is an object: %j', (value, expected) => {
  expect(isRecord(value)).toBe(expected)
})

test.each([
  ['{"day":"Monday"}', { day: 'Monday' }],
  ['null', null],
  ['12', 12],
  ['Monday', 'Monday'],
  ['', ''],
  ['{"day":', '{"day":'],
])('%j is the value %j', (text, expected) => {
  expect(jsonOrText(text)).toEqual(expected)
})
