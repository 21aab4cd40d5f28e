// A sound as a picture: its outline, and the stretches of speech in it. Drawing only; where speech is, others say.

import { RealtimeKitError } from '../src/errors.ts'
import type { SpeechSegment } from './segments.ts'
import type { Pcm } from './types.ts'

export interface PictureOptions {
  /** 800 by default. */
  readonly widthPx?: number
  /** 120 by default. */
  readonly heightPx?: number
  /** Stretches of speech; default: the true bounds, where they are known. */
  readonly speech?: readonly SpeechSegment[]
  /** Moments with a name, such as the start of an interruption. */
  readonly marks?: readonly { readonly atMs: number; readonly label: string }[]
}

/** Largest picture: what is larger is a slip, and would fill the memory. */
const maxPx = 20_000

/** Lowest and highest sample of one column of pixels, -1 to 1. */
export interface Column {
  readonly low: number
  readonly high: number
}

/** The options with everything filled in. @throws RealtimeKitError RTK_AUDIO for a size that no picture can have */
export function pictureSettings(audio: Pcm, options: PictureOptions): Required<PictureOptions> {
  const { widthPx = 800, heightPx = 120, speech = audio.speechSpan ? [audio.speechSpan] : [], marks = [] } = options
  for (const [name, value] of Object.entries({ widthPx, heightPx })) {
    if (Number.isInteger(value) && value >= 1 && value <= maxPx) continue
    throw new RealtimeKitError('RTK_AUDIO', `A picture's ${name} is a whole number from 1 to ${maxPx}, got ${String(value)}.`)
  }
  return { widthPx, heightPx, speech, marks }
}

export function columnsOf({ samples }: Pcm, count: number): Column[] {
  const size = samples.length / count
  return Array.from({ length: count }, (_, column) => {
    let [low, high] = [0, 0]
    for (let index = Math.floor(column * size); index < Math.floor((column + 1) * size); index++) {
      low = Math.min(low, samples[index]!)
      high = Math.max(high, samples[index]!)
    }
    return { low: low / 32_768, high: high / 32_768 }
  })
}

/**
 * The sound as an SVG picture.
 *
 * @throws RealtimeKitError RTK_AUDIO for a size that no picture can have
 * @example
 * writeFileSync('answer.svg', toSvg(caller.heard.audio, { marks: [{ atMs: 900, label: 'interrupted' }] }))
 */
export function toSvg(audio: Pcm, options: PictureOptions = {}): string {
  const { widthPx, heightPx, speech, marks } = pictureSettings(audio, options)
  const x = (ms: number): number => round((ms / Math.max(1, audio.durationMs)) * widthPx)
  const y = (level: number): number => round(((1 - level) / 2) * heightPx)
  const outline = columnsOf(audio, widthPx)
    .map(({ low, high }, column) => `M${column + 0.5} ${y(high)}V${round(y(low) + 0.5)}`)
    .join('')
  const spans = speech.map(
    ({ startMs, endMs }) =>
      `<rect x="${x(startMs)}" y="0" width="${round(x(endMs) - x(startMs))}" height="${heightPx}" fill="#cfe8d5"/>`,
  )
  const lines = marks.map(
    ({ atMs, label }) =>
      `<line x1="${x(atMs)}" y1="0" x2="${x(atMs)}" y2="${heightPx}" stroke="#b3261e"/>` +
      `<text x="${round(x(atMs) + 3)}" y="12" font-size="11" font-family="sans-serif" fill="#b3261e">${escaped(label)}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}">`,
    audio.text === undefined ? '' : `<title>${escaped(audio.text)}</title>`,
    `<rect width="${widthPx}" height="${heightPx}" fill="#ffffff"/>`,
    ...spans,
    `<path d="${outline}" stroke="#2b4c7e" fill="none"/>`,
    ...lines,
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Control characters, halves of pairs, and two that are no characters. */
const notInXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

function escaped(text: string): string {
  return text
    .replace(notInXml, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
