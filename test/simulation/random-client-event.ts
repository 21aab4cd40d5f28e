// A valid client event by chance, mostly about what is there. What the service refuses for its state is valid too.

import { conversationItems, itemAudioMs, type SessionState } from '../../src/session/state.ts'
import { pcm } from '../session/session-driver.ts'
import type { Chance } from './chance.ts'

type Json = Record<string, unknown>
type Maker = (chance: Chance, state: SessionState) => Json

/** An event as a client writes it. Its `type` is one of the 11. */
export function randomClientEvent(chance: Chance, state: SessionState): Json {
  return (chance.pick(makers) ?? responseCreate)(chance, state)
}

const makers: readonly Maker[] = [
  sessionUpdate,
  itemCreate,
  itemCreate,
  itemCreate,
  responseCreate,
  responseCreate,
  responseCreate,
  (chance, state) => ({ type: 'response.cancel', ...chance.maybe({ response_id: responseId(chance, state) }) }),
  (chance, state) => ({ type: 'conversation.item.delete', item_id: itemId(chance, state) }),
  (chance, state) => ({ type: 'conversation.item.retrieve', item_id: itemId(chance, state) }),
  itemTruncate,
  itemTruncate,
  () => ({ type: 'input_audio_buffer.commit' }),
  () => ({ type: 'input_audio_buffer.clear' }),
  () => ({ type: 'output_audio_buffer.clear' }),
  (chance) => ({ type: 'input_audio_buffer.append', audio: chance.pick(['', 'AAA=', '!', 'AAAAAAAA']) }),
]

function sessionUpdate(chance: Chance, { config }: SessionState): Json {
  const input = {
    ...chance.maybe({ turn_detection: turnDetection(chance) }),
    ...chance.maybe({ transcription: transcription(chance) }),
    ...chance.maybe({ noise_reduction: chance.pick([null, { type: 'near_field' }]) }, 0.2),
    ...chance.maybe({ format: format(chance) }, 0.1),
  }
  // Now and then of the other kind, which is refused.
  const type = chance.is(0.05) ? 'transcription' : config.type
  if (type === 'transcription') return { type: 'session.update', session: { type, audio: { input } } }
  const output = {
    ...chance.maybe({ voice: chance.pick(['alloy', 'marin']) }, 0.3),
    ...chance.maybe({ format: format(chance) }, 0.1),
  }
  const session = {
    type,
    ...chance.maybe({ audio: { input, ...chance.maybe({ output }) } }, 0.8),
    ...chance.maybe({ instructions: 'Be brief. '.repeat(chance.below(60)) }, 0.3),
    ...chance.maybe({ output_modalities: [chance.pick(['text', 'audio'])] }, 0.4),
    ...chance.maybe({ max_output_tokens: chance.pick(['inf', 1, 50, 4096]) }, 0.2),
    ...chance.maybe({ tools: tools(chance) }, 0.4),
    ...chance.maybe({ truncation: chance.pick(['auto', 'disabled', { type: 'retention_ratio', retention_ratio: 0.5 }]) }, 0.2),
    ...chance.maybe({ tracing: chance.pick(['auto', null]) }, 0.1),
  }
  return { type: 'session.update', session }
}

function turnDetection(chance: Chance): Json | null {
  const answer = { ...chance.maybe({ create_response: chance.is(0.5) }), ...chance.maybe({ interrupt_response: chance.is(0.5) }) }
  return chance.pick([
    null,
    { type: 'server_vad', ...answer },
    { type: 'server_vad', ...answer, threshold: 0.6, silence_duration_ms: 64, prefix_padding_ms: chance.pick([0, 1000]) },
    { type: 'server_vad', ...answer, idle_timeout_ms: 5000 },
    { type: 'server_vad', ...answer, idle_timeout_ms: 5000 },
    { type: 'semantic_vad', ...answer, eagerness: chance.pick(['low', 'medium', 'high', 'auto']) },
  ])
}

function transcription(chance: Chance): Json | null {
  const model = chance.pick([
    'whisper-1',
    'gpt-4o-transcribe',
    'gpt-4o-mini-transcribe',
    'gpt-4o-transcribe-diarize',
    'gpt-transcribe',
    'gpt-live-transcribe',
  ])
  return chance.is(0.2) ? null : { model, ...chance.maybe({ prompt: 'names' }) }
}

function tools(chance: Chance): Json[] {
  const server = { type: 'mcp', server_label: 'weather', server_url: 'https://weather.test/mcp' }
  return chance.pick<Json[]>([
    [],
    [{ type: 'function', name: 'tool' }],
    [
      { type: 'function', name: 'tool' },
      { ...server, require_approval: 'never' },
    ],
    [server],
    [{ ...server, require_approval: 'never', server_label: 'other' }, server],
  ])
}

