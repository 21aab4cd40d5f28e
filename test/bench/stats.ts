// Figures from samples.

/** The value that `share` of the samples do not pass: 0.5 for the median. NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

export function sum(samples: readonly number[]): number {
  return samples.reduce((total, sample) => total + sample, 0)
}

/** `1234567` as `1,234,567`. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
