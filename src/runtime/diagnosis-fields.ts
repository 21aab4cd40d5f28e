// Refusals of what an event holds: names of the beta, missing and misspelt fields, wrong types and values, frames that are no
// event. Part of diagnosis.ts.

import { allClientEventTypes, isAnyClientEventType, isAnyServerEventType } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import { gaNamesOf, renamedAudioFormats, renamedResponseFields, renamedSessionFields } from '../protocol/renamed.ts'
import { nearName } from '../responses/near-name.ts'
import type { Diagnosis, Rule } from './diagnosis.ts'
import { wrongShape } from './diagnosis-shapes.ts'

/** Fields of GA, for near misses. */
const knownFields: Readonly<Record<string, readonly string[]>> = {
  session: [
    ...['type', 'model', 'output_modalities', 'instructions', 'audio', 'tools', 'tool_choice', 'max_output_tokens'],
    ...['tracing', 'prompt', 'truncation', 'include', 'reasoning', 'parallel_tool_calls'],
  ],
  'session.audio': ['input', 'output'],
  'session.audio.input': ['format', 'transcription', 'noise_reduction', 'turn_detection'],
  'session.audio.output': ['format', 'voice', 'speed'],
  'session.audio.input.transcription': ['model', 'language', 'prompt', 'delay', 'keywords', 'languages'],
  'session.audio.input.turn_detection': [
    ...['type', 'threshold', 'prefix_padding_ms', 'silence_duration_ms', 'idle_timeout_ms'],
    ...['create_response', 'interrupt_response', 'eagerness'],
  ],
  response: [
    ...['instructions', 'output_modalities', 'audio', 'tools', 'tool_choice', 'max_output_tokens', 'metadata', 'prompt'],
    ...['conversation', 'input', 'reasoning', 'parallel_tool_calls'],
  ],
  item: ['id', 'type', 'role', 'content', 'call_id', 'name', 'arguments', 'output', 'status', 'object'],
}

const wholeUpdate = 'Nothing of the event was applied.'

/** Beta fields, flat under `session` or `response`. */
const betaField: Rule = ({ error: { param } }) => {
  const [parent = '', field = '', ...rest] = (param ?? '').split('.')
  const renamed = parent === 'session' ? renamedSessionFields : parent === 'response' ? renamedResponseFields : {}
  if (rest.length > 0 || !Object.hasOwn(renamed, field)) return undefined
  const now = renamed[field]
  const message = `\`${param}\` is a field of the beta API. ${wholeUpdate}`
  if (!now) return { code: 'beta_field', message, mend: 'GA has nothing in its place: leave it out.' }
  const values =
    field === 'modalities' ? " (['audio'] or ['text'], never both)" : field.endsWith('_format') ? ` (an object: ${formats})` : ''
  return { code: 'beta_field', message, mend: `In GA it is \`${parent}.${now}\`${values}.` }
}

const formats = Object.values(renamedAudioFormats)
  .map((format) => `{ type: '${format.type}' }`)
  .join(', ')

const unknownField: Rule = ({ error: { param } }) => {
  if (!param?.includes('.')) return undefined
  const parent = param.slice(0, param.lastIndexOf('.'))
  const field = param.slice(parent.length + 1)
  const known = knownFields[parent.replaceAll(/\[\d+\]/g, '')] ?? []
  const near = nearName(
    field,
    known.filter((name) => name !== field),
  )
  const elsewhere = Object.entries(knownFields).find(
    ([place, names]) => names.includes(field) && place !== parent && sameEvent(place, parent),
  )?.[0]
  const mend = near
    ? `Did you mean \`${parent}.${near}\`?`
    : elsewhere
      ? `Its place is \`${elsewhere}.${field}\`.`
      : 'Leave it out: the service refuses events with fields that it does not know.'
  return { code: 'unknown_field', message: `There is no field \`${param}\`. ${wholeUpdate}`, mend }
}

const sameEvent = (place: string, other: string): boolean => place.split('.')[0] === other.split('.')[0]

const noSessionType: Rule = ({ error: { param } }) =>
  param === 'session.type'
    ? {
        code: 'session_type_missing',
        message: `session.update does not say which kind of session it is for. ${wholeUpdate}`,
        mend: "Add type: 'realtime' (or 'transcription') to `session`, in each update; the beta had no such field.",
      }
    : undefined

const fieldMissing: Rule = ({ error: { param }, event }) =>
  param ? { code: 'field_missing', message: `${nameOf(event)} lacks \`${param}\`. ${wholeUpdate}`, mend: 'Add it.' } : undefined

const wrongRate: Rule = ({ error: { param }, event }) => {
  if (param !== 'session.audio.input.format.rate' && param !== 'session.audio.output.format.rate') return undefined
  const mend = formatMend(event?.session, param.includes('.input.') ? 'input' : 'output') ?? 'audio/pcm runs at 24000.'
  return {
    code: 'wrong_sample_rate',
    message: `The app wants PCM at a rate that the service does not have. ${wholeUpdate}`,
    mend,
  }
}

/** The mend of a rate that a PCM format does not have, or of the beta's modalities: the usual slips in a `session.update`. */
export function formatMend(session: unknown, end: 'input' | 'output' = 'input'): string | undefined {
  const { type, rate } = fieldsOf(fieldsOf(fieldsOf(fieldsOf(session).audio)[end]).format)
  if (type === 'audio/pcm' && typeof rate === 'number' && rate < 24_000) {
    return rate === 8000
      ? `audio/pcm runs at 24000; ${rate} Hz suits audio/pcmu.`
      : `audio/pcm runs at 24000: resample the sound of ${rate} Hz.`
  }
  const { modalities } = fieldsOf(session)
  return Array.isArray(modalities) && modalities.length > 0
    ? 'The beta field `modalities` is `output_modalities` in GA.'
    : undefined
}

