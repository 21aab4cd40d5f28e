// What the timeline says of one event behind its name: the few fields that a reader of a failure wants. A table by event type.

import { type Fields, itemText, read, readList, readText } from './fields.ts'
import { cut, plural, printValue, quoted, shortId } from './print.ts'

/** What is known of the session around an event. */
export interface EventSurroundings {
  /** Name of the reply that a response was given, when chosen. */
  responseName(responseId: string): string | undefined
}

type Describe = (event: Fields, around: EventSurroundings) => (string | undefined)[]

function id(event: unknown, path: string): string | undefined {
  const found = readText(event, path)
  return found === undefined ? undefined : shortId(found)
}

function field(event: unknown, path: string): string | undefined {
  const found = read(event, path)
  return found === undefined || found === null ? undefined : `${path.slice(path.lastIndexOf('.') + 1)}=${printValue(found, 1)}`
}

function text(event: unknown, path: string): string | undefined {
  const found = readText(event, path)
  return found === undefined || found === '' ? undefined : quoted(found)
}

function responseTitle(responseId: string | undefined, around: EventSurroundings): string | undefined {
  if (responseId === undefined) return undefined
  const name = around.responseName(responseId)
  return name ? `${shortId(responseId)} "${name}"` : shortId(responseId)
}

/** `find_order({"id":"A1"})`; the name alone while the arguments are still to come. */
function callText(call: unknown): string {
  const args = readText(call, 'arguments') ?? ''
  return `${readText(call, 'name') ?? '?'}${args === '' ? '' : `(${cut(args, 60)})`}`
}

function itemSummary(item: unknown): string[] {
  const type = readText(item, 'type') ?? 'item'
  const said = itemText(item)
  if (type === 'function_call') return [`call ${callText(item)}`]
  if (type === 'function_call_output') return [`output of ${id(item, 'call_id')}`, cut(readText(item, 'output') ?? '', 60)]
  if (type.startsWith('mcp_')) return mcpSummary(item, type)
  if (type !== 'message') return [type]
  return [readText(item, 'role') ?? 'message', said === '' ? sound(item) : quoted(said)].filter((part) => part !== '')
}

/** What became of an MCP item: tools listed, a call and its outcome, a question and its answer. */
function mcpSummary(item: unknown, type: string): string[] {
  const label = readText(item, 'server_label') ?? '?'
  const call = `${label}/${callText(item)}`
  if (type === 'mcp_list_tools')
    return [
      `tools of ${label}`,
      readList(item, 'tools')
        .map((tool) => readText(tool, 'name'))
        .join(', '),
    ]
  if (type === 'mcp_approval_request') return [`may it call ${call}?`]
  if (type === 'mcp_approval_response') {
    const answer = read(item, 'approve') === true ? 'approves' : 'denies'
    return [`${answer} ${id(item, 'approval_request_id') ?? '?'}`, text(item, 'reason') ?? '']
  }
  const outcome = readText(item, 'output') ?? readText(item, 'error.message')
  return [`call ${call}`, outcome === undefined ? '' : `→ ${cut(outcome, 60)}`].filter((part) => part !== '')
}

function sound(item: unknown): string {
  return readList(item, 'content').some((part) => readText(part, 'type')?.endsWith('audio')) ? '(audio)' : ''
}

