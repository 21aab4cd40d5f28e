// The score table of a reply's selection as lines. The table is made elsewhere and is `unknown` here: what has no known form is
// printed as it is.

import { isFields, read, readList, readText } from './fields.ts'
import { cut, printValue } from './print.ts'

function candidatesOf(why: unknown): readonly unknown[] {
  if (Array.isArray(why)) return why
  const listed = ['scores', 'candidates'].map((name) => readList(why, name)).find((list) => list.length > 0)
  return listed ?? []
}

/** `greeting  10  phrase "hello" +10`, or why it was out of question. */
function candidateRow(candidate: unknown): { name: string; score: string; why: string } {
  const parts = readList(candidate, 'parts').map((part) => {
    const gain = read(part, 'met') === false ? 'not met' : `+${read(part, 'points') ?? 0}`
    return [readText(part, 'criterion'), readText(part, 'detail'), gain]
      .filter((text) => text !== undefined && text !== '')
      .join(' ')
  })
  const rejected = readText(candidate, 'rejected')
  return {
    name: readText(candidate, 'name') ?? '?',
    score: rejected === undefined ? String(read(candidate, 'score') ?? '') : '-',
    why: rejected ?? parts.join(', '),
  }
}

/**
 * Lines of a score table, in the order of the table; the asked reply is marked.
 *
 * @param why what `ResponseFacts.why` holds: a list of candidates, or an object with one
 * @param asked name of the reply that the author expected
 */
export function scoreLines(why: unknown, asked: string): string[] {
  const rows = candidatesOf(why).filter(isFields).map(candidateRow)
  if (rows.length === 0) return [typeof why === 'string' ? why : cut(printValue(why, 3), 300)]
  const width = Math.max(...rows.map((row) => row.name.length))
  const scoreWidth = Math.max(...rows.map((row) => row.score.length))
  const lines = rows.slice(0, 20).map((row) => {
    const mark = row.name === asked ? '  <<<<<' : ''
    return `${row.name.padEnd(width)}  ${row.score.padStart(scoreWidth)}  ${cut(row.why, 160)}`.trimEnd() + mark
  })
  const known = rows.some((row) => row.name === asked)
  return known ? lines : [...lines, `there is no reply "${asked}" among them`]
}