const unknownType: Rule = ({ error: { param }, event }) => {
  const type = event?.type
  if (param !== 'type' || typeof type !== 'string') return undefined
  const message = `The service takes no event '${type}' on this connection.`
  const say = (mend: string): Diagnosis => ({ code: 'unknown_event', message, mend })
  if (type === 'output_audio_buffer.clear')
    return say('It is for WebRTC and SIP, where the service plays the sound: here the app stops its own loudspeaker.')
  if (type.startsWith('session.') && isAnyClientEventType(type))
    return say('It is for translation sessions (/v1/realtime/translations).')
  const [ga] = gaNamesOf(type)
  if (ga) return say(`It is a name of the beta API; in GA it is '${ga}'.`)
  if (isAnyServerEventType(type)) return say('It is an event of the service, which the app listens to and never sends.')
  const near = nearName(type, allClientEventTypes)
  return near ? say(`Did you mean '${near}'?`) : say('The error lists the events that there are.')
}

const bothModalities: Rule = ({ error: { param } }) =>
  param?.endsWith('output_modalities')
    ? {
        code: 'modalities',
        message: `The app asks for a combination of modalities that there is not. ${wholeUpdate}`,
        mend: "Write ['audio'], whose transcript comes with it, or ['text'].",
      }
    : undefined

const notBase64: Rule = ({ error: { param, message } }) =>
  param?.endsWith('audio') && message.includes('base64')
    ? {
        code: 'audio_not_base64',
        message: `What the app sent in \`${param}\` is not base64: the sound was dropped.`,
        mend: "Encode the bare samples, for example Buffer.from(samples.buffer).toString('base64'): no data: URL, no WAV header.",
      }
    : undefined

/** Only where the error lists them. */
const wrongValue: Rule = ({ error: { param, message }, event }) =>
  param && /Supported values are|Value must be|Supported combinations/.test(message)
    ? {
        code: 'wrong_value',
        message: `${nameOf(event)} has a value in \`${param}\` that the service does not take. ${wholeUpdate}`,
        mend: 'The error says which values it takes.',
      }
    : undefined

/** JSON has no NaN: what the app computed was no number. */
const notANumber: Rule = ({ error: { param, message } }) =>
  /expected (?:an integer|a decimal number), but got null/.test(message)
    ? {
        code: 'not_a_number',
        message: `\`${param}\` came as null where a number must be: NaN and Infinity become null in JSON.`,
        mend: 'Look at what the app computes it from.',
      }
    : undefined

const notAnInteger: Rule = ({ error: { param, message } }) =>
  /expected an integer, but got a decimal number/.test(message)
    ? { code: 'not_an_integer', message: `\`${param}\` must be a whole number. ${wholeUpdate}`, mend: 'Round it: Math.floor(…).' }
    : undefined

const wrongType: Rule = ({ error: { param }, event }) =>
  param
    ? {
        code: 'wrong_type',
        message: `${nameOf(event)} has a wrong type in \`${param}\`. ${wholeUpdate}`,
        mend: 'The error says which type it takes.',
      }
    : undefined

const outOfRange: Rule = ({ error: { param } }) =>
  param
    ? {
        code: 'out_of_range',
        message: `\`${param}\` lies outside of what the service takes. ${wholeUpdate}`,
        mend: 'The error says where the range ends.',
      }
    : undefined

const longId: Rule = ({ error: { param } }) =>
  param?.endsWith('.id')
    ? {
        code: 'item_id_too_long',
        message: `The app gave an item an id that is too long. ${wholeUpdate}`,
        mend: 'Leave the id out (the service makes one), or shorten it: a UUID without its dashes has 32 characters.',
      }
    : undefined

const binary: Rule = ({ error: { message } }) =>
  message.includes('binary')
    ? {
        code: 'binary_frame',
        message: 'The app sent a binary frame: the service reads text frames only, and dropped it.',
        mend: "Send JSON.stringify({ type: 'input_audio_buffer.append', audio }) as text, the sound in base64.",
      }
    : { code: 'no_event', message: 'The app sent JSON that is no event.', mend: 'An event is an object with a `type`.' }

const notJson: Rule = () => ({
  code: 'not_json',
  message: 'The app sent a text that is no JSON: the service dropped it.',
  mend: 'Send one event per frame, made by JSON.stringify.',
})

/** By wire code, the most particular rule first. */
export const fieldRules: Readonly<Record<string, readonly Rule[]>> = {
  unknown_parameter: [betaField, unknownField],
  missing_required_parameter: [noSessionType, wrongShape, fieldMissing],
  integer_below_min_value: [wrongRate, outOfRange],
  integer_above_max_value: [outOfRange],
  decimal_below_min_value: [outOfRange],
  decimal_above_max_value: [outOfRange],
  invalid_type: [notANumber, notAnInteger, wrongShape, wrongType],
  invalid_value: [unknownType, bothModalities, notBase64, wrongShape],
  string_above_max_length: [longId],
  invalid_event: [binary],
  invalid_json: [notJson],
}

/** After the rules of what the session was doing, which have the same code. */
export const lastValueRules: readonly Rule[] = [wrongValue]

function nameOf(event: { readonly type?: unknown } | undefined): string {
  return typeof event?.type === 'string' ? event.type : 'The event'
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}
