// A list that only grows, as a value: O(1) amortised append, older versions stay what they were.
// Versions share one backing array; a version that is not the newest copies its part when it is appended to.

export interface AppendLog<T> {
  /** Shared between versions: only the first `length` entries belong to this one. */
  readonly backing: T[]
  readonly length: number
}

export function emptyLog<T>(): AppendLog<T> {
  return { backing: [], length: 0 }
}

/** The log with `entry` at its end. */
export function append<T>(log: AppendLog<T>, entry: T): AppendLog<T> {
  const backing = log.backing.length === log.length ? log.backing : log.backing.slice(0, log.length)
  backing.push(entry)
  return { backing, length: log.length + 1 }
}

/** The entry at `index`, counted from 0; undefined outside. */
export function entryAt<T>(log: AppendLog<T>, index: number): T | undefined {
  return index < log.length ? log.backing[index] : undefined
}

/** The entries from `start` on as an array of their own. O(count). */
export function entriesFrom<T>(log: AppendLog<T>, start = 0): T[] {
  return log.backing.slice(start, log.length)
}

/** A log of these entries; takes the array over. */
export function logOf<T>(entries: T[]): AppendLog<T> {
  return { backing: entries, length: entries.length }
}