/** Leaves of an update, as dotted paths. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return path === '' ? [] : [path]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`))
}

function turnDetection(event: unknown): string {
  return `turn_detection=${readText(event, 'session.audio.input.turn_detection.type') ?? 'null'}`
}

const session: Describe = (event) => [
  readText(event, 'session.model'),
  readList(event, 'session.output_modalities').join('+') || undefined,
  field(event, 'session.audio.output.language'),
  readText(event, 'session.type') === 'translation' ? undefined : turnDetection(event),
  readText(event, 'session.instructions')
    ? `instructions=${quoted(readText(event, 'session.instructions') ?? '', 40)}`
    : undefined,
  readList(event, 'session.tools').length > 0 ? plural(readList(event, 'session.tools').length, 'tool') : undefined,
]

const item: Describe = (event) => [id(event, 'item.id'), ...itemSummary(event.item)]
const itemId: Describe = (event) => [id(event, 'item_id')]
const responseId: Describe = (event, around) => [responseTitle(readText(event, 'response_id'), around)]

const response: Describe = (event, around) => {
  const status = readText(event, 'response.status')
  return [
    responseTitle(readText(event, 'response.id'), around),
    status === undefined || status === 'in_progress' ? undefined : `status=${status}`,
    readText(event, 'response.status_details.reason') ?? readText(event, 'response.status_details.error.code'),
    read(event, 'response.conversation_id') === null ? 'out of band' : undefined,
  ]
}

const describers: Readonly<Record<string, Describe>> = {
  'session.created': session,
  'session.updated': session,
  'session.update': (event) => [
    cut(
      leaves(event.session)
        .filter((path) => path !== 'type')
        .join(', '),
      100,
    ),
  ],
  'input_audio_buffer.committed': itemId,
  'input_audio_buffer.speech_started': (event) => [field(event, 'audio_start_ms'), id(event, 'item_id')],
  'input_audio_buffer.speech_stopped': (event) => [field(event, 'audio_end_ms'), id(event, 'item_id')],
  'input_audio_buffer.timeout_triggered': (event) => [field(event, 'audio_start_ms'), field(event, 'audio_end_ms')],
  'input_audio_buffer.dtmf_event_received': (event) => [field(event, 'event')],
  'conversation.item.create': item,
  'conversation.item.created': item,
  'conversation.item.added': item,
  'conversation.item.done': item,
  'conversation.item.retrieved': item,
  'conversation.item.retrieve': itemId,
  'conversation.item.delete': itemId,
  'conversation.item.deleted': itemId,
  'conversation.item.truncate': (event) => [id(event, 'item_id'), field(event, 'audio_end_ms')],
  'conversation.item.truncated': (event) => [id(event, 'item_id'), field(event, 'audio_end_ms')],
  'conversation.item.input_audio_transcription.completed': (event) => [id(event, 'item_id'), text(event, 'transcript')],
  'conversation.item.input_audio_transcription.segment': (event) => [
    id(event, 'item_id'),
    field(event, 'speaker'),
    text(event, 'text'),
  ],
  'conversation.item.input_audio_transcription.failed': (event) => [id(event, 'item_id'), field(event, 'error.code')],
  'response.create': (event) => [
    field(event, 'response.conversation'),
    field(event, 'response.metadata'),
    readText(event, 'response.instructions')
      ? `instructions=${quoted(readText(event, 'response.instructions') ?? '', 40)}`
      : undefined,
  ],
  'response.cancel': responseId,
  'response.created': response,
  'response.done': response,
  'response.output_item.added': item,
  'response.output_item.done': item,
  'response.content_part.added': (event) => [id(event, 'item_id'), readText(event, 'part.type')],
  'response.content_part.done': (event) => [id(event, 'item_id'), readText(event, 'part.type')],
  'response.output_text.done': (event) => [id(event, 'item_id'), text(event, 'text')],
  'response.output_audio_transcript.done': (event) => [id(event, 'item_id'), text(event, 'transcript')],
  'response.output_audio.done': itemId,
  'response.function_call_arguments.done': (event) => [callText(event)],
  'response.mcp_call_arguments.done': (event) => [id(event, 'item_id'), cut(readText(event, 'arguments') ?? '', 60)],
  'response.mcp_call.in_progress': itemId,
  'response.mcp_call.completed': itemId,
  'response.mcp_call.failed': itemId,
  'mcp_list_tools.in_progress': itemId,
  'mcp_list_tools.completed': itemId,
  'mcp_list_tools.failed': itemId,
  error: (event) => [readText(event, 'error.code') ?? readText(event, 'error.type'), text(event, 'error.message')],
}

/** The details of one event, or '' when its name says all. */
export function eventDetails(event: { readonly type: string }, around: EventSurroundings): string {
  const describe = Object.hasOwn(describers, event.type) ? describers[event.type] : undefined
  const parts = describe?.({ ...event }, around) ?? []
  return parts.filter((part) => part !== undefined && part !== '').join('  ')
}

/** Texts of a run of deltas, joined: what was said so far. */
export function deltaText(events: readonly { readonly type: string }[]): string {
  return events.map((event) => readText(event, 'delta') ?? '').join('')
}
