// How periodic a short piece of sound is, in the range of voices. Tells a voice from hiss of the same level.

const lowestPitchHz = 75
const highestPitchHz = 400

/**
 * The largest normalized autocorrelation of the piece over the periods of 75 to 400 Hz: about 0.2 for white noise,
 * above 0.6 for voiced speech and tones, 0 for silence. The piece is brought near 4,000 Hz first.
 */
export function pitchStrength(samples: Int16Array, rateHz: number): number {
  const fold = Math.max(1, Math.round(rateHz / 4000))
  const coarse = averaged(samples, fold)
  const coarseHz = rateHz / fold
  const shortest = Math.ceil(coarseHz / highestPitchHz)
  const longest = Math.min(Math.floor(coarseHz / lowestPitchHz), coarse.length - 16)
  const energy = energySums(coarse)
  let best = 0
  for (let lag = shortest; lag <= longest; lag++) best = Math.max(best, correlation(coarse, energy, lag))
  return best
}

/** Entry n is the energy of the first n values: that of any stretch is the difference of two. */
function energySums(values: Float32Array): Float64Array {
  const sums = new Float64Array(values.length + 1)
  for (let index = 0; index < values.length; index++) sums[index + 1] = sums[index]! + values[index]! * values[index]!
  return sums
}

function averaged(samples: Int16Array, fold: number): Float32Array {
  const coarse = new Float32Array(Math.floor(samples.length / fold))
  let total = 0
  for (let index = 0; index < coarse.length; index++) {
    let sum = 0
    for (let part = 0; part < fold; part++) sum += samples[index * fold + part]!
    coarse[index] = sum
    total += sum
  }
  const mean = total / coarse.length
  for (let index = 0; index < coarse.length; index++) coarse[index] = coarse[index]! - mean
  return coarse
}

function correlation(values: Float32Array, energy: Float64Array, lag: number): number {
  // Two sums, as one addition would have to wait for the last.
  let even = 0
  let odd = 0
  let index = lag
  for (; index + 1 < values.length; index += 2) {
    even += values[index]! * values[index - lag]!
    odd += values[index + 1]! * values[index + 1 - lag]!
  }
  if (index < values.length) even += values[index]! * values[index - lag]!
  const product = even + odd
  const left = energy[values.length]! - energy[lag]!
  const right = energy[values.length - lag]!
  return left > 0 && right > 0 ? product / Math.sqrt(left * right) : 0
}
