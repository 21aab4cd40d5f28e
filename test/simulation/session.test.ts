// That random sessions are worth running: they meet everything, are the same each time, and find the bugs that are planted.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { serverEventTypes } from '../../src/protocol/event-types.ts'
import { step } from '../../src/session/step.ts'
import { Chance } from './chance.ts'
import { plantedBug, plantedBugs } from './planted-bugs.ts'
import { RandomSession, type Script } from './random-session.ts'
import { runScript } from './simulate.ts'

function scriptOf(seed: number): Script {
  const chance = new Chance(seed)
  return { setup: chance.below(1e9), actions: Array.from({ length: 120 }, () => chance.below(1e9)) }
}

test('the runs meet what they are meant to meet', () => {
  const met: Record<string, number> = {}
  for (let seed = 1; seed <= 300; seed++) {
    for (const [what, count] of Object.entries(runScript(scriptOf(seed)).invariants.met)) met[what] = (met[what] ?? 0) + count
  }
  expect(Object.entries(met).filter(([, count]) => count < 5)).toEqual([])
  // The one is beta's alone, the other comes from outside of the session.
  const others = ['conversation.item.created', 'input_audio_buffer.dtmf_event_received']
  expect(serverEventTypes.filter((type) => !met[type])).toEqual(others)
})

test('a script is a run', () => {
  expect(runScript(scriptOf(5)).session.events).toEqual(runScript(scriptOf(5)).session.events)
})

describe('a planted bug is found within 40 sessions', () => {
  test.for(Object.keys(plantedBugs))('%s', (bug) => {
    const found = (): void => {
      for (let seed = 1; seed <= 40; seed++) {
        const { setup, actions } = scriptOf(seed)
        const run = new RandomSession(setup, plantedBug(bug), step)
        for (const action of actions) run.act(action)
        run.settle()
      }
    }
    expect(found).toThrow()
  })
})

describe('a failure', { timeout: 120_000 }, () => {
  const file = 'test/simulation/sessions-1.test.ts'
  const root = fileURLToPath(new URL('../..', import.meta.url))

  function run(command: readonly string[], env: Record<string, string>): string {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|SIMULATION)/.test(name)))
    const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
    try {
      return execFileSync(process.execPath, [vitest, ...command], {
        cwd: root,
        env: { ...clean, NO_COLOR: '1', ...env },
        stdio: 'pipe',
      }).toString()
    } catch (error) {
      const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer }
      return `${stdout}${stderr}`
    }
  }

  test('says which command shows it again, and that command does', () => {
    const SIMULATION_BUG = 'a delta after its done'
    const first = run(['run', '--config', 'test/vitest.config.ts', file], { SIMULATION_BUG, SIMULATION_COUNT: '100' })
    const [, rule] = /broke a rule: (.+)/.exec(first) ?? []
    const [, seed = '', path = '', args = ''] = /SIMULATION_SEED=(\S+) SIMULATION_PATH=(\S+) npx vitest (.+)/.exec(first) ?? []
    expect(rule).toMatch(/output_text|deltas/)
    const again = run(args.trim().split(' '), { SIMULATION_BUG, SIMULATION_SEED: seed, SIMULATION_PATH: path })
    expect(again).toContain(`broke a rule: ${rule}`)
    const mended = run(args.trim().split(' '), { SIMULATION_SEED: seed, SIMULATION_PATH: path })
    expect(mended).toContain('1 passed')
  })
})
