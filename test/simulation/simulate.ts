// Runs random sessions by fast-check, which shrinks a failing one, and says with which command the failure is seen again.
// SIMULATION_SEED and SIMULATION_PATH replay one; SIMULATION_COUNT runs more.

import fc, { type RunDetails } from 'fast-check'
import { step } from '../../src/session/step.ts'
import { plantedBug } from './planted-bugs.ts'
import { RandomSession, type Script } from './random-session.ts'

const { SIMULATION_SEED, SIMULATION_PATH, SIMULATION_COUNT, SIMULATION_BUG } = process.env

const maxActions = 160

/** Numbers without the leaning to small ones: each is an action by chance. */
const script: fc.Arbitrary<Script> = fc.noBias(
  fc.record({
    setup: fc.nat(0x7ffffffe),
    actions: fc.array(fc.nat(0x7ffffffe), { maxLength: maxActions, size: 'max' }),
  }),
)

/** One session from its opening to its end; throws what is wrong with it, and what came before. */
export function runScript({ setup, actions }: Script): RandomSession {
  const run = new RandomSession(setup, plantedBug(SIMULATION_BUG), step)
  try {
    for (const action of actions) run.act(action)
    run.settle()
  } catch (error) {
    const latest = run.session.events.slice(-12).map(({ type }) => type)
    throw new Error(`${error instanceof Error ? error.message : error}\nThe latest events: ${latest.join(', ')}`, {
      cause: error,
    })
  }
  return run
}

export interface Simulation {
  /** Path of the test file, for the command that replays a failure. */
  readonly file: string
  readonly seed: number
  readonly count: number
}

/** Throws with the story of the shortest failing session. */
export function simulate({ file, seed, count }: Simulation): void {
  const property = fc.property(script, (one) => void runScript(one))
  const details = fc.check(property, {
    seed: Number(SIMULATION_SEED ?? seed),
    numRuns: Number(SIMULATION_COUNT ?? count),
    ...(SIMULATION_PATH && { path: SIMULATION_PATH, endOnFailure: true }),
  })
  if (details.failed) throw failureOf(details, file)
}

function failureOf(
  { errorInstance, counterexample, counterexamplePath, numRuns, numShrinks, seed }: RunDetails<[Script]>,
  file: string,
) {
  const reason = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance))
  const actions = counterexample?.[0].actions.length ?? 0
  const path = counterexamplePath === null ? '' : ` SIMULATION_PATH=${counterexamplePath}`
  const command = `SIMULATION_SEED=${seed}${path} npx vitest run --config test/vitest.config.ts ${file}`
  const lines = [
    `session ${numRuns} of the seed ${seed} broke a rule: ${reason.message}`,
    `Shortened ${numShrinks} times, to ${actions} actions. See it again with`,
    `  ${command}`,
  ]
  return new Error(lines.join('\n'), { cause: reason })
}
