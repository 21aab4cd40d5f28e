// The document inside of the page, and what is looked up in it all the time: effects of an entry, entries of a lane in order of time.

import type { ViewData, ViewEntry, ViewLane } from '../view-data.ts'

/** Entries of one lane of one group, with their times beside them for a binary search. */
export interface LaneEntries {
  readonly places: Int32Array
  readonly times: Float64Array
}

export class ViewDocument {
  readonly data: ViewData
  readonly #effects = new Map<number, number[]>()
  readonly #lanes = new Map<string, LaneEntries>()
  readonly #texts: (string | undefined)[] = []

  constructor(data: ViewData) {
    this.data = data
    const lanes = new Map<string, number[]>()
    data.entries.forEach(({ cause, group, lane, name }, place) => {
      if (cause !== undefined) push(this.#effects, cause, place)
      push(lanes, `${group} ${lane}`, place)
      if (name === 'error') push(lanes, `${group} fault`, place)
    })
    for (const [key, places] of lanes) this.#lanes.set(key, this.#sorted(places))
  }

  #sorted(places: readonly number[]): LaneEntries {
    const ordered = Int32Array.from(places.toSorted((a, b) => this.entry(a).atMs - this.entry(b).atMs || a - b))
    return { places: ordered, times: Float64Array.from(ordered, (place) => this.entry(place).atMs) }
  }

  entry(place: number): ViewEntry {
    const entry = this.data.entries[place]
    if (!entry) throw new RangeError(`no entry ${place}`)
    return entry
  }

  effects(place: number): readonly number[] {
    return this.#effects.get(place) ?? []
  }

  laneEntries(group: number, lane: ViewLane): LaneEntries | undefined {
    return this.#lanes.get(`${group} ${lane}`)
  }

  /** All that one can search for in an entry, in lower case. */
  searchText(place: number): string {
    const known = this.#texts[place]
    if (known !== undefined) return known
    const { index, name, details, json } = this.entry(place)
    const text = `#${index} ${name} ${details} ${JSON.stringify(json)}`.toLowerCase()
    this.#texts[place] = text
    return text
  }
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** First place of a sorted list whose value is at least `value`. */
export function lowerBound(values: Float64Array, value: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
