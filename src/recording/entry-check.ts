// What one line of a recording must be, before anything is done with it: others may have written it, or edited it.

import { isRecord } from '../protocol/json.ts'
import type { Note } from '../runtime/timeline.ts'

type Kind = 'string' | 'number' | 'boolean' | 'any'

/** Fields that readers of the timeline rely on, by note. */
const noteFields: { readonly [K in Note['type']]: Readonly<Record<string, Kind>> } = {
  connected: { url: 'string' },
  refused: { url: 'string', status: 'number' },
  closed: { code: 'number', reason: 'string', by: 'string' },
  selected: { responseId: 'string', name: 'string' },
  engine: { part: 'string', name: 'string' },
  said: { text: 'string', startMs: 'number', endMs: 'number', injected: 'boolean' },
  played: { itemId: 'string', heardMs: 'number', stopped: 'boolean' },
  finding: { message: 'string' },
  injected: { fault: 'any' },
  call: { callId: 'string', what: 'string' },
  phone: { callId: 'string', by: 'string', what: 'string' },
  rest: { method: 'string', path: 'string', status: 'number' },
  garbage: { bytes: 'number' },
}

const sources = { event: ['app', 'service'], note: ['kit', 'caller'] } as const

/** Timers and dates end somewhere. */
const longestMs = 366 * 24 * 3_600_000

/** What is wrong with a line, as the end of a sentence that begins with it; undefined when it is an entry. */
export function entryProblem(line: Readonly<Record<string, unknown>>): string | undefined {
  const { atMs, sessionId = '', from, event, note, cause } = line
  if (typeof atMs !== 'number' || !Number.isFinite(atMs)) return `has no "atMs" (milliseconds, a number)`
  if (Math.abs(atMs) > longestMs) return `has "atMs": ${atMs}, which is more than a year`
  if (typeof sessionId !== 'string') return 'has a "sessionId" that is no text'
  if ((event === undefined) === (note === undefined)) return 'needs either an "event" or a "note"'
  const names: readonly unknown[] = sources[event === undefined ? 'note' : 'event']
  if (!names.includes(from)) return `has "from": ${JSON.stringify(from)}; allowed: ${names.map((name) => `"${name}"`).join(', ')}`
  if (cause !== undefined && typeof cause !== 'string' && !isRecord(cause)) return 'has a "cause" that is no text'
  return event === undefined ? noteProblem(note) : eventProblem(event)
}

function eventProblem(event: unknown): string | undefined {
  if (!isRecord(event)) return 'has an "event" that is no object'
  return typeof event.type === 'string' ? undefined : 'has an "event" without a "type"'
}

function noteProblem(note: unknown): string | undefined {
  if (!isRecord(note)) return 'has a "note" that is no object'
  const fields = Object.hasOwn(noteFields, String(note.type)) ? noteFields[note.type as Note['type']] : undefined
  if (!fields) return `has a "note" of the unknown type ${JSON.stringify(note.type)} (a newer vitest-realtime may know it)`
  const wrong = Object.entries(fields).find(([name, kind]) =>
    kind === 'any' ? note[name] === undefined : typeof note[name] !== kind,
  )
  return wrong && `has a note "${String(note.type)}" whose "${wrong[0]}" is no ${wrong[1]}`
}
