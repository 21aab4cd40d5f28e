import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ClientEvent } from '../../src/protocol/client-events.ts'
import { decode } from '../../src/protocol/decode.ts'
import { assertValidClientEvent } from '../support/server-event-schema.ts'

// The same cases in every run; remove it to look for new ones.
fc.configureGlobal({ seed: 20_261_122 })

const eventId = { event_id: fc.string({ maxLength: 512 }) }
const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const optional = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(fields, { requiredKeys: [] })

const format = fc.oneof(
  fc.record({ type: fc.constant('audio/pcm' as const), rate: fc.constant(24_000) }),
  fc.constant({ type: 'audio/pcmu' as const }),
)
const turnDetection = fc.oneof(
  fc.record(
    {
      type: fc.constant('server_vad' as const),
      threshold: fc.double({ min: 0, max: 1, noNaN: true }),
      silence_duration_ms: fc.nat(5_000),
      idle_timeout_ms: fc.option(fc.integer({ min: 5_000, max: 30_000 })),
      create_response: fc.boolean(),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    { type: fc.constant('semantic_vad' as const), eagerness: fc.constantFrom('low', 'auto', 'high') },
    { requiredKeys: ['type'] },
  ),
  fc.constant(null),
)
const functionTool = fc.record(
  { type: fc.constant('function' as const), name: text, description: text, parameters: fc.dictionary(text, text) },
  { requiredKeys: ['type', 'name'] },
)
const session = fc
  .tuple(
    fc.constantFrom('realtime' as const),
    optional({
      instructions: text,
      output_modalities: fc.constantFrom(['audio'], ['text']),
      tools: fc.array(functionTool, { maxLength: 3 }),
      tool_choice: fc.constantFrom('auto', 'none', 'required'),
      max_output_tokens: fc.oneof(fc.constant('inf' as const), fc.integer({ min: 1, max: 4_096 })),
      audio: optional({
        input: optional({ format, turn_detection: turnDetection }),
        output: optional({
          format,
          voice: fc.constantFrom('alloy', 'marin'),
          speed: fc.double({ min: 0.25, max: 1.5, noNaN: true }),
        }),
      }),
    }),
  )
  .map(([type, rest]) => ({ type, ...rest }))

const item = fc.oneof(
  fc.record({
    type: fc.constant('message' as const),
    role: fc.constantFrom('user', 'system'),
    content: fc.array(fc.record({ type: fc.constant('input_text' as const), text }), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('function_call_output' as const), call_id: text, output: text }),
)

const validEvent = fc.oneof(
  fc.record({ type: fc.constant('session.update'), session, ...eventId }, { requiredKeys: ['type', 'session'] }),
  fc.record(
    { type: fc.constant('input_audio_buffer.append'), audio: fc.base64String(), ...eventId },
    { requiredKeys: ['type', 'audio'] },
  ),
  fc.record(
    { type: fc.constantFrom('input_audio_buffer.commit', 'input_audio_buffer.clear', 'response.cancel'), ...eventId },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    {
      type: fc.constant('conversation.item.create'),
      item,
      previous_item_id: fc.constantFrom('root', 'item_1', null),
      ...eventId,
    },
    { requiredKeys: ['type', 'item'] },
  ),
  fc.record({ type: fc.constantFrom('conversation.item.retrieve', 'conversation.item.delete'), item_id: text }),
  fc.record({
    type: fc.constant('conversation.item.truncate'),
    item_id: text,
    content_index: fc.nat(3),
    audio_end_ms: fc.nat(100_000),
  }),
  fc.record(
    {
      type: fc.constant('response.create'),
      response: optional({
        instructions: text,
        conversation: fc.constantFrom('auto', 'none'),
        input: fc.array(item, { maxLength: 2 }),
      }),
    },
    { requiredKeys: ['type'] },
  ),
)

/** Without prototypes and negative zeros, which JSON does not carry, and without keys that would be a prototype: zod drops them. */
const asJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, part: unknown) => (key === '__proto__' ? undefined : part))

test('what a client may send comes out as it went in, and the JSON Schema agrees', () => {
  fc.assert(
    fc.property(validEvent, (event) => {
      const sent = asJson(event)
      assertValidClientEvent(sent)
      const decoded = decode(JSON.stringify(event))
      expect(decoded).toEqual({ event: sent })
      if ('event' in decoded) expect(asJson(decoded.event satisfies ClientEvent)).toEqual(sent)
    }),
    { numRuns: 500 },
  )
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (anything) => {
      const decoded = decode(anything)
      expect('fault' in decoded ? decoded.fault.type : decoded.event.type).toBeTypeOf('string')
    }),
    { numRuns: 1_000 },
  )
})

test('a valid event that was damaged anywhere is still answered, with a fault whose param lies on the damage', () => {
  fc.assert(
    fc.property(validEvent, fc.nat(), fc.jsonValue(), (event, where, junk) => {
      const damaged = asJson(event)
      damage(damaged, where, junk)
      const decoded = decode(JSON.stringify(damaged))
      if ('event' in decoded) return
      expect(decoded.fault.type).toBe('invalid_request_error')
      expect(decoded.fault.message).not.toBe('')
      expect(decoded.fault.message).not.toContain('undefined')
    }),
    { numRuns: 1_000 },
  )
})

/** Puts `junk` in the place of the `where`th value. */
function damage(value: unknown, where: number, junk: unknown): void {
  const places: { holder: object; key: string }[] = []
  const visit = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return
    for (const key of Object.keys(holder)) {
      places.push({ holder, key })
      visit(Reflect.get(holder, key))
    }
  }
  visit(value)
  const place = places[where % places.length]
  if (place) Reflect.set(place.holder, place.key, junk)
}
