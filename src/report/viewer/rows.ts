// Which entries the list shows, and which of them are folded into one row. Pure.

import type { ViewEntry, ViewLane } from '../view-data.ts'
import type { ViewDocument } from './document.ts'

/** One row of the list: an entry, or a run of equal ones by its first. */
export interface Row {
  readonly place: number
  readonly count: number
}

export interface Filter {
  readonly query: string
  /** Lanes that are not shown. */
  readonly hidden: ReadonlySet<ViewLane>
  /** Beginning of the names that are shown; '' for all. */
  readonly family: string
  /** Number of a group; -1 for all. */
  readonly group: number
  readonly folds: boolean
}

export interface Rows {
  readonly rows: readonly Row[]
  /** Row of each entry, -1 where it is not shown. */
  readonly rowOf: Int32Array
  /** How many entries are shown. */
  readonly count: number
}

export function rowsOf(document: ViewDocument, filter: Filter): Rows {
  const { entries } = document.data
  const query = filter.query.trim().toLowerCase()
  const rows: { place: number; count: number }[] = []
  const rowOf = new Int32Array(entries.length).fill(-1)
  const open = new Map<string, number>()
  let count = 0
  entries.forEach((entry, place) => {
    if (!isShown(entry, filter)) return
    if (query !== '' && !document.searchText(place).includes(query)) return
    count++
    const key = filter.folds && entry.run !== undefined ? `${entry.group} ${entry.run} ${entry.name}` : undefined
    const row = key === undefined ? undefined : open.get(key)
    if (row !== undefined) {
      rows[row]!.count++
      rowOf[place] = row
      return
    }
    if (key !== undefined) open.set(key, rows.length)
    rowOf[place] = rows.length
    rows.push({ place, count: 1 })
  })
  return { rows, rowOf, count }
}

/** So many characters of a fold are enough for a row. */
const foldedLength = 160

/** What a row says: the details of its entry, or the texts of folded deltas as one. */
export function rowText(document: ViewDocument, { place, count }: Row): string {
  const { details, name, run, group } = document.entry(place)
  if (count === 1 || !details.startsWith('"')) return details
  let text = ''
  let left = count
  for (let at = place; left > 0 && at < document.data.entries.length && text.length < foldedLength; at++) {
    const entry = document.entry(at)
    if (entry.run !== run || entry.name !== name || entry.group !== group) continue
    text += String(JSON.parse(entry.details))
    left--
  }
  return JSON.stringify(text)
}

function isShown({ lane, name, group }: ViewEntry, { hidden, family, group: only }: Filter): boolean {
  return !hidden.has(lane) && (family === '' || name.startsWith(family)) && (only < 0 || group < 0 || group === only)
}

/** Beginnings of names that one may filter by: `response.`, `conversation.item.` … with how many there are. */
export function familiesOf(entries: readonly ViewEntry[]): { readonly name: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const { name } of entries) {
    const family = familyOf(name)
    counts.set(family, (counts.get(family) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, count })).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function familyOf(name: string): string {
  if (name.startsWith('phone ')) return 'phone '
  const parts = name.split('.')
  if (parts.length === 1) return name
  return `${parts.slice(0, parts[0] === 'conversation' ? 2 : 1).join('.')}.`
}
