// What messages say of a flow: the path of a conversation, what a state waits for, and where a turn that leaves the flow would have fitted.

import type { FlowDefinition, FlowStep } from '../api.ts'
import { type FlowTurn, stepsOf, stepTold, takenBy } from './flow-steps.ts'
import { foldText, wordsOf } from './matching.ts'

/** A turn or an event that was taken. */
export interface PathEntry {
  readonly from: string
  readonly to: string
  /** What came, as text. */
  readonly came: string
}

export function pathLines(path: readonly PathEntry[]): string[] {
  if (path.length === 0) return ['  path so far: none, it has not begun']
  const width = Math.max(...path.map(({ from, to }) => from.length + to.length))
  const lines = path.map(({ from, to, came }) => `    ${from} → ${to}${' '.repeat(width - from.length - to.length)}  ${came}`)
  return ['  path so far:', ...lines]
}

export function expectedLines(definition: FlowDefinition, state: string): string[] {
  const steps = stepsOf(definition, state)
  if (steps.length === 0) return ['    - (the end: nothing more)']
  return steps.map((step) => `    - ${stepTold(step)} → ${step.to ?? state}`)
}

/** Who else would take the turn, and which step came nearest. */
export function wrongTurnHints(definition: FlowDefinition, state: string, came: FlowTurn): string[] {
  const wouldTake = (step: FlowStep): boolean => stepTold(step) !== 'anything' && takenBy(step, came) !== undefined
  const others = Object.keys(definition.states).filter((name) => name !== state && stepsOf(definition, name).some(wouldTake))
  const elsewhere = others.map((name) => `'${name}'`).join(' or ')
  const hints = others.length === 0 ? [] : [`  It would fit in state ${elsewhere}: was a turn left out, or is one too many?`]
  const near = nearestStep(stepsOf(definition, state), came.text)
  return near === undefined ? hints : [...hints, `  Nearest: ${stepTold(near)}.`]
}

/** The step whose phrase shares most words with what was said. */
function nearestStep(steps: readonly FlowStep[], text: string): FlowStep | undefined {
  const said = wordsOf(foldText(text))
  const likeness = ({ says }: FlowStep): number => {
    if (says === undefined || said.length === 0) return 0
    const phrases = [says].flat().map((one) => (typeof one === 'string' ? one : one.source.replace(/\\[a-z]|\(\?<\w+>/gi, ' ')))
    const words = phrases.flatMap((one) => wordsOf(foldText(one)))
    const shared = words.filter((word) => word.length > 2 && said.some((one) => one.startsWith(word) || word.startsWith(one)))
    return shared.length / Math.max(1, words.length)
  }
  const ranked = steps.map((step) => ({ step, likeness: likeness(step) })).sort((left, right) => right.likeness - left.likeness)
  const best = ranked[0]
  return best && best.likeness > 0 ? best.step : undefined
}
