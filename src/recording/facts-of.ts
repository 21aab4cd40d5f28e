// What a recording is compared by, taken from its entries: the events that count, what was said, functions, usage, and sound.

import type { WireAudioFormat } from '../../audio/types.ts'
import { isRecord, jsonOrText } from '../protocol/json.ts'
import { type EventEntry, isEvent, type NoteEntry, type TimelineEntry } from '../runtime/timeline.ts'
import { AudioInForce } from './audio-in-force.ts'

type Fields = Readonly<Record<string, unknown>>

/** One thing that is compared, and the entry where it stands. */
export interface Fact {
  readonly index: number
  /** What it is: 'user', 'assistant', 'call book_table' … */
  readonly label: string
  readonly value: unknown
}

export interface SoundFact {
  readonly index: number
  readonly label: string
  readonly format: WireAudioFormat
  readonly base64: readonly string[]
}

const field = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce((here: unknown, name) => (isRecord(here) ? here[name] : undefined), value)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Entries of each session, in order of appearance; entries of none are left out. */
export function sessionsOf(entries: readonly TimelineEntry[]): EventEntry[][] {
  const sessions = new Map<string, EventEntry[]>()
  for (const one of entries) {
    const entry = isEvent(one) ? one : refusalAsEvent(one)
    if (!entry) continue
    const known = sessions.get(entry.sessionId)
    if (known) known.push(entry)
    else sessions.set(entry.sessionId, [entry])
  }
  return [...sessions.values()]
}

/** A refused upgrade counts as an event of the service, so that it is compared. */
function refusalAsEvent({ note, ...rest }: NoteEntry): EventEntry | undefined {
  if (note.type !== 'refused') return undefined
  const { status, body, headers } = note
  return { ...rest, from: 'service', event: { type: `HTTP ${status} at the upgrade`, body, headers } } as unknown as EventEntry
}

/** Events that count for the order: the first delta of each text or sound, the first frame of each stretch of input. */
export function steps(events: readonly EventEntry[], ignored: ReadonlySet<string>): EventEntry[] {
  const streams = new Set<string>()
  let hearing = false
  return events.filter((entry) => {
    const { type } = entry.event
    if (type === 'rate_limits.updated' || ignored.has(type)) return false
    if (type.endsWith('input_audio_buffer.append')) {
      const isFirst = !hearing
      hearing = true
      return isFirst
    }
    if (entry.from === 'app') hearing = false
    if (!type.endsWith('.delta')) return true
    const { item_id, content_index } = entry.event as { item_id?: unknown; content_index?: unknown }
    const stream = JSON.stringify([type, item_id, content_index])
    if (streams.has(stream)) return false
    streams.add(stream)
    return true
  })
}

/** What was said, by whom; and what the app told the model to be. */
export function texts(events: readonly EventEntry[]): Fact[] {
  return events.flatMap(({ index, from, event }): Fact[] => {
    const { type } = event
    const fact = (label: string, value: unknown): Fact[] =>
      typeof value === 'string' && value !== '' ? [{ index, label, value }] : []
    if (from === 'app' && type === 'session.update') return fact('instructions', field(event, 'session', 'instructions'))
    if (from === 'app' && type === 'response.create')
      return fact('instructions of a response', field(event, 'response', 'instructions'))
    if (from === 'app' && type === 'conversation.item.create')
      return fact(String(field(event, 'item', 'role')), contentText(field(event, 'item')))
    if (type === 'conversation.item.input_audio_transcription.completed') return fact('user', field(event, 'transcript'))
    if (type !== 'response.done') return []
    return listOf(field(event, 'response', 'output')).flatMap((item) =>
      field(item, 'type') === 'message' || field(item, 'role') === 'assistant' ? fact('assistant', contentText(item)) : [],
    )
  })
}

function contentText(item: unknown): string {
  return listOf(field(item, 'content'))
    .map((part) => field(part, 'text') ?? field(part, 'transcript') ?? '')
    .filter((text) => text !== '')
    .join(' ')
}

/** Functions that the model called, and what the app returned. */
export function calls(events: readonly EventEntry[]): Fact[] {
  const names = new Map<unknown, unknown>()
  return events.flatMap(({ index, from, event }): Fact[] => {
    const item = field(event, 'item')
    const kind = field(item, 'type')
    if (event.type === 'response.output_item.done' && (kind === 'function_call' || kind === 'mcp_call')) {
      names.set(field(item, 'call_id'), field(item, 'name'))
      return [{ index, label: `call ${String(field(item, 'name'))}`, value: parsed(field(item, 'arguments')) }]
    }
    if (from !== 'app' || event.type !== 'conversation.item.create' || kind !== 'function_call_output') return []
    const name = names.get(field(item, 'call_id')) ?? 'a call'
    return [{ index, label: `output of ${String(name)}`, value: parsed(field(item, 'output')) }]
  })
}

function parsed(text: unknown): unknown {
  return typeof text === 'string' ? jsonOrText(text) : text
}

/** How each response ended and what it took. */
export function usage(events: readonly EventEntry[]): Fact[] {
  return events.flatMap(({ index, event }) => {
    if (event.type !== 'response.done') return []
    const { status, usage: tokens } = (field(event, 'response') ?? {}) as Fields
    return [{ index, label: 'response', value: { status, usage: tokens } }]
  })
}

/** Sound of each item of the service, and all that the app sent. */
export function sounds(entries: readonly TimelineEntry[], sessionId: string): SoundFact[] {
  const inForce = new AudioInForce()
  const found = new Map<string, { index: number; label: string; format: WireAudioFormat; base64: string[] }>()
  const add = (index: number, label: string, format: WireAudioFormat, base64: unknown): void => {
    if (typeof base64 !== 'string') return
    const key = `${label} ${JSON.stringify(format)}`
    const known = found.get(key)
    if (known) known.base64.push(base64)
    else found.set(key, { index, label, format, base64: [base64] })
  }
  for (const entry of entries) {
    inForce.follow(entry)
    if (!isEvent(entry) || entry.sessionId !== sessionId) continue
    const { event, index } = entry
    if (event.type.endsWith('input_audio_buffer.append')) add(index, 'input', inForce.input(sessionId), field(event, 'audio'))
    if (event.type.endsWith('audio.delta'))
      add(
        index,
        String(field(event, 'item_id') ?? 'output'),
        inForce.output(sessionId, field(event, 'response_id')),
        field(event, 'delta'),
      )
  }
  return [...found.values()]
}
