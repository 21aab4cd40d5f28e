// How a red test tells its story: the timeline as text, what the app waits for, and the problems that make a test red.

import { formatTimeline } from '../report/timeline-text.ts'
import { RealtimeKitError } from '../errors.ts'
import type { Service } from '../runtime/service.ts'
import { whatIsPending } from '../runtime/settled.ts'
import { takeForgotten } from '../runtime/tracked-promise.ts'

/** Lines of a story at most: the beginning and the end are kept. */
const storyLines = 60

export function timelineText(service: Service): string {
  return formatTimeline(service.timeline.entries)
}

/** The end of a red test's message; `''` when no session was ever connected. */
export function storyOf(service: Service): string {
  if (!service.timeline.entries.length) return ''
  const pending = whatIsPending(service, service.connections)
  const lines = ['', `What happened in ${service.name ? `"${service.name}"` : 'this test'} (virtual ms):`]
  lines.push(formatTimeline(service.timeline.entries, { maxLines: storyLines }))
  if (pending) lines.push('', `Still open: ${pending}.`)
  return lines.join('\n')
}

/** What makes the test red although its own assertions held; in the order in which it is best understood. */
export function problemsOf(service: Service): Error[] {
  const { verdict, options, script } = service
  const problems: Error[] = [...verdict.problems, ...takeForgotten(service.context)]
  if (options.onWireError !== 'ignore') {
    const wire = verdict.wireErrorProblem(options.allowErrors ?? [])
    if (wire) problems.push(wire)
  }
  const unused = script.unusedProblem()
  if (unused) problems.push(unused)
  return problems
}

/** One error for all problems, with the story at its end; undefined when there is none. */
export function verdictOf(service: Service): Error | undefined {
  const problems = problemsOf(service)
  const [first] = problems
  if (!first) return undefined
  const others = problems.slice(1).map((problem) => `\nAlso: ${problem.message}`)
  const error = first instanceof RealtimeKitError ? first : new RealtimeKitError('RTK_BUG', first.message, { cause: first })
  error.message += others.join('') + storyOf(service)
  // Frames of the kit would only hide the message; the author's own line is kept where it is known.
  if (!(error instanceof RealtimeKitError && error.code === 'RTK_NOT_AWAITED')) error.stack = `${error.name}: ${error.message}`
  return error
}
