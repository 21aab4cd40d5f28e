// Makes recordings of what other tools have written down: an array of events, a log of a socket with an event in each line, or a HAR
// with WebSocket messages. Who sent an event and when is taken from the log where it says so, else from the event's type.

import { clientEventTypes } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import type { TimelineEntry } from '../runtime/timeline.ts'
import type { Recording } from './recording.ts'
import { recordingError, type Spot } from './recording-error.ts'
import { type RecordingFacts, recordingOf } from './recording-of.ts'

type Fields = Readonly<Record<string, unknown>>

/** One message of a log, as far as it could be understood. */
interface Message {
  readonly event: Fields
  readonly from: 'app' | 'service'
  /** Unix ms, or ms since anything; undefined where the log has no times. */
  readonly atMs: number | undefined
  /** Which socket, where the log tells several apart. */
  readonly socket: number
  readonly url: string
}

const defaultUrl = 'wss://api.openai.com/v1/realtime'

const appTypes: ReadonlySet<string> = new Set([...clientEventTypes, 'transcription_session.update'])
const serviceTypes =
  /^(?:error$|session\.|transcription_session\.|conversation\.|input_audio_buffer\.|output_audio_buffer\.|response\.|rate_limits\.|mcp_)/

const fromNames: Readonly<Record<string, 'app' | 'service'>> = {
  ...Object.fromEntries(
    ['app', 'client', 'out', 'outgoing', 'sent', 'send', 'up', 'upstream', '>', '->', '→', '>>'].map((name) => [name, 'app']),
  ),
  ...Object.fromEntries(
    ['service', 'server', 'in', 'incoming', 'received', 'receive', 'recv', 'down', 'downstream', '<', '<-', '←', '<<'].map(
      (name) => [name, 'service'],
    ),
  ),
}
const fromFields = ['from', 'direction', 'dir', 'source', 'sender', 'origin']
const timeFields = ['atMs', 'timestamp', 'time', 'ts', 't', 'at', 'date']
const eventFields = ['event', 'data', 'message', 'payload', 'body']

export interface ConvertOptions extends Pick<RecordingFacts, 'redact' | 'profile'> {
  /** Name of the recording. */
  readonly name: string
  /** For messages: where the text comes from. Default: the name. */
  readonly file?: string
}

/**
 * A recording of a log: a JSON array of events, one JSON per line, or a HAR. Lines without JSON are left out. Secrets are blacked out.
 *
 * @throws RealtimeKitError RTK_RECORDING, naming the line, for a message that is no event or whose sender cannot be told
 * @example
 * await writeRecording('__recordings__/booking', convertLog(await readFile('socket.log', 'utf8'), { name: 'booking' }))
 */
export function convertLog(text: string, { name, file = name, ...options }: ConvertOptions): Recording {
  const messages = messagesOf(text.replace(/^\uFEFF/, ''), file)
  if (messages.length === 0)
    throw recordingError(
      { file },
      'has no events in it.',
      'A log has an event of the Realtime API in each line, as JSON; or it is a HAR.',
    )
  const entries = entriesOf(messages)
  const isBeta = messages.some(({ event }) => /^response\.(?:text|audio|audio_transcript)\./.test(String(event.type)))
  try {
    return recordingOf(entries, { name, source: 'service', ...(isBeta && { profile: 'beta' as const }), ...options })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw recordingError({ file }, `has an event that is ${error.message}.`, 'No event is: take it out.', error)
  }
}

function messagesOf(text: string, file: string): Message[] {
  const whole = parsed(text)
  if (Array.isArray(whole)) return whole.map((each, index) => message(each, '', { file: `${file}[${index}]` }))
  const har = isRecord(whole) && isRecord(whole.log) && Array.isArray(whole.log.entries) ? whole.log.entries : undefined
  if (har) return har.flatMap((entry, socket) => harMessages(entry, socket, file))
  return text.split('\n').flatMap((line, index) => {
    const start = line.indexOf('{')
    if (start < 0) return []
    const spot = { file, line: index + 1 }
    const value = parsed(line.slice(start).trim())
    if (value === undefined)
      throw recordingError(spot, 'is no JSON.', 'Each line has one whole event; mend the line, or delete it.')
    return [message(value, line.slice(0, start), spot)]
  })
}

/** Messages of one request of a HAR: browsers put them there when they save with content. */
function harMessages(entry: unknown, socket: number, file: string): Message[] {
  if (!isRecord(entry) || !Array.isArray(entry._webSocketMessages)) return []
  const url = isRecord(entry.request) && typeof entry.request.url === 'string' ? entry.request.url : defaultUrl
  const messages: readonly unknown[] = entry._webSocketMessages
  // Pages have other sockets too: those of a development server, of a chat.
  if (!messages.some((one) => isRecord(one) && hasEvent(one.data))) return []
  return messages.flatMap((one, index) => {
    if (!isRecord(one) || one.opcode === 2 || typeof one.data !== 'string') return []
    const spot = { file: `${file} (entry ${socket + 1}, message ${index + 1})` }
    return [{ ...message({ ...one, direction: one.type, type: undefined }, '', spot), socket, url }]
  })
}

