// The timeline as text: for failure messages (a window of it), for the story at the end of a red test, and for the demo.

import { base64Bytes } from '../../audio/base64.ts'
import { bytesPerMs } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import { faultText } from '../runtime/fault-text.ts'
import { type EventEntry, findingText, isEvent, type Note, type TimelineEntry } from '../runtime/timeline.ts'
import { deltaText, type EventSurroundings, eventDetails } from './event-text.ts'
import { read, readText } from './fields.ts'
import { at, cut, ms, quoted, shortId } from './print.ts'
import { eventEntries, type Run, runAt, runsOf } from './timeline-runs.ts'

export interface TimelineTextOptions {
  /** The timeline that the entries are a part of: names and formats are looked up there. Default: the entries. */
  readonly all?: readonly TimelineEntry[]
  /** Marks the lines of these entries with `>`. */
  readonly marks?: readonly number[]
  /** Shows five lines before and five after the lines of these entries, and says how many are left out. */
  readonly around?: readonly number[]
  /** At most so many lines; the beginning and the end are kept. Default: no limit. */
  readonly maxLines?: number
  /** Also what the kit notes: connections, the caller's speech, chosen replies, findings. Default true. */
  readonly notes?: boolean
}

const linesAround = 5

const pcm24k: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

function formatAt(value: unknown, path: string): WireAudioFormat | undefined {
  const type = readText(value, `${path}.type`)
  if (type === 'audio/pcmu' || type === 'audio/pcma') return { type }
  const rate = read(value, `${path}.rate`)
  return type === 'audio/pcm' ? { type, rate: typeof rate === 'number' ? rate : 24_000 } : undefined
}

/** Names and audio formats in force, found by walking the whole timeline once. */
class Surroundings implements EventSurroundings {
  readonly #names = new Map<string, string>()
  readonly #labels = new Map<string, string>()
  /** Sessions whose sound goes to a caller, not to the app. */
  readonly #calls = new Set<string>()
  readonly #formats: { index: number; sessionId: string; input: WireAudioFormat; output: WireAudioFormat }[] = []
  constructor(all: readonly TimelineEntry[]) {
    for (const entry of all) this.#learn(entry)
  }

  #learn(entry: TimelineEntry): void {
    const { sessionId, index } = entry
    if (sessionId !== '' && !this.#labels.has(sessionId)) this.#labels.set(sessionId, letter(this.#labels.size))
    if (!isEvent(entry)) {
      if (entry.note.type === 'selected') this.#names.set(entry.note.responseId, entry.note.name)
      if (entry.note.type === 'call') this.#calls.add(sessionId)
      return
    }
    const input = formatAt(entry.event, 'session.audio.input.format')
    if (entry.from !== 'service' || !input) return
    this.#formats.push({ index, sessionId, input, output: formatAt(entry.event, 'session.audio.output.format') ?? input })
  }

  responseName(responseId: string): string | undefined {
    return this.#names.get(responseId)
  }

  isCall(sessionId: string): boolean {
    return sessionId !== '' && this.#calls.has(sessionId)
  }

  /** `A`, `B` … by order of appearance. */
  label(sessionId: string): string {
    return this.#labels.get(sessionId) ?? ' '
  }

  format(entry: EventEntry): WireAudioFormat {
    const known = this.#formats.findLast((format) => format.sessionId === entry.sessionId && format.index < entry.index)
    return (entry.from === 'app' ? known?.input : known?.output) ?? pcm24k
  }
}

function letter(index: number): string {
  return String.fromCharCode(65 + (index % 26)).repeat(1 + Math.floor(index / 26))
}

function audioText(events: readonly EventEntry[], field: string, around: Surroundings): string {
  const [first] = events
  if (!first) return ''
  const bytes = events.reduce((sum, entry) => sum + base64Bytes(readText(entry.event, field) ?? ''), 0)
  const format = around.format(first)
  const name = format.type === 'audio/pcm' ? 'pcm16' : format.type.slice('audio/'.length)
  const to = first.from === 'service' && around.isCall(first.sessionId) ? ', to the caller' : ''
  return `${bytes} bytes, ${ms(Math.round(bytes / bytesPerMs(format)))} ${name}${to}`
}

function eventLine(run: Run, around: Surroundings): string {
  const events = eventEntries(run)
  const [first] = events
  if (!first) return ''
  const { type } = first.event
  const count = events.length > 1 ? `×${events.length}` : ''
  const details = runDetails(type, events, around)
  const last = run.entries.at(-1)
  const until = last && events.length > 1 ? `(to #${last.index} ${at(last.atMs)})` : ''
  return [type, count, details, until].filter((part) => part !== '').join('  ')
}

function runDetails(type: string, events: readonly EventEntry[], around: Surroundings): string {
  if (type.endsWith('input_audio_buffer.append')) return audioText(events, 'audio', around)
  if (type.endsWith('.output_audio.delta')) return audioText(events, 'delta', around)
  if (type.endsWith('arguments.delta')) return cut(deltaText(events.map((entry) => entry.event)), 60)
  if (type.endsWith('.delta')) return quoted(deltaText(events.map((entry) => entry.event)))
  const [first] = events
  return first ? eventDetails(first.event, around) : ''
}

/** The port of a loopback server is another one in each run. */
function withoutPort(url: string): string {
  return url.replace(/^(wss?:\/\/127\.0\.0\.1):\d+/, '$1:…')
}

