// Sound with words for pages without a voice: syllables of a hummed tone, 150 ms for each syllable's worth of letters.

import { type Pcm, pcm } from 'vitest-realtime/audio'

const rateHz = 24_000
const leadMs = 200
const trailMs = 700
const syllableMs = 150

/** `text` as far as turn detection and the service's ear are concerned. */
export function babbling(text: string): Pcm {
  const speechMs = Math.ceil(text.length / 3) * syllableMs
  const samples = new Int16Array(((leadMs + speechMs + trailMs) * rateHz) / 1000)
  const first = (leadMs * rateHz) / 1000
  for (let index = 0; index < (speechMs * rateHz) / 1000; index++) {
    const seconds = index / rateHz
    const loudness = 0.35 + 0.25 * Math.sin((2 * Math.PI * 1000 * seconds) / syllableMs)
    let wave = 0
    for (let harmonic = 1; harmonic <= 12; harmonic++) wave += Math.sin(2 * Math.PI * 130 * harmonic * seconds) / harmonic
    samples[first + index] = Math.round(12_000 * loudness * wave)
  }
  return pcm(samples, rateHz, { text, words: [], speechSpan: { startMs: leadMs, endMs: leadMs + speechMs } })
}
