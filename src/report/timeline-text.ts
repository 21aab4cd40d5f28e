// The timeline as text: for failure messages (a window of it), for the story at the end of a red test, and for the demo.

import { base64Bytes } from '../../audio/base64.ts'
import { bytesPerMs } from '../../audio/formats.ts'
import { type EventEntry, isEvent, type Note, type NoteEntry, type TimelineEntry } from '../runtime/timeline.ts'
import { deltaText, eventDetails } from './event-text.ts'
import { readText } from './fields.ts'
import { noteText } from './note-text.ts'
import { at, cut, ms, quoted, shortId } from './print.ts'
import { plainStyle, type TextStyle } from './terminal-style.ts'
import { eventEntries, type Run, runAt, runsOf } from './timeline-runs.ts'
import { Surroundings } from './timeline-surroundings.ts'

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
  /** Colours for a terminal. Default: none, as texts are stored and compared. */
  readonly style?: TextStyle
}

const linesAround = 5

function audioText(events: readonly EventEntry[], field: string, around: Surroundings): string {
  const [first] = events
  if (!first) return ''
  const bytes = events.reduce((sum, entry) => sum + base64Bytes(readText(entry.event, field) ?? ''), 0)
  const format = around.format(first)
  const name = format.type === 'audio/pcm' ? 'pcm16' : format.type.slice('audio/'.length)
  const to = first.from === 'service' && around.isCall(first.sessionId) ? ', to the caller' : ''
  return `${bytes} bytes, ${ms(Math.round(bytes / bytesPerMs(format)))} ${name}${to}`
}

/** `×3`, and until when, where several entries stand in one line. */
function repeats({ entries }: Run, style: TextStyle): { readonly count: string; readonly until: string } {
  const last = entries.at(-1)
  if (!last || entries.length === 1) return { count: '', until: '' }
  return { count: `×${entries.length}`, until: style.dim(`(to #${last.index} ${at(last.atMs)})`) }
}

function eventLine(run: Run, around: Surroundings, style: TextStyle): string {
  const events = eventEntries(run)
  const [first] = events
  if (!first) return ''
  const { type } = first.event
  const { count, until } = repeats(run, style)
  const details = runDetails(type, events, around)
  const paint = type === 'error' ? style.red : first.from === 'app' ? style.cyan : style.green
  return [paint(type), count, details, until].filter((part) => part !== '').join('  ')
}

function runDetails(type: string, events: readonly EventEntry[], around: Surroundings): string {
  if (type.endsWith('input_audio_buffer.append')) return audioText(events, 'audio', around)
  if (type.endsWith('.output_audio.delta')) return audioText(events, 'delta', around)
  if (type.endsWith('arguments.delta')) return cut(deltaText(events.map((entry) => entry.event)), 60)
  if (type.endsWith('.delta')) return quoted(deltaText(events.map((entry) => entry.event)))
  const [first] = events
  return first ? eventDetails(first.event, around) : ''
}

function arrow(entry: TimelineEntry): string {
  return { app: '→', service: '←', kit: '·', caller: '~' }[entry.from]
}

function noteLine(run: Run, { note: first, from }: NoteEntry, around: Surroundings, style: TextStyle): string {
  const { count, until } = repeats(run, style)
  const last = run.entries.at(-1)!
  // Of sound that goes on, how much of it was heard in the end.
  const note = first.type === 'played' && !isEvent(last) ? last.note : first
  const text = [noteText(note, around), count].filter((part) => part !== '').join('  ')
  const paint = notePaint(note, from, style)
  return until === '' ? paint(text) : `${paint(text)}  ${until}`
}

function notePaint({ type }: Note, from: NoteEntry['from'], style: TextStyle): (text: string) => string {
  if (type === 'finding' || type === 'garbage') return style.yellow
  if (type === 'phone') return style.blue
  return from === 'caller' ? style.magenta : style.dim
}

interface Columns {
  readonly indexWidth: number
  readonly timeWidth: number
  readonly labels: boolean
}

interface LineSettings {
  readonly marked: boolean
  readonly columns: Columns
  readonly around: Surroundings
  readonly style: TextStyle
}

function line(run: Run, { marked, columns, around, style }: LineSettings): string {
  const [entry] = run.entries
  const index = `#${entry.index}`.padEnd(columns.indexWidth)
  const time = `+${String(Math.round(entry.atMs)).padStart(columns.timeWidth)}ms`
  const label = columns.labels ? `${around.label(entry.sessionId)} ` : ''
  const text = isEvent(entry) ? eventLine(run, around, style) : noteLine(run, entry, around, style)
  const mark = marked ? style.bold(style.red('  > ')) : '    '
  return `${mark}${style.dim(`${index} ${time}`)} ${style.bold(label)}${arrow(entry)} ${text}`.trimEnd()
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

/** `phone 1 = call CA…` where there are several. */
function phoneLegend(runs: readonly Run[], around: Surroundings): string[] {
  const shown = new Set(
    runs.flatMap(({ entries: [entry] }) => (!isEvent(entry) && entry.note.type === 'phone' ? entry.note.callId : [])),
  )
  if (around.phoneCalls.length < 2) return []
  return around.phoneCalls.filter((id) => shown.has(id)).map((id) => `    ${around.phoneLabel(id)} = call ${id}`)
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
  const style = options.style ?? plainStyle
  const lines = inside.map((run) => {
    const marked = run.entries.some((entry) => marks.has(entry.index))
    return line(run, { marked, columns, around, style })
  })
  const left = [
    from > 0 ? `+${entryCount(runs.slice(0, from))} earlier` : '',
    to < runs.length ? `+${entryCount(runs.slice(to))} later` : '',
  ].filter((part) => part !== '')
  return [
    ...(columns.labels ? legend(inside, all, around) : []),
    ...phoneLegend(inside, around),
    ...capped(lines, options.maxLines ?? Number.POSITIVE_INFINITY),
    ...(left.length > 0 ? [`    (${left.join(', ')}: realtime.timeline.toString())`] : []),
  ].join('\n')
}
