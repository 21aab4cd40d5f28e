// protocol.md 8: what mocks most often get wrong. One talk each; what must hold of it is tried on its log, and on copies of the log
// in which the mistake was made: there it must fail.

import { describe, expect, test } from 'vitest'
import { type EventLog, logOf } from './support/event-log.ts'
import { mistakesOfItems } from './support/mistakes-of-items.ts'
import { mistakesOfSessions } from './support/mistakes-of-sessions.ts'

const mistakes = [...mistakesOfItems, ...mistakesOfSessions].toSorted((a, b) => a.number - b.number)

test('every mistake of the list has its check', () => {
  const numbers = [...new Set(mistakes.map(({ number }) => number))]
  expect(numbers).toEqual(Array.from({ length: 21 }, (_, index) => index + 1))
})

describe.for(mistakes)('8.$number $mistake', ({ talk, open, check, mutants }) => {
  let log: EventLog | undefined
  const logged = async (): Promise<EventLog> => (log ??= await logOf(talk, open))

  test('is not made', async () => check(await logged()))

  test.for(Object.entries(mutants))('would be noticed: %s', async ([, mutant]) => {
    const right = await logged()
    const wrong = mutant(right)
    expect(wrong).not.toEqual(right)
    expect(() => check(wrong)).toThrow()
  })
})
