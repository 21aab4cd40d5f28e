import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'
import { bargeIn, created, done, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

function talked(): World {
  return bargeIn(textTurn(new World().connect().service(sessionCreated())))
}

describe('toHaveEmittedSequence', () => {
  test('a step that never came', async () => {
    const realtime = talked().subject()
    const text = await failureOf(() =>
      expect(realtime).toHaveEmittedSequence([
        'input_audio_buffer.speech_started',
        'response.cancel',
        'conversation.item.truncate',
        'response.done',
      ]),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmittedSequence(['input_audio_buffer.speech_started', 'response.cancel', 'conversation.item.truncate', 'response.done'])

      Expected sequence:
        ✓ input_audio_buffer.speech_started #62
        ✗ response.cancel                   <<<<< never seen after #62
          conversation.item.truncate        (not reached)
          response.done                     (not reached)

      Timeline (63 events, virtual time):
          #7  + 230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  + 300ms ← response.done  resp_one "greeting"  status=completed
          #10 + 300ms ← rate_limits.updated
          #11 +1000ms ← response.created  resp_two
          #12 +1020ms → input_audio_buffer.append  ×50  48000 bytes, 1000 ms pcm16  (to #61 +2000ms)
        > #62 +2010ms ← input_audio_buffer.speech_started  audio_start_ms=180  item_user2
          #63 +2011ms ← response.output_audio.delta  4800 bytes, 100 ms pcm16
          #64 +2400ms ← response.done  resp_two  status=completed
          (+7 earlier: realtime.timeline.toString())

      The service stops the response itself when the caller speaks (turn_detection.interrupt_response): no cancel needed.
      "
    `)
  })

  test('another field, and another order', async () => {
    const realtime = talked().subject()
    const text = await failureOf(() =>
      expect(realtime).toHaveEmittedSequence([
        'response.output_text.delta',
        { type: 'response.done', response: { status: 'cancelled' } },
        'response.created',
      ]),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmittedSequence(['response.output_text.delta', { type: 'response.done', response: { status: 'cancelled' } }, 'response.created'])

      Expected sequence:
        ✓ response.output_text.delta                          #7
        ✗ response.done { response: { status: 'cancelled' } } <<<<< never seen after #7
          response.created                                    (not reached)

      Timeline (63 events, virtual time):
          #2  +  10ms → conversation.item.create  item_user1  user  "hello there"
          #3  +  10ms → response.create
          #4  +  30ms ← response.created  resp_one "greeting"
          #5  +  30ms · reply "greeting" chosen for resp_one
          #6  +  30ms ← response.output_item.added  item_bot1  assistant
        > #7  + 230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  + 300ms ← response.done  resp_one "greeting"  status=completed
          #10 + 300ms ← rate_limits.updated
          #11 +1000ms ← response.created  resp_two
          #12 +1020ms → input_audio_buffer.append  ×50  48000 bytes, 1000 ms pcm16  (to #61 +2000ms)
          #62 +2010ms ← input_audio_buffer.speech_started  audio_start_ms=180  item_user2
          (+2 earlier, +2 later: realtime.timeline.toString())

      Near misses:
        #9 response.done: response.status is 'completed', not 'cancelled'
        #64 response.done: response.status is 'completed', not 'cancelled'
      "
    `)
  })

  test('the right events in the wrong order', async () => {
    const realtime = textTurn(new World().connect().service(sessionCreated())).subject()
    const text = await failureOf(() => expect(realtime).toHaveEmittedSequence(['response.done', 'response.created']))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmittedSequence(['response.done', 'response.created'])

      Expected sequence:
        ✓ response.done    #9
        ✗ response.created <<<<< never seen after #9

      Timeline (9 events, virtual time):
          #3  + 10ms → response.create
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
        > #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          (+3 earlier: realtime.timeline.toString())

      Near misses:
        #4 response.created (+30ms) came before #9 response.done
      "
    `)
  })

  test('stitched from two sessions', async () => {
    const world = new World().connect('sess_a').connect('sess_b')
    world.at(5).service(sessionCreated(), 'sess_a').service(sessionCreated(), 'sess_b')
    world.at(10).service(created('resp_a'), 'sess_a').at(400).service(done('resp_b'), 'sess_b')
    const realtime = world.subject()
    const text = await failureOf(() => expect(realtime).toHaveEmittedSequence(['response.created', 'response.done']))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmittedSequence(['response.created', 'response.done'])

      Expected sequence:
        ✓ response.created #4
        ✗ response.done    <<<<< never seen after #4

      Timeline (4 events, virtual time):
          A = session sess_a (gpt-realtime)
          B = session sess_b (gpt-realtime)
          #0 +  0ms A · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1 +  0ms B · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #2 +  5ms A ← session.created  gpt-realtime  audio  turn_detection=server_vad
          #3 +  5ms B ← session.created  gpt-realtime  audio  turn_detection=server_vad
        > #4 + 10ms A ← response.created  resp_a
        > #5 +400ms B ← response.done  resp_b  status=completed

      Near misses:
        it fits only across sessions (#4 in sess_a, #5 in sess_b); a sequence lies within one: see realtime.sessions and realtime.for({…})
      "
    `)
  })

  test('a response is only a part of its session', async () => {
    const world = talked()
    const response = world.subject({
      kind: 'response',
      title: 'response resp_one "greeting"',
      covers: (entry) => 'event' in entry && entry.from === 'service' && entry.event.type.startsWith('response.'),
    })
    const text = await failureOf(() => expect(response).toHaveEmittedSequence(['response.create', 'response.created']))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(response).toHaveEmittedSequence(['response.create', 'response.created'])

      Subject: response resp_one "greeting"

      Expected sequence:
        ✗ response.create  <<<<< never seen
          response.created (not reached)

      Timeline (63 events, virtual time):
          #10 + 300ms ← rate_limits.updated
          #11 +1000ms ← response.created  resp_two
          #12 +1020ms → input_audio_buffer.append  ×50  48000 bytes, 1000 ms pcm16  (to #61 +2000ms)
          #62 +2010ms ← input_audio_buffer.speech_started  audio_start_ms=180  item_user2
          #63 +2011ms ← response.output_audio.delta  4800 bytes, 100 ms pcm16
          #64 +2400ms ← response.done  resp_two  status=completed
          (+10 earlier: realtime.timeline.toString())

      Near misses:
        it fits in the whole session: #3 response.create is not of this response
      "
    `)
  })

  test('strict, with something between', async () => {
    const realtime = talked().subject()
    const text = await failureOf(() =>
      expect(realtime).toHaveEmittedSequence(['response.created', 'response.done'], { strict: true }),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmittedSequence(['response.created', 'response.done'], { strict: true })

      Expected sequence:
        ✓ response.created #4
        ✗ response.done    <<<<< #4 is followed by response.output_item.added #6

      Timeline (63 events, virtual time):
          #0  +  0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1  +  0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad
          #2  + 10ms → conversation.item.create  item_user1  user  "hello there"
          #3  + 10ms → response.create
        > #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          (+54 later: realtime.timeline.toString())

      Near misses:
        without \`strict\` it fits: #4, #9
      "
    `)
  })

  test('no session', async () => {
    const realtime = new World().subject()
    const text = await failureOf(() =>
      expect(realtime).toHaveEmittedSequence(['response.created', (event) => event.type === 'error']),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmittedSequence(['response.created', predicate])

      Expected sequence:
        ✗ response.created                    <<<<< there was no session
          ((event) => event.type === "error") (not reached)

      No session has connected. Start the app first and wait for it; \`intercept\` decides which URLs are answered here.
      "
    `)
  })

  test('.not', async () => {
    const realtime = textTurn(new World().connect().service(sessionCreated())).subject()
    const text = await failureOf(() => expect(realtime).not.toHaveEmittedSequence(['response.create', 'response.done']))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveEmittedSequence(['response.create', 'response.done'])

      Expected not to find:
        ✓ response.create #3
        ✓ response.done   #9

      It lies between #3 (+10ms) and #9 (+300ms).

      Timeline (9 events, virtual time):
          #0  +  0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1  +  0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad
          #2  + 10ms → conversation.item.create  item_user1  user  "hello there"
        > #3  + 10ms → response.create
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
        > #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
      "
    `)
  })
})

describe('toEmitSequence', () => {
  test('half of it came', async () => {
    const world = textTurn(new World().connect().service(sessionCreated()))
    const realtime = world.subject()
    const text = await failureOf(async () => {
      const wait = expect(realtime).toEmitSequence(['response.create', 'response.done', 'response.create', 'response.done'])
      world.at(900).app({ type: 'response.create' })
      world
        .at(910)
        .service(
          wireError('conversation_already_has_active_response', 'Conversation already has an active response.'),
          'sess_a',
          14,
        )
      world.at(2000).endWaits('timed out after 1100 ms')
      await wait
    })
    expect(text).toMatchInlineSnapshot(`
      "
      await expect(realtime).toEmitSequence(['response.create', 'response.done', 'response.create', 'response.done'])

      Expected sequence:
        ✓ response.create #3
        ✓ response.done   #9
        ✓ response.create #11
        ✗ response.done   <<<<< never seen after #11

      timed out after 1100 ms
      It waited 1700 ms of virtual time, 3 ms of real time.

      Seen while it waited (from #11) (2 events, virtual time):
          #11 +900ms → response.create
          #12 +910ms ← error  conversation_already_has_active_response  "Conversation already has an active response."

      The service sent an error (#12) as answer to #14: "Conversation already has an active response."
      "
    `)
  })

  test('.not, and it came', async () => {
    const world = new World().connect().service(sessionCreated())
    const realtime = world.subject()
    const text = await failureOf(async () => {
      const wait = expect(realtime).not.toEmitSequence(['response.create', 'response.done'])
      textTurn(world)
      await wait
    })
    expect(text).toMatchInlineSnapshot(`
      "
      await expect(realtime).not.toEmitSequence(['response.create', 'response.done'])

      Expected not to find:
        ✓ response.create #3
        ✓ response.done   #9

      It lies between #3 (+10ms) and #9 (+300ms).

      Timeline (9 events, virtual time):
          #0  +  0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1  +  0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad
          #2  + 10ms → conversation.item.create  item_user1  user  "hello there"
        > #3  + 10ms → response.create
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
        > #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
      "
    `)
  })
})
