// Timelines -> the document of the viewer: entries with their causes, lanes per session, sound, and where a test failed. Pure.

import type { TimelineEntry } from '../runtime/timeline.ts'
import type { ViewData, ViewEntry, ViewFailure, ViewGroup, ViewSource } from './view-data.ts'
import { byTime } from './view-merge.ts'
import { viewRuns } from './view-runs.ts'
import { soundRate } from './view-sound.ts'
import { type GroupWalk, TimelineWalk } from './view-walk.ts'

interface ViewedFailure {
  readonly message: string
  readonly index?: number
}

/** One timeline to look at: a test's, or a recording's. */
export interface ViewedTimeline {
  /** What it is called: the test's name, the recording's. */
  readonly title: string
  readonly entries: readonly TimelineEntry[]
  /** The error that made its test red. `index`: the entry at which test and conversation parted; read from the message if absent. */
  readonly failure?: ViewedFailure
  /** What differs from the other timeline, told where this one has it. */
  readonly differences?: readonly ViewedFailure[]
}

export interface ViewOptions {
  /** Heading of the page. Default: the titles of the timelines. */
  readonly title?: string
  readonly unit?: ViewData['unit']
  /** More entries than that, and repeats in the middle are left out. Default 100,000. */
  readonly maxEntries?: number
  /** Bytes of sound in the page, base64; more is sent at a lower rate, and in the end left out. Default 8,000,000. */
  readonly maxSoundBytes?: number
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminals are told colours
const terminalStyle = /\u001b\[[\d;]*m/g

const defaultMaxEntries = 100_000
const defaultMaxSoundBytes = 8_000_000

/**
 * The document of the viewer.
 *
 * @param timelines one, or several to compare: they share one axis, each beginning at its own 0
 * @example
 * const data = viewDataOf([{ title: 'books a table', entries: timeline.entries }])
 */
export function viewDataOf(timelines: readonly ViewedTimeline[], options: ViewOptions = {}): ViewData {
  const walk = new ViewWalk(timelines.length > 1)
  for (const timeline of timelines)
    walk.timeline(timeline, Math.ceil((options.maxEntries ?? defaultMaxEntries) / timelines.length))
  return walk.finish(options.title ?? timelines.map(({ title }) => title).join(' · '), options)
}

class ViewWalk {
  readonly #groups: GroupWalk[] = []
  readonly #entries: ViewEntry[] = []
  readonly #sources: ViewSource[] = []
  readonly #leftOut: string[] = []
  readonly #compares: boolean

  constructor(compares: boolean) {
    this.#compares = compares
  }

  timeline({ title, entries: all, failure, differences }: ViewedTimeline, maxEntries: number): void {
    const source = this.#sources.length
    const entries = thinned(all, maxEntries)
    if (entries.length < all.length)
      this.#leftOut.push(`${all.length - entries.length} of ${all.length} entries${this.#compares ? ` of ${title}` : ''}`)
    const walk = new TimelineWalk(source, this.#compares ? title : undefined, this.#entries.length, this.#groups)
    const folded = viewRuns(entries).filter((run) => run.length > 1)
    const runs = new Map(folded.flatMap((run, number) => run.map((entry) => [entry, number] as const)))
    const first = this.#entries.length
    const firstGroup = this.#groups.length
    const taken = entries.map((entry) => walk.take(entry, runs.get(entry)))
    // What belongs to no session stands beside the only one there is.
    const alone = this.#groups.length === firstGroup + 1
    for (const one of taken) this.#entries.push(alone && one.group < 0 ? { ...one, group: firstGroup } : one)
    const last = taken.length > 0 ? { last: this.#entries.length - 1 } : {}
    this.#sources.push({
      ...{ title, ...last },
      ...(failure ? { failure: this.#failureOf(failure, first) } : {}),
      ...(differences ? { differences: differences.map((one) => this.#failureOf(one, first)) } : {}),
    })
  }

  #failureOf({ message: styled, index: known }: ViewedFailure, first: number): ViewFailure {
    const message = withoutStyle(styled)
    const index = known ?? indexIn(message)
    const place = this.#entries.findIndex((entry, at) => at >= first && entry.index === index)
    return { message: withoutStory(message), ...(index === undefined || place < 0 ? {} : { entry: place }) }
  }

  finish(title: string, { unit = 'virtual ms', maxSoundBytes = defaultMaxSoundBytes }: ViewOptions): ViewData {
    const soundMs = this.#groups.reduce((sum, { input, output }) => sum + input.lengthMs + output.lengthMs, 0)
    const rate = soundRate(soundMs, maxSoundBytes)
    if (rate === undefined) this.#leftOut.push(`the sound: ${Math.round(soundMs / 1000)} s would make the page too big`)
    const groups = this.#groups.map((group) => group.toView(rate))
    const entries = this.#compares
      ? byTime(this.#entries, groups, this.#sources)
      : { entries: this.#entries, groups, sources: this.#sources }
    return { version: 1, title, unit, ...boundsOf(this.#entries, groups), leftOut: this.#leftOut, ...entries }
  }
}

/** Leaves out repeats first (the middle of each run), then the middle of what is left. */
function thinned(entries: readonly TimelineEntry[], max: number): readonly TimelineEntry[] {
  if (entries.length <= max) return entries
  const kept = viewRuns(entries)
    .flatMap((run) => (run.length > 2 ? [run[0]!, run.at(-1)!] : run))
    .toSorted((a, b) => a.index - b.index)
  return kept.length <= max ? kept : [...kept.slice(0, Math.floor(max / 2)), ...kept.slice(-Math.ceil(max / 2))]
}

/** Messages of matchers have the colours of a terminal. */
function withoutStyle(message: string): string {
  return message.replaceAll(terminalStyle, '')
}

/** The first entry that a failure message marks with `>`; of what makes tests red by default, the first one that it names. */
function indexIn(message: string): number | undefined {
  const marked = /^ {2}> #(\d+) /m.exec(message) ?? (message.startsWith('[RTK_') && /^ {2}#(\d+) /m.exec(withoutStory(message)))
  return marked ? Number(marked[1]) : undefined
}

/** The page shows the timeline itself. */
function withoutStory(message: string): string {
  const story = message.indexOf('\n\nWhat happened in ')
  return story < 0 ? message : message.slice(0, story)
}

/** First and last moment of anything; at least a millisecond apart, so that there is an axis. */
function boundsOf(entries: readonly ViewEntry[], groups: readonly ViewGroup[]): Pick<ViewData, 'startMs' | 'endMs'> {
  const moments = groups.flatMap(({ input, output, said }) => [
    ...[...input.sounds, ...output.sounds].flatMap(({ startMs, heardMs, durationMs }) => [
      startMs,
      startMs + (heardMs ?? durationMs),
    ]),
    ...said.map(({ endMs = 0 }) => endMs),
  ])
  for (const { atMs } of entries) moments.push(atMs)
  const startMs = moments.reduce((first, one) => Math.min(first, one), moments[0] ?? 0)
  return { startMs, endMs: moments.reduce((last, one) => Math.max(last, one), startMs + 1) }
}
