import { describe, expect, test } from 'vitest'
import { serverEventSchemas, serverEventTypes } from '../../src/protocol/server-events.ts'
import { allSampleServerEvents, sampleServerEvents } from '../support/sample-server-events.ts'
import { assertStrictServerEvent, assertValidServerEvent, schemaServerEventTypes } from '../support/server-event-schema.ts'

const [done] = sampleServerEvents['response.done']
const [created] = sampleServerEvents['session.created']

describe('the 46 server events', () => {
  test('are those of the specification', () => {
    expect(serverEventTypes).toHaveLength(46)
    expect([...serverEventTypes].sort()).toEqual([...schemaServerEventTypes].sort())
    expect(Object.keys(serverEventSchemas).sort()).toEqual([...serverEventTypes].sort())
  })

  test.each(allSampleServerEvents.map((event, index) => [`#${index} ${event.type}`, event] as const))(
    '%s passes the JSON Schema and the strict schema',
    (_name, event) => {
      assertValidServerEvent(event)
      assertStrictServerEvent(event)
    },
  )

  test.each(allSampleServerEvents.map((event, index) => [`#${index} ${event.type}`, event] as const))(
    '%s keeps no key back and takes no other',
    (_name, event) => {
      for (const key of Object.keys(event)) {
        if (optionalKeys.has(`${event.type}.${key}`)) continue
        const lacking: Record<string, unknown> = { ...event }
        delete lacking[key]
        expect(() => assertStrictServerEvent(lacking), `without ${key}`).toThrow()
      }
      expect(() => assertStrictServerEvent({ ...event, surprise: 1 })).toThrow(/surprise/)
    },
  )
})

/** Sent only for some models or by request. */
const optionalKeys = new Set([
  'conversation.item.input_audio_transcription.delta.logprobs',
  'response.mcp_call_arguments.delta.obfuscation',
])

describe('the strict schemas refuse what the JSON Schema lets through', () => {
  test('an empty response object', () => {
    const empty = { type: 'response.done', event_id: 'event_1', response: {} }
    expect(() => assertValidServerEvent(empty)).not.toThrow()
    expect(() => assertStrictServerEvent(empty)).toThrow(/response\.object/)
  })

  test.each(['status_details', 'usage', 'metadata', 'conversation_id'])('a response without its null `%s`', (key) => {
    const response: Record<string, unknown> = { ...done?.response }
    delete response[key]
    expect(() => assertStrictServerEvent({ ...done, response })).toThrow(`response.${key}`)
  })

  test.each(['tracing', 'prompt', 'include'])('a session without its null `%s`', (key) => {
    const session: Record<string, unknown> = { ...created?.session }
    delete session[key]
    expect(() => assertStrictServerEvent({ ...created, session })).toThrow(`session.${key}`)
  })

  test('a message item with the `object` of the beta', () => {
    const [added] = sampleServerEvents['conversation.item.added']
    expect(() => assertStrictServerEvent({ ...added, item: { ...added?.item, object: 'realtime.item' } })).toThrow(/object/)
  })

  test('sound outside of `conversation.item.retrieved`', () => {
    const content = [{ type: 'input_audio', transcript: null, audio: 'AAAA' }]
    const item = { id: 'item_2', type: 'message', status: 'completed', role: 'user', content }
    const event = { event_id: 'event_1', item }
    expect(() => assertStrictServerEvent({ ...event, type: 'conversation.item.done', previous_item_id: null })).toThrow(/audio/)
    expect(() => assertStrictServerEvent({ ...event, type: 'conversation.item.retrieved' })).not.toThrow()
  })

  test('content parts named like items', () => {
    const [part] = sampleServerEvents['response.content_part.added']
    expect(() => assertStrictServerEvent({ ...part, part: { type: 'output_audio', transcript: '' } })).toThrow(/part/)
  })
})

test('the helpers say what is wrong', () => {
  expect(() => assertValidServerEvent({ type: 'response.audio.delta' })).toThrow(
    "the JSON Schema has no event 'response.audio.delta'",
  )
  expect(() => assertStrictServerEvent({ type: 'nope' })).toThrow("'nope' is no server event")
  expect(() => assertValidServerEvent('text')).toThrow('no event: "text"')
  expect(() => assertValidServerEvent({ type: 'error', event_id: 'e' })).toThrow(/error fails the JSON Schema/)
})
