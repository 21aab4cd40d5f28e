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
  let best = 0
  for (let lag = shortest; lag <= longest; lag++) best = Math.max(best, correlation(coarse, lag))
  return best
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

function correlation(values: Float32Array, lag: number): number {
  let product = 0
  let left = 0
  let right = 0
  for (let index = lag; index < values.length; index++) {
    const now = values[index]!
    const before = values[index - lag]!
    product += now * before
    left += now * now
    right += before * before
  }
  return left > 0 && right > 0 ? product / Math.sqrt(left * right) : 0
}
