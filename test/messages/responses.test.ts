import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'
import { facts } from '../support/world.ts'
import { greeting, world } from './answered.ts'

registerMatchers(expect)

/** The table is made by the runtime; here it only has to be shown. */
const explain = (expected: string) =>
  `'greeting' answers turn 1, user: "hello"\n  > greeting  10  phrase "hello" +10\n    refund     -  /refund/ was not said${expected === 'refund' ? '  <<<<<' : ''}`

describe('toSelectResponse', () => {
  test('another one was chosen', async () => {
    const realtime = world({ ...greeting, explain }).subject()
    expect(await failureOf(() => expect(realtime).toSelectResponse('refund'))).toMatchInlineSnapshot(`
      "
      expect(realtime).toSelectResponse('refund')

      1 response, none of the reply "refund":
        +30ms resp_one "greeting"  completed  "Hello! How can I help?"
      Why resp_one "greeting" (+30ms):
        'greeting' answers turn 1, user: "hello"
          > greeting  10  phrase "hello" +10
            refund     -  /refund/ was not said  <<<<<
      "
    `)
  })
  test('no such reply', async () => {
    const response = world().subject({
      kind: 'response',
      title: 'response resp_one "greeting"',
      responses: [{ ...greeting, explain }],
    })
    expect(await failureOf(() => expect(response).toSelectResponse('greetings'))).toMatchInlineSnapshot(`
      "
      expect(response).toSelectResponse('greetings')

      Subject: response resp_one "greeting"

      1 response, none of the reply "greetings":
        +30ms resp_one "greeting"  completed  "Hello! How can I help?"
      Why resp_one "greeting" (+30ms):
        'greeting' answers turn 1, user: "hello"
          > greeting  10  phrase "hello" +10
            refund     -  /refund/ was not said

      Near misses:
        "greeting" was chosen
      "
    `)
  })
  test('.not', async () => {
    expect(await failureOf(() => expect(world(greeting).subject()).not.toSelectResponse('greeting'))).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toSelectResponse('greeting')

      It was chosen for:
        +30ms resp_one "greeting"  completed  "Hello! How can I help?"
      "
    `)
  })
  test('no response at all', async () => {
    expect(await failureOf(() => expect(world().subject()).toSelectResponse('greeting'))).toMatchInlineSnapshot(`
      "
      expect(realtime).toSelectResponse('greeting')

      No response was made so far.
      "
    `)
  })
})

describe('toHaveSaid', () => {
  const second = facts({ id: 'resp_two', name: 'hours', text: 'We are open until ten.', createdAtMs: 900 })
  test('another case', async () => {
    const realtime = world(greeting, second).subject()
    expect(await failureOf(() => expect(realtime).toHaveSaid('how can i help'))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveSaid('how can i help')

      2 responses, none with these words:
        +30ms resp_one "greeting"  completed  "Hello! How can I help?"
        +900ms resp_two "hours"  completed  "We are open until ten."

      Near misses:
        "Hello! How can I help?"  (differs in case, punctuation or spaces)
      "
    `)
  })
  test('spread over two responses', async () => {
    const realtime = world(greeting, second).subject()
    expect(await failureOf(() => expect(realtime).toHaveSaid(/help\? We are open/))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveSaid(/help\\? We are open/)

      2 responses, none with these words:
        +30ms resp_one "greeting"  completed  "Hello! How can I help?"
        +900ms resp_two "hours"  completed  "We are open until ten."

      Near misses:
        the words are spread over two responses
        "We are open until ten."  (3 of 4 words)
      "
    `)
  })
  test('.not', async () => {
    const realtime = world(greeting, second).subject()
    expect(await failureOf(() => expect(realtime).not.toHaveSaid(/open/))).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveSaid(/open/)

      The words were said:
        +900ms resp_two "hours"  completed  "We are open until ten."
      "
    `)
  })
})

describe('toHaveHeard', () => {
  test('sent but not played', async () => {
    const made = world({ ...greeting, status: 'cancelled' })
    made.heard = { text: 'Hello! How', durationMs: 640 }
    const caller = made.subject({ kind: 'caller' })
    expect(await failureOf(() => expect(caller).toHaveHeard('How can I help?'))).toMatchInlineSnapshot(`
      "
      expect(caller).toHaveHeard('How can I help?')

      The caller heard, in 640 ms:
        "Hello! How"

      Near misses:
        "Hello! How can I help?" was sent, but not (all) played: status cancelled
      "
    `)
  })
  test('nobody listens', async () => {
    expect(await failureOf(() => expect(world(greeting).subject()).toHaveHeard('Hello'))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveHeard('Hello')

      Nobody listens.

      Attach the caller to the app (caller.attach), so that it can hear.
      "
    `)
  })
  test('.not', async () => {
    const made = world(greeting)
    made.heard = { text: 'Hello! How can I help?', durationMs: 1600 }
    expect(await failureOf(() => expect(made.subject({ kind: 'caller' })).not.toHaveHeard(/help/))).toMatchInlineSnapshot(`
      "
      expect(caller).not.toHaveHeard(/help/)

      The caller heard, in 1600 ms:
        "Hello! How can I help?"
      "
    `)
  })
})

describe('functions', () => {
  const call = { name: 'find_order', callId: 'call_1', arguments: '{"id":"A1","urgent":false}' }
  const looked = facts({ id: 'resp_one', name: 'order', calls: [call] })
  test('other arguments', async () => {
    const realtime = world(looked).subject()
    expect(await failureOf(() => expect(realtime).toHaveCalledFunction('find_order', { id: 'B2' }))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveCalledFunction('find_order', { id: 'B2' })

      There is one call of find_order, call_1, but not with these arguments:
        id  expected 'B2'  received 'A1'  <<<<<
      "
    `)
  })
  test('another function', async () => {
    const realtime = world(looked).subject()
    expect(await failureOf(() => expect(realtime).toHaveCalledFunction('find_orders'))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveCalledFunction('find_orders')

      The model never called it. Others:
        find_order call_1 in resp_one "order"  { id: 'A1', urgent: false }

      Near misses:
        find_order was called
      "
    `)
  })
  test('.not', async () => {
    const realtime = world(looked).subject()
    expect(await failureOf(() => expect(realtime).not.toHaveCalledFunction('find_order'))).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveCalledFunction('find_order')

      It happened:
        find_order call_1 in resp_one "order"  { id: 'A1', urgent: false }
      "
    `)
  })
  test('no output yet', async () => {
    const realtime = world(looked).subject()
    expect(await failureOf(() => expect(realtime).toHaveReturnedFromFunction('find_order'))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveReturnedFromFunction('find_order')

      The app never returned an output of any function.

      The model called find_order (call_1) and still waits for the output. Is the app's function still at work?
      "
    `)
  })
  test('another output', async () => {
    const returned = { ...call, output: '{"day":"Tuesday","carrier":"post"}' }
    const realtime = world(facts({ id: 'resp_one', name: 'order', calls: [returned] })).subject()
    expect(
      await failureOf(() => expect(realtime).toHaveReturnedFromFunction('find_order', { day: 'Monday' })),
    ).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveReturnedFromFunction('find_order', { day: 'Monday' })

      There is one call of find_order, call_1, but not with this output:
        day  expected 'Monday'  received 'Tuesday'  <<<<<
      "
    `)
  })
  test('never called', async () => {
    expect(
      await failureOf(() => expect(world(greeting).subject()).toHaveReturnedFromFunction('find_order')),
    ).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveReturnedFromFunction('find_order')

      The app never returned an output of any function.

      The model never called find_order: no reply with that \`call\` was chosen.
      "
    `)
  })
})
