// A quarter of the 10,000 random sessions: one file each, so that they run beside each other.

import { test } from 'vitest'
import { simulate } from './simulate.ts'

test('2,500 random sessions keep every rule', { timeout: 300_000 }, () => {
  simulate({ file: 'test/simulation/sessions-1.test.ts', seed: 1, count: 2500 })
})
