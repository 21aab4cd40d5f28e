import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'
import { bargeIn, done, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

const greeting = facts({
  id: 'resp_one',
  name: 'greeting',
  text: 'Hello! How can I help?',
  createdAtMs: 30,
  askedAtMs: 10,
  firstOutputAtMs: 230,
})
/** The table is made by the runtime; here it only has to be shown. */
const explain = (expected: string) =>
  `'greeting' answers turn 1, user: "hello"\n  > greeting  10  phrase "hello" +10\n    refund     -  /refund/ was not said${expected === 'refund' ? '  <<<<<' : ''}`

function world(...responses: ReturnType<typeof facts>[]): World {
  const made = textTurn(new World().connect().service(sessionCreated()))
  made.responses.push(...responses)
  return made
}

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

describe('toHaveRespondedWithin', () => {
  test('too late, and never', async () => {
    const open = facts({ id: 'resp_two', name: 'hours', status: 'in_progress', askedAtMs: 900, createdAtMs: 910 })
    const realtime = world(greeting, open).subject()
    expect(await failureOf(() => expect(realtime).toHaveRespondedWithin(200))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveRespondedWithin(200)

      2 of 2 took longer than 200 ms:
        resp_one "greeting"  220 ms  (asked +10ms, first output +230ms)  <<<<<
        resp_two "hours"  no sound or text so far (asked +900ms, in_progress)  <<<<<

      A response is still in progress: \`await realtime.settled()\` or \`nextResponse()\` first.
      "
    `)
  })
  test('.not', async () => {
    expect(await failureOf(() => expect(world(greeting).subject()).not.toHaveRespondedWithin(800))).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveRespondedWithin(800)

      Every response came within 800 ms:
        resp_one "greeting"  220 ms  (asked +10ms, first output +230ms)
      "
    `)
  })
  test('nothing that could speak', async () => {
    const only = facts({ id: 'resp_one', calls: [{ name: 'f', callId: 'call_1', arguments: {} }] })
    expect(await failureOf(() => expect(world(only).subject()).toHaveRespondedWithin(800))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveRespondedWithin(800)

      1 response, none that was to say something.
      "
    `)
  })
})

