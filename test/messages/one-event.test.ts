import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'
import { bargeIn, done, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

function talked(): World {
  return textTurn(new World().connect().service(sessionCreated()))
}

function update(rate: number, instructions: string) {
  const session = { type: 'realtime', instructions, audio: { input: { format: { type: 'audio/pcm', rate } } } }
  return { type: 'session.update', session }
}

describe('toHaveReceived', () => {
  test('never sent', async () => {
    const realtime = talked().subject()
    const text = await failureOf(() => expect(realtime).toHaveReceived('response.cancel'))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveReceived('response.cancel')

      The app never sent response.cancel.

      Timeline (9 events, virtual time):
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          (+4 earlier: realtime.timeline.toString())
      "
    `)
  })

  test('other fields', async () => {
    const world = talked().at(400).app(update(8000, 'You do support.')).app(update(16_000, 'Be brief.'))
    const text = await failureOf(() =>
      expect(world.subject()).toHaveReceived('session.update', {
        session: {
          instructions: expect.stringContaining('support'),
          audio: { input: { format: { type: 'audio/pcm', rate: 24_000 } } },
        },
      }),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveReceived('session.update', { session: { instructions: StringContaining<'support'>, audio: { input: { format: { type: 'audio/pcm', rate: 24000 } } } } })

      2 session.update events, none fits. Closest is #11 (1 of 3 fields differs):
        session.audio.input.format.rate  expected 24000  received 8000  <<<<<
      Also seen: #12 (2 differ)

      Timeline (11 events, virtual time):
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
        > #11 +400ms → session.update  instructions, audio.input.format.type, audio.input.format.rate
          #12 +400ms → session.update  instructions, audio.input.format.type, audio.input.format.rate
          (+5 earlier: realtime.timeline.toString())

      audio/pcm runs at 24000; 8000 Hz suits audio/pcmu.
      "
    `)
  })

  test('.not: what set it off', async () => {
    const world = bargeIn(talked()).at(2500).app({ type: 'response.cancel', response_id: 'resp_two' })
    const text = await failureOf(() => expect(world.subject()).not.toHaveReceived('response.cancel'))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveReceived('response.cancel')

      It was received once, at #65 (+2500ms), 100 ms after response.done (#64).

      Timeline (64 events, virtual time):
          #11 +1000ms ← response.created  resp_two
          #12 +1020ms → input_audio_buffer.append  ×50  48000 bytes, 1000 ms pcm16  (to #61 +2000ms)
          #62 +2010ms ← input_audio_buffer.speech_started  audio_start_ms=180  item_user2
          #63 +2011ms ← response.output_audio.delta  4800 bytes, 100 ms pcm16
          #64 +2400ms ← response.done  resp_two  status=completed
        > #65 +2500ms → response.cancel  resp_two
          (+11 earlier: realtime.timeline.toString())
      "
    `)
  })
})

describe('toHaveEmitted', () => {
  test('no session', async () => {
    const text = await failureOf(() => expect(new World().subject()).toHaveEmitted('response.done'))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmitted('response.done')

      The service never sent it: there was no session.

      No session has connected. Start the app first and wait for it; \`intercept\` decides which URLs are answered here.
      "
    `)
  })

  test('a list of another length, and a missing field', async () => {
    const world = talked()
    const text = await failureOf(() =>
      expect(world.subject()).toHaveEmitted('response.done', {
        response: { output: [{ type: 'function_call', name: expect.any(String) }], usage: { total_tokens: 7 } },
      }),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmitted('response.done', { response: { output: [{ type: 'function_call', name: Any<String> }], usage: { total_tokens: 7 } } })

      There is one response.done, #9, and it does not fit (2 of 2 fields differ):
        response.output.length  expected 1                    received 0        <<<<<
        response.usage          expected { total_tokens: 7 }  received nothing  <<<<<

      Timeline (9 events, virtual time):
          #3  + 10ms → response.create
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
        > #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          (+3 earlier: realtime.timeline.toString())
      "
    `)
  })

  test('in another session', async () => {
    const world = talked().connect('sess_b').service(sessionCreated(), 'sess_b')
    const session = world.subject({ kind: 'session', title: 'session sess_b (gpt-realtime)', sessionIds: ['sess_b'] })
    const text = await failureOf(() => expect(session).toHaveEmitted('response.done'))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(session).toHaveEmitted('response.done')

      Subject: session sess_b (gpt-realtime)

      The service never sent response.done.

      Timeline (1 event, virtual time):
          #11 +300ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #12 +300ms ← session.created  gpt-realtime  audio  turn_detection=server_vad

      Near misses:
        #9 response.done happened in another session

      Nothing asked for a response: no response.create, and no sound that could have ended a turn.
      "
    `)
  })

  test('transcription that nobody asked for', async () => {
    const text = await failureOf(() =>
      expect(talked().subject()).toHaveEmitted('conversation.item.input_audio_transcription.completed'),
    )
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).toHaveEmitted('conversation.item.input_audio_transcription.completed')

      The service never sent conversation.item.input_audio_transcription.completed.

      Timeline (9 events, virtual time):
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
          #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          (+4 earlier: realtime.timeline.toString())

      The app asked for no transcription (audio.input.transcription is null), so the service sends none.
      "
    `)
  })

  test('.not, several times', async () => {
    const world = talked().at(400).service(done('resp_two')).service(done('resp_three'))
    const text = await failureOf(() => expect(world.subject()).not.toHaveEmitted('response.done'))
    expect(text).toMatchInlineSnapshot(`
      "
      expect(realtime).not.toHaveEmitted('response.done')

      It was emitted 3 times, first at #9 (+300ms), 270 ms after response.output_item.added (#6).
      Also at #11, #12

      Timeline (11 events, virtual time):
          #3  + 10ms → response.create
          #4  + 30ms ← response.created  resp_one "greeting"
          #5  + 30ms · reply "greeting" chosen for resp_one
          #6  + 30ms ← response.output_item.added  item_bot1  assistant
          #7  +230ms ← response.output_text.delta  ×2  "Hello! How can I help?"  (to #8 +236ms)
        > #9  +300ms ← response.done  resp_one "greeting"  status=completed
          #10 +300ms ← rate_limits.updated
          #11 +400ms ← response.done  resp_two  status=completed
          #12 +400ms ← response.done  resp_three  status=completed
          (+3 earlier: realtime.timeline.toString())
      "
    `)
  })
})

describe('toEmit', () => {
  test('ran out of time', async () => {
    const world = new World().connect().service(sessionCreated())
    const text = await failureOf(async () => {
      const wait = expect(world.subject()).toEmit('response.done', { response: { status: 'completed' } }, { timeout: 2000 })
      world
        .at(900)
        .app({ type: 'response.create' })
        .service(done('resp_one', { status: 'failed' }))
      world
        .at(2000)
        .endWaits(
          "expect(realtime).toEmit('response.done', { response: { status: 'completed' } }, { timeout: 2000 }) ended: the time ran out.\nIt waited from 0 ms to 2000 ms of the clock, 3 ms of real time.",
        )
      await wait
    })
    expect(text).toMatchInlineSnapshot(`
      "
      await expect(realtime).toEmit('response.done', { response: { status: 'completed' } }, { timeout: 2000 })

      It ended: the time ran out.
      It waited from 0 ms to 2000 ms of the clock, 3 ms of real time.

      Seen while it waited (from #2) (2 events, virtual time):
          #2 +900ms → response.create
          #3 +900ms ← response.done  resp_one  status=failed

      Near misses:
        #3 response.done: response.status is 'failed', not 'completed'
      "
    `)
  })

  test('nothing came', async () => {
    const world = new World().connect().service(sessionCreated())
    const text = await failureOf(async () => {
      const wait = expect(world.subject()).toEmit('response.done')
      world.at(1000).endWaits('Nobody can move any more: the app is silent.')
      await wait
    })
    expect(text).toMatchInlineSnapshot(`
      "
      await expect(realtime).toEmit('response.done')

      Nobody can move any more: the app is silent.
      It waited 1000 ms of virtual time, 3 ms of real time.

      Nothing came while it waited. Before that (1 event, virtual time):
          #0 +0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1 +0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad

      Nothing asked for a response: no response.create, and no sound that could have ended a turn.
      "
    `)
  })

  test('another status, and one that an earlier wait has passed', async () => {
    const world = talked()
    const realtime = world.subject()
    await expect(realtime).toEmit('response.done')
    const text = await failureOf(async () => {
      const wait = expect(realtime).toEmit('response.done', { response: { status: 'completed' } })
      world
        .at(900)
        .service(done('resp_two', { status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } }))
      world.at(1000).endWaits()
      await wait
    })
    expect(text).toMatchInlineSnapshot(`
      "
      await expect(realtime).toEmit('response.done', { response: { status: 'completed' } })

      nobody can move any more
      It waited 700 ms of virtual time, 3 ms of real time.

      Seen while it waited (from #11) (1 event, virtual time):
          #11 +900ms ← response.done  resp_two  status=cancelled  turn_detected

      Near misses:
        #11 response.done: response.status is 'cancelled', not 'completed'
        #9 response.done came before; an earlier wait has passed it (toHaveEmitted sees all of the past)
      "
    `)
  })

  test('.not, and it came', async () => {
    const world = new World().connect().service(sessionCreated())
    const text = await failureOf(async () => {
      const wait = expect(world.subject()).not.toEmit('error')
      world
        .at(30)
        .app({ type: 'response.cancel' })
        .service(wireError('response_cancel_not_active', 'Cancellation failed: no active response found'), 'sess_a', 2)
      await wait
    })
    expect(text).toMatchInlineSnapshot(`
      "
      await expect(realtime).not.toEmit('error')

      It was emitted once, at #3 (+30ms), 0 ms after response.cancel (#2).

      Timeline (3 events, virtual time):
          #0 + 0ms · connected  wss://api.openai.com/v1/realtime?model=gpt-realtime
          #1 + 0ms ← session.created  gpt-realtime  audio  turn_detection=server_vad
          #2 +30ms → response.cancel
        > #3 +30ms ← error  response_cancel_not_active  "Cancellation failed: no active response found"
      "
    `)
  })
})

test('toReceive: an app that forgot to ask for the answer', async () => {
  const world = new World().connect().service(sessionCreated())
  const output = { type: 'function_call_output', call_id: 'call_1', output: '{"day":"Monday"}' }
  const text = await failureOf(async () => {
    const wait = expect(world.subject()).toReceive('response.create')
    world.at(500).app({ type: 'conversation.item.create', item: output })
    world.endWaits('Nobody can move any more: the app is silent.')
    await wait
  })
  expect(text).toMatchInlineSnapshot(`
    "
    await expect(realtime).toReceive('response.create')

    Nobody can move any more: the app is silent.
    It waited 500 ms of virtual time, 3 ms of real time.

    Seen while it waited (from #2) (1 event, virtual time):
        #2 +500ms → conversation.item.create  output of call_1  {"day":"Monday"}

    The app returned the output of a function and sent no response.create after it: the model answers only when asked.
    "
  `)
})
