// Client events of the beta API, as GA would have them. What the beta did not know is refused here, by the beta's names;
// everything else is judged by the GA schemas.

import type { Fault, Refused } from './faults.ts'
import { fault } from './faults.ts'
import { aboveMaximum, belowMinimum, invalidValue, unknownParameter } from './field-faults.ts'
import { isRecord } from './json.ts'
import { renamedAudioFormats, renamedContentTypes, renamedResponseFields, renamedSessionFields } from './renamed.ts'

export type Translated = { readonly value: unknown } | { readonly fault: Fault }
type Fields = Readonly<Record<string, unknown>>

/** Fields that beta and GA have in common. */
const keptSessionFields = new Set(['instructions', 'tools', 'tool_choice', 'tracing', 'truncation', 'prompt', 'include', 'model'])
const keptResponseFields = new Set([
  'instructions',
  'tools',
  'tool_choice',
  'max_output_tokens',
  'conversation',
  'metadata',
  'prompt',
  'input',
])
const temperatureRange = { min: 0.6, max: 1.2 }

/** A beta client event in the terms of GA, or the fault that refuses it. Types that both know pass as they are. */
export function fromBetaEvent(event: Fields): Translated {
  const refused = typeof event.event_id === 'string' ? { event_id: event.event_id } : {}
  switch (event.type) {
    case 'session.update':
      return nested(event, 'session', (fields) => lift(fields, { parent: 'session', type: 'realtime' }, refused))
    case 'transcription_session.update': {
      const update = { ...event, type: 'session.update' }
      return nested(update, 'session', (fields) => lift(fields, { parent: 'session', type: 'transcription' }, refused))
    }
    case 'response.create':
      return nested(event, 'response', (fields) => lift(fields, { parent: 'response' }, refused))
    case 'conversation.item.create':
      return { value: isRecord(event.item) ? { ...event, item: fromBetaItem(event.item) } : event }
    default:
      return { value: event }
  }
}

function nested(event: Fields, key: string, translate: (fields: Fields) => Translated): Translated {
  const fields = event[key]
  if (!isRecord(fields)) return { value: event }
  const translated = translate(fields)
  return 'fault' in translated ? translated : { value: { ...event, [key]: translated.value } }
}

interface Target {
  readonly parent: 'session' | 'response'
  /** GA's kind of session, which the beta told by the event's name. */
  readonly type?: 'realtime' | 'transcription'
}

/** Flat fields to their places under `audio`. */
function lift(fields: Fields, { parent, type }: Target, refused: Refused): Translated {
  const kept = parent === 'session' ? keptSessionFields : keptResponseFields
  const renamed = parent === 'session' ? renamedSessionFields : renamedResponseFields
  const lifted: Record<string, unknown> = type ? { type } : {}
  for (const [key, value] of Object.entries(fields)) {
    const param = `${parent}.${key}`
    if (kept.has(key)) lifted[key] = key === 'input' && Array.isArray(value) ? value.map(fromBetaItem) : value
    else if (!Object.hasOwn(renamed, key)) return { fault: unknownParameter(param, refused) }
    else {
      const found = convert(key, value, param, refused)
      if ('fault' in found) return found
      const path = renamed[key]
      if (path) setAt(lifted, path.split('.'), found.value)
    }
  }
  return { value: lifted }
}

function convert(key: string, value: unknown, param: string, refused: Refused): Translated {
  if (key === 'modalities' && Array.isArray(value)) return modalities(value, param, refused)
  if (key.endsWith('_audio_format') && typeof value === 'string') return audioFormat(value, param, refused)
  if (key === 'temperature' && typeof value === 'number') return temperature(value, param, refused)
  if (key === 'turn_detection' && isRecord(value)) return { value: { type: 'server_vad', ...value } }
  return { value }
}

function modalities(value: readonly unknown[], param: string, refused: Refused): Translated {
  const names = [...value].map(String).sort().join()
  if (names === 'audio,text') return { value: ['audio'] }
  if (names === 'text') return { value: ['text'] }
  const list = value.map((name) => `'${String(name)}'`).join(', ')
  const message = `Invalid modalities: [${list}]. Supported combinations are: ['text'] and ['audio', 'text'].`
  return { fault: fault('invalid_value', message, param, refused) }
}

function audioFormat(value: string, param: string, refused: Refused): Translated {
  const found = Object.entries(renamedAudioFormats).find(([name]) => name === value)
  if (found) return { value: found[1] }
  return { fault: invalidValue(param, value, Object.keys(renamedAudioFormats), refused) }
}

/** GA has none: in range it is dropped. */
function temperature(value: number, param: string, refused: Refused): Translated {
  const { min, max } = temperatureRange
  if (value < min) return { fault: belowMinimum(param, { limit: min, value, kind: 'decimal' }, refused) }
  if (value > max) return { fault: aboveMaximum(param, { limit: max, value, kind: 'decimal' }, refused) }
  return { value }
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (key === undefined) return
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const inner = isRecord(target[key]) ? target[key] : {}
  target[key] = inner
  setAt(inner, rest, value)
}

/** Only what the assistant wrote is named differently. */
function fromBetaItem(item: unknown): unknown {
  if (!isRecord(item) || item.role !== 'assistant' || !Array.isArray(item.content)) return item
  return { ...item, content: item.content.map(fromBetaPart) }
}

function fromBetaPart(part: unknown): unknown {
  if (!isRecord(part) || typeof part.type !== 'string') return part
  return Object.hasOwn(renamedContentTypes, part.type) ? { ...part, type: renamedContentTypes[part.type] } : part
}
