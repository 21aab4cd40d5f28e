// Draws what lies over the lanes: grid, failure, play head, the chosen entry, and arrows from its cause and to its effects.

import type { ViewDocument } from './document.ts'
import type { Surface } from './draw-events.ts'
import type { GroupLayout } from './lane-layout.ts'

/** More arrows than that say nothing. */
const maxArrows = 40

export function drawGrid({ context, scale, palette, width }: Surface, layout: GroupLayout): void {
  layout.lanes.forEach((lane, at) => {
    if (at % 2 === 1) {
      context.fillStyle = palette.band!
      context.fillRect(0, lane.y, width, lane.height)
    }
  })
  context.fillStyle = palette.line!
  for (const tick of scale.ticks(Math.max(2, width / 110))) context.fillRect(Math.round(scale(tick)), 0, 1, layout.height)
}

/** A line from top to bottom at a moment. */
export function drawMoment({ context, scale, palette }: Surface, height: number, atMs: number, color: string, width = 2): void {
  context.fillStyle = palette[color]!
  context.fillRect(Math.round(scale(atMs)) - width / 2, 0, width, height)
}

export function drawSelection(surface: Surface, document: ViewDocument, layout: GroupLayout, group: number, place: number): void {
  const { context, palette } = surface
  const entry = document.entry(place)
  if (entry.group === group) {
    const at = positionOf(surface, document, layout, group, place)
    if (at) {
      context.strokeStyle = palette.accent!
      context.lineWidth = 2
      context.beginPath()
      context.roundRect(at.x - 5, at.y - 11, 10, 22, 4)
      context.stroke()
    }
  }
  const causes = entry.cause === undefined ? [] : [[entry.cause, place] as const]
  const effects = document
    .effects(place)
    .slice(0, maxArrows)
    .map((effect) => [place, effect] as const)
  for (const [from, to] of [...causes, ...effects]) drawArrow(surface, document, layout, group, from, to)
}

interface Position {
  readonly x: number
  readonly y: number
}

function positionOf(
  { scale }: Surface,
  document: ViewDocument,
  layout: GroupLayout,
  group: number,
  place: number,
): Position | undefined {
  const entry = document.entry(place)
  if (entry.group !== group) return undefined
  const lane = layout.lanes.find(({ events, id }) => events === entry.lane || (entry.lane === 'caller' && id === 'said'))
  return lane ? { x: scale(entry.atMs), y: lane.y + lane.height / 2 } : undefined
}

function drawArrow(surface: Surface, document: ViewDocument, layout: GroupLayout, group: number, from: number, to: number): void {
  const start = positionOf(surface, document, layout, group, from)
  const end = positionOf(surface, document, layout, group, to)
  if (!start || !end) return
  const { context, palette } = surface
  const bend = start.y === end.y ? -16 : 0
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 + bend }
  context.strokeStyle = palette.accent!
  context.fillStyle = palette.accent!
  context.globalAlpha = 0.75
  context.lineWidth = 1.25
  context.beginPath()
  context.moveTo(start.x, start.y)
  context.bezierCurveTo(middle.x, start.y + bend, middle.x, end.y + bend, end.x, end.y)
  context.stroke()
  context.beginPath()
  context.arc(end.x, end.y, 2.5, 0, Math.PI * 2)
  context.fill()
  context.globalAlpha = 1
}
