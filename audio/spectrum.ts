// Spectra of short frames, in bands as the ear has them. For comparing sounds, not for hearing speech.

import { samplesIn } from './pcm.ts'

/** Middles of the bands: a third of an octave apart, as far as telephones carry. */
const bandMiddlesHz = [250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150]
/** So that silence in a band is no endless distance. */
const floorPower = 1e-9

/**
 * Levels in dB of each band, frame by frame (whole frames only).
 *
 * @example
 * logSpectra(tone.samples, 24_000, 20)[0] // 12 levels
 */
export function logSpectra(samples: Int16Array, rateHz: number, frameMs: number): Float64Array[] {
  const size = samplesIn(frameMs, rateHz)
  const window = Float64Array.from({ length: size }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size))
  const spectra: Float64Array[] = []
  for (let at = 0; at + size <= samples.length; at += size) {
    const frame = samples.subarray(at, at + size)
    spectra.push(Float64Array.from(bandMiddlesHz, (middleHz) => bandLevel(frame, window, middleHz, rateHz)))
  }
  return spectra
}

/** By Goertzel's recurrence at three places of the band. */
function bandLevel(frame: Int16Array, window: Float64Array, middleHz: number, rateHz: number): number {
  const power = [0.93, 1, 1.07].reduce((sum, place) => sum + goertzel(frame, window, middleHz * place, rateHz), 0)
  return 10 * Math.log10(power / 3 + floorPower)
}

function goertzel(frame: Int16Array, window: Float64Array, frequencyHz: number, rateHz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * frequencyHz) / rateHz)
  let before = 0
  let last = 0
  for (let index = 0; index < frame.length; index++) {
    const next = (frame[index]! / 32_768) * window[index]! + turn * last - before
    before = last
    last = next
  }
  return (last * last + before * before - turn * last * before) / (frame.length * frame.length)
}
