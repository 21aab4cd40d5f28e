// How much of each flow all tests walked together. Flows of one name and one definition are one flow.

import type { FlowFigures, TestFigures } from './test-figures.ts'

export interface FlowSum {
  readonly name: string
  /** How many tests have it. */
  readonly tests: number
  readonly states: { readonly visited: number; readonly all: number; readonly missing: readonly string[] }
  /** `missing`: never taken, as text: `ask: says "cancel" → cancelling`. */
  readonly steps: { readonly taken: number; readonly all: number; readonly missing: readonly string[] }
}

/** Sorted by name, then by definition. */
export function coverageOf(tests: readonly TestFigures[]): FlowSum[] {
  const groups = new Map<string, FlowFigures[]>()
  for (const flow of tests.flatMap(({ flows }) => flows)) {
    const key = JSON.stringify([flow.name, flow.states, flow.steps])
    const known = groups.get(key)
    if (known) known.push(flow)
    else groups.set(key, [flow])
  }
  return [...groups].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, flows]) => sumOf(flows))
}

function sumOf(flows: readonly FlowFigures[]): FlowSum {
  const [{ name, states, steps } = { name: '', states: [], steps: [] }] = flows
  const visited = new Set(flows.flatMap((flow) => flow.visited))
  const taken = new Set(flows.flatMap((flow) => flow.taken))
  return {
    name,
    tests: flows.length,
    states: { visited: visited.size, all: states.length, missing: states.filter((_, at) => !visited.has(at)) },
    steps: { taken: taken.size, all: steps.length, missing: steps.filter((_, at) => !taken.has(at)) },
  }
}
