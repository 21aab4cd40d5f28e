// What must compile, and what must not, of the matchers. Checked by tsc (see matchers.test.ts), never run.

import { expectTypeOf } from 'expect-type'
import { expect } from 'vitest'
import type {} from '../../matchers/types.ts'
import type { LocalRealtime, ServedResponse } from '../../src/api.ts'

declare const realtime: LocalRealtime
declare const response: ServedResponse

// ---- event names are closed
expect(realtime).toHaveEmittedSequence(['response.created', 'response.create', 'error'])
// @ts-expect-error beta name
expect(realtime).toHaveEmittedSequence(['response.audio.delta'])
// @ts-expect-error beta name
expect(realtime).toHaveEmitted('response.text.delta')
// @ts-expect-error a server event is not received
expect(realtime).toHaveReceived('response.done')
// @ts-expect-error a client event is not emitted
expect(realtime).toHaveEmitted('response.create')
// @ts-expect-error a server event is not received
void expect(realtime).toReceive('response.done')

// ---- payloads too, at every depth
expect(realtime).toHaveEmitted('response.done', {
  response: { status: 'cancelled', status_details: { reason: 'turn_detected' } },
})
// @ts-expect-error wrong literal
expect(realtime).toHaveEmitted('response.done', { response: { status: 'complete' } })
// @ts-expect-error typo in a field of a partial event
expect(realtime).toHaveEmittedSequence([{ type: 'response.done', response: { statu: 'completed' } }])
// @ts-expect-error a partial event has a type
expect(realtime).toHaveEmittedSequence([{ response: { status: 'completed' } }])
// @ts-expect-error typo in a field
expect(realtime).toHaveReceived('session.update', { session: { instruction: 'x' } })
expect(realtime).toHaveReceived('session.update', {
  session: { audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.5 } } } },
})
expect(realtime).toHaveReceived('session.update', { session: { instructions: expect.stringContaining('support') } })
expect(realtime).toHaveEmittedSequence([
  'response.created',
  { type: 'response.done', response: { status: 'completed', output: [{ type: 'function_call', name: expect.any(String) }] } },
  (event) => event.type === 'rate_limits.updated' && event.rate_limits.length > 0,
  (event, entry) => event.type === 'error' && entry.from === 'service' && entry.session.open,
])

// ---- what they return
expectTypeOf(expect(realtime).toHaveEmitted('error')).toEqualTypeOf<void>()
expectTypeOf(expect(realtime).not.toHaveSaid('x')).toEqualTypeOf<void>()
expectTypeOf(expect(realtime).toEmit('error')).toEqualTypeOf<Promise<void>>()
expectTypeOf(expect(realtime).not.toEmitSequence(['error'])).toEqualTypeOf<Promise<void>>()
expectTypeOf(expect.soft(response).toSelectResponse('greeting')).toEqualTypeOf<void>()
expectTypeOf(expect(Promise.resolve(response)).resolves.toHaveSaid(/x/)).toExtend<Promise<void>>()
expectTypeOf(expect.poll(() => realtime).toHaveEmitted('error')).toExtend<Promise<void>>()
expectTypeOf(expect(realtime).toReceive('response.cancel', {}, { timeout: 5 })).toEqualTypeOf<Promise<void>>()

// ---- inside other values: those that do not wait
expect({ realtime }).toEqual({ realtime: expect.toHaveEmitted('response.done') })
expect([realtime]).toContainEqual(expect.not.toHaveSaid('x'))
// @ts-expect-error a wait cannot stand inside a value
expect({ realtime }).toEqual({ realtime: expect.toEmit('response.done') })
// @ts-expect-error a wait cannot stand inside a value
expect({ realtime }).toEqual({ realtime: expect.not.toEmitSequence(['response.done']) })

// ---- options
expect(realtime).toHaveEmittedSequence(['error'], { strict: true })
// @ts-expect-error a past tense does not wait
expect(realtime).toHaveEmittedSequence(['error'], { timeout: 5 })
// @ts-expect-error option of another library
void expect(realtime).toEmit('error', undefined, { timeoutMs: 5 })
// @ts-expect-error option of another matcher
expect(response).toHaveBeenInterrupted({ startMs: 5 })
// @ts-expect-error no such role
expect(realtime).toHaveConversation([{ role: 'bot' }])
expect(realtime).toHaveConversation([
  { role: 'user', text: /x/ },
  { role: 'assistant', call: 'f' },
])
expect(realtime).toHaveDetectedSpeech({ startMs: 1, endMs: 2, toleranceMs: 3 })
// @ts-expect-error words
expect(response).toHaveSaid(5)
