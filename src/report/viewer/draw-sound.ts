// Draws the waveform of a track: what was heard in full colour, what was cut pale, and where the app said that it was cut.

import { peakMs, type ViewSound, type ViewTrack } from '../view-data.ts'
import { fitting, type Surface } from './draw-events.ts'
import type { Lane } from './lane-layout.ts'

const peaksOf = new WeakMap<ViewTrack, Uint8Array>()

/** Peaks are decoded when they are drawn first. */
export function trackPeaks(track: ViewTrack): Uint8Array {
  const known = peaksOf.get(track)
  if (known) return known
  const peaks = bytesOf(track.peaks)
  peaksOf.set(track, peaks)
  return peaks
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}

/** A piece of sound in pixels: `cut` is where it was no longer heard. */
interface Piece {
  readonly sound: ViewSound
  readonly left: number
  readonly cut: number
  readonly right: number
}

export function drawSound(surface: Surface, lane: Lane, track: ViewTrack): void {
  const { scale, width } = surface
  const peaks = trackPeaks(track)
  const pieces = track.sounds
    .map((sound): Piece => {
      const { startMs, durationMs, heardMs = durationMs } = sound
      return { sound, left: scale(startMs), cut: scale(startMs + heardMs), right: scale(startMs + durationMs) }
    })
    .filter(({ left, right }) => right >= 0 && left <= width)
  // What was cut may lie where the next answer sounded: that one goes on top.
  for (const piece of pieces) if (piece.cut < piece.right - 1) drawCut(surface, lane, piece, peaks)
  for (const piece of pieces) drawHeard(surface, lane, piece, peaks)
}

function drawHeard(surface: Surface, lane: Lane, piece: Piece, peaks: Uint8Array): void {
  const { context, scale, palette } = surface
  const { sound, left, cut } = piece
  const box = { top: lane.y + 4, width: Math.max(1, cut - left), height: lane.height - 8 }
  context.beginPath()
  context.roundRect(left, box.top, box.width, box.height, 3)
  context.fillStyle = palette.panel!
  context.fill()
  context.fillStyle = palette[`${lane.color}-soft`]!
  context.fill()
  drawWave(surface, lane, sound, peaks, left, cut)
  if (sound.truncatedMs !== undefined) drawTruncation(surface, lane, scale(sound.startMs + sound.truncatedMs))
  if (sound.label !== '') drawLabel(surface, sound.label, left, box.top, box.width)
}

/** Heard up to here: what follows never sounded. */
function drawCut(surface: Surface, lane: Lane, { sound, cut, right }: Piece, peaks: Uint8Array): void {
  const { context, palette } = surface
  context.globalAlpha = 0.25
  drawWave(surface, lane, sound, peaks, cut, right)
  context.globalAlpha = 1
  context.strokeStyle = palette.muted!
  context.lineWidth = 1
  context.setLineDash([3, 3])
  context.strokeRect(cut + 0.5, lane.y + 4.5, Math.max(0, right - cut - 1), lane.height - 9)
  context.setLineDash([])
}

function drawWave(surface: Surface, lane: Lane, sound: ViewSound, peaks: Uint8Array, left: number, right: number): void {
  const { context, scale, palette, width } = surface
  const middle = lane.y + lane.height / 2
  const reach = lane.height / 2 - 5
  context.fillStyle = palette[lane.color]!
  for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, right); x++) {
    const level = levelBetween(peaks, sound, scale.invert(x) - sound.startMs, scale.invert(x + 1) - sound.startMs)
    const half = Math.max(0.5, level * reach)
    context.fillRect(x, middle - half, 1, half * 2)
  }
}

/** Loudest peak of a stretch of a sound, 0 to 1; quiet voices are raised, so that they show. */
function levelBetween(peaks: Uint8Array, { trackMs, durationMs }: ViewSound, fromMs: number, toMs: number): number {
  const first = Math.floor((trackMs + Math.max(0, fromMs)) / peakMs)
  const last = Math.floor((trackMs + Math.min(durationMs, toMs)) / peakMs)
  let level = 0
  for (let at = first; at <= last; at++) level = Math.max(level, peaks[at] ?? 0)
  return (level / 255) ** 0.7
}

function drawTruncation({ context, palette }: Surface, lane: Lane, x: number): void {
  context.fillStyle = palette.fault!
  context.fillRect(x - 1, lane.y + 2, 2, lane.height - 4)
  context.beginPath()
  context.moveTo(x - 5, lane.y + 2)
  context.lineTo(x + 5, lane.y + 2)
  context.lineTo(x, lane.y + 8)
  context.fill()
}

function drawLabel(surface: Surface, label: string, left: number, top: number, room: number): void {
  const { context, palette } = surface
  const x = Math.max(4, left + 4)
  context.font = '10px system-ui, sans-serif'
  context.textBaseline = 'top'
  const text = fitting(context, label, room - (x - left) - 4)
  // Legible over the waveform too.
  context.globalAlpha = 0.85
  context.fillStyle = palette.panel!
  if (text !== '') context.fillRect(x - 2, top + 1, context.measureText(text).width + 4, 12)
  context.globalAlpha = 1
  context.fillStyle = palette.text!
  context.fillText(text, x, top + 2)
}
