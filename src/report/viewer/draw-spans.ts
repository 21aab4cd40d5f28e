// Draws stretches of time: bars with a label; responses also show where their first delta and their first sound came.

import type { ViewResponse, ViewSpan } from '../view-data.ts'
import { fitting, type Surface } from './draw-events.ts'
import { type Lane, spanHeight } from './lane-layout.ts'

const barHeight = 17

interface Bar {
  readonly span: ViewSpan
  readonly left: number
  readonly right: number
  readonly top: number
  readonly isSelected: boolean
}

export function drawSpans(surface: Surface, lane: Lane, selected: number | undefined): void {
  for (const span of lane.spans ?? []) {
    const left = surface.scale(span.startMs)
    const right = span.endMs === undefined ? surface.width : Math.max(left + 3, surface.scale(span.endMs))
    if (right < 0 || left > surface.width) continue
    const bar = { span, left, right, top: lane.y + 4 + span.row * spanHeight, isSelected: span.entry === selected }
    drawBar(surface, colorOf(span, lane), bar)
    if (isResponse(span)) drawMarks(surface, span, bar.top)
    drawLabel(surface, bar)
  }
}

function isResponse(span: ViewSpan): span is ViewResponse {
  return 'status' in span
}

function colorOf(span: ViewSpan, lane: Lane): string {
  const isBad = isResponse(span) && (span.status === 'failed' || span.status === 'incomplete')
  return isBad ? 'fault' : lane.color
}

function drawBar({ context, palette }: Surface, color: string, { span, left, right, top, isSelected }: Bar): void {
  const isOpen = span.endMs === undefined || (isResponse(span) && span.status === 'cancelled')
  context.fillStyle = palette[`${color}-soft`]!
  context.strokeStyle = palette[color]!
  context.lineWidth = isSelected ? 2.5 : 1
  context.setLineDash(isOpen ? [4, 3] : [])
  context.beginPath()
  context.roundRect(left + 0.5, top + 0.5, Math.max(2, right - left - 1), barHeight, 3)
  context.fill()
  context.stroke()
  context.setLineDash([])
}

/** On the lower edge: a short line at the first delta, a dot at the first sound. */
function drawMarks({ context, palette, scale }: Surface, span: ViewResponse, top: number): void {
  context.fillStyle = palette.service!
  if (span.firstDeltaMs !== undefined) context.fillRect(scale(span.firstDeltaMs) - 1, top + barHeight - 5, 2, 6)
  if (span.firstAudioMs === undefined) return
  context.beginPath()
  context.arc(scale(span.firstAudioMs), top + barHeight, 3.5, 0, Math.PI * 2)
  context.fill()
}

/** The label stays on the screen while its bar does. */
function drawLabel({ context, palette, width }: Surface, { span, left, right, top }: Bar): void {
  const from = Math.max(5, left + 5)
  const until = Math.min(width, right) - 4
  context.font = '11px system-ui, sans-serif'
  context.textBaseline = 'middle'
  context.fillStyle = palette.text!
  const label = fitting(context, span.label, until - from)
  context.fillText(label, from, top + barHeight / 2 + 0.5)
  const rest = isResponse(span) ? restOf(span) : ''
  if (rest === '' || label !== span.label) return
  const next = from + context.measureText(label).width + 6
  context.fillStyle = palette.muted!
  context.fillText(fitting(context, rest, until - next), next, top + barHeight / 2 + 0.5)
}

function restOf({ status, text }: ViewResponse): string {
  const said = text === '' ? '' : `“${text}”`
  return status === 'completed' ? said : `${status.replace('_', ' ')} ${said}`.trim()
}
