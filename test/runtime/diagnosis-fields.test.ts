// What the timeline says to refusals of what an event holds, provoked on a real session.

import { describe } from 'vitest'
import { create, item, type Row, testRows, update } from './support/wrong-app.ts'

const rows: readonly Row[] = [
  {
    case: 'a beta field',
    sent: [update({ modalities: ['text'] })],
    code: 'beta_field',
    says: /`session\.modalities`.*beta.*`session\.output_modalities`/,
  },
  {
    case: 'a beta format',
    sent: [update({ input_audio_format: 'pcm16' })],
    code: 'beta_field',
    says: /`session\.audio\.input\.format` \(an object/,
  },
  {
    case: 'a beta field that is gone',
    sent: [update({ temperature: 0.8 })],
    code: 'beta_field',
    says: /`session\.temperature`.*leave it out/,
  },
  {
    case: 'a beta field of a response',
    sent: [{ ...create, response: { modalities: ['text'] } }],
    code: 'beta_field',
    says: /`response\.output_modalities`/,
  },
  {
    case: 'a misspelt field',
    sent: [update({ instruction: 'x' })],
    code: 'unknown_field',
    says: /Did you mean `session\.instructions`\?/,
  },
  {
    case: 'a misplaced field',
    sent: [update({ eagerness: 'low' })],
    code: 'unknown_field',
    says: /Its place is `session\.audio\.input\.turn_detection\.eagerness`/,
  },
  {
    case: 'a field that other sessions have at that place',
    sent: [update({ audio: { input: { turn_detection: { type: 'server_vad', eagerness: 'low' } } } })],
    code: 'other_turn_detection',
    says: /^(?!.*Did you mean)/,
  },
  { case: 'an invented field', sent: [update({ zzz: 1 })], code: 'unknown_field', says: /no field `session\.zzz`.*Leave it out/ },
  {
    case: 'no kind of session',
    sent: [{ type: 'session.update', session: {} }],
    code: 'session_type_missing',
    says: /type: 'realtime'/,
  },
  {
    case: 'a field that is missing',
    sent: [{ type: 'conversation.item.delete' }],
    code: 'field_missing',
    says: /conversation\.item\.delete lacks `item_id`/,
  },
  {
    case: '16 kHz',
    sent: [update({ audio: { input: { format: { type: 'audio/pcm', rate: 16_000 } } } })],
    code: 'wrong_sample_rate',
    says: /Nothing of the event was applied\. audio\/pcm runs at 24000: resample the sound of 16000 Hz/,
  },
  {
    case: '8 kHz',
    sent: [update({ audio: { output: { format: { type: 'audio/pcm', rate: 8000 } } } })],
    code: 'wrong_sample_rate',
    says: /8000 Hz suits audio\/pcmu/,
  },
  { case: 'out of range', sent: [update({ max_output_tokens: 0 })], code: 'out_of_range', says: /`session\.max_output_tokens`/ },
  {
    case: 'both modalities',
    sent: [update({ output_modalities: ['audio', 'text'] })],
    code: 'modalities',
    says: /\['audio'\], whose transcript comes with it/,
  },
  {
    case: 'NaN',
    sent: [{ type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: null }],
    code: 'not_a_number',
    says: /NaN/,
  },
  {
    case: 'half a millisecond',
    sent: [{ type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: 1.5 }],
    code: 'not_an_integer',
    says: /Math\.floor/,
  },
  {
    case: 'a content type of the beta',
    sent: [item({ type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi' }] })],
    code: 'wrong_shape',
    says: /an assistant's text `output_text`/,
  },
  {
    case: 'a content type that only the model has',
    sent: [item({ type: 'message', role: 'user', content: [{ type: 'text', text: 'Hi' }] })],
    code: 'wrong_shape',
    says: /`item\.content\[0\]\.type`.*A user's and a system's text is `input_text`/,
  },
  {
    case: 'a text as content',
    sent: [item({ type: 'message', role: 'user', content: 'Hi' })],
    code: 'wrong_shape',
    says: /content: \[\{ type: 'input_text', text \}\]/,
  },
  {
    case: 'an object as output',
    sent: [item({ type: 'function_call_output', call_id: 'x', output: { ok: true } })],
    code: 'wrong_shape',
    says: /an object where JSON text belongs in `item\.output`.*JSON\.stringify/,
  },
  {
    case: 'the name of a format',
    sent: [update({ audio: { output: { format: 'g711_ulaw' } } })],
    code: 'wrong_shape',
    says: /\{ type: 'audio\/pcmu' \}/,
  },
  {
    case: 'a tool of Chat Completions',
    sent: [update({ tools: [{ type: 'function', function: { name: 'f' } }] })],
    code: 'wrong_shape',
    says: /`session\.tools\[0\]\.name`.*beside the type/,
  },
  {
    case: 'a choice of Chat Completions',
    sent: [update({ tool_choice: { type: 'function', function: { name: 'f' } } })],
    code: 'wrong_shape',
    says: /`session\.tool_choice\.name`/,
  },
  {
    case: 'a tool without a name',
    sent: [update({ tools: [{ type: 'function' }] })],
    code: 'field_missing',
    says: /lacks `session\.tools\[0\]\.name`/,
  },
  {
    case: 'a wrong type',
    sent: [update({ instructions: 5 })],
    code: 'wrong_type',
    says: /session\.update has a wrong type in `session\.instructions`/,
  },
  {
    case: 'a wrong value',
    sent: [update({ audio: { output: { voice: 'nobody' } } })],
    code: 'wrong_value',
    says: /`session\.audio\.output\.voice`/,
  },
  {
    case: 'a UUID as id',
    sent: [item({ id: 'x'.repeat(36), type: 'message', role: 'user', content: [] })],
    code: 'item_id_too_long',
    says: /32 characters/,
  },
  {
    case: 'no base64',
    sent: [{ type: 'input_audio_buffer.append', audio: 'data:audio/wav;base64,AAAA' }],
    code: 'audio_not_base64',
    says: /no data: URL/,
  },
  { case: 'a binary frame', sent: [Buffer.from('{}')], code: 'binary_frame', about: 'garbage', says: /text frames only/ },
  { case: 'no JSON', sent: ['{'], code: 'not_json', about: 'garbage', says: /JSON\.stringify/ },
  { case: 'no event', sent: ['[]'], code: 'no_event', about: 'garbage', says: /object with a `type`/ },
  {
    case: 'an event of the beta',
    sent: [{ type: 'transcription_session.update', session: {} }],
    code: 'unknown_event',
    says: /in GA it is 'session\.update'/,
  },
  { case: 'an event of the service', sent: [{ type: 'response.done' }], code: 'unknown_event', says: /event of the service/ },
  {
    case: 'a misspelt event',
    sent: [{ type: 'response.creat' }],
    code: 'unknown_event',
    says: /Did you mean 'response\.create'\?/,
  },
  { case: 'an event of calls', sent: [{ type: 'output_audio_buffer.clear' }], code: 'unknown_event', says: /WebRTC and SIP/ },
  { case: 'an event of translations', sent: [{ type: 'session.close' }], code: 'unknown_event', says: /translation sessions/ },
  { case: 'an invented event', sent: [{ type: 'qqqq' }], code: 'unknown_event', says: /lists the events/ },
]

describe('a finding, caused by what the app sent', () => testRows(rows))
