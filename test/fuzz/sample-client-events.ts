// One full sample of each client event and of each kind of item, tool and choice in it: every field that a client may send is in one
// of them. Mutations start from here.

const tokenLimits = { post_instructions: 8000 }
const mcpTool = {
  type: 'mcp',
  server_label: 'weather',
  server_url: 'https://mcp.example/sse',
  authorization: 'token',
  server_description: 'Weather.',
  headers: { 'x-a': 'b' },
  allowed_tools: { read_only: true, tool_names: ['forecast'] },
  require_approval: { always: { tool_names: ['a'] }, never: { read_only: true } },
}
const functionTool = { type: 'function', name: 'f', description: 'Does.', parameters: { type: 'object' } }

const userItem = {
  id: 'item_sample',
  object: 'realtime.item',
  type: 'message',
  role: 'user',
  status: 'completed',
  content: [
    { type: 'input_text', text: 'Hello' },
    { type: 'input_audio', audio: 'AAAA', transcript: null },
    { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
  ],
}

const realtimeSession = {
  type: 'realtime',
  model: 'gpt-realtime',
  output_modalities: ['text'],
  instructions: 'Be brief.',
  tools: [functionTool, mcpTool],
  tool_choice: { type: 'function', name: 'f' },
  max_output_tokens: 100,
  tracing: { workflow_name: 'w', group_id: 'g', metadata: { a: 'b' } },
  truncation: { type: 'retention_ratio', retention_ratio: 0.5, token_limits: tokenLimits },
  prompt: {
    id: 'pmpt_1',
    version: '2',
    variables: { city: 'Rome', logo: { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' } },
  },
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      transcription: { model: 'gpt-4o-transcribe', language: 'en', prompt: 'names' },
      noise_reduction: { type: 'near_field' },
      turn_detection: {
        type: 'server_vad',
        threshold: 0.5,
        prefix_padding_ms: 300,
        silence_duration_ms: 200,
        idle_timeout_ms: 6000,
        create_response: true,
        interrupt_response: true,
      },
    },
    output: { format: { type: 'audio/pcmu' }, voice: 'alloy', speed: 1.2 },
  },
  include: ['item.input_audio_transcription.logprobs'],
}

const response = {
  output_modalities: ['text'],
  instructions: 'Be kind.',
  audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin' } },
  tools: [functionTool],
  tool_choice: 'auto',
  max_output_tokens: 'inf',
  conversation: 'none',
  metadata: { topic: 'x' },
  prompt: null,
  input: [{ type: 'item_reference', id: 'item_sample' }, userItem],
}

/** By name; the name of the event, and what is special about it. */
export const sampleClientEvents: Readonly<Record<string, { readonly type: string } & Record<string, unknown>>> = {
  'session.update': { type: 'session.update', session: realtimeSession },
  'session.update of other choices': {
    type: 'session.update',
    session: {
      type: 'realtime',
      tool_choice: { type: 'mcp', server_label: 'weather', name: 'forecast' },
      tracing: 'auto',
      truncation: 'auto',
      audio: {
        input: {
          format: { type: 'audio/pcma' },
          turn_detection: { type: 'semantic_vad', eagerness: 'low', create_response: true, interrupt_response: false },
        },
        output: { voice: { id: 'voice_1' } },
      },
    },
  },
  'session.update of a transcription': {
    type: 'session.update',
    session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1' } } }, include: [] },
  },
  'input_audio_buffer.append': { type: 'input_audio_buffer.append', audio: 'AAAA' },
  'input_audio_buffer.commit': { type: 'input_audio_buffer.commit' },
  'input_audio_buffer.clear': { type: 'input_audio_buffer.clear' },
  'conversation.item.create of a user': { type: 'conversation.item.create', previous_item_id: 'root', item: userItem },
  'conversation.item.create of a system': {
    type: 'conversation.item.create',
    previous_item_id: null,
    item: { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
  },
  'conversation.item.create of an assistant': {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
  },
  'conversation.item.create of a call': {
    type: 'conversation.item.create',
    item: { id: 'item_call', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
  },
  'conversation.item.create of an output': {
    type: 'conversation.item.create',
    item: { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
  },
  'conversation.item.create of an approval': {
    type: 'conversation.item.create',
    item: { id: 'item_approval', type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true, reason: null },
  },
  'conversation.item.retrieve': { type: 'conversation.item.retrieve', item_id: 'item_sample' },
  'conversation.item.truncate': {
    type: 'conversation.item.truncate',
    item_id: 'item_sample',
    content_index: 0,
    audio_end_ms: 10,
  },
  'conversation.item.delete': { type: 'conversation.item.delete', item_id: 'item_sample' },
  'response.create': { type: 'response.create', response },
  'response.cancel': { type: 'response.cancel', response_id: 'resp_1' },
}

/** The same of translation sessions. */
export const sampleTranslationEvents: typeof sampleClientEvents = {
  'session.update': {
    type: 'session.update',
    session: {
      audio: {
        input: { transcription: { model: 'gpt-realtime-whisper' }, noise_reduction: { type: 'near_field' } },
        output: { language: 'es' },
      },
    },
  },
  'session.input_audio_buffer.append': { type: 'session.input_audio_buffer.append', audio: 'AAAA' },
  'session.close': { type: 'session.close' },
}
