// The keys of everything that the service sends, in the order of the wire (protocol.md 3 and the captures behind it).
// A name with ? may be left out; nothing else may be there. Values are the schemas' business.

const message = 'id type status role content phase?'

/** Fields behind `type` and `event_id`, by event. */
const events: Readonly<Record<string, string>> = {
  error: 'error',
  'session.created': 'session',
  'session.updated': 'session',
  'conversation.created': 'conversation',
  'conversation.item.created': 'previous_item_id item',
  'conversation.item.added': 'previous_item_id item',
  'conversation.item.done': 'previous_item_id item',
  'conversation.item.retrieved': 'item',
  'conversation.item.truncated': 'item_id content_index audio_end_ms',
  'conversation.item.deleted': 'item_id',
  'conversation.item.input_audio_transcription.delta': 'item_id content_index delta logprobs? obfuscation',
  'conversation.item.input_audio_transcription.completed': 'item_id content_index transcript usage logprobs? languages?',
  'conversation.item.input_audio_transcription.failed': 'item_id content_index error',
  'conversation.item.input_audio_transcription.segment': 'item_id content_index id text speaker start end',
  'input_audio_buffer.committed': 'previous_item_id item_id',
  'input_audio_buffer.cleared': '',
  'input_audio_buffer.speech_started': 'audio_start_ms item_id',
  'input_audio_buffer.speech_stopped': 'audio_end_ms item_id',
  'input_audio_buffer.timeout_triggered': 'audio_start_ms audio_end_ms item_id',
  'output_audio_buffer.started': 'response_id',
  'output_audio_buffer.stopped': 'response_id',
  'output_audio_buffer.cleared': 'response_id',
  'response.created': 'response',
  'response.done': 'response',
  'response.output_item.added': 'response_id output_index item',
  'response.output_item.done': 'response_id output_index item',
  'response.content_part.added': 'response_id item_id output_index content_index part',
  'response.content_part.done': 'response_id item_id output_index content_index part',
  'response.output_text.delta': 'response_id item_id output_index content_index delta obfuscation',
  'response.output_text.done': 'response_id item_id output_index content_index text',
  'response.output_audio_transcript.delta': 'response_id item_id output_index content_index delta obfuscation',
  'response.output_audio_transcript.done': 'response_id item_id output_index content_index transcript',
  'response.output_audio.delta': 'response_id item_id output_index content_index delta',
  'response.output_audio.done': 'response_id item_id output_index content_index',
  'response.function_call_arguments.delta': 'response_id item_id output_index call_id delta obfuscation',
  'response.function_call_arguments.done': 'response_id item_id output_index call_id name arguments',
  'response.mcp_call_arguments.delta': 'response_id item_id output_index delta obfuscation?',
  'response.mcp_call_arguments.done': 'response_id item_id output_index arguments',
  'response.mcp_call.in_progress': 'output_index item_id',
  'response.mcp_call.completed': 'output_index item_id',
  'response.mcp_call.failed': 'output_index item_id',
  'mcp_list_tools.in_progress': 'item_id',
  'mcp_list_tools.completed': 'item_id',
  'mcp_list_tools.failed': 'item_id',
  'rate_limits.updated': 'rate_limits',
  'session.closed': '',
  'session.input_transcript.delta': 'delta elapsed_ms',
  'session.output_transcript.delta': 'delta elapsed_ms',
  'session.output_audio.delta': 'delta sample_rate channels format elapsed_ms',
}

/** The one event without an `event_id`. */
const withoutId: Readonly<Record<string, string>> = { 'input_audio_buffer.dtmf_event_received': 'event received_at' }

const serverVad = 'type threshold prefix_padding_ms silence_duration_ms idle_timeout_ms? create_response? interrupt_response?'

