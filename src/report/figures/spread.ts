// Percentiles of samples, exact: each is one of the samples.

/** Percentiles by nearest rank, of `count` samples. */
export interface Spread {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

export const percentiles = ['p50', 'p95', 'p99', 'max'] as const
export type Percentile = (typeof percentiles)[number]

/** Null where there are no samples. The order of the samples plays no part. */
export function spreadOf(samples: readonly number[]): Spread | null {
  if (samples.length === 0) return null
  const sorted = samples.toSorted((left, right) => left - right)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
