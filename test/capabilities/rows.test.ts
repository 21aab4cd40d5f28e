// No row of the capability table is forgotten: it has a test that is titled by it, or stands among the later ones with its reason.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot, readProjectFile } from '../tidy/project-files.ts'
import { laterRows, rowCount, rowTable, rowTests } from './rows.ts'

const tests = rowTests()
const proved = new Set(tests.map(({ row }) => row))
const rows = Array.from({ length: rowCount }, (_, index) => index + 1)

test('each row has a test, or a reason why it comes later', () => {
  expect(rows.filter((row) => !proved.has(row) && !laterRows[row]?.reason)).toEqual([])
})

test('no row is both proved and later, and none is unknown', () => {
  const later = Object.keys(laterRows).map(Number)
  expect(later.filter((row) => proved.has(row))).toEqual([])
  expect([...proved, ...later].filter((row) => !rows.includes(row))).toEqual([])
})

test('README.md of this folder is the table: UPDATE_README=1 rewrites it', () => {
  const path = 'test/capabilities/README.md'
  if (process.env.UPDATE_README) writeFileSync(join(projectRoot, path), rowTable(tests))
  else expect(readProjectFile(path)).toBe(rowTable(tests))
})

test('the README of the project leads to it', () => {
  expect(readProjectFile('README.md').includes('](test/capabilities/README.md)')).toBe(true)
})
