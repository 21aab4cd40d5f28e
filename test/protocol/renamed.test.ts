import { expect, test } from 'vitest'
import { clientEventTypes, isClientEventType, isServerEventType, serverEventTypes } from '../../src/protocol/event-types.ts'
import { gaNamesOf, renamedEvents } from '../../src/protocol/renamed.ts'
import { schemaClientEventTypes } from '../support/server-event-schema.ts'

test.each([
  ['response.audio.delta', ['response.output_audio.delta']],
  ['response.text.done', ['response.output_text.done']],
  ['conversation.item.created', ['conversation.item.added', 'conversation.item.done']],
  ['transcription_session.update', ['session.update']],
  ['response.done', []],
  ['constructor', []],
])('%s is in GA %j', (beta, ga) => {
  expect(gaNamesOf(beta)).toEqual(ga)
})

test('every GA name of the table is one', () => {
  for (const name of Object.values(renamedEvents).flat()) expect(isServerEventType(name) || isClientEventType(name)).toBe(true)
})

test('the 11 client events are those of the specification, and none is a server event', () => {
  expect([...clientEventTypes].sort()).toEqual([...schemaClientEventTypes].sort())
  expect(clientEventTypes.filter(isServerEventType)).toEqual([])
  expect(serverEventTypes.filter(isClientEventType)).toEqual([])
})
