// Sines, and what a resampler made of them: gain, noise and phase by a least-squares fit over the middle of the sound.

export function sine(hz: number, rateHz: number, seconds = 0.5): Float32Array {
  return Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, index) => Math.sin((2 * Math.PI * hz * index) / rateHz))
}

export interface SineFit {
  readonly gainDb: number
  /** Power of the sine over the power of all else. */
  readonly snrDb: number
  /** Against a sine that begins at the first sample. */
  readonly phase: number
}

export function fitSine(values: ArrayLike<number>, hz: number, rateHz: number): SineFit {
  const [start, end] = [Math.floor(values.length * 0.2), Math.floor(values.length * 0.8)]
  let [sinSin, cosCos, sinCos, bySin, byCos] = [0, 0, 0, 0, 0]
  for (let index = start; index < end; index++) {
    const [sin, cos] = [Math.sin((2 * Math.PI * hz * index) / rateHz), Math.cos((2 * Math.PI * hz * index) / rateHz)]
    sinSin += sin * sin
    cosCos += cos * cos
    sinCos += sin * cos
    bySin += values[index]! * sin
    byCos += values[index]! * cos
  }
  const determinant = sinSin * cosCos - sinCos * sinCos
  const amplitude = (bySin * cosCos - byCos * sinCos) / determinant
  const quadrature = (byCos * sinSin - bySin * sinCos) / determinant

  let [signal, rest] = [0, 0]
  for (let index = start; index < end; index++) {
    const angle = (2 * Math.PI * hz * index) / rateHz
    const fitted = amplitude * Math.sin(angle) + quadrature * Math.cos(angle)
    signal += fitted ** 2
    rest += (values[index]! - fitted) ** 2
  }
  return {
    gainDb: 20 * Math.log10(Math.hypot(amplitude, quadrature)),
    snrDb: 10 * Math.log10(signal / rest),
    phase: Math.atan2(quadrature, amplitude),
  }
}

/** Level of the middle of a sound against a sine of amplitude 1, in dB. */
export function levelDb(values: Float32Array): number {
  const middle = values.subarray(Math.floor(values.length * 0.2), Math.floor(values.length * 0.8))
  return 10 * Math.log10((2 * middle.reduce((sum, value) => sum + value * value, 0)) / middle.length)
}
