// Zooming and panning of the time axis. The transform of d3-zoom is the one truth; `visible` follows it.

import { scaleLinear } from 'd3-scale'
import { select as selectElement } from 'd3-selection'
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from 'd3-zoom'
import { clearFilters, rows, select, viewed, visible, whole } from './state.ts'

type Behavior = ZoomBehavior<HTMLElement, unknown>

/** Shortest stretch of time on the screen. */
const minSpanMs = 2
let element: HTMLElement | undefined
let behavior: Behavior | undefined
let widthPx = 1

const wholeMs = whole.endMs - whole.startMs

function baseScale() {
  return scaleLinear([whole.startMs, whole.endMs], [0, widthPx])
}

/** The scale of what is on the screen, to a width in pixels. */
export function visibleScale(width: number) {
  return scaleLinear([visible.value.startMs, visible.value.endMs], [0, width])
}

/** Makes an element zoom by wheel and pan by drag; gives the way to undo it. */
export function attachZoom(target: HTMLElement, width: () => number): () => void {
  element = target
  behavior = zoom<HTMLElement, unknown>()
    .scaleExtent([1, Math.max(2, wholeMs / minSpanMs)])
    .filter((event: MouseEvent) => !isPan(event) && event.button === 0 && !(event.target as Element).closest('button'))
    .on('zoom', ({ transform }: D3ZoomEvent<HTMLElement, unknown>) => {
      const [startMs = 0, endMs = 1] = transform.rescaleX(baseScale()).domain()
      visible.value = { startMs, endMs }
    })
  const resize = () => {
    widthPx = Math.max(1, width())
    behavior?.extent([
      [0, 0],
      [widthPx, 1],
    ])
    behavior?.translateExtent([
      [0, 0],
      [widthPx, 1],
    ])
    show(visible.value.startMs, visible.value.endMs)
  }
  const observer = new ResizeObserver(resize)
  observer.observe(target)
  const selection = selectElement(target).call(behavior).on('dblclick.zoom', null)
  target.addEventListener('wheel', panByWheel, { passive: false })
  resize()
  return () => {
    observer.disconnect()
    selection.on('.zoom', null)
    target.removeEventListener('wheel', panByWheel)
  }
}

function isPan(event: Event): boolean {
  return event instanceof WheelEvent && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
}

function panByWheel(event: WheelEvent): void {
  if (!isPan(event)) return
  event.preventDefault()
  pan((event.deltaX || event.deltaY) / widthPx)
}

/** Puts a stretch of time on the screen, as far as there is any. */
export function show(startMs: number, endMs: number): void {
  if (!element || !behavior) return
  const spanMs = Math.min(wholeMs, Math.max(minSpanMs, endMs - startMs))
  const from = Math.min(Math.max(startMs, whole.startMs), whole.endMs - spanMs)
  const scale = wholeMs / spanMs
  const offset = -baseScale()(from) * scale
  selectElement(element).call(behavior.transform, zoomIdentity.translate(offset, 0).scale(scale))
}

export function showAll(): void {
  show(whole.startMs, whole.endMs)
}

/** Pans by a share of the screen. */
export function pan(share: number): void {
  const { startMs, endMs } = visible.value
  const by = (endMs - startMs) * share
  show(startMs + by, endMs + by)
}

/** Zooms by a factor around a moment; default: the middle of the screen. */
export function zoomBy(factor: number, aroundMs = (visible.value.startMs + visible.value.endMs) / 2): void {
  const { startMs, endMs } = visible.value
  const spanMs = Math.min(wholeMs, Math.max(minSpanMs, (endMs - startMs) / factor))
  const share = (aroundMs - startMs) / (endMs - startMs)
  show(aroundMs - spanMs * share, aroundMs + spanMs * (1 - share))
}

/** Brings a moment onto the screen, if it is not. */
export function reveal(atMs: number): void {
  const { startMs, endMs } = visible.value
  const spanMs = endMs - startMs
  if (atMs < startMs + spanMs * 0.02 || atMs > endMs - spanMs * 0.02) show(atMs - spanMs / 2, atMs + spanMs / 2)
}

/** Chooses an entry and shows it in the list and in the lanes; filters that hide it are lifted. */
export function visit(place: number): void {
  if (rows.value.rowOf[place]! < 0) clearFilters()
  select(place)
  reveal(viewed.entry(place).atMs)
}
