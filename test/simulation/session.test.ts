// Random sessions, every event checked against the strict schemas and the invariants. Replay one with
// SIMULATION_SEED=n; run more with SIMULATION_COUNT=n.

import { expect, test } from 'vitest'
import { RandomSession } from './random-session.ts'

const seed = Number(process.env.SIMULATION_SEED ?? 0)
const count = Number(process.env.SIMULATION_COUNT ?? 60)
const seeds = seed ? [seed] : Array.from({ length: count }, (_, index) => index + 1)

test.for(seeds)('seed %i', (seed) => {
  const run = new RandomSession(seed)
  run.run(150)
  run.settle()
})

test('the runs meet what they are meant to meet', () => {
  const met = { done: 0, cancelled: 0, turns: 0, deleted: 0, errors: 0, outOfBand: 0, truncated: 0 }
  for (let seed = 101; seed <= 112; seed++) {
    const run = new RandomSession(seed)
    run.run(150)
    for (const key of Object.keys(met) as (keyof typeof met)[]) met[key] += run.invariants.met[key]
  }
  expect(Object.entries(met).filter(([, count]) => count < 10)).toEqual([])
})

test('a seed is a run', () => {
  const events = (): unknown => {
    const run = new RandomSession(5)
    run.run(100)
    return run.session.events
  }
  expect(events()).toEqual(events())
})
