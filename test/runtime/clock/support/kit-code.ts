// Stands in for code of the kit itself: its folder is entered among the kit's own.

export function later(run: () => void, ms: number): unknown {
  return setTimeout(run, ms)
}
