import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

const world = new World().connect()
world.heard = { text: 'We are open from nine', durationMs: 1500 }
world.responses.push(facts({ id: 'resp_one', text: 'We are open from nine to five.' }))

test('what was played, not what was sent', () => {
  for (const subject of [world.subject({ kind: 'caller' }), world.subject()]) {
    expect(subject).toHaveHeard(/^We are open from nine/)
    expect(subject).toHaveHeard('open from')
    expect(subject).not.toHaveHeard('to five')
  }
})

test('nobody listens: nothing is heard', () => {
  expect(new World().subject({ kind: 'caller' })).not.toHaveHeard(/./)
})

test('a session or a response does not hear', () => {
  const wrong = () => expect(world.subject({ kind: 'session' })).toHaveHeard('open')
  expect(wrong).toThrow(/received value must be one of: the caller, a phone call, `realtime`/)
})
