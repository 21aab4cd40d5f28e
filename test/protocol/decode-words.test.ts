import { expect, test } from 'vitest'
import { decode } from '../../src/protocol/decode.ts'
import type { Fault } from '../../src/protocol/faults.ts'

function faultOf(event: unknown): Fault {
  const decoded = decode(typeof event === 'string' ? event : JSON.stringify(event))
  if ('event' in decoded) throw new Error(`was accepted: ${JSON.stringify(decoded.event)}`)
  return decoded.fault
}

function update(session: object): object {
  return { type: 'session.update', session: { type: 'realtime', ...session } }
}

function create(item: object): object {
  return { type: 'conversation.item.create', item }
}

function say(role: string, ...content: object[]): object {
  return create({ type: 'message', role, content })
}

test.each<[event: object, message: string]>([
  [
    update({ max_output_tokens: null }),
    "Invalid type for 'session.max_output_tokens': expected one of 'inf' or an integer, but got null instead.",
  ],
  [
    update({ tool_choice: 1 }),
    "Invalid type for 'session.tool_choice': expected one of 'auto', 'none', 'required' or an object, but got an integer instead.",
  ],
  [
    update({ audio: { output: { speed: 'fast' } } }),
    "Invalid type for 'session.audio.output.speed': expected a decimal number, but got a string instead.",
  ],
  [
    update({ tools: [{ type: 'function', name: 'f', parameters: 'x' }] }),
    "Invalid type for 'session.tools[0].parameters': expected an object, but got a string instead.",
  ],
  [
    { type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: null },
    "Invalid type for 'audio_end_ms': expected an integer, but got null instead.",
  ],
  [
    update({ output_modalities: ['audio', 'text'] }),
    "Invalid modalities: ['audio', 'text']. Supported combinations are: ['text'] and ['audio'].",
  ],
  [
    update({ audio: { output: { voice: 'nova' } } }),
    "Invalid value: 'nova'. Supported values are: 'alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', and 'cedar'.",
  ],
  [say('assistant', { type: 'text', text: '' }), "Invalid value: 'text'. Value must be 'output_text'."],
  [
    update({ tool_choice: { type: 'function', name: 1 } }),
    "Invalid type for 'session.tool_choice.name': expected a string, but got an integer instead.",
  ],
  [
    update({ reasoning: { effort: 1 } }),
    "Invalid type for 'session.reasoning.effort': expected one of 'minimal', 'low', 'medium', 'high', or 'xhigh', but got an integer instead.",
  ],
])('%j in the words of the API', (event, message) => {
  expect(faultOf(event).message).toBe(message)
})
