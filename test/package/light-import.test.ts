import { expect, test } from 'vitest'
import { heavy, tracedImport } from '../bench/import-cost.ts'

test('importing the kit loads nothing heavy: each test file of a user does it', () => {
  const { modules, loaded } = tracedImport()
  expect(loaded.filter((name) => heavy.includes(name))).toEqual([])
  expect(modules).toBeLessThan(100)
})
