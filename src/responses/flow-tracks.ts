// Which states and steps of a flow its conversations came by, all of them together.

import type { FlowCoverage, FlowDefinition, FlowStep } from '../api.ts'
import { startOf, stepTold } from './flow-steps.ts'

interface FlowWalked {
  readonly states: readonly { readonly name: string; readonly isVisited: boolean }[]
  readonly steps: readonly { readonly told: string; readonly isTaken: boolean }[]
}

export class FlowTracks {
  readonly #states: FlowDefinition['states']
  readonly #taken = new Set<FlowStep>()
  readonly #visited: Set<string>

  constructor(definition: FlowDefinition) {
    this.#states = definition.states
    this.#visited = new Set([startOf(definition)])
  }

  take(step: FlowStep, to: string): void {
    this.#taken.add(step)
    this.#visited.add(to)
  }

  isTaken(step: FlowStep): boolean {
    return this.#taken.has(step)
  }

  get coverage(): FlowCoverage {
    const { states, steps } = this.walked
    const missing = steps.filter(({ isTaken }) => !isTaken)
    return {
      states: { visited: this.#visited.size, all: states.length },
      steps: { taken: steps.length - missing.length, all: steps.length },
      missing: missing.map(({ told }) => told),
    }
  }

  /** Each state and step of the graph, in its order: as text, and whether a session came by. */
  get walked(): FlowWalked {
    const states = this.#states
    const all = Object.entries(states).flatMap(([state, steps]) => steps.map((step) => ({ state, step })))
    const names = new Set([...Object.keys(states), ...all.flatMap(({ step }) => step.to ?? [])])
    return {
      states: [...names].map((name) => ({ name, isVisited: this.#visited.has(name) })),
      steps: all.map(({ state, step }) => ({
        told: `${state}: ${stepTold(step)}${step.to === undefined ? '' : ` → ${step.to}`}`,
        isTaken: this.#taken.has(step),
      })),
    }
  }
}