function format(chance: Chance): Json {
  return chance.pick<Json>([{ type: 'audio/pcm', rate: 24_000 }, { type: 'audio/pcmu' }, { type: 'audio/pcma' }])
}

function itemCreate(chance: Chance, state: SessionState): Json {
  const previous = chance.pick([undefined, null, '', 'root', itemId(chance, state), itemId(chance, state)])
  const place = previous === undefined ? {} : { previous_item_id: previous }
  return { type: 'conversation.item.create', item: clientItem(chance, state), ...place }
}

function clientItem(chance: Chance, state: SessionState): Json {
  const id = chance.maybe({ id: chance.is(0.7) ? `mine_${chance.below(30)}` : itemId(chance, state) }, 0.3)
  const text = 'word '.repeat(chance.below(chance.is(0.1) ? 2000 : 20))
  const message = (role: string, part: Json): Json => ({
    type: 'message',
    role,
    ...id,
    content: chance.is(0.9) ? [part] : [part, part],
  })
  return chance.pick<Json>([
    message('user', { type: 'input_text', text }),
    message('user', { type: 'input_text', text }),
    message('user', { type: 'input_audio', audio: Buffer.from(pcm(chance.below(300))).toString('base64') }),
    message('user', { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }),
    message('system', { type: 'input_text', text }),
    message('assistant', { type: 'output_text', text }),
    { type: 'function_call', ...id, name: 'tool', arguments: '{}', ...chance.maybe({ call_id: `call_${chance.below(9)}` }) },
    { type: 'function_call_output', ...id, call_id: callId(chance, state), output: text },
    { type: 'function_call_output', ...id, call_id: callId(chance, state), output: '' },
    { type: 'mcp_approval_response', ...id, approval_request_id: approvalId(chance, state), approve: chance.is(0.7) },
    { type: 'mcp_approval_response', ...id, approval_request_id: approvalId(chance, state), approve: true, reason: 'why not' },
  ])
}

function responseCreate(chance: Chance, state: SessionState): Json {
  const response = {
    ...chance.maybe({ conversation: chance.pick(['auto', 'none']) }),
    ...chance.maybe({ output_modalities: [chance.pick(['text', 'audio'])] }),
    ...chance.maybe({ max_output_tokens: 1 + chance.below(60) }, 0.3),
    ...chance.maybe({ metadata: { topic: 'x' } }, 0.3),
    ...chance.maybe({ instructions: 'Be kind.' }, 0.2),
    ...chance.maybe({ tool_choice: chance.pick(['auto', 'none']) }, 0.2),
    ...chance.maybe({ tools: tools(chance) }, 0.1),
    ...chance.maybe({ input: responseInput(chance, state) }, 0.2),
    ...chance.maybe({ audio: { output: { voice: chance.pick(['alloy', 'marin']) } } }, 0.1),
  }
  return { type: 'response.create', ...chance.maybe({ response }, 0.8) }
}

function responseInput(chance: Chance, state: SessionState): Json[] {
  return Array.from({ length: chance.below(3) }, () => {
    if (chance.is(0.5)) return { type: 'item_reference', id: itemId(chance, state) }
    return { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Is that so?' }] }
  })
}

/** Mostly of what the model has said, as clients do. */
function itemTruncate(chance: Chance, state: SessionState): Json {
  const said = conversationItems(state).filter(
    (item) => itemAudioMs(state, item.id) > 0 && 'role' in item && item.role === 'assistant',
  )
  const item_id = (chance.is(0.8) ? chance.pick(said)?.id : undefined) ?? itemId(chance, state)
  return { type: 'conversation.item.truncate', item_id, content_index: chance.is(0.95) ? 0 : 1, audio_end_ms: chance.below(900) }
}

function itemId(chance: Chance, state: SessionState): string {
  return (chance.is(0.95) ? chance.pick(conversationItems(state))?.id : undefined) ?? 'item_unknown'
}

function callId(chance: Chance, state: SessionState): string {
  const calls = conversationItems(state).flatMap((item) => (item.type === 'function_call' ? [item.call_id] : []))
  return chance.pick(calls) ?? 'call_unknown'
}

function approvalId(chance: Chance, state: SessionState): string {
  const requests = conversationItems(state).flatMap((item) => (item.type === 'mcp_approval_request' ? [item.id] : []))
  return chance.pick(requests) ?? 'mcpr_unknown'
}

function responseId(chance: Chance, state: SessionState): string {
  return chance.pick([...state.responses.keys()]) ?? 'resp_unknown'
}
