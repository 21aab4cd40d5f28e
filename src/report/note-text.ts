// What the timeline says of the kit's own notes: connections, the caller's speech, chosen replies, telephone lines, findings. A table
// by note type.

import { faultText } from '../runtime/fault-text.ts'
import { findingText, type Note } from '../runtime/timeline.ts'
import { isFields, read } from './fields.ts'
import { at, cut, ms, printValue, quoted, shortId } from './print.ts'
import type { Surroundings } from './timeline-surroundings.ts'

/** The port of a loopback server is another one in each run. */
function withoutPort(url: string): string {
  return url.replace(/^(wss?:\/\/127\.0\.0\.1):\d+/, '$1:…')
}

type PhoneNote = Extract<Note, { type: 'phone' }>

/** Between whom a message passed; else who did something. */
const messageWays = { platform: 'platform → app', app: 'app → platform', caller: 'caller' } as const

/** `platform → app  mark  { name: 'greeting' }`, `caller: pressed 1`. */
function phoneText({ by, what, message }: PhoneNote): string {
  if (message === undefined) return `${by}: ${what}`
  const inner = read(message, what)
  return [messageWays[by], what, ...(isFields(inner) ? [cut(printValue(inner, 2), 80)] : [])].join('  ')
}

/** Where several calls are told apart. */
type Around = Pick<Surroundings, 'phoneLabel'>
type NoteText<K extends Note['type']> = (note: Extract<Note, { type: K }>, around: Around) => string

const noteTexts: { readonly [K in Note['type']]: NoteText<K> } = {
  connected: (note) => `connected  ${withoutPort(note.url)}`,
  refused: ({ url, status }) => `refused  HTTP ${status}  ${withoutPort(url)}`,
  closed: (note) => `closed by the ${note.by}  ${note.code}${note.reason ? ` ${quoted(note.reason)}` : ''}`,
  selected: ({ name, responseId }) =>
    name ? `reply "${name}" chosen for ${shortId(responseId)}` : `no reply fits ${shortId(responseId)}`,
  engine: (note) => `${note.part} by ${note.name}${note.modelSha256 ? `  sha256 ${String(note.modelSha256).slice(0, 12)}…` : ''}`,
  rest: ({ method, path, status }) => `${method} ${path}  ${status}`,
  said: (note) => `caller says ${quoted(note.text)}  until ${at(note.endMs)}${note.injected ? '  (injected)' : ''}`,
  played: (note) => `caller heard ${ms(note.heardMs)} of ${shortId(note.itemId)}${note.stopped ? ', then it was stopped' : ''}`,
  finding: (note) => `! ${findingText(note)}`,
  // A recording may be edited by hand.
  injected: ({ fault }) => `injected by the test  ${isFields(fault) ? faultText(fault) : printValue(fault, 1)}`,
  call: (note) => `call ${shortId(note.callId)} ${note.what}`,
  phone: (note, around) => `${around.phoneLabel(note.callId)}  ${phoneText(note)}`,
  garbage: (note) => `message ${note.by === 'service' ? 'of the service ' : ''}that is no event  ${note.bytes} bytes`,
}

const alone: Around = { phoneLabel: () => 'phone' }

/** What a note says, without when. `around`: the timeline that it is a part of; default: none is known. */
export function noteText<K extends Note['type']>(note: Extract<Note, { type: K }>, around: Around = alone): string {
  const describe = noteTexts[note.type as K]
  return describe(note, around)
}
