// Server events of GA in the shapes of the beta API: flat sessions and responses, one event per new item, other names.
// Not reproduced: `temperature` is always the default. Rate limits, which come at another time, are beta-dialect.ts.

import type { Fault } from './faults.ts'
import type { RetrievedItem } from './items.ts'
import { renamedContentTypes, renamedEvents, renamedResponseFields, renamedSessionFields } from './renamed.ts'
import type { ResponseObject } from './responses.ts'
import type { ServerEvent } from './server-events.ts'
import type { RealtimeSessionObject, SessionObject, TranscriptionSessionObject } from './session-config.ts'
import type { AudioFormat } from './session-fields.ts'

const temperature = 0.8

/** Events that the beta did not have. */
const newInGa: ReadonlySet<string> = new Set([
  'conversation.item.done',
  'input_audio_buffer.timeout_triggered',
  'input_audio_buffer.dtmf_event_received',
])

/** The beta's events for one of GA: none for what it did not have. */
export function toBetaEvents(event: ServerEvent): readonly object[] {
  switch (event.type) {
    case 'session.created':
    case 'session.updated':
      return [betaSessionEvent(event.type, event.event_id, event.session)]
    case 'conversation.item.added':
      return [{ ...event, type: 'conversation.item.created', item: betaItem(event.item) }]
    case 'conversation.item.created':
    case 'conversation.item.retrieved':
    case 'response.output_item.added':
    case 'response.output_item.done':
      return [{ ...event, item: betaItem(event.item) }]
    case 'response.created':
    case 'response.done':
      return [{ ...event, response: betaResponse(event.response) }]
    default:
      return newInGa.has(event.type) ? [] : [renamed(event)]
  }
}

const betaNames = new Map(Object.entries(renamedEvents).flatMap(([beta, names]) => names.map((ga) => [ga, beta] as const)))

/** Deltas had no padding. */
function renamed(event: ServerEvent): object {
  const { type, ...rest } = event
  if ('obfuscation' in rest) delete rest.obfuscation
  return { type: betaNames.get(type) ?? type, ...rest }
}

function betaSessionEvent(type: 'session.created' | 'session.updated', event_id: string, session: SessionObject): object {
  if (session.type === 'realtime') return { type, event_id, session: betaSession(session) }
  return { type: `transcription_${type}`, event_id, session: betaTranscriptionSession(session) }
}

/** A session object as the beta had it: flat. */
export function toBetaSession(session: SessionObject): object {
  return session.type === 'realtime' ? betaSession(session) : betaTranscriptionSession(session)
}

function betaSession(session: RealtimeSessionObject): object {
  const { input, output } = session.audio
  return {
    id: session.id,
    object: 'realtime.session',
    model: session.model,
    expires_at: session.expires_at,
    modalities: betaModalities(session.output_modalities),
    instructions: session.instructions,
    voice: output.voice,
    speed: output.speed,
    turn_detection: input.turn_detection,
    input_audio_format: betaFormat(input.format),
    output_audio_format: betaFormat(output.format),
    input_audio_transcription: input.transcription,
    input_audio_noise_reduction: input.noise_reduction,
    tools: session.tools,
    tool_choice: session.tool_choice,
    temperature,
    max_response_output_tokens: session.max_output_tokens,
    tracing: session.tracing,
    prompt: session.prompt,
    include: session.include,
    client_secret: null,
  }
}

function betaTranscriptionSession({ id, expires_at, audio, include }: TranscriptionSessionObject): object {
  return {
    id,
    object: 'realtime.transcription_session',
    expires_at,
    turn_detection: audio.input.turn_detection,
    input_audio_format: betaFormat(audio.input.format),
    input_audio_transcription: audio.input.transcription,
    input_audio_noise_reduction: audio.input.noise_reduction,
    include,
  }
}

function betaResponse(response: ResponseObject): object {
  const { object, id, status, status_details, output, conversation_id, usage, metadata } = response
  return {
    object,
    id,
    status,
    status_details,
    output: output.map(betaItem),
    conversation_id,
    modalities: betaModalities(response.output_modalities),
    voice: response.audio.output.voice,
    output_audio_format: betaFormat(response.audio.output.format),
    temperature,
    max_output_tokens: response.max_output_tokens,
    usage,
    metadata,
  }
}

function betaItem(item: RetrievedItem): object {
  const { id, ...rest } = item
  const named = { id, object: 'realtime.item', ...rest }
  if (item.type !== 'message' || item.role !== 'assistant') return named
  return { ...named, content: item.content.map((part) => ({ ...part, type: betaContentTypes.get(part.type) ?? part.type })) }
}

const betaContentTypes = new Map(Object.entries(renamedContentTypes).map(([beta, ga]) => [ga, beta] as const))

function betaModalities(modalities: readonly string[]): string[] {
  return modalities.includes('audio') ? ['audio', 'text'] : ['text']
}

function betaFormat(format: AudioFormat): string {
  if (format.type === 'audio/pcm') return 'pcm16'
  return format.type === 'audio/pcmu' ? 'g711_ulaw' : 'g711_alaw'
}

/** The list of client events, as it was. */
function betaTypes(message: string): string {
  return message
    .replace("'session.update', 'session.close', ", "'session.update', 'transcription_session.update', ")
    .replace("'session.input_audio_buffer.append', ", '')
}

/** Paths of GA and of the beta, the longest first. */
const betaPaths = [
  ...Object.entries(renamedSessionFields).map(([beta, ga]) => [`session.${ga}`, `session.${beta}`] as const),
  ...Object.entries(renamedResponseFields).map(([beta, ga]) => [`response.${ga}`, `response.${beta}`] as const),
].sort(([one], [other]) => other.length - one.length)

/** A fault of the GA schemas, in the names that the client used. */
export function toBetaFault(fault: Fault): Fault {
  if (fault.param === 'type') return { ...fault, message: betaTypes(fault.message) }
  const found = betaPaths.find(([ga]) => fault.param === ga || fault.param?.startsWith(`${ga}.`))
  if (!found || fault.param === null) return fault
  const [ga, beta] = found
  return { ...fault, param: fault.param.replace(ga, beta), message: fault.message.replace(ga, beta) }
}
