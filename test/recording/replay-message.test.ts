// Messages of a replay that was left, where texts are long or fields many.

import { expect, test } from 'vitest'
import type { Difference } from '../../src/recording/replay-compare.ts'
import { leftRecording } from '../../src/recording/replay-message.ts'
import type { ClientStep } from '../../src/recording/replay-script.ts'

const place = { name: 'booking', session: 2, sessions: 3 }
const event = { type: 'session.update', session: { type: 'realtime' } } as const
const step: ClientStep = { index: 4, atMs: 0, count: 1, turn: 0, event }

function messageOf(...differences: Difference[]): string {
  const near = [{ step, differences, names: [] }]
  return leftRecording(place, { event, count: 3, index: 12 }, { expected: step, near, elsewhere: undefined }).message
}

test('a long text is shown where it differs, with what stands around', () => {
  const rule = (number: number): string => `Rule ${number} of this desk is that nobody is kept waiting. `
  const rules = (kind: string): string =>
    `${[1, 2, 3, 4, 5].map(rule).join('')}Be ${kind} to everybody. ${[6, 7, 8, 9].map(rule).join('')}`
  const message = messageOf({ path: 'session.instructions', recorded: rules('polite'), actual: rules('rude') })
  expect(`\n${message}\n`).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The app left the recording 'booking' at event 3 of its session 2 of 3.
      recorded #4  session.update
      actual   #12  session.update

    - session.instructions: "Rule 1 of this desk is that nobody is ke … desk is that nobody is kept waiting. Be polite to everybody. Rule 6 of this desk is th … is desk is that nobody is kept waiting. "
    + session.instructions: "Rule 1 of this desk is that nobody is ke … desk is that nobody is kept waiting. Be rude to everybody. Rule 6 of this desk is th … is desk is that nobody is kept waiting. "

    To accept it:
      realtime.replay('booking', { ignore: ['session.update/session.instructions'] })
      record it anew (vitest-realtime record --mode overwrite)
    "
  `)
})

test('many differences are counted, and none of them is offered to be ignored', () => {
  const differences = Array.from({ length: 11 }, (_, place) => ({
    path: `session.field${place}`,
    recorded: place,
    actual: undefined,
  }))
  const message = messageOf(...differences)
  expect(message).toContain('- session.field0: 0\n+ session.field0: (not there)')
  expect(message).toContain('  … and 3 more')
  expect(message).not.toContain('ignore')
})
