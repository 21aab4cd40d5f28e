// How alike two sounds run: the correlation of their levels in dB, step by step. Level, coding and a short shift do not matter; of
// sentences of the same length another one is taken for the same in one case of eighty (bounds in test/recording/likeness.test.ts).

/** What varies less than this, in dB, is one level all along: a tone, silence. */
const flatDb = 1.5

/** 0 to 1, at the best of the places that are at most `mostLag` steps apart. */
export function likeness(one: readonly number[], other: readonly number[], mostLag: number): number {
  const lags = Array.from({ length: 2 * mostLag + 1 }, (_, index) => index - mostLag)
  return Math.max(0, ...lags.map((lag) => correlation(one.slice(Math.max(0, -lag)), other.slice(Math.max(0, lag)))))
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const count = Math.min(one.length, other.length)
  if (count === 0) return one.length === other.length ? 1 : 0
  const mean = (list: readonly number[]): number => list.slice(0, count).reduce((sum, value) => sum + value, 0) / count
  const [left, right] = [mean(one), mean(other)]
  let [both, first, second] = [0, 0, 0]
  for (let at = 0; at < count; at++) {
    const [a, b] = [(one[at] ?? 0) - left, (other[at] ?? 0) - right]
    both += a * b
    first += a * a
    second += b * b
  }
  const flat = flatDb * flatDb * count
  if (first < flat || second < flat) return first < flat && second < flat ? 1 : 0
  return both / Math.sqrt(first * second)
}
