// The name that an author probably meant: for "did you mean" in messages.

/**
 * The allowed name nearest to `given`, or undefined when none is near: the same words in another spelling
 * (`delay_ms` for `delayMs`), or few letters off (`wehn` for `when`).
 */
export function nearName(given: string, allowed: readonly string[]): string | undefined {
  const plain = squeeze(given)
  const same = allowed.find((name) => squeeze(name) === plain)
  if (same !== undefined) return same
  // The distance is never less than the difference in length: a text without end is not compared letter by letter.
  const comparable = allowed.filter((name) => Math.abs(name.length - plain.length) <= Math.max(1, name.length))
  const scored = comparable.map((name) => ({ name, distance: distance(plain, squeeze(name)) }))
  const best = scored.reduce<{ name: string; distance: number } | undefined>(
    (least, one) => (least && least.distance <= one.distance ? least : one),
    undefined,
  )
  if (best && best.distance <= Math.max(1, Math.floor(Math.min(plain.length, best.name.length) / 3))) return best.name
  return allowed.find(
    (name) => name.length >= 4 && (plain.startsWith(squeeze(name)) || (plain.length >= 4 && squeeze(name).startsWith(plain))),
  )
}

function squeeze(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** Edit distance in which two swapped neighbours count once. */
function distance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= left.length; row++) {
    const line = [row]
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1
      let least = Math.min(at(rows, row - 1, column) + 1, (line[column - 1] ?? 0) + 1, at(rows, row - 1, column - 1) + cost)
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (swapped) least = Math.min(least, at(rows, row - 2, column - 2) + 1)
      line.push(least)
    }
    rows.push(line)
  }
  return at(rows, left.length, right.length)
}

function at(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]?.[column] ?? 0
}
