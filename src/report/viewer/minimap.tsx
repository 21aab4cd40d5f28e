// The whole timeline in one thin strip, with a window on what the lanes show; drag it or click to go elsewhere. Keys do the same.

import { scaleLinear } from 'd3-scale'
import { peakMs } from '../view-data.ts'
import { type Sheet, useCanvas } from './canvas.ts'
import { trackPeaks } from './draw-sound.ts'
import { marks, viewed, visible, whole } from './state.ts'
import { show } from './zoom.ts'

const height = 34

function wholeScale(width: number) {
  return scaleLinear([whole.startMs, whole.endMs], [0, width])
}

export function Minimap() {
  const canvas = useCanvas(height, () => visible.value, drawMap)
  const moveTo = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect()
    const { startMs, endMs } = visible.value
    const middle = wholeScale(box.width).invert(event.clientX - box.left)
    const spanMs = endMs - startMs
    show(middle - spanMs / 2, middle + spanMs / 2)
  }
  return (
    <div class="lane-row">
      <span class="lane-labels map-label">Overview</span>
      <div class="track" aria-hidden="true">
        <canvas
          ref={canvas}
          class="minimap"
          style={{ height: `${height}px` }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId)
            moveTo(event)
          }}
          onPointerMove={(event) => event.buttons === 1 && moveTo(event)}
        />
      </div>
    </div>
  )
}

function drawMap({ context, width, palette }: Sheet, { startMs, endMs }: { startMs: number; endMs: number }): void {
  const scale = wholeScale(width)
  context.clearRect(0, 0, width, height)
  const columns = columnsOf(width)
  columns.forEach(({ input, output, events }, x) => {
    context.fillStyle = palette.input!
    context.fillRect(x, height / 2 - input * 12, 1, input * 12)
    context.fillStyle = palette.service!
    context.fillRect(x, height / 2, 1, output * 12)
    context.fillStyle = palette.muted!
    if (events) context.fillRect(x, height - 4, 1, 3)
  })
  const left = Math.max(0, scale(startMs))
  const right = Math.min(width, scale(endMs))
  context.globalAlpha = 0.12
  context.fillStyle = palette.accent!
  context.fillRect(left, 0, right - left, height)
  context.globalAlpha = 1
  context.strokeStyle = palette.accent!
  context.lineWidth = 1.5
  context.strokeRect(left + 0.75, 0.75, Math.max(2, right - left - 1.5), height - 1.5)
  context.fillStyle = palette.fault!
  for (const { atMs } of marks) context.fillRect(Math.round(scale(atMs)) - 1, 0, 2, height)
}

interface Column {
  input: number
  output: number
  events: boolean
}

let known: { readonly width: number; readonly columns: readonly Column[] } | undefined

/** What the strip shows, once per width. */
function columnsOf(width: number): readonly Column[] {
  if (known?.width === width) return known.columns
  const columns = Array.from({ length: Math.max(1, Math.ceil(width)) }, (): Column => ({ input: 0, output: 0, events: false }))
  const scale = wholeScale(width)
  const place = (ms: number) => Math.min(columns.length - 1, Math.max(0, Math.floor(scale(ms))))
  for (const { atMs } of viewed.data.entries) columns[place(atMs)]!.events = true
  for (const group of viewed.data.groups) {
    for (const side of ['input', 'output'] as const) {
      const peaks = trackPeaks(group[side])
      for (const { startMs, durationMs, heardMs = durationMs, trackMs } of group[side].sounds) {
        for (let ms = 0; ms < heardMs; ms += peakMs) {
          const level = ((peaks[Math.floor((trackMs + ms) / peakMs)] ?? 0) / 255) ** 0.7
          for (let x = place(startMs + ms); x <= place(startMs + ms + peakMs); x++)
            columns[x]![side] = Math.max(columns[x]![side], level)
        }
      }
    }
  }
  known = { width, columns }
  return columns
}
