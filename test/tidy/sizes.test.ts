// Files and functions stay short enough to read.

import { expect, test } from 'vitest'
import { parse, readSources, readTests } from './project-files.ts'
import { fileSizeComplaints, functionSizeComplaints, functionsOf, limits } from './sizes.ts'

const sources = readSources()
const tests = readTests()

test(`no source has over ${limits.sourceFile} lines`, () => {
  expect(sources.flatMap((file) => fileSizeComplaints(file, limits.sourceFile)).join('\n')).toBe('')
})

test(`no test has over ${limits.testFile} lines, and what supports them no more than a source`, () => {
  const complaints = tests.flatMap((file) =>
    fileSizeComplaints(file, file.path.endsWith('.test.ts') ? limits.testFile : limits.sourceFile),
  )
  expect(complaints.join('\n')).toBe('')
})

test('a file that is too long is named; its inline snapshots do not count', () => {
  const code = 'void 0\n'.repeat(11)
  const snapshot = `expect(1).toMatchInlineSnapshot(\`\n${'line\n'.repeat(50)}\`)\n`
  expect(fileSizeComplaints(parse({ path: 'a.test.ts', text: code + snapshot }), 12)).toEqual([])
  expect(fileSizeComplaints(parse({ path: 'a.test.ts', text: code + snapshot }), 11)).toHaveLength(1)
})

test(`no function of the sources has over ${limits.function} lines`, () => {
  expect(sources.flatMap(functionSizeComplaints).join('\n')).toBe('')
})

test('functions are measured wherever they stand', () => {
  const text = [
    'export function first() {\n  return 1\n}',
    'const second = () => {\n  return 2\n}',
    'class Third {\n  fourth() {\n    return second()\n  }\n  #fifth = function () {}\n}',
    'export const table = { sixth: () => new Third(), seventh() {} }',
  ].join('\n')
  const measured = functionsOf(parse({ path: 'example.ts', text })).map(({ name, lines }) => [name, lines])
  expect(measured.toSorted()).toEqual([
    ['#fifth', 1],
    ['first', 3],
    ['fourth', 3],
    ['second', 3],
    ['seventh', 1],
    ['sixth', 1],
  ])
})

test('a function that is too long is named, with its place', () => {
  const text = `export function endless() {\n${'  void 0\n'.repeat(limits.function)}}\n`
  expect(functionSizeComplaints(parse({ path: 'src/example.ts', text }))).toEqual([
    'src/example.ts:1 endless has 72 lines, 70 at most',
  ])
})
