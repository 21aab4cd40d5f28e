// Draws all lanes of one session onto its canvas. Only what is on the screen costs anything.

import type { ViewGroup } from '../view-data.ts'
import type { ViewDocument } from './document.ts'
import { drawEvents, type Surface } from './draw-events.ts'
import { drawGrid, drawMoment, drawSelection } from './draw-links.ts'
import { drawSound } from './draw-sound.ts'
import { drawSpans } from './draw-spans.ts'
import type { GroupLayout, Lane } from './lane-layout.ts'

export interface Scene {
  readonly document: ViewDocument
  readonly number: number
  readonly group: ViewGroup | undefined
  readonly layout: GroupLayout
  readonly selected: number | undefined
  readonly playheadMs: number | undefined
  /** Moments at which a test failed, or a recording differs. */
  readonly marksMs: readonly number[]
  /** True for entries that the filter leaves out. */
  readonly dimmed: (place: number) => boolean
}

/** Gives how many ticks of events were drawn: a test holds them against the width of the screen. */
export function drawGroup(surface: Surface, scene: Scene): number {
  const { document, number, layout, selected, playheadMs } = scene
  surface.context.clearRect(0, 0, surface.width, layout.height)
  drawGrid(surface, layout)
  const ticks = layout.lanes.reduce((sum, lane) => sum + drawLane(surface, scene, lane), 0)
  for (const atMs of scene.marksMs) drawMoment(surface, layout.height, atMs, 'fault')
  if (selected !== undefined) drawSelection(surface, document, layout, number, selected)
  if (playheadMs !== undefined) drawMoment(surface, layout.height, playheadMs, 'accent')
  return ticks
}

function drawLane(surface: Surface, { document, number, group, selected, dimmed }: Scene, lane: Lane): number {
  if (lane.kind === 'spans') drawSpans(surface, lane, selected)
  if (lane.track && group) drawSound(surface, lane, group[lane.track])
  const entries = lane.events && document.laneEntries(number, lane.events)
  return entries ? drawEvents(surface, document, lane, entries, dimmed) : 0
}
