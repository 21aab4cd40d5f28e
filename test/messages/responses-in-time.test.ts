import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'
import { bargeIn, done, wireError } from '../support/sample-events.ts'
import { facts } from '../support/world.ts'
import { greeting, world } from './answered.ts'

registerMatchers(expect)

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