describe('interruptions', () => {
  const cut = facts({
    id: 'resp_one',
    name: 'greeting',
    status: 'cancelled',
    audio: [{ itemId: 'item_bot1', sentMs: 4000, heardMs: 1480 }],
    interruption: { atMs: 2010, heardMs: 1480, how: 'turn_detected' },
  })
  const truncate = (audio_end_ms: number) => ({
    type: 'conversation.item.truncate',
    item_id: 'item_bot1',
    content_index: 0,
    audio_end_ms,
  })
  test('at another place', async () => {
    expect(await failureOf(() => expect(world(cut).subject()).toHaveBeenInterrupted({ afterMs: 900 }))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveBeenInterrupted({ afterMs: 900 })

      resp_one "greeting"  by turn detection at +2010ms, after 1480 ms were heard: 580 ms too late  <<<<<
      "
    `)
  })
  test('not at all', async () => {
    expect(await failureOf(() => expect(world(greeting).subject()).toHaveBeenInterrupted())).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveBeenInterrupted()

      resp_one "greeting"  not interrupted (completed)
      "
    `)
  })
  test('nobody listened', async () => {
    const unheard = facts({ id: 'resp_one', interruption: { atMs: 2010, how: 'client_cancelled' } })
    expect(
      await failureOf(() => expect(world(unheard).subject()).toHaveBeenInterrupted({ afterMs: 900 })),
    ).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveBeenInterrupted({ afterMs: 900 })

      resp_one  by response.cancel of the app at +2010ms, unknown how much was heard  <<<<<

      Only a caller that is attached to the app (caller.attach) hears: without one, leave out afterMs.
      "
    `)
  })
  test('.not', async () => {
    expect(await failureOf(() => expect(world(cut).subject()).not.toHaveBeenInterrupted())).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveBeenInterrupted()

      resp_one "greeting"  by turn detection at +2010ms, after 1480 ms were heard
      "
    `)
  })
  test('truncated at the end of what was sent', async () => {
    const made = world(cut).at(2020).app(truncate(4000))
    expect(await failureOf(() => expect(made.subject()).toHaveTruncatedWhereHeard())).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveTruncatedWhereHeard()

      #11 resp_one "greeting"  cut at 4000 ms of 4000 ms sent, heard 1480 ms: 2520 ms too late  <<<<<

      Timeline (10 events, virtual time):
          #5  +  30ms · reply "greeting" chosen for resp_one
          #6  +  30ms ← response.output_item.added  item_bot1  assistant
          #7  + 230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  + 300ms ← response.done  resp_one "greeting"  status=completed
          #10 + 300ms ← rate_limits.updated
        > #11 +2020ms → conversation.item.truncate  item_bot1  audio_end_ms=4000
          (+5 earlier: realtime.timeline.toString())

      The app cut at the end of what was sent, not of what was played: sound comes faster than it plays.
      "
    `)
  })
  test('never truncated', async () => {
    expect(await failureOf(() => expect(world(cut).subject()).toHaveTruncatedWhereHeard())).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveTruncatedWhereHeard()

      The app never sent conversation.item.truncate for:
        resp_one "greeting"  item_bot1: 4000 ms sent, 1480 ms heard

      Timeline (9 events, virtual time):
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          (+4 earlier: realtime.timeline.toString())

      After an interruption the app must send it itself, else the model believes that all was heard.
      "
    `)
  })
  test('refused', async () => {
    const made = world(cut).at(2020).app(truncate(1480))
    made.at(2025).service(wireError('invalid_value', 'Audio content of 1400ms is already shorter than 1480ms'), 'sess_a', 11)
    expect(await failureOf(() => expect(made.subject()).toHaveTruncatedWhereHeard({ toleranceMs: 60 }))).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveTruncatedWhereHeard({ toleranceMs: 60 })

      #11 resp_one "greeting"  cut at 1480 ms of 4000 ms sent, refused: Audio content of 1400ms is already shorter than 1480ms  <<<<<

      Timeline (11 events, virtual time):
          #5  +  30ms · reply "greeting" chosen for resp_one
          #6  +  30ms ← response.output_item.added  item_bot1  assistant
          #7  + 230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  + 300ms ← response.done  resp_one "greeting"  status=completed
          #10 + 300ms ← rate_limits.updated
        > #11 +2020ms → conversation.item.truncate  item_bot1  audio_end_ms=1480
          #12 +2025ms ← error  invalid_value  "Audio content of 1400ms is already shorter than 1480ms"
          (+5 earlier: realtime.timeline.toString())
      "
    `)
  })
  test('.not truncated', async () => {
    const made = world(cut).at(2020).app(truncate(1500))
    expect(await failureOf(() => expect(made.subject()).not.toHaveTruncatedWhereHeard())).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveTruncatedWhereHeard()

      #11 resp_one "greeting"  cut at 1500 ms of 4000 ms sent, heard 1480 ms: 20 ms too late

      Timeline (10 events, virtual time):
          #5  +  30ms · reply "greeting" chosen for resp_one
          #6  +  30ms ← response.output_item.added  item_bot1  assistant
          #7  + 230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  + 300ms ← response.done  resp_one "greeting"  status=completed
          #10 + 300ms ← rate_limits.updated
        > #11 +2020ms → conversation.item.truncate  item_bot1  audio_end_ms=1500
          (+5 earlier: realtime.timeline.toString())
      "
    `)
  })
})

describe('toHaveNoErrors', () => {
  test('an error and a failed response', async () => {
    const made = world().at(400).app({ type: 'input_audio_buffer.commit' })
    made.service(
      wireError('input_audio_buffer_commit_empty', 'Error committing input audio buffer: buffer too small.'),
      'sess_a',
      11,
    )
    made.at(500).service(
      done('resp_two', {
        status: 'failed',
        status_details: {
          type: 'failed',
          error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'Rate limit reached.' },
        },
      }),
    )
    expect(await failureOf(() => expect(made.subject()).toHaveNoErrors())).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveNoErrors()

      #12 (+400ms) error input_audio_buffer_commit_empty "Error committing input audio buffer: buffer too small.", 0 ms after input_audio_buffer.commit (#11)
      #13 (+500ms) failed response rate_limit_exceeded "Rate limit reached.", 100 ms after error (#12)

      Timeline (12 events, virtual time):
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          #11 +400ms → input_audio_buffer.commit
        > #12 +400ms ← error  input_audio_buffer_commit_empty  "Error committing input audio buffer: buffer too small."
          #13 +500ms ← response.done  resp_two  status=failed  rate_limit_exceeded
          (+6 earlier: realtime.timeline.toString())
      "
    `)
  })
  test('.not', async () => {
    expect(await failureOf(() => expect(world().subject()).not.toHaveNoErrors())).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveNoErrors()

      There was no error.
      "
    `)
  })
})

test('the barge-in sample is what it says', () => {
  expect(bargeIn(world()).entry('input_audio_buffer.speech_started').atMs).toBe(2010)
})
