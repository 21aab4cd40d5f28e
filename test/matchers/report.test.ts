import { expect, test } from 'vitest'
import type { MatcherContext } from '../../matchers/context.ts'
import { type Message, message, type Report, renderReport } from '../../matchers/report.ts'
import { toHaveSaid } from '../../matchers/to-have-said.ts'
import { created, sessionCreated } from '../support/sample-events.ts'
import { facts, World } from '../support/world.ts'

const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`
const utils = { EXPECTED_COLOR: tag('good'), RECEIVED_COLOR: tag('bad'), DIM_COLOR: tag('dim'), BOLD_WEIGHT: tag('bold') }
const host: MatcherContext = { isNot: false, customTesters: [], equals: Object.is, utils }

const world = new World().connect().service(sessionCreated()).at(30).service(created())
const whole: Report = {
  mend: ['the mend'],
  nearMisses: ['a near miss'],
  timeline: { entries: world.timeline.entries, all: world.timeline.entries, around: [2], marks: [2] },
  divergence: ['the divergence  <<<<<'],
  expected: ['✓ one', '✗ two <<<<< never'],
  subject: 'session sess_a',
  call: 'expect(session).toHaveSaid()',
}

test('has a fixed order, and colours of the host only', () => {
  expect(renderReport(whole, utils)).toMatchInlineSnapshot(`
    "<bold>expect(session).toHaveSaid()</bold>

    Subject: session sess_a

    Expected:
    <good>  ✓ one</good>
      ✗ two <<<<< never

    <bad>the divergence  <<<<<</bad>

    Timeline (2 events, virtual time):
    <dim>    #0 + 0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime</dim>
    <dim>    #1 + 0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad</dim>
      > #2 +30ms ← response.created  resp_one

    Near misses:
      a near miss

    the mend"
  `)
})

test('has no heading without content', () => {
  expect(renderReport({ call: 'expect(x)', expected: [], nearMisses: [], mend: [], divergence: ['it differs'] }, utils)).toBe(
    '<bold>expect(x)</bold>\n\nit differs',
  )
})

test('is made when somebody reads it', () => {
  let made = 0
  const text = message(host, () => {
    made++
    return { call: 'expect(x)' }
  })
  expect(made).toBe(0)
  expect(text()).toBe('<bold>expect(x)</bold>')
  expect(made).toBe(1)
})

test('a failure is a record first', () => {
  world.responses.push(facts({ id: 'resp_one', text: 'Hello!' }))
  const { pass, message: text } = toHaveSaid.call(host, world.subject(), 'Bye')
  expect(pass).toBe(false)
  expect((text as Message).report()).toEqual({
    call: "expect(realtime).toHaveSaid('Bye')",
    divergence: ['1 response, none with these words:', '  +0ms resp_one  completed  "Hello!"'],
    nearMisses: [],
  })
})
