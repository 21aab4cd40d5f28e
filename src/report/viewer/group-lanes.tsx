// The lanes of one session: names at the left, a canvas at the right that is drawn, hovered and clicked.

import { useSignalEffect } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import type { ViewSpan } from '../view-data.ts'
import { useCanvas } from './canvas.ts'
import { drawGroup } from './draw-group.ts'
import { entryAt, laneAt, spanAt } from './hit.ts'
import { type GroupLayout, layoutOf } from './lane-layout.ts'
import { seek } from './player.ts'
import { rulerHeight } from './ruler.tsx'
import { isFiltered, marks, playheadMs, rows, select, selected, viewed, visible } from './state.ts'
import { durationText, momentText } from './time-text.ts'
import { visibleScale } from './zoom.ts'

/** How many ticks each canvas drew last: a count of the work, for tests and benchmarks. */
const drawn: Record<number, number> = {}
Object.assign(window, { drawnTicks: drawn })

export function GroupLanes({ number, titled }: { number: number; titled: boolean }) {
  const group = viewed.data.groups[number]
  const layout = useMemo(() => layoutOf(viewed, number, group), [number])
  const tip = useRef<HTMLDivElement>(null)
  const section = useRef<HTMLDivElement>(null)
  // Lanes of many sessions scroll: those of the chosen entry are brought into view, at first those of what failed.
  useSignalEffect(() => {
    const place = selected.value ?? marks.find(({ isExact }) => isExact)?.place
    if (titled && place !== undefined && viewed.entry(place).group === number && section.current) bringIntoView(section.current)
  })
  const canvas = useCanvas(layout.height, read, ({ context, width, palette }, state) => {
    const scale = visibleScale(width)
    const dimmed = (place: number) => state.isFiltered && state.rows.rowOf[place]! < 0
    const scene = { document: viewed, number, group, layout, dimmed, selected: state.selected, playheadMs: state.playheadMs }
    drawn[number] = drawGroup({ context, width, scale, palette }, { ...scene, marksMs: marksOf(group?.source) })
  })
  const title = group?.title ?? 'Outside of sessions'
  const at = (event: MouseEvent) => {
    const element = canvas.current!
    const box = element.getBoundingClientRect()
    const point = { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width }
    const scale = visibleScale(point.width)
    return { ...point, scale, place: entryAt({ document: viewed, number, group, layout, scale }, point.x, point.y) }
  }
  const onClick = (event: MouseEvent) => {
    const { x, y, scale, place } = at(event)
    if (laneAt(layout, y)?.kind === 'sound') seek(scale.invert(x))
    if (place !== undefined) select(place)
  }
  const onMove = (event: MouseEvent) => {
    const { x, y, place, scale, width } = at(event)
    canvas.current!.style.cursor = place === undefined ? '' : 'pointer'
    showTip(tip.current, place === undefined ? undefined : tipText(place, spanAt(layout, scale, x, y)), x, y, width)
  }
  return (
    <div class="group" ref={section}>
      {titled && (
        <h2 class="group-title">
          {title} <span class="quiet">{group?.model}</span>
        </h2>
      )}
      <div class="lane-row">
        <LaneLabels layout={layout} />
        <div class="track">
          <canvas
            ref={canvas}
            style={{ height: `${layout.height}px` }}
            role="img"
            aria-label={described(title, number, layout)}
            onClick={onClick}
            onMouseMove={onMove}
            onMouseLeave={() => showTip(tip.current, undefined, 0, 0, 0)}
          />
          <div class="tip" ref={tip} hidden aria-hidden="true" />
        </div>
      </div>
    </div>
  )
}

/** All signals that the drawing depends on. */
function read() {
  return {
    visible: visible.value,
    selected: selected.value,
    playheadMs: playheadMs.value,
    rows: rows.value,
    isFiltered: isFiltered.value,
  }
}

function marksOf(source: number | undefined): number[] {
  return marks.filter((mark) => source === undefined || mark.source === source).map(({ atMs }) => atMs)
}

/** Scrolls the lanes, and not the page. */
function bringIntoView(section: HTMLElement): void {
  const area = section.parentElement
  if (!area) return
  const [own, outer] = [section.getBoundingClientRect(), area.getBoundingClientRect()]
  const top = outer.top + rulerHeight
  if (own.top < top || own.height > outer.bottom - top) area.scrollTop += own.top - top
  else if (own.bottom > outer.bottom) area.scrollTop += own.bottom - outer.bottom
}

function LaneLabels({ layout }: { layout: GroupLayout }) {
  return (
    <ul class="lane-labels">
      {layout.lanes.map(({ id, label, hint, height, color }) => (
        <li key={id} class={color} style={{ height: `${height}px` }} title={hint}>
          {label}
        </li>
      ))}
    </ul>
  )
}

/** What the picture shows, in words; the events themselves are in the list. */
function described(title: string, number: number, { lanes }: GroupLayout): string {
  const parts = lanes.map(({ label, kind, spans, events }) => {
    if (kind === 'sound') return label
    const count = kind === 'spans' ? (spans?.length ?? 0) : events ? (viewed.laneEntries(number, events)?.places.length ?? 0) : 0
    return `${label}: ${count}`
  })
  return `${title}. ${parts.join(', ')}. The list below has all events.`
}

/** Bars say what they are, whole; ticks what their event says. */
function tipText(place: number, span: ViewSpan | undefined): string {
  const { index, name, details, atMs } = viewed.entry(place)
  const head = `#${index}  ${momentText(atMs)}  ${name}`
  if (!span) return details === '' || details === name ? head : `${head}\n${details}`
  const lasted = span.endMs === undefined ? 'still open at the end' : durationText(span.endMs - span.startMs)
  const text = 'text' in span && span.text !== '' ? `\n“${span.text as string}”` : ''
  return `${head}\n${span.label}  ${lasted}${text}`
}

function showTip(tip: HTMLDivElement | null, text: string | undefined, x: number, y: number, width: number): void {
  if (!tip) return
  tip.hidden = text === undefined
  if (text === undefined) return
  tip.textContent = text
  tip.style.left = `${Math.max(0, Math.min(x + 12, width - 320))}px`
  tip.style.top = `${y + 16}px`
}
