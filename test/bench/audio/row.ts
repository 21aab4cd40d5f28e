// One line of the table: what was measured, and the goal that it is held against.

export interface AudioRow {
  readonly what: string
  /** '' where there is none: report only. */
  readonly goal: string
  readonly measured: string
  readonly ok?: boolean
}

/** Median and 90th percentile of errors in ms. */
export function figures(errors: readonly number[]): string {
  return `${Math.round(at(errors, 0.5))} / ${Math.round(at(errors, 0.9))} ms`
}

/** Nearest rank. */
export function at(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

export function printRows(rows: readonly AudioRow[]): void {
  const lines = [
    ['what', 'goal', 'measured', 'ok?'],
    ...rows.map(({ what, goal, measured, ok }) => [what, goal, measured, ok === undefined ? '' : ok ? 'yes' : 'NO']),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const [head, ...body] = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`)
  console.log([head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n'))
}