/** `before`: what a log has in front of the JSON, such as a time and an arrow. */
function message(value: unknown, before: string, spot: Spot): Message {
  if (!isRecord(value)) throw notEvent(spot)
  const isBare = typeof value.type === 'string' && !eventFields.some((name) => hasEvent(value[name]))
  const event = isBare ? value : eventFields.map((name) => eventIn(value[name])).find((one) => one !== undefined)
  if (!event || typeof event.type !== 'string') throw notEvent(spot)
  const from = (isBare ? undefined : senderIn(value)) ?? senderBefore(before) ?? senderByType(event.type)
  if (!from)
    throw recordingError(
      spot,
      `does not tell who sent ${JSON.stringify(event.type)}.`,
      'Add "from": "app" or "from": "service" around it: { "from": …, "event": … }.',
    )
  const times = timeFields.map((name) => (isBare ? undefined : timeOf(value[name])))
  return { event, from, atMs: times.find((time) => time !== undefined) ?? timeBefore(before), socket: 0, url: defaultUrl }
}

function notEvent(spot: Spot): Error {
  return recordingError(spot, 'is no event of the Realtime API: it has no "type".', 'Mend the line, or delete it.')
}

function eventIn(value: unknown): Fields | undefined {
  const event = typeof value === 'string' ? parsed(value) : value
  return isRecord(event) && typeof event.type === 'string' ? event : undefined
}

function hasEvent(value: unknown): boolean {
  const event = eventIn(value)
  return event !== undefined && senderByType(String(event.type)) !== undefined
}

function senderIn(value: Fields): 'app' | 'service' | undefined {
  return fromFields.map((name) => fromNames[String(value[name]).toLowerCase()]).find((from) => from !== undefined)
}

function senderBefore(before: string): 'app' | 'service' | undefined {
  return before
    .toLowerCase()
    .split(/[\s[\]():|]+/)
    .map((word) => fromNames[word])
    .find((from) => from !== undefined)
}

function senderByType(type: string): 'app' | 'service' | undefined {
  return appTypes.has(type) ? 'app' : serviceTypes.test(type) ? 'service' : undefined
}

/** A date, Unix seconds or Unix ms; small numbers are ms of a clock of its own. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value > 1e9 && value < 1e11 ? value * 1000 : value
  if (typeof value !== 'string' || value === '') return undefined
  const time = /^\d+(?:\.\d+)?$/.test(value) ? timeOf(Number(value)) : Date.parse(value)
  return time === undefined || Number.isNaN(time) ? undefined : time
}

function timeBefore(before: string): number | undefined {
  const found = /\d{4}-\d{2}-\d{2}[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?|\d{10,13}(?:\.\d+)?/.exec(before)
  return timeOf(found?.[0])
}

function entriesOf(messages: readonly Message[]): TimelineEntry[] {
  const timed = messages.every(({ atMs }) => atMs !== undefined)
  const startMs = timed ? Math.min(...messages.slice(0, 1).map(({ atMs = 0 }) => atMs)) : 0
  const entries: TimelineEntry[] = []
  const add = (entry: object): void => void entries.push({ index: entries.length, ...entry } as TimelineEntry)
  const sessions = new Map<number, string>()
  const greeted = new Set<string | undefined>()
  let count = 0
  for (const { event, from, atMs = 0, socket, url } of messages) {
    const at = timed ? Math.max(0, atMs - startMs) : 0
    // A service greets once: a second greeting is a second connection.
    const begins = event.type === 'session.created' || event.type === 'transcription_session.created'
    if (!sessions.has(socket) || (begins && greeted.has(sessions.get(socket)))) {
      sessions.set(socket, `converted-${++count}`)
      add({ atMs: at, sessionId: sessions.get(socket), from: 'kit', note: { type: 'connected', url } })
    }
    if (begins) greeted.add(sessions.get(socket))
    add({ atMs: at, sessionId: sessions.get(socket), from, event })
  }
  return withOwnIds(entries)
}

/** A session is called what its greeting calls it, so that its id means the same in events. */
function withOwnIds(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const ids = new Map<string, string>()
  for (const entry of entries) {
    const session = 'event' in entry && entry.from === 'service' ? (entry.event as { session?: unknown }).session : undefined
    if (isRecord(session) && typeof session.id === 'string' && !ids.has(entry.sessionId)) ids.set(entry.sessionId, session.id)
  }
  return entries.map((entry) => ({ ...entry, sessionId: ids.get(entry.sessionId) ?? entry.sessionId }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
