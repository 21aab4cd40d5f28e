// One sample of each server event, and of its variants, as the service sends them. For the tests of schemas, encoding and matchers.

import type { Item } from '../../src/protocol/items.ts'
import type { ResponseObject, ResponseUsage } from '../../src/protocol/responses.ts'
import type { ServerEvent, ServerEventType } from '../../src/protocol/server-events.ts'
import { defaultSession } from '../../src/protocol/session-config.ts'

const realtimeSession = defaultSession({ id: 'sess_1', model: 'gpt-realtime', expiresAt: 1_800_003_600, kind: 'realtime' })
const transcriptionSession = defaultSession({ id: 'sess_2', expiresAt: 1_800_003_600, kind: 'transcription' })

const items = {
  system: {
    id: 'item_0',
    type: 'message',
    status: 'completed',
    role: 'system',
    content: [{ type: 'input_text', text: 'Be brief.' }],
  },
  typed: { id: 'item_1', type: 'message', status: 'completed', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
  spoken: {
    id: 'item_2',
    type: 'message',
    status: 'completed',
    role: 'user',
    content: [{ type: 'input_audio', transcript: null }],
  },
  shown: {
    id: 'item_3',
    type: 'message',
    status: 'completed',
    role: 'user',
    content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' }],
  },
  begun: { id: 'item_4', type: 'message', status: 'in_progress', role: 'assistant', content: [] },
  written: {
    id: 'item_4',
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'Hi' }],
  },
  said: {
    id: 'item_4',
    type: 'message',
    status: 'incomplete',
    role: 'assistant',
    content: [{ type: 'output_audio', transcript: 'Hi' }],
  },
  call: { id: 'item_5', type: 'function_call', status: 'completed', name: 'book', call_id: 'call_1', arguments: '{"seats":2}' },
  output: { id: 'item_6', type: 'function_call_output', status: 'completed', call_id: 'call_1', output: '"done"' },
  tools: {
    id: 'mcpl_1',
    type: 'mcp_list_tools',
    server_label: 'maps',
    tools: [{ name: 'find', description: null, input_schema: {} }],
  },
  mcpCall: {
    id: 'mcp_1',
    type: 'mcp_call',
    server_label: 'maps',
    name: 'find',
    arguments: '{}',
    approval_request_id: null,
    output: null,
    error: { type: 'http_error', code: 500, message: 'down' },
  },
  approvalRequest: { id: 'mcpr_1', type: 'mcp_approval_request', server_label: 'maps', name: 'find', arguments: '{}' },
  approvalResponse: { id: 'item_7', type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true, reason: null },
} as const satisfies Record<string, Item>

const usage: ResponseUsage = {
  total_tokens: 12,
  input_tokens: 8,
  output_tokens: 4,
  input_token_details: {
    text_tokens: 8,
    audio_tokens: 0,
    image_tokens: 0,
    cached_tokens: 0,
    cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 4, audio_tokens: 0 },
}

const inProgress: ResponseObject = {
  object: 'realtime.response',
  id: 'resp_1',
  status: 'in_progress',
  status_details: null,
  output: [],
  conversation_id: 'conv_1',
  output_modalities: ['audio'],
  max_output_tokens: 'inf',
  audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy' } },
  usage: null,
  metadata: null,
}

const event_id = 'event_1'
const ofItem = { response_id: 'resp_1', item_id: 'item_4', output_index: 0 }
const ofPart = { ...ofItem, content_index: 0 }
const transcribed = { item_id: 'item_2', content_index: 0 }

