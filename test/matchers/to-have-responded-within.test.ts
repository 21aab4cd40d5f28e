import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import type { ResponseFacts } from '../../src/runtime/subject.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

const fast = facts({ id: 'resp_fast', askedAtMs: 1000, createdAtMs: 1210, firstOutputAtMs: 1610 })
const slow = facts({ id: 'resp_slow', askedAtMs: 5000, createdAtMs: 5000, firstOutputAtMs: 6000 })
const call = facts({ id: 'resp_call', calls: [{ name: 'f', callId: 'call_1', arguments: {} }] })
const cut = facts({ id: 'resp_cut', status: 'cancelled' })
const failed = facts({ id: 'resp_failed', status: 'failed' })

function all(...responses: ResponseFacts[]) {
  return new World().connect().subject({ responses })
}
function only(response: ResponseFacts) {
  return new World().connect().subject({ kind: 'response', responses: [response] })
}

test('from the end of what it answers to the first output, the limit included', () => {
  expect(only(fast)).toHaveRespondedWithin(610)
  expect(only(fast)).not.toHaveRespondedWithin(609)
})

describe('of more than one', () => {
  test('every response', () => {
    expect(all(fast, slow)).toHaveRespondedWithin(1000)
    expect(all(fast, slow)).not.toHaveRespondedWithin(700)
  })
  test('but those that had nothing to say', () => {
    expect(all(fast, call, cut)).toHaveRespondedWithin(800)
    expect(all(fast, failed)).not.toHaveRespondedWithin(800)
  })
  test('and at least one', () => {
    expect(all()).not.toHaveRespondedWithin(800)
    expect(all(call)).not.toHaveRespondedWithin(800)
  })
})

test('takes milliseconds', () => {
  expect(() => expect(only(fast)).toHaveRespondedWithin('1s' as unknown as number)).toThrow(
    /it takes milliseconds, a number of 0 or more, got '1s'/,
  )
  expect(() => expect(only(fast)).toHaveRespondedWithin(Number.NaN)).toThrow(/got NaN/)
})