/** Objects inside of events, by where they are. */
const objects: Readonly<Record<string, string>> = {
  'realtime session':
    'type object id model output_modalities instructions tools tool_choice max_output_tokens tracing truncation prompt ' +
    'expires_at audio include reasoning? parallel_tool_calls? reasoning?',
  'transcription session': 'type object id expires_at audio include',
  'translation session': 'id type model expires_at audio',
  'session.audio.input': 'format transcription noise_reduction turn_detection',
  'session.audio.output': 'format voice speed',
  'session.audio.input.transcription': 'model language prompt delay? keywords? languages?',
  server_vad: serverVad,
  semantic_vad: 'type eagerness create_response interrupt_response',
  message,
  function_call: 'id type status name call_id arguments',
  function_call_output: 'id type status call_id output',
  mcp_list_tools: 'id type server_label tools',
  mcp_call: 'id type server_label name arguments approval_request_id output error',
  mcp_approval_request: 'id type server_label name arguments',
  mcp_approval_response: 'id type approval_request_id approve reason',
  error: 'type code message param event_id',
  response: 'object id status status_details output conversation_id output_modalities max_output_tokens audio usage metadata',
  usage: 'total_tokens input_tokens output_tokens input_token_details output_token_details',
  input_token_details: 'text_tokens audio_tokens image_tokens cached_tokens cached_tokens_details',
  cached_tokens_details: 'text_tokens audio_tokens image_tokens',
  output_token_details: 'text_tokens audio_tokens',
  'rate limit': 'name limit remaining reset_seconds',
  'token usage': 'type total_tokens input_tokens input_token_details output_tokens',
  'duration usage': 'type seconds',
}

type Json = Record<string, any>

/** What is wrong with the keys of an event: one line for each object that differs. */
export function keyOrderComplaints(event: Json): string[] {
  const complaints: string[] = []
  const check = (where: string, order: string | undefined, value: unknown): void => {
    if (value === null || value === undefined) return
    const keys = Object.keys(value as Json)
    if (order === undefined || !matches(keys, order))
      complaints.push(`${event.type}: ${where} has ${keys.join(' ')}, not ${order}`)
  }
  const fields = events[event.type]
  const own = withoutId[event.type]
  check('it', fields === undefined ? own && `type ${own}` : `type event_id ${fields}`.trim(), event)
  if (event.type === 'error') check('error', objects.error, event.error)
  if (event.session) checkSession(event.session, check)
  if (event.item) check('item', objects[event.item.type], event.item)
  if (event.response) checkResponse(event.response, check)
  if (event.usage) check('usage', objects[event.usage.type === 'tokens' ? 'token usage' : 'duration usage'], event.usage)
  for (const limit of event.rate_limits ?? []) check('rate_limits', objects['rate limit'], limit)
  return complaints
}

type Check = (where: string, order: string | undefined, value: unknown) => void

function checkSession(session: Json, check: Check): void {
  const { input, output } = session.audio
  check('session', objects[`${session.type} session`], session)
  if (session.type === 'translation') return checkTranslation(session.audio, check)
  check('session.audio', session.type === 'realtime' ? 'input output' : 'input', session.audio)
  check('session.audio.input', objects['session.audio.input'], input)
  check('session.audio.input.transcription', objects['session.audio.input.transcription'], input.transcription)
  check('session.audio.input.turn_detection', objects[input.turn_detection?.type], input.turn_detection)
  check('session.audio.output', objects['session.audio.output'], output)
}

function checkTranslation(audio: Json, check: Check): void {
  check('session.audio', 'input output', audio)
  check('session.audio.input', 'transcription noise_reduction', audio.input)
  check('session.audio.input.transcription', 'model', audio.input.transcription)
  check('session.audio.input.noise_reduction', 'type strength?', audio.input.noise_reduction)
  check('session.audio.output', 'language?', audio.output)
}

function checkResponse(response: Json, check: Check): void {
  check('response', objects.response, response)
  check('response.audio.output', 'format voice', response.audio.output)
  for (const item of response.output) check('response.output', objects[item.type], item)
  if (!response.usage) return
  const { input_token_details: input, output_token_details: output } = response.usage
  check('response.usage', objects.usage, response.usage)
  check('response.usage.input_token_details', objects.input_token_details, input)
  check('response.usage.input_token_details.cached_tokens_details', objects.cached_tokens_details, input.cached_tokens_details)
  check('response.usage.output_token_details', objects.output_token_details, output)
}

function matches(keys: readonly string[], order: string): boolean {
  const source = order
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => (name.endsWith('?') ? `(?:${name.slice(0, -1)} )?` : `${name} `))
  return new RegExp(`^${source.join('')}$`).test(keys.map((key) => `${key} `).join(''))
}
