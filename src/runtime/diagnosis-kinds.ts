// Refusals of what belongs to another kind of session: conversation, transcription or translation, server_vad or semantic_vad.
// Part of diagnosis.ts; its rules go before those that know one kind only.

import { isAnyClientEventType, isTranslationClientEventType } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import { nearName } from '../responses/near-name.ts'
import type { Diagnosis, Refusal, Rule } from './diagnosis.ts'

const wholeUpdate = 'Nothing of the event was applied.'

const translationFields =
  'An update of a translation session takes audio.input.transcription, audio.input.noise_reduction and audio.output.language.'
const translationEvents =
  'It takes session.update, session.input_audio_buffer.append and session.close: it translates by itself, and has no conversation.'

/** For near misses. */
const fieldsOfTranslation: Readonly<Record<string, readonly string[]>> = {
  session: ['audio'],
  'session.audio': ['input', 'output'],
  'session.audio.input': ['transcription', 'noise_reduction'],
  'session.audio.output': ['language'],
}

const translationField: Rule = (refusal) => {
  const { param } = refusal.error
  if (kindOf(refusal) !== 'translation' || !param?.startsWith('session.')) return undefined
  const say = (mend: string): Diagnosis => ({
    code: 'not_in_translation',
    message: `A translation session has no \`${param}\`. ${wholeUpdate}`,
    mend,
  })
  if (param === 'session.type' || param === 'session.model') return say('Leave it out: kind and model come from the URL.')
  const parent = param.slice(0, param.lastIndexOf('.'))
  const near = nearName(param.slice(parent.length + 1), fieldsOfTranslation[parent] ?? [])
  return say(near === undefined ? translationFields : `Did you mean \`${parent}.${near}\`?`)
}

const translationEvent: Rule = (refusal) => {
  const { error, event } = refusal
  const type = event?.type
  if (kindOf(refusal) !== 'translation' || error.param !== 'type' || typeof type !== 'string') return undefined
  if (!isAnyClientEventType(type) || isTranslationClientEventType(type)) return undefined
  const own = `session.${type}`
  return {
    code: 'not_in_translation',
    message: `The app sent '${type}' to a translation session, which does not know it.`,
    mend: isTranslationClientEventType(own) ? `There it is '${own}'.` : translationEvents,
  }
}

const transcriptionField: Rule = (refusal) => {
  const { param } = refusal.error
  if (kindOf(refusal) !== 'transcription' || !param || !onlyOfConversations.has(param)) return undefined
  const model = 'Its model is `session.audio.input.transcription.model`.'
  return {
    code: 'not_in_transcription',
    message: `A transcription session has no \`${param}\`. ${wholeUpdate}`,
    mend: param === 'session.model' ? model : 'It takes audio.input and include: it only writes down what it hears.',
  }
}

const onlyOfConversations: ReadonlySet<string> = new Set(
  [
    ...['model', 'output_modalities', 'instructions', 'audio.output', 'tools', 'tool_choice', 'max_output_tokens'],
    ...['tracing', 'prompt', 'truncation', 'reasoning', 'parallel_tool_calls'],
  ].map((field) => `session.${field}`),
)

const detection = 'session.audio.input.turn_detection'
const onlyOfServerVad = ['threshold', 'prefix_padding_ms', 'silence_duration_ms', 'idle_timeout_ms']

const detectionField: Rule = ({ error: { param }, event }) => {
  const field = param?.startsWith(`${detection}.`) ? param.slice(detection.length + 1) : ''
  const type = at(event, `${detection}.type`)
  const owner = field === 'eagerness' ? 'semantic_vad' : onlyOfServerVad.includes(field) ? 'server_vad' : undefined
  if (owner === undefined || typeof type !== 'string' || type === owner) return undefined
  return {
    code: 'other_turn_detection',
    message: `\`${field}\` is a field of ${owner}, and this is ${type}. ${wholeUpdate}`,
    mend: `Leave it out, or set the type to '${owner}'.`,
  }
}

/** By wire code. */
export const kindRules: Readonly<Record<string, readonly Rule[]>> = {
  unknown_parameter: [translationField, transcriptionField, detectionField],
  invalid_value: [translationEvent],
}

function kindOf({ config }: Refusal): unknown {
  return isRecord(config) ? config.type : undefined
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value)
}
