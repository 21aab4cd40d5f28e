// The likely slip behind an event that never came, as a sentence that ends a failure message. A table of rules over the timeline:
// each looks at the facts and speaks only when it is sure of them.

import { whyNeverSent } from '../src/protocol/never-sent.ts'
import { read, readText } from '../src/report/fields.ts'
import { quoted, shortId } from '../src/report/print.ts'
import type { Subject } from '../src/runtime/subject.ts'
import { type EventEntry, findingText } from '../src/runtime/timeline.ts'
import type { MatcherCall } from './received.ts'
import { configBefore } from './session-events.ts'

/** An event that was expected and is not there. */
interface Missing {
  readonly subject: Subject
  readonly sessionId: string
  /** Undefined for predicates. */
  readonly type: string | undefined
  /** Events of the session, in order. */
  readonly events: readonly EventEntry[]
  /** The entry that it was expected after. */
  readonly after: EventEntry | undefined
}

type Rule = (missing: Missing) => string | undefined

function config(missing: Missing, path: string): unknown {
  return read(configBefore(missing.subject, missing.sessionId), path)
}

function has(missing: Missing, type: string): boolean {
  return missing.events.some((entry) => entry.event.type === type)
}

function isAbout(missing: Missing, ...beginnings: string[]): boolean {
  return beginnings.some((beginning) => missing.type?.startsWith(beginning))
}

/** Sound from the app, or from a caller who speaks straight into the service's ear. */
function hasSound(missing: Missing): boolean {
  return (
    has(missing, 'input_audio_buffer.append') ||
    missing.subject.timeline.entries.some(
      (entry) => entry.sessionId === missing.sessionId && 'note' in entry && entry.note.type === 'said',
    )
  )
}

const neverOnGa: Rule = ({ type }) =>
  type === 'conversation.item.created'
    ? 'The GA service never sends conversation.item.created: it sends conversation.item.added, then conversation.item.done.'
    : undefined

const noSound: Rule = (missing) => {
  if (!isAbout(missing, 'input_audio_buffer.speech_', 'input_audio_buffer.committed')) return undefined
  if (!hasSound(missing)) return 'No sound reached the service: there is no input_audio_buffer.append.'
  if (config(missing, 'audio.input.turn_detection') !== null) return undefined
  return 'Turn detection is off (audio.input.turn_detection is null): the service reports no speech; the app commits by itself.'
}

const neverSent: Rule = ({ subject, sessionId, type }) => type && whyNeverSent(type, { config: configBefore(subject, sessionId) })

const otherModality: Rule = (missing) => {
  const modalities = config(missing, 'output_modalities')
  if (!Array.isArray(modalities)) return undefined
  if (isAbout(missing, 'response.output_text') && modalities.includes('audio')) {
    return 'The session answers in audio (output_modalities): its words come as response.output_audio_transcript.*.'
  }
  if (isAbout(missing, 'response.output_audio') && !modalities.includes('audio')) {
    return 'The session answers in text (output_modalities): its words come as response.output_text.*.'
  }
  return undefined
}

const callUnanswered: Rule = (missing) => {
  if (!isAbout(missing, 'response.')) return undefined
  const calls = missing.subject
    .responses()
    .flatMap((response) => (response.sessionId === missing.sessionId ? response.calls : []))
  const open = calls.find((call) => call.output === undefined)
  if (open) return `The app never sent the function_call_output of ${open.name} (${shortId(open.callId)}), so the model waits.`
  const last = missing.events.findLast((entry) => entry.from === 'app' && entry.event.type !== 'input_audio_buffer.append')
  return readText(last?.event, 'item.type') === 'function_call_output'
    ? 'The app returned the output of a function and sent no response.create after it: the model answers only when asked.'
    : undefined
}

const nobodyAsked: Rule = (missing) => {
  if (!isAbout(missing, 'response.') || missing.type === 'response.create' || missing.type === 'response.cancel') return undefined
  if (has(missing, 'response.created') || has(missing, 'response.create')) return undefined
  const vad = config(missing, 'audio.input.turn_detection')
  if (vad === null) return 'Nothing asked for a response: no response.create, and turn detection is off.'
  return hasSound(missing)
    ? undefined
    : 'Nothing asked for a response: no response.create, and no sound that could have ended a turn.'
}

const notCut: Rule = (missing) => {
  const started = missing.events.findLast((entry) => entry.event.type === 'input_audio_buffer.speech_started')
  if (!started) return undefined
  if (missing.type === 'response.cancel' && config(missing, 'audio.input.turn_detection.interrupt_response') === true) {
    return 'The service stops the response itself when the caller speaks (turn_detection.interrupt_response): no cancel needed.'
  }
  if (missing.type !== 'conversation.item.truncate') return undefined
  return 'After an interruption the app must send conversation.item.truncate itself, else the model believes that all was heard.'
}

const answeredByError: Rule = (missing) => {
  const error = missing.events.findLast((entry) => entry.event.type === 'error' && entry.index > (missing.after?.index ?? -1))
  if (!error || missing.type === 'error') return undefined
  const cause = error.cause === undefined ? '' : ` as answer to #${error.cause}`
  const said = `The service sent an error (#${error.index})${cause}: ${quoted(readText(error.event, 'error.message') ?? '', 120)}`
  const why = findingAfter(missing, error)
  return why === undefined ? said : `${said} ${why}`
}

/** What the kit has to say to an error: its finding stands right behind it. */
function findingAfter({ subject, sessionId }: Missing, error: EventEntry): string | undefined {
  const next = subject.timeline.entries.find(({ index }) => index === error.index + 1)
  if (!next || !('note' in next) || next.note.type !== 'finding' || next.sessionId !== sessionId) return undefined
  return next.note.code === undefined ? undefined : findingText(next.note)
}

const closed: Rule = (missing) => {
  const note = missing.subject.timeline.entries.findLast(
    (entry) => entry.sessionId === missing.sessionId && 'note' in entry && entry.note.type === 'closed',
  )
  return note && 'note' in note && note.note.type === 'closed'
    ? `The session was closed at #${note.index} by the ${note.note.by} (${note.note.code}).`
    : undefined
}

const rules: readonly Rule[] = [
  neverOnGa,
  answeredByError,
  noSound,
  neverSent,
  otherModality,
  callUnanswered,
  nobodyAsked,
  notCut,
  closed,
]

/**
 * Likely slips behind an event that a call did not find, session by session, the best first; at most two.
 *
 * @param type the event's; undefined for predicates
 * @param where the entry that it was expected after, and the one session that counts; by default all of the subject's
 */
export function likelySlips(
  { subject }: MatcherCall,
  type: string | undefined,
  where: { readonly after?: EventEntry | undefined; readonly within?: string | undefined } = {},
): string[] {
  const { after, within } = where
  return subject
    .sessionIds()
    .filter((sessionId) => within === undefined || sessionId === within)
    .flatMap((sessionId) => {
      const events = subject.timeline.events.filter((entry) => entry.sessionId === sessionId)
      return rules.flatMap((rule) => rule({ subject, sessionId, type, events, after }) ?? [])
    })
    .slice(0, 2)
}

/** When there is nothing to look at. */
export const noSessionMend =
  'No session has connected. Start the app first and wait for it; `intercept` decides which URLs are answered here.'
