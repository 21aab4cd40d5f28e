// Where a session or a phone call belongs: project, file, test, and which one of that test it was.

import type { TestRecord } from './run-report.ts'
import type { CallFigures, SessionFigures } from './test-figures.ts'

/** The place of a session, of a phone call, or of a test. */
export interface SessionPlace {
  /** Name of the Vitest project; empty for none. */
  readonly project: string
  readonly file: string
  readonly test: string
  /** Id of the session, or of the phone call; empty for the test itself. */
  readonly session: string
  /** Which one of its test: `session 2 of 3`; empty where there is one. */
  readonly which: string
  /** Page of its test's timeline. */
  readonly page?: string
}

export function testPlace({ project, file, name: test, page }: TestRecord): SessionPlace {
  return { project, file, test, session: '', which: '', ...(page !== undefined && { page }) }
}

export function sessionPlaces(record: TestRecord): (readonly [SessionPlace, SessionFigures])[] {
  return placed(record, 'session', record.figures.sessions)
}

export function callPlaces(record: TestRecord): (readonly [SessionPlace, CallFigures])[] {
  return placed(record, 'call', record.figures.calls)
}

/** Ids do not tell sessions of several tests apart: they are seeded. */
function placed<T extends { readonly id: string }>(record: TestRecord, what: string, all: readonly T[]) {
  return all.map((one, at, { length }) => {
    const which = length > 1 ? `${what} ${at + 1} of ${length}` : ''
    return [{ ...testPlace(record), session: one.id, which }, one] as const
  })
}

/** `|phones| booking.test.ts > books a table  (session 2 of 3)`, with the project only where there is one. */
export function placeText({ project, file, test, which }: SessionPlace): string {
  return `${project && `|${project}| `}${file} > ${test}${which && `  (${which})`}`
}
