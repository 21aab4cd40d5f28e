import { expect, test } from 'vitest'
import { encode } from '../../src/protocol/encode.ts'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { allSampleServerEvents } from '../support/sample-server-events.ts'

test.each(allSampleServerEvents.map((event, index) => [`#${index} ${event.type}`, event] as const))(
  '%s: type, event_id, then the rest as it is',
  (_name, event) => {
    const text = encode(event)
    expect(text).toBe(JSON.stringify(event))
    const keys = Object.keys(JSON.parse(text))
    expect(keys.slice(0, 2)).toEqual('event_id' in event ? ['type', 'event_id'] : ['type', 'event'])
  },
)

test.each<[ServerEvent, string]>([
  [
    { event_id: 'event_1', type: 'input_audio_buffer.committed', previous_item_id: null, item_id: 'item_1' },
    '{"type":"input_audio_buffer.committed","event_id":"event_1","previous_item_id":null,"item_id":"item_1"}',
  ],
  [
    { type: 'input_audio_buffer.committed', previous_item_id: null, item_id: 'item_1', event_id: 'event_1' },
    '{"type":"input_audio_buffer.committed","event_id":"event_1","previous_item_id":null,"item_id":"item_1"}',
  ],
  [
    { event: '9', received_at: 1, type: 'input_audio_buffer.dtmf_event_received' },
    '{"type":"input_audio_buffer.dtmf_event_received","event":"9","received_at":1}',
  ],
])('an event in another order is put in that of the wire: %j', (event, text) => {
  expect(encode(event)).toBe(text)
})
