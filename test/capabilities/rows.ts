// The capability table of the system that the kit replaces: its rows, by number, and the tests that prove them, by title. rows.test.ts
// holds the two together, and makes README.md of this folder.

import { testTitles } from '../events/test-titles.ts'
import { filesBelow } from '../tidy/project-files.ts'

export const rowCount = 105

/** Rows without a test so far, and why. */
export const laterRows: Readonly<Record<number, { readonly name: string; readonly reason: string }>> = {}

export interface RowTest {
  readonly row: number
  /** The title without `row N: `. */
  readonly name: string
  readonly path: string
}

/** Tests that are titled by a row, and run. */
export function rowTests(): RowTest[] {
  return filesBelow('test/capabilities', ['.test.ts']).flatMap((file) =>
    [...testTitles(file)].flatMap((title) => {
      const [, row, name] = /^row (\d+): (.+)$/.exec(title) ?? []
      return row && name ? [{ row: Number(row), name, path: file.path }] : []
    }),
  )
}

/** README.md of this folder: each row, and where it is proved, or why it is not. */
export function rowTable(tests: readonly RowTest[]): string {
  const lines = Array.from({ length: rowCount }, (_, index) => rowLine(index + 1, tests))
  return [
    '# What the old system could',
    '',
    'Each capability of the Python module, by its number, with the test that proves it here.',
    'Made by rows.test.ts: `UPDATE_README=1` rewrites it.',
    '',
    '| row | capability | proved by |',
    '| --- | --- | --- |',
    ...lines,
    '',
  ].join('\n')
}

function rowLine(row: number, tests: readonly RowTest[]): string {
  const own = tests.filter((test) => test.row === row)
  const later = laterRows[row]
  const files = [...new Set(own.map(({ path }) => path.replace('test/capabilities/', '')))]
  const proof = files.map((file) => `[${file.replace('.test.ts', '')}](${file})`).join(', ')
  return `| ${row} | ${later?.name ?? shortName(own)} | ${later?.reason ?? proof} |`
}

/** What the titles of a row begin with, all of them; the first one where they differ from the start. */
function shortName(tests: readonly RowTest[]): string {
  const [first = [], ...rest] = tests.map(({ name }) => name.replace(/\W*(?:legacy: )?%[sj].*$/, '').split(' '))
  const bare = (word: string | undefined): string | undefined => word?.replace(/[,:]$/, '')
  const end = first.findIndex((word, index) => rest.some((words) => bare(words[index]) !== bare(word)))
  return first
    .slice(0, end > 0 ? end : undefined)
    .join(' ')
    .replace(/[,:]$/, '')
}
