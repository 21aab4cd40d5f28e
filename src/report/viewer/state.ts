// What the reader of the page has chosen: signals, read by components and by the canvas. Actions that change several live here too.

import { computed, signal } from '@preact/signals'
import type { ViewData, ViewFailure, ViewLane } from '../view-data.ts'
import { ViewDocument } from './document.ts'
import { familiesOf, rowsOf } from './rows.ts'

const embedded = window.document.querySelector('#view-data')?.textContent ?? ''

export const viewed = new ViewDocument(JSON.parse(embedded) as ViewData)

/** Place of the chosen entry. */
export const selected = signal<number | undefined>(undefined)
export const query = signal('')
export const hidden = signal<ReadonlySet<ViewLane>>(new Set())
export const family = signal('')
export const group = signal(-1)
export const folds = signal(true)
export interface Stretch {
  readonly startMs: number
  readonly endMs: number
}

/** All there is, with free space at both ends. */
export const whole = withMargin(viewed.data)
/** The stretch of time on the screen. */
export const visible = signal<Stretch>(whole)
export const playheadMs = signal<number | undefined>(undefined)
export const isPlaying = signal(false)
export const muted = signal<{ readonly input: boolean; readonly output: boolean }>({ input: false, output: false })
export const theme = signal<'light' | 'dark'>(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
export const isHelpOpen = signal(false)
/** Told to screen readers. */
export const announcement = signal('')

export const families = familiesOf(viewed.data.entries)
export const rows = computed(() =>
  rowsOf(viewed, { query: query.value, hidden: hidden.value, family: family.value, group: group.value, folds: folds.value }),
)
export const isFiltered = computed(() => query.value !== '' || family.value !== '' || group.value >= 0 || hidden.value.size > 0)

function withMargin({ startMs, endMs }: Stretch): Stretch {
  const marginMs = (endMs - startMs) * 0.015
  return { startMs: startMs - marginMs, endMs: endMs + marginMs }
}

export function clearFilters(): void {
  query.value = ''
  family.value = ''
  group.value = -1
  hidden.value = new Set()
}

export function toggleLane(lane: ViewLane): void {
  const next = new Set(hidden.value)
  if (!next.delete(lane)) next.add(lane)
  hidden.value = next
}

/** Chooses an entry and says so. */
export function select(place: number | undefined): void {
  selected.value = place
  if (place === undefined) return
  const { index, name, details, atMs } = viewed.entry(place)
  announcement.value = `Entry ${index}, ${name}, at ${Math.round(atMs)} milliseconds. ${details}`
}

/** Chooses the row that many rows further in the list. */
export function selectBy(step: number): void {
  const { rows: all, rowOf } = rows.value
  if (all.length === 0) return
  const here = selected.value === undefined ? -1 : rowOf[selected.value]!
  const from = here < 0 ? (step > 0 ? -1 : all.length) : here
  const next = Math.min(all.length - 1, Math.max(0, from + step))
  select(all[next]!.place)
}

/** A place that one came to see: where a test failed, or where a recording differs from another. */
export interface Mark {
  readonly message: string
  readonly words: 'failed here' | 'differs here'
  /** It is known where; else it was in the end. */
  readonly isExact: boolean
  readonly source: number
  readonly place: number | undefined
  readonly atMs: number
}

export const marks: readonly Mark[] = viewed.data.sources.flatMap(({ failure, differences = [], last }, source) => {
  const markOf = (words: Mark['words'], { message, entry }: ViewFailure): Mark => {
    const place = entry ?? last
    const atMs = place === undefined ? viewed.data.endMs : viewed.entry(place).atMs
    return { message, words, isExact: entry !== undefined, source, place, atMs }
  }
  return [
    ...(failure ? [markOf('failed here', failure)] : []),
    ...differences.map((difference) => markOf('differs here', difference)),
  ]
})
