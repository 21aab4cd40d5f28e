// Puts the figures of each test into Vitest's JUnit report, as properties of its test case. That reporter writes a test's annotations
// as properties; they are added to what it is given to write, and to nothing else, so that no other reporter shows them.

import type { TestFigures } from './figures/test-figures.ts'
import { figuresOfMeta } from './figures/test-figures.ts'
import { type Timing, timings, totalsOf } from './figures/totals.ts'

/** A task as Vitest's JUnit reporter is given it, as far as it is used here. */
interface JUnitTask {
  readonly type: string
  readonly meta?: object
  readonly annotations?: readonly object[]
}

interface JUnitReporter {
  writeTasks(tasks: readonly JUnitTask[], ...rest: unknown[]): Promise<void>
}

/** Gives the names of those reporters that should write properties and cannot: a Vitest that is built in another way. */
export function addJUnitProperties(reporters: readonly unknown[]): string[] {
  return reporters.filter(isJUnit).flatMap((reporter) => {
    if (!canWriteTasks(reporter)) return [reporter.constructor.name]
    const { writeTasks } = reporter
    reporter.writeTasks = (tasks, ...rest) => writeTasks.call(reporter, tasks.map(withProperties), ...rest)
    return []
  })
}

function isJUnit(reporter: unknown): reporter is object {
  return typeof reporter === 'object' && reporter?.constructor.name === 'JUnitReporter'
}

function canWriteTasks(reporter: object): reporter is JUnitReporter {
  return 'writeTasks' in reporter && typeof reporter.writeTasks === 'function'
}

function withProperties(task: JUnitTask): JUnitTask {
  const figures = task.type === 'test' ? figuresOfMeta(task.meta ?? {}) : undefined
  if (!figures) return task
  const properties = propertiesOf(figures).map(([name, value]) => ({ type: name, message: String(value) }))
  return { ...task, annotations: [...(task.annotations ?? []), ...properties] }
}

/** What of a test is told: counts, and each timing that has samples. */
export function propertiesOf(figures: TestFigures): [name: string, value: number][] {
  const totals = totalsOf([figures])
  const { sessions, turns, responses, interruptions, errors, findings, wer, phone } = totals
  const counts = Object.entries({ sessions, turns, responses, interruptions, errors, findings })
  const spreads = timings.flatMap((timing: Timing) =>
    Object.entries(totals[timing] ?? {}).map(([key, value]) => [`${timing}.${key}`, value] as const),
  )
  const others = [
    ...(wer ? [['wer', wer.rate] as const] : []),
    ...(phone
      ? ([
          ['phone.underruns', phone.underruns],
          ['phone.deadAirMs', phone.deadAirMs],
        ] as const)
      : []),
  ]
  return [...counts, ...spreads, ...others].map(([name, value]) => [`realtime.${name}`, value])
}
