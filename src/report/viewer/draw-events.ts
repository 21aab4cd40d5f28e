// Draws a lane of events: a tick each, as many as the screen can show, with names where there is room.

import type { ScaleLinear } from 'd3-scale'
import { type LaneEntries, lowerBound, type ViewDocument } from './document.ts'
import type { Lane } from './lane-layout.ts'
import type { Palette } from './palette.ts'

export type TimeScale = ScaleLinear<number, number>

export interface Surface {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly scale: TimeScale
  readonly palette: Palette
}

/** Room that a name needs behind its tick. */
const nameWidth = 64

interface Tick {
  readonly x: number
  readonly place: number
  count: number
  isRed: boolean
}

/** Gives how many ticks were drawn. */
export function drawEvents(
  surface: Surface,
  document: ViewDocument,
  lane: Lane,
  entries: LaneEntries,
  dimmed: (place: number) => boolean,
): number {
  const { context, palette } = surface
  const ticks = ticksOf(surface, document, entries)
  const middle = lane.y + lane.height / 2
  context.font = '11px system-ui, sans-serif'
  context.textBaseline = 'middle'
  ticks.forEach((tick, at) => {
    const { x, count, place, isRed } = tick
    const half = Math.min(lane.height / 2 - 3, 5 + Math.log2(count + 1) * 1.6)
    context.globalAlpha = dimmed(place) ? 0.18 : 1
    context.fillStyle = palette[isRed ? 'fault' : lane.color]!
    context.fillRect(x - 1, middle - half, 2, half * 2)
    const room = (ticks[at + 1]?.x ?? surface.width) - x - 8
    if (room > nameWidth) drawName(surface, shortName(document.entry(place).name), x + 5, middle, room)
  })
  context.globalAlpha = 1
  return ticks.length
}

/** Events of one pixel are one tick, so that a lane never costs more than the screen is wide. */
function ticksOf({ scale, width }: Surface, document: ViewDocument, { places, times }: LaneEntries): Tick[] {
  const ticks: Tick[] = []
  const end = scale.invert(width + 2)
  let at = lowerBound(times, scale.invert(-2))
  while (at < times.length && times[at]! <= end) {
    const x = Math.round(scale(times[at]!))
    const tick: Tick = { x, place: places[at]!, count: 0, isRed: false }
    const next = lowerBound(times, scale.invert(x + 0.5))
    const until = Math.max(at + 1, next)
    tick.count = until - at
    for (let one = at; one < Math.min(until, at + 8); one++) if (document.entry(places[one]!).name === 'error') tick.isRed = true
    ticks.push(tick)
    at = until
  }
  return ticks
}

function drawName({ context, palette }: Surface, text: string, x: number, y: number, room: number): void {
  context.fillStyle = palette.muted!
  context.fillText(fitting(context, text, room), x, y)
}

/** As much of a text as there is room for. */
export function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  const glyphs = Math.floor(room / 6)
  if (text.length <= glyphs || context.measureText(text).width <= room) return text
  return glyphs < 3 ? '' : `${text.slice(0, glyphs - 1)}…`
}

/** `speech_started` of `input_audio_buffer.speech_started`. */
function shortName(name: string): string {
  return name
    .replace(/^(?:(?:input_audio_buffer|conversation\.item|conversation|response)\.|phone )/, '')
    .replace(/^input_audio_transcription/, 'transcription')
}
