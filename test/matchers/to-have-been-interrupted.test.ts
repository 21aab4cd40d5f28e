import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

const whole = facts({ id: 'resp_whole' })
const cut = facts({ id: 'resp_cut', status: 'cancelled', interruption: { atMs: 900, heardMs: 800, how: 'turn_detected' } })
const late = facts({ id: 'resp_late', interruption: { atMs: 900, how: 'truncated' } })

function of(...responses: (typeof whole)[]) {
  return new World().connect().subject({ responses })
}

test('in any manner', () => {
  expect(of(cut)).toHaveBeenInterrupted()
  expect(of(late)).toHaveBeenInterrupted()
  expect(of(whole, cut)).toHaveBeenInterrupted()
  expect(of(whole)).not.toHaveBeenInterrupted()
  expect(of()).not.toHaveBeenInterrupted()
})

test('after so much was heard', () => {
  expect(of(cut)).toHaveBeenInterrupted({ afterMs: 900 })
  expect(of(cut)).not.toHaveBeenInterrupted({ afterMs: 901 })
  expect(of(cut)).toHaveBeenInterrupted({ afterMs: 810, toleranceMs: 10 })
  expect(of(cut)).not.toHaveBeenInterrupted({ afterMs: 790, toleranceMs: 9 })
  expect(of(late)).not.toHaveBeenInterrupted({ afterMs: 900 })
})

test('wrong options', () => {
  expect(() => expect(of(cut)).toHaveBeenInterrupted({ after: 1 } as object)).toThrow(/it takes afterMs, toleranceMs/)
})
