// Times as the page writes them: on the axis, in the list, beside the play head. Pure.

/** `0.5 s`, `12 s`, `2:05`: as exact as the distance of two ticks. */
export function axisText(atMs: number, stepMs: number): string {
  if (stepMs < 1) return `${atMs.toFixed(2)} ms`
  if (Math.abs(atMs) < 1000 && stepMs < 100) return `${Math.round(atMs)} ms`
  const digits = stepMs >= 1000 ? 0 : stepMs >= 100 ? 1 : stepMs >= 10 ? 2 : 3
  if (atMs < 60_000) return `${(atMs / 1000).toFixed(digits)} s`
  const minutes = Math.floor(atMs / 60_000)
  const seconds = (atMs - minutes * 60_000) / 1000
  return `${minutes}:${seconds.toFixed(digits).padStart(digits === 0 ? 2 : digits + 3, '0')}`
}

/** `+1,020 ms`. */
export function momentText(atMs: number): string {
  return `+${Math.round(atMs).toLocaleString('en')} ms`
}

/** `0:03.2`, of a play head. */
export function clockText(atMs: number): string {
  const minutes = Math.floor(atMs / 60_000)
  return `${minutes}:${((atMs - minutes * 60_000) / 1000).toFixed(1).padStart(4, '0')}`
}

/** `340 ms`, `2.4 s`, `1 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}
