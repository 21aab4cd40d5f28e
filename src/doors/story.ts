// How a red test tells its story: the timeline as text, what the app waits for, and the problems that make a test red.

import { RealtimeKitError } from '../errors.ts'
import type { TextStyle } from '../report/terminal-style.ts'
import { formatTimeline } from '../report/timeline-text.ts'
import { triedLines } from '../runtime/no-session.ts'
import type { Service } from '../runtime/service.ts'
import { whoWaits } from '../runtime/settled.ts'
import { findingText, isEvent } from '../runtime/timeline.ts'
import { takeForgotten } from '../runtime/tracked-promise.ts'

/** Lines of a story at most: the beginning and the end are kept. */
const storyLines = 60

/** `style`: how it is coloured; default not at all. */
export function timelineText(service: Service, style?: TextStyle): string {
  return formatTimeline(service.timeline.entries, style && { style })
}

/** What happened in a test: timeline, findings that its window leaves out, who waits for whom. `told`: the messages before it. */
function storyOf(service: Service, told: readonly string[] = []): string {
  const test = service.name ? `"${service.name}"` : 'this test'
  const isTriedTold = told.some((message) => message.includes('Intercepted are:'))
  const lacking =
    service.connections.length || isTriedTold ? [] : [`No session was connected in ${test}.`, ...triedLines(service)]
  if (!service.timeline.entries.length) return lacking.join('\n')
  const unit = (service.options.timing ?? 'virtual') === 'virtual' ? 'virtual ms' : 'ms'
  const timeline = formatTimeline(service.timeline.entries, { maxLines: storyLines })
  const findings = hiddenFindings(service, timeline)
  const waiting = whoWaits(service, service.connections)
  return [
    `What happened in ${test} (${unit}):`,
    timeline,
    ...(findings.length ? ['', 'Findings:', ...findings] : []),
    ...service.script.flows.flatMap((flow) => ['', flow.story]),
    ...(lacking.length ? ['', ...lacking] : []),
    ...(waiting && !told.some((message) => message.includes(waiting)) ? ['', `Still open: ${waiting}.`] : []),
  ].join('\n')
}

/** Each kind once, as an app repeats its mistakes. */
function hiddenFindings(service: Service, shown: string): string[] {
  const found = new Map<string, { index: number; count: number }>()
  for (const entry of service.timeline.entries) {
    if (isEvent(entry) || entry.note.type !== 'finding') continue
    const text = findingText(entry.note)
    const before = found.get(text)
    if (before) before.count++
    else if (!shown.includes(text)) found.set(text, { index: entry.index, count: 1 })
  }
  return [...found].map(([text, { index, count }]) => `  #${index} ${text}${count > 1 ? ` (×${count})` : ''}`)
}

/** What happened to a test that is red already, for the end of its last error; `told` are its messages so far. */
export function storyOfRed(service: Service, told: readonly string[], forgotten: readonly Error[]): string {
  service.findings.conclude()
  const untold = [...lossesOf(service, forgotten)].filter(({ message }) => !told.some((one) => one.includes(message)))
  return withGaps([...untold.map(({ message }) => `Also: ${message}`), storyOf(service, told)])
}

function withGaps(paragraphs: readonly string[]): string {
  return paragraphs.map((paragraph) => (paragraph ? `\n\n${paragraph}` : '')).join('')
}

/** Problems that stand whatever else the test did; `forgotten` are the matchers that nobody awaited. */
function lossesOf(service: Service, forgotten: readonly Error[]): Error[] {
  const { verdict, options } = service
  const problems: Error[] = [...verdict.problems, ...takeForgotten(service.context), ...forgotten]
  if (options.onWireError !== 'ignore') {
    const wire = verdict.wireErrorProblem(options.allowErrors ?? [])
    if (wire) problems.push(wire)
  }
  return problems
}

/** What makes the test red although its own assertions held, in the order to read it; the last one ends with the story. */
export function verdictOf(service: Service, forgotten: readonly Error[]): Error[] {
  service.findings.conclude()
  const unused = service.script.unusedProblem() ?? service.replaying?.problem()
  const losses = lossesOf(service, forgotten)
  // A flow that was left is told already; that it also stopped is no news.
  const stopped = losses.some((loss) => loss instanceof RealtimeKitError && loss.code === 'RTK_FLOW') ? [] : service.script.flows
  const unfinished = stopped.flatMap((flow) => flow.problem() ?? [])
  const problems = [...losses, ...(unused ? [unused] : []), ...unfinished].map(presentable)
  const last = problems.at(-1)
  if (last) addToMessage(last, withGaps([storyOf(service)]))
  return problems
}

/** A copy, so that what the app or the test holds stays as it was. Frames of the kit would only hide the message. */
function presentable(problem: Error): Error {
  const code = problem instanceof RealtimeKitError ? problem.code : 'RTK_BUG'
  const plain = problem.message.replace(/^\[\w+\] /, '')
  const error = new RealtimeKitError(code, plain, problem.cause === undefined ? undefined : { cause: problem.cause })
  const frames = code === 'RTK_NOT_AWAITED' ? framesOf(problem) : ''
  error.stack = `${error.name}: ${error.message}${frames}`
  return error
}

function framesOf({ stack = '' }: Error): string {
  const at = stack.search(/\n\s+at /)
  return at < 0 ? '' : stack.slice(at)
}

/** Adds to an error's message, and to its stack, which is what some reporters print. */
export function addToMessage(error: { message: string; stack?: string | undefined }, text: string): void {
  const { message, stack } = error
  error.message = message + text
  if (!stack) return
  const at = message && stack.includes(message) ? stack.indexOf(message) + message.length : Math.max(0, stack.search(/\n\s+at /))
  error.stack = stack.slice(0, at) + text + stack.slice(at)
}
