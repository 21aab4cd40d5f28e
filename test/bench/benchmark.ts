// What a benchmark is: a name, and rows of figures for the table. No figure is asserted; a miss is only shown.

/** One line of the table. */
export interface Row {
  readonly what: string
  /** As DESIGN section 6 words it; '' where there is none. */
  readonly goal: string
  readonly measured: string
  /** Against the bare server of the same run, or what the row says. */
  readonly ratio?: number
  /** Whether the goal is met; undefined without a goal. */
  readonly ok?: boolean
}

export interface Benchmark {
  readonly name: string
  /** `size(full, smoke)` picks how much work to do. */
  run(size: Size): Promise<readonly Row[]>
}

export type Size = (full: number, smoke: number) => number
