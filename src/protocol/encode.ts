// A server event to the text of its frame. Keys come in the order of the wire: type, event_id, the rest.

import type { AnyServerEvent } from './any-events.ts'

/**
 * The frame of a server event. Costs no copy when `type` and `event_id` are the first keys already.
 *
 * @example
 * encode({ type: 'input_audio_buffer.cleared', event_id: 'event_1' })
 */
export function encode(event: AnyServerEvent): string {
  return JSON.stringify(isInWireOrder(event) ? event : inWireOrder(event))
}

function isInWireOrder(event: AnyServerEvent): boolean {
  let seen = 0
  for (const key in event) {
    if (seen === 0 && key !== 'type') return false
    if (seen === 1) return key === 'event_id' || !('event_id' in event)
    seen += 1
  }
  return true
}

function inWireOrder(event: AnyServerEvent): object {
  if (!('event_id' in event)) {
    const { type, ...rest } = event
    return { type, ...rest }
  }
  const { type, event_id, ...rest } = event
  return { type, event_id, ...rest }
}
