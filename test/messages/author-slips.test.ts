import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { failureOf } from '../support/failure-of.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

const realtime = new World().connect().subject()

test('a promise instead of a response', async () => {
  expect(await failureOf(() => expect(Promise.resolve()).toHaveSaid('x'))).toMatchInlineSnapshot(`
    "
    [RTK_MATCHER] expect(value).toHaveSaid: received value must be one of: \`realtime\`, \`realtime.for(…)\`, a session, a served response. Received has type Promise — did you forget \`await\` before it?
    "
  `)
})
test('a beta event', async () => {
  expect(
    await failureOf(() => expect(realtime).toHaveEmittedSequence(['response.audio.delta' as 'error'])),
  ).toMatchInlineSnapshot(`
    "
    [RTK_MATCHER] toHaveEmittedSequence: item 0 of the sequence: 'response.audio.delta' is a name of the beta API; in GA it is 'response.output_audio.delta'.
    "
  `)
})
test('a slip in an event name', async () => {
  expect(await failureOf(() => expect(realtime).toHaveEmitted('response.doen' as 'error'))).toMatchInlineSnapshot(`
    "
    [RTK_MATCHER] toHaveEmitted: 'response.doen' is no server event. Did you mean 'response.done'?
    "
  `)
})
test('the other direction', async () => {
  expect(await failureOf(() => expect(realtime).toHaveReceived('response.done' as 'response.create'))).toMatchInlineSnapshot(`
    "
    [RTK_MATCHER] toHaveReceived: 'response.done' is sent by the service, never by the app: use toHaveEmitted.
    "
  `)
})
test('an option of another library', async () => {
  expect(await failureOf(() => expect(realtime).toEmit('error', {}, { timeoutMs: 5 } as object))).toMatchInlineSnapshot(`
    "
    [RTK_MATCHER] toEmit: there is no option 'timeoutMs'; it takes timeout, got { timeoutMs: 5 }
    "
  `)
})
test('a wait inside a value', async () => {
  const { toEmit } = expect as unknown as { toEmit(type: string): unknown }
  expect(await failureOf(() => expect({ realtime }).toEqual({ realtime: toEmit('error') }))).toMatchInlineSnapshot(`
    "
    [RTK_MATCHER] expect(realtime).toEmit('error') waits, so it cannot stand inside another value. Its past tense (toHave…) can.
    "
  `)
})
