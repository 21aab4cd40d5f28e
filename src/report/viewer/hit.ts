// What lies under the pointer: an entry of the lanes, or only a moment.

import type { ViewGroup, ViewSpan } from '../view-data.ts'
import { lowerBound, type ViewDocument } from './document.ts'
import type { TimeScale } from './draw-events.ts'
import { type GroupLayout, type Lane, spanHeight } from './lane-layout.ts'

/** Ticks are thin: so many pixels beside one still mean it. */
const reachPx = 6

export interface Target {
  readonly document: ViewDocument
  readonly number: number
  readonly group: ViewGroup | undefined
  readonly layout: GroupLayout
  readonly scale: TimeScale
}

export function laneAt(layout: GroupLayout, y: number): Lane | undefined {
  return layout.lanes.find((lane) => y >= lane.y && y < lane.y + lane.height)
}

/** The bar under a point: the last one that holds it, else one that is near. */
export function spanAt(layout: GroupLayout, scale: TimeScale, x: number, y: number): ViewSpan | undefined {
  const lane = laneAt(layout, y)
  const row = lane && Math.floor((y - lane.y - 4) / spanHeight)
  const under = (reach: number) =>
    lane?.spans?.findLast(({ row: own, startMs, endMs = Number.POSITIVE_INFINITY }) => {
      return own === row && scale(startMs) <= x + reach && scale(endMs) >= x - reach
    })
  return under(0) ?? under(reachPx)
}

/** Place of the entry under a point of the canvas. */
export function entryAt({ document, number, group, layout, scale }: Target, x: number, y: number): number | undefined {
  const lane = laneAt(layout, y)
  if (!lane) return undefined
  const atMs = scale.invert(x)
  if (lane.spans?.length) return spanAt(layout, scale, x, y)?.entry
  if (lane.track)
    return group?.[lane.track].sounds.find(({ startMs, durationMs }) => atMs >= startMs && atMs <= startMs + durationMs)?.entry
  const entries = lane.events && document.laneEntries(number, lane.events)
  if (!entries) return undefined
  const at = lowerBound(entries.times, atMs)
  const nearest = [at - 1, at]
    .filter((one) => one >= 0 && one < entries.times.length)
    .map((one) => ({ one, distance: Math.abs(scale(entries.times[one]!) - x) }))
    .toSorted((a, b) => a.distance - b.distance)[0]
  if (!nearest || nearest.distance > reachPx) return undefined
  return entries.places[lowerBound(entries.times, entries.times[nearest.one]!)]
}
