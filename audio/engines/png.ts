// A sound as a PNG picture, by the package pngjs. Without the names of marks: it draws no letters.

import { pathToFileURL } from 'node:url'
import { AudioEngineUnavailable } from '../../src/errors.ts'
import { columnsOf, type PictureOptions, pictureSettings } from '../picture.ts'
import type { Pcm } from '../types.ts'
import { resolvePackage } from './resolve-package.ts'

interface PngImage {
  readonly data: Uint8Array
}

interface PngModule {
  readonly PNG: (new (options: {
    width: number
    height: number
  }) => PngImage) & {
    readonly sync: { write(image: PngImage): Uint8Array }
  }
}

type Colour = readonly [red: number, green: number, blue: number]

const white: Colour = [255, 255, 255]
const green: Colour = [207, 232, 213]
const blue: Colour = [43, 76, 126]
const red: Colour = [179, 38, 30]

/**
 * The sound as a PNG picture: outline, stretches of speech, marks as lines.
 *
 * @throws AudioEngineUnavailable when the package pngjs is not installed
 * @throws RealtimeKitError RTK_AUDIO for a size that no picture can have
 * @example
 * writeFileSync('answer.png', await toPng(caller.heard.audio))
 */
export async function toPng(audio: Pcm, options: PictureOptions = {}): Promise<Uint8Array> {
  const { widthPx, heightPx, speech, marks } = pictureSettings(audio, options)
  const { PNG } = await loadPng()
  const image = new PNG({ width: widthPx, height: heightPx })
  const xOf = (ms: number): number => Math.round((ms / Math.max(1, audio.durationMs)) * widthPx)
  const marked = new Set(marks.map(({ atMs }) => xOf(atMs)))
  for (const [x, { low, high }] of columnsOf(audio, widthPx).entries()) {
    const background = speech.some(({ startMs, endMs }) => x >= xOf(startMs) && x < xOf(endMs)) ? green : white
    const [top, bottom] = [Math.floor(((1 - high) / 2) * heightPx), Math.floor(((1 - low) / 2) * heightPx)]
    for (let y = 0; y < heightPx; y++) {
      const colour = marked.has(x) ? red : y >= top && y <= bottom ? blue : background
      image.data.set([...colour, 255], (y * widthPx + x) * 4)
    }
  }
  return PNG.sync.write(image)
}

async function loadPng(): Promise<PngModule> {
  const entry = resolvePackage('pngjs')
  if (entry === undefined)
    throw new AudioEngineUnavailable('png', 'the package pngjs is not installed.', 'npm install --save-dev pngjs')
  const loaded: { default: PngModule } = await import(pathToFileURL(entry).href)
  return loaded.default
}