/** Every event at least once; several where its payload has variants. */
export const sampleServerEvents: { readonly [Type in ServerEventType]: readonly Extract<ServerEvent, { type: Type }>[] } = {
  error: [
    { type: 'error', event_id, error: { type: 'invalid_request_error', code: null, message: 'no', param: null, event_id: null } },
    { type: 'error', event_id, error: { type: 'invalid_request_error', code: 'c', message: 'no', param: 'p', event_id: 'mine' } },
  ],
  'session.created': [
    { type: 'session.created', event_id, session: realtimeSession },
    { type: 'session.created', event_id, session: transcriptionSession },
  ],
  'session.updated': [{ type: 'session.updated', event_id, session: { ...realtimeSession, reasoning: { effort: 'low' } } }],
  'conversation.created': [
    { type: 'conversation.created', event_id, conversation: { id: 'conv_1', object: 'realtime.conversation' } },
  ],
  'conversation.item.created': [{ type: 'conversation.item.created', event_id, previous_item_id: null, item: items.typed }],
  'conversation.item.added': Object.values(items).map((item) => ({
    type: 'conversation.item.added' as const,
    event_id,
    previous_item_id: 'item_9',
    item: structuredClone<Item>(item),
  })),
  'conversation.item.done': [{ type: 'conversation.item.done', event_id, previous_item_id: null, item: items.spoken }],
  'conversation.item.retrieved': [
    {
      type: 'conversation.item.retrieved',
      event_id,
      item: { ...items.spoken, content: [{ type: 'input_audio', transcript: 'Hello', audio: 'AAAA', format: 'pcm16' }] },
    },
    {
      type: 'conversation.item.retrieved',
      event_id,
      item: { ...items.said, content: [{ type: 'output_audio', audio: 'AAAA' }] },
    },
  ],
  'conversation.item.truncated': [
    { type: 'conversation.item.truncated', event_id, item_id: 'item_4', content_index: 0, audio_end_ms: 900 },
  ],
  'conversation.item.deleted': [{ type: 'conversation.item.deleted', event_id, item_id: 'item_4' }],
  'conversation.item.input_audio_transcription.delta': [
    {
      type: 'conversation.item.input_audio_transcription.delta',
      event_id,
      ...transcribed,
      delta: 'Hel',
      logprobs: [{ token: 'Hel', logprob: -0.1, bytes: [72, 101, 108] }],
      obfuscation: 'abcdefgh',
    },
  ],
  'conversation.item.input_audio_transcription.completed': [
    {
      type: 'conversation.item.input_audio_transcription.completed',
      event_id,
      ...transcribed,
      transcript: 'Hello',
      usage: {
        type: 'tokens',
        total_tokens: 24,
        input_tokens: 16,
        input_token_details: { text_tokens: 0, audio_tokens: 16 },
        output_tokens: 8,
      },
    },
    {
      type: 'conversation.item.input_audio_transcription.completed',
      event_id,
      ...transcribed,
      transcript: 'Hello',
      usage: { type: 'duration', seconds: 2 },
    },
  ],
  'conversation.item.input_audio_transcription.failed': [
    {
      type: 'conversation.item.input_audio_transcription.failed',
      event_id,
      ...transcribed,
      error: { type: 'transcription_error', code: 'audio_unintelligible', message: 'no words', param: null },
    },
  ],
  'conversation.item.input_audio_transcription.segment': [
    {
      type: 'conversation.item.input_audio_transcription.segment',
      event_id,
      ...transcribed,
      id: 'seg_1',
      text: 'Hello',
      speaker: 'A',
      start: 0.2,
      end: 0.9,
    },
  ],
  'input_audio_buffer.committed': [{ type: 'input_audio_buffer.committed', event_id, previous_item_id: null, item_id: 'item_2' }],
  'input_audio_buffer.cleared': [{ type: 'input_audio_buffer.cleared', event_id }],
  'input_audio_buffer.speech_started': [
    { type: 'input_audio_buffer.speech_started', event_id, audio_start_ms: 1236, item_id: 'item_2' },
  ],
  'input_audio_buffer.speech_stopped': [
    { type: 'input_audio_buffer.speech_stopped', event_id, audio_end_ms: 3808, item_id: 'item_2' },
  ],
  'input_audio_buffer.timeout_triggered': [
    { type: 'input_audio_buffer.timeout_triggered', event_id, audio_start_ms: 13_216, audio_end_ms: 19_232, item_id: 'item_2' },
  ],
  'input_audio_buffer.dtmf_event_received': [
    { type: 'input_audio_buffer.dtmf_event_received', event: '9', received_at: 1_800_000_001 },
  ],
  'output_audio_buffer.started': [{ type: 'output_audio_buffer.started', event_id, response_id: 'resp_1' }],
  'output_audio_buffer.stopped': [{ type: 'output_audio_buffer.stopped', event_id, response_id: 'resp_1' }],
  'output_audio_buffer.cleared': [{ type: 'output_audio_buffer.cleared', event_id, response_id: 'resp_1' }],
  'response.created': [{ type: 'response.created', event_id, response: inProgress }],
  'response.done': [
    { type: 'response.done', event_id, response: { ...inProgress, status: 'completed', output: [items.written], usage } },
    {
      type: 'response.done',
      event_id,
      response: { ...inProgress, status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' }, usage },
    },
    {
      type: 'response.done',
      event_id,
      response: {
        ...inProgress,
        status: 'incomplete',
        status_details: { type: 'incomplete', reason: 'max_output_tokens' },
        usage,
      },
    },
    {
      type: 'response.done',
      event_id,
      response: {
        ...inProgress,
        status: 'failed',
        status_details: { type: 'failed', error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'slow down' } },
        conversation_id: null,
        metadata: { topic: 'x' },
      },
    },
  ],
  'response.output_item.added': [
    {
      type: 'response.output_item.added',
      event_id,
      response_id: 'resp_1',
      output_index: 0,
      item: { ...items.begun, content: [] },
    },
  ],
  'response.output_item.done': [
    { type: 'response.output_item.done', event_id, response_id: 'resp_1', output_index: 1, item: items.call },
  ],
  'response.content_part.added': [
    { type: 'response.content_part.added', event_id, ...ofPart, part: { type: 'audio', transcript: '' } },
    { type: 'response.content_part.added', event_id, ...ofPart, part: { type: 'text', text: '' } },
  ],
  'response.content_part.done': [
    { type: 'response.content_part.done', event_id, ...ofPart, part: { type: 'audio', transcript: 'Hi' } },
    { type: 'response.content_part.done', event_id, ...ofPart, part: { type: 'text', text: 'Hi' } },
  ],
  'response.output_text.delta': [
    { type: 'response.output_text.delta', event_id, ...ofPart, delta: 'Hi', obfuscation: 'abcdefgh' },
  ],
  'response.output_text.done': [{ type: 'response.output_text.done', event_id, ...ofPart, text: 'Hi' }],
  'response.output_audio_transcript.delta': [
    { type: 'response.output_audio_transcript.delta', event_id, ...ofPart, delta: 'Hi', obfuscation: 'abcdefgh' },
  ],
  'response.output_audio_transcript.done': [
    { type: 'response.output_audio_transcript.done', event_id, ...ofPart, transcript: 'Hi' },
  ],
  'response.output_audio.delta': [{ type: 'response.output_audio.delta', event_id, ...ofPart, delta: 'AAAA' }],
  'response.output_audio.done': [{ type: 'response.output_audio.done', event_id, ...ofPart }],
  'response.function_call_arguments.delta': [
    { type: 'response.function_call_arguments.delta', event_id, ...ofItem, call_id: 'call_1', delta: '{"se' },
  ],
  'response.function_call_arguments.done': [
    {
      type: 'response.function_call_arguments.done',
      event_id,
      ...ofItem,
      call_id: 'call_1',
      name: 'book',
      arguments: '{"seats":2}',
    },
  ],
  'response.mcp_call_arguments.delta': [
    { type: 'response.mcp_call_arguments.delta', event_id, ...ofItem, delta: '{}', obfuscation: null },
    { type: 'response.mcp_call_arguments.delta', event_id, ...ofItem, delta: '{}' },
  ],
  'response.mcp_call_arguments.done': [{ type: 'response.mcp_call_arguments.done', event_id, ...ofItem, arguments: '{}' }],
  'response.mcp_call.in_progress': [{ type: 'response.mcp_call.in_progress', event_id, output_index: 0, item_id: 'mcp_1' }],
  'response.mcp_call.completed': [{ type: 'response.mcp_call.completed', event_id, output_index: 0, item_id: 'mcp_1' }],
  'response.mcp_call.failed': [{ type: 'response.mcp_call.failed', event_id, output_index: 0, item_id: 'mcp_1' }],
  'mcp_list_tools.in_progress': [{ type: 'mcp_list_tools.in_progress', event_id, item_id: 'mcpl_1' }],
  'mcp_list_tools.completed': [{ type: 'mcp_list_tools.completed', event_id, item_id: 'mcpl_1' }],
  'mcp_list_tools.failed': [{ type: 'mcp_list_tools.failed', event_id, item_id: 'mcpl_1' }],
  'rate_limits.updated': [
    {
      type: 'rate_limits.updated',
      event_id,
      rate_limits: [{ name: 'tokens', limit: 40_000, remaining: 38_490, reset_seconds: 2.265 }],
    },
  ],
}

/** All samples in one list. */
export const allSampleServerEvents: readonly ServerEvent[] = Object.values(sampleServerEvents).flat()
