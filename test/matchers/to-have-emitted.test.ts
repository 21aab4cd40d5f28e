import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

const world = textTurn(new World().connect().service(sessionCreated()))
const realtime = world.subject()

test('finds an event of the service by its type, and not one of the app', () => {
  expect(realtime).toHaveEmitted('response.done')
  expect(realtime).not.toHaveEmitted('input_audio_buffer.speech_started')
})

describe('fields', () => {
  test('subset at each depth', () => {
    expect(realtime).toHaveEmitted('session.created', { session: { audio: { input: { turn_detection: { threshold: 0.5 } } } } })
    expect(realtime).not.toHaveEmitted('session.created', {
      session: { audio: { input: { turn_detection: { threshold: 0.6 } } } },
    })
  })
  test('lists by length, elements as subsets', () => {
    expect(realtime).toHaveEmitted('response.output_item.added', { item: { content: [] } })
    expect(realtime).not.toHaveEmitted('response.output_item.added', { item: { content: [{ type: 'output_audio' }] } })
  })
  test('null is a value', () => {
    expect(realtime).toHaveEmitted('session.created', { session: { audio: { input: { transcription: null } } } })
  })
  test('asymmetric matchers anywhere', () => {
    expect(realtime).toHaveEmitted('response.output_text.delta', { delta: expect.stringMatching(/^How/) })
    expect(realtime).toHaveEmitted('response.done', { response: expect.objectContaining({ id: expect.any(String) }) })
  })
})

test('looks at all of the past, whatever waits have passed, and moves no cursor', async () => {
  const own = textTurn(new World().connect().service(sessionCreated()))
  await expect(own.subject()).toEmit('response.done')
  const cursor = own.cursor()
  expect(own.subject()).toHaveEmitted('response.created')
  expect(own.cursor()).toBe(cursor)
})

test('excuses every wire error that fits, and none under .not', () => {
  const own = new World().connect().service(wireError('a', 'x')).service(wireError('b', 'x')).service(wireError('a', 'y'))
  expect(own.subject()).not.toHaveEmitted('error', { error: { code: 'c' } })
  expect(() => expect(own.subject()).not.toHaveEmitted('error')).toThrow()
  expect(own.excused).toEqual([])
  expect(own.subject()).toHaveEmitted('error', { error: { code: 'a' } })
  expect(own.excused).toEqual([1, 3])
})

test('returns the closest event, cut to the asked fields, for the diff', () => {
  const failing = () => expect(realtime).toHaveEmitted('response.done', { response: { status: 'failed' } })
  expect(failing).toThrow(
    expect.objectContaining({ actual: { response: { status: 'completed' } }, expected: { response: { status: 'failed' } } }),
  )
})

describe('as any other matcher', () => {
  test('asymmetric', () => {
    expect({ agent: realtime }).toEqual({ agent: expect.toHaveEmitted('response.done') })
    expect({ agent: realtime }).toEqual({ agent: expect.not.toHaveEmitted('error') })
    expect({ agent: realtime }).not.toEqual({ agent: expect.toHaveEmitted('error') })
  })
  test('soft', () => {
    expect.soft(realtime).toHaveEmitted('response.done')
  })
  test.fails('soft, failing', () => {
    expect.soft(realtime).toHaveEmitted('error')
  })
  test('poll', async () => {
    const own = new World().connect()
    const poll = expect.poll(() => own.subject(), { interval: 1 }).toHaveEmitted('response.done')
    queueMicrotask(() => textTurn(own))
    await poll
  })
  test('resolves', async () => {
    await expect(Promise.resolve(realtime)).resolves.toHaveEmitted('response.done')
  })
})

describe('wrong values', () => {
  const emitted =
    (value: unknown, ...args: unknown[]) =>
    () =>
      expect(value).toHaveEmitted(...(args as ['error']))

  test('received', () => {
    expect(emitted(Promise.resolve(), 'error')).toThrow(
      /\[RTK_MATCHER\] expect\(value\)\.toHaveEmitted: received value must be one of: `realtime`.* type Promise — did you forget `await`/,
    )
    expect(emitted(undefined, 'error')).toThrow(/Received has type undefined — is it `realtime.responses\[n\]`/)
    expect(emitted([realtime], 'error')).toThrow(/type Array — a matcher looks at one of them/)
    expect(emitted({ type: 'response.done' }, 'error')).toThrow(/an event is matched by Vitest itself/)
    expect(emitted(new World().subject({ kind: 'caller' }), 'error')).toThrow(
      /must be one of: `realtime`, `realtime.for\(…\)`, a session, a served response/,
    )
  })
  test('names', () => {
    expect(emitted(realtime, 'response.create')).toThrow(
      /'response.create' is sent by the app, never by the service: use toHaveReceived\./,
    )
    expect(emitted(realtime, 'response.text.delta')).toThrow(/in GA it is 'response.output_text.delta'/)
    expect(emitted(realtime, 'input_audio_buffer.speech_start')).toThrow(/Did you mean 'input_audio_buffer.speech_started'/)
    expect(emitted(realtime, 7)).toThrow(/it takes the name of a server event, got 7/)
  })
  test('fields', () => {
    expect(emitted(realtime, 'error', () => true)).toThrow(/predicates belong into toHaveEmittedSequence/)
    expect(emitted(realtime, 'error', 'message')).toThrow(
      /the second argument is an object with some of the event's fields, got 'message'/,
    )
  })
})
