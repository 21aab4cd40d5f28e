// What the app did wrong, in plain words, and what to do instead: for each refusal of the service, where the facts are sure.
// The wire says only what the live service says; this goes to the timeline. Rules by subject: diagnosis-fields.ts (what an event
// holds), diagnosis-shapes.ts (shapes of other APIs), diagnosis-kinds.ts (what belongs to another kind of session),
// diagnosis-state.ts (what the session was doing). Pure: facts in, words out.

import { fieldRules } from './diagnosis-fields.ts'
import { kindRules } from './diagnosis-kinds.ts'
import { stateRules } from './diagnosis-state.ts'
import { isEvent, type TimelineEntry } from './timeline.ts'

/** One finding: `message` is what happened, `mend` what to do instead. */
export interface Diagnosis {
  /** Stable; `message` and `mend` are not. */
  readonly code: string
  readonly message: string
  readonly mend: string
}

export type Fields = Readonly<Record<string, unknown>>

/** A refusal and all that is known around it. */
export interface Refusal {
  readonly error: { readonly code: string | null; readonly message: string; readonly param: string | null }
  /** What the app sent, as it was sent; undefined for a frame that held no event. */
  readonly event: Fields | undefined
  /** The session object in force. */
  readonly config: unknown
  /** Entries of the session before the refusal, oldest first. */
  readonly history: readonly TimelineEntry[]
}

export type Rule = (refusal: Refusal) => Diagnosis | undefined

/** By wire code, the most particular rule first; '' for errors that have none. */
const rules: Readonly<Record<string, readonly Rule[]>> = mergeRules(kindRules, fieldRules, stateRules)

/** What an `error` means that the service sent to the app; undefined where nothing can be added to its own words. */
export function diagnoseError(refusal: Refusal): Diagnosis | undefined {
  for (const rule of rules[refusal.error.code ?? ''] ?? []) {
    const diagnosis = rule(refusal)
    if (diagnosis) return diagnosis
  }
  return undefined
}

/** What the live service takes without a word and without effect. */
export function diagnoseSilence(event: Fields, config: unknown): Diagnosis | undefined {
  const wanted = at(event, 'session.model')
  const model = at(config, 'model')
  if (event.type !== 'session.update' || typeof wanted !== 'string' || typeof model !== 'string' || wanted === model)
    return undefined
  return {
    code: 'model_kept',
    message: `session.update named the model ${wanted}: the service keeps ${model} and says nothing about it.`,
    mend: 'A session keeps the model that it was opened with (?model=…, or that of its ephemeral key): open another one.',
  }
}

/** Why the service ended a session by itself. */
export function diagnoseClose({ code, reason }: { readonly code: number; readonly reason: string }): Diagnosis | undefined {
  if (/^Message too big/.test(reason)) {
    const mend = 'Send sound in smaller pieces: some 100 ms per input_audio_buffer.append is usual.'
    return {
      code: 'message_too_big',
      message: `The app sent a message that is too big, so the session was closed (${code}).`,
      mend,
    }
  }
  if (!/maximum duration/.test(reason)) return undefined
  const mend = 'Open a new session, at best before that, and give it what it must know: a session is not prolonged.'
  return { code: 'session_expired', message: `The session was as old as a session gets: ${reason}`, mend }
}

/** What a session was left with that the app never made use of; for the end of a test. */
export function diagnoseEnd(history: readonly TimelineEntry[], config: unknown): Diagnosis[] {
  const sent = history.flatMap((entry) => (isEvent(entry) && entry.from === 'app' ? [entry.event as unknown as Fields] : []))
  return [neverCommitted(history, sent, config), outputUnused(history)].filter((found) => found !== undefined)
}

/** That sound was listened to, by turn detection too while it was on, or dropped on purpose. */
const heardSigns: ReadonlySet<string> = new Set([
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'input_audio_buffer.committed',
])

function neverCommitted(history: readonly TimelineEntry[], sent: readonly Fields[], config: unknown): Diagnosis | undefined {
  if (at(config, 'audio.input.turn_detection') !== null) return undefined
  if (!sent.some(({ type }) => type === 'input_audio_buffer.append')) return undefined
  if (history.some((entry) => isEvent(entry) && heardSigns.has(entry.event.type))) return undefined
  const code = 'audio_never_committed'
  if (at(config, 'type') === 'transcription') {
    const message = 'The app appended sound with turn detection off and never committed any of it: no transcript was completed.'
    return { code, message, mend: 'Send input_audio_buffer.commit at the end of each stretch of speech.' }
  }
  return {
    code,
    message: 'The app appended sound with turn detection off and never committed any of it: the model has not heard it.',
    mend: 'Send input_audio_buffer.commit and response.create at the end of a turn, or turn turn_detection on.',
  }
}

function outputUnused(history: readonly TimelineEntry[]): Diagnosis | undefined {
  const events = history.filter(isEvent)
  const last = events.findLastIndex(
    ({ event }) => at(event, 'item.type') === 'function_call_output' && event.type === 'conversation.item.create',
  )
  const output = events[last]
  if (!output || events.slice(last).some(({ event }) => event.type === 'response.create' || event.type === 'response.created'))
    return undefined
  // A function that hangs up has nothing more to say.
  if (history.some((entry) => !isEvent(entry) && entry.note.type === 'closed' && entry.note.by === 'app')) return undefined
  return {
    code: 'output_without_response',
    message: `The app returned the output of a function (#${output.index}) and asked for no response after it: the model says nothing about it.`,
    mend: 'Send response.create after the function_call_output, unless it is meant to be silent.',
  }
}

/** The value at a dotted path. */
function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value)
}

function mergeRules(...tables: readonly Readonly<Record<string, readonly Rule[]>>[]): Record<string, readonly Rule[]> {
  const merged: Record<string, readonly Rule[]> = {}
  for (const table of tables) for (const [code, list] of Object.entries(table)) merged[code] = [...(merged[code] ?? []), ...list]
  return merged
}
