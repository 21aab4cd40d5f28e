import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { sessionCreated } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

function spoke(
  startMs: number,
  endMs: number,
  world = new World().connect().service(sessionCreated()),
  item_id = 'item_user1',
): World {
  return world
    .service({ type: 'input_audio_buffer.speech_started', audio_start_ms: startMs, item_id })
    .service({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: endMs, item_id })
}

test('any speech', () => {
  expect(spoke(0, 500).subject()).toHaveDetectedSpeech()
  expect(new World().connect().subject()).not.toHaveDetectedSpeech()
})

describe('bounds', () => {
  // 300 ms of padding and 200 ms of silence are the service's: the speech was from 1300 to 2800
  const realtime = spoke(1000, 3000).subject()

  test('the true ones, without padding and silence', () => {
    expect(realtime).toHaveDetectedSpeech({ startMs: 1300, endMs: 2800, toleranceMs: 0 })
    expect(realtime).not.toHaveDetectedSpeech({ startMs: 1000, toleranceMs: 299 })
    expect(realtime).not.toHaveDetectedSpeech({ endMs: 3000, toleranceMs: 199 })
  })
  test('250 ms of tolerance by default', () => {
    expect(realtime).toHaveDetectedSpeech({ startMs: 1050, endMs: 3050 })
    expect(realtime).not.toHaveDetectedSpeech({ startMs: 1049 })
    expect(realtime).not.toHaveDetectedSpeech({ endMs: 3051 })
  })
  test('with the numbers that were in force', () => {
    const vad = { type: 'server_vad', prefix_padding_ms: 100, silence_duration_ms: 700 }
    const world = new World().connect().service(sessionCreated())
    world.service({ ...sessionCreated({ turn_detection: vad }), type: 'session.updated' })
    spoke(1000, 3000, world).service({ ...sessionCreated(), type: 'session.updated' })
    expect(world.subject()).toHaveDetectedSpeech({ startMs: 1100, endMs: 2300, toleranceMs: 0 })
  })
  test('a start held at 0 may have been anywhere in the padding', () => {
    const early = spoke(0, 1200).subject()
    expect(early).toHaveDetectedSpeech({ startMs: 0, toleranceMs: 0 })
    expect(early).toHaveDetectedSpeech({ startMs: 300, toleranceMs: 0 })
    expect(early).not.toHaveDetectedSpeech({ startMs: 310, toleranceMs: 0 })
  })
  test('one stretch must have both', () => {
    const two = spoke(5000, 6000, spoke(1000, 3000), 'item_user2').subject()
    expect(two).toHaveDetectedSpeech({ startMs: 5300, endMs: 5800 })
    expect(two).not.toHaveDetectedSpeech({ startMs: 1300, endMs: 5800 })
  })
  test('who still speaks has no end', () => {
    const world = new World()
      .connect()
      .service({ type: 'input_audio_buffer.speech_started', audio_start_ms: 500, item_id: 'item_x' })
    expect(world.subject()).toHaveDetectedSpeech({ startMs: 800 })
    expect(world.subject()).not.toHaveDetectedSpeech({ endMs: 900, toleranceMs: 10_000 })
  })
})

test('wrong bounds', () => {
  const detect = (span: object) => () => expect(spoke(0, 1).subject()).toHaveDetectedSpeech(span)
  expect(detect({ start: 5 })).toThrow(/there is no option 'start'; it takes startMs, endMs, toleranceMs/)
  expect(detect({ startMs: 500, endMs: 400 })).toThrow(/endMs comes after startMs/)
  expect(() => expect(spoke(0, 1).subject({ kind: 'response' })).toHaveDetectedSpeech()).toThrow(/must be one of: `realtime`/)
})
