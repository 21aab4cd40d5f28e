// How periodic a short piece of sound is, in the range of voices. Tells a voice from hiss of the same level.

const lowestPitchHz = 75
const highestPitchHz = 400

/**
 * The largest normalized autocorrelation over the periods of 75 to 400 Hz: about 0.25 for white noise, above 0.6 for voiced speech
 * and tones, 0 for silence. Meant for sound of 150 to 1,000 Hz at a rate near 4,000 Hz.
 */
export function pitchStrength(values: Float32Array, rateHz: number): number {
  const { length } = values
  const longest = Math.min(Math.floor(rateHz / lowestPitchHz), length - 16)
  /** Energies of all but the last, and all but the first `lag` values. */
  let early = product(values, 0)
  let late = early
  let best = 0
  for (let lag = 1; lag <= longest; lag++) {
    early -= values[length - lag]! * values[length - lag]!
    late -= values[lag - 1]! * values[lag - 1]!
    if (lag * highestPitchHz < rateHz || early <= 0 || late <= 0) continue
    best = Math.max(best, product(values, lag) / Math.sqrt(early * late))
  }
  return best
}

function product(values: Float32Array, lag: number): number {
  // Two sums, as one addition would have to wait for the last.
  let even = 0
  let odd = 0
  let index = lag
  for (; index + 1 < values.length; index += 2) {
    even += values[index]! * values[index - lag]!
    odd += values[index + 1]! * values[index + 1 - lag]!
  }
  if (index < values.length) even += values[index]! * values[index - lag]!
  return even + odd
}