const noteTexts: { readonly [K in Note['type']]: (note: Extract<Note, { type: K }>) => string } = {
  connected: (note) => `connected  ${withoutPort(note.url)}`,
  closed: (note) => `closed by the ${note.by}  ${note.code}${note.reason ? ` ${quoted(note.reason)}` : ''}`,
  selected: ({ name, responseId }) =>
    name ? `reply "${name}" chosen for ${shortId(responseId)}` : `no reply fits ${shortId(responseId)}`,
  engine: (note) => `${note.part} by ${note.name}${note.modelSha256 ? `  sha256 ${note.modelSha256.slice(0, 12)}…` : ''}`,
  said: (note) => `caller says ${quoted(note.text)}  until ${at(note.endMs)}${note.injected ? '  (injected)' : ''}`,
  played: (note) => `caller heard ${ms(note.heardMs)} of ${shortId(note.itemId)}${note.stopped ? ', then it was stopped' : ''}`,
  finding: (note) => `! ${findingText(note)}`,
  injected: (note) => `injected by the test  ${faultText(note.fault)}`,
  call: (note) => `call ${shortId(note.callId)} ${note.what}`,
  garbage: (note) => `message that is no event  ${note.bytes} bytes`,
}

function noteText<K extends Note['type']>(note: Extract<Note, { type: K }>): string {
  const describe = noteTexts[note.type as K]
  return describe(note)
}

function arrow(entry: TimelineEntry): string {
  return { app: '→', service: '←', kit: '·', caller: '~' }[entry.from]
}

interface Columns {
  readonly indexWidth: number
  readonly timeWidth: number
  readonly labels: boolean
}

function line(run: Run, marked: boolean, columns: Columns, around: Surroundings): string {
  const [entry] = run.entries
  const index = `#${entry.index}`.padEnd(columns.indexWidth)
  const time = `+${String(Math.round(entry.atMs)).padStart(columns.timeWidth)}ms`
  const label = columns.labels ? `${around.label(entry.sessionId)} ` : ''
  const text = isEvent(entry) ? eventLine(run, around) : noteText(entry.note)
  return `${marked ? '  > ' : '    '}${index} ${time} ${label}${arrow(entry)} ${text}`.trimEnd()
}

function columnsOf(runs: readonly Run[]): Columns {
  const sessions = new Set(runs.map((run) => run.entries[0].sessionId).filter((id) => id !== ''))
  const widest = (text: (run: Run) => string) => runs.reduce((width, run) => Math.max(width, text(run).length), 0)
  return {
    indexWidth: widest((run) => `#${run.entries[0].index}`),
    timeWidth: widest((run) => String(Math.round(run.entries[0].atMs))),
    labels: sessions.size > 1,
  }
}

/** `A session sess_…x1Y2 (gpt-realtime)` for each session that has lines. */
function legend(runs: readonly Run[], all: readonly TimelineEntry[], around: Surroundings): string[] {
  const ids = new Set(runs.map((run) => run.entries[0].sessionId).filter((id) => id !== ''))
  return [...ids].map((sessionId) => {
    const created = all.find((entry) => entry.sessionId === sessionId && isEvent(entry) && entry.event.type === 'session.created')
    const model = created && isEvent(created) ? readText(created.event, 'session.model') : undefined
    return `    ${around.label(sessionId)} = session ${shortId(sessionId)}${model ? ` (${model})` : ''}`
  })
}

/** First and last line to show; all lines without `around`. */
function windowOf(runs: readonly Run[], around: readonly number[] | undefined): { from: number; to: number } {
  const places = around?.map((index) => runAt(runs, index)).filter((place) => place >= 0) ?? []
  if (places.length === 0) return { from: 0, to: runs.length }
  return {
    from: Math.max(0, Math.min(...places) - linesAround),
    to: Math.min(runs.length, Math.max(...places) + linesAround + 1),
  }
}

function entryCount(runs: readonly Run[]): number {
  return runs.reduce((count, run) => count + run.entries.length, 0)
}

/** Leaves out the middle where there are too many lines. */
function capped(lines: readonly string[], maxLines: number): string[] {
  if (lines.length <= maxLines) return [...lines]
  const head = Math.floor((maxLines - 1) / 3)
  const tail = maxLines - 1 - head
  const end = lines.length - tail
  return [...lines.slice(0, head), `    … ${end - head} lines left out …`, ...lines.slice(end)]
}

/**
 * The timeline as text, a line per event or run of equal events: index, time, direction (→ app, ← service, · kit, ~ caller),
 * name, and what matters of it. Audio is told in bytes and milliseconds. Several sessions get a letter each and a legend.
 *
 * @param entries what to show, in order
 * @returns lines joined by newlines, without a newline at the end; '' for no entries
 * @example
 * console.log(formatTimeline(timeline.entries, { maxLines: 120 }))
 */
export function formatTimeline(entries: readonly TimelineEntry[], options: TimelineTextOptions = {}): string {
  const shown = options.notes === false ? entries.filter(isEvent) : entries
  const runs = runsOf(shown)
  const { from, to } = windowOf(runs, options.around)
  const inside = runs.slice(from, to)
  const all = options.all ?? entries
  const around = new Surroundings(all)
  const columns = columnsOf(inside)
  const marks = new Set(options.marks)
  const lines = inside.map((run) =>
    line(
      run,
      run.entries.some((entry) => marks.has(entry.index)),
      columns,
      around,
    ),
  )
  const left = [
    from > 0 ? `+${entryCount(runs.slice(0, from))} earlier` : '',
    to < runs.length ? `+${entryCount(runs.slice(to))} later` : '',
  ].filter((part) => part !== '')
  return [
    ...(columns.labels ? legend(inside, all, around) : []),
    ...capped(lines, options.maxLines ?? Number.POSITIVE_INFINITY),
    ...(left.length > 0 ? [`    (${left.join(', ')}: realtime.timeline.toString())`] : []),
  ].join('\n')
}
