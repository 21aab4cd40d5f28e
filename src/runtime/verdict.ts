// What makes a test red by itself, however its assertions went: gathered while it runs, told when it ends.

import { RealtimeKitError } from '../errors.ts'
import type { EventEntry } from './timeline.ts'

/** Errors of no one's fault: a cancel that came too late, and the end of a session's life, which only `clock.advance` reaches. */
const alwaysAllowed = new Set(['response_cancel_not_active', 'session_expired'])

export class Verdict {
  readonly problems: Error[] = []
  readonly #listeners = new Set<(problem: Error) => void>()
  readonly #wireErrors: EventEntry[] = []
  readonly #excused = new Set<number>()
  readonly #keeps: 'all' | 'open'

  /** `keeps`: 'open' tells its listeners and remembers nothing, as nobody judges a process that runs for long. */
  constructor(keeps: 'all' | 'open' = 'all') {
    this.#keeps = keeps
  }

  /** Tells every open wait, and the test's end. */
  report(problem: Error): void {
    if (this.#keeps === 'all') this.problems.push(problem)
    for (const listener of this.#listeners) listener(problem)
  }

  onProblem(listener: (problem: Error) => void): () => void {
    const [problem] = this.problems
    if (problem) queueMicrotask(() => listener(problem))
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  noteWireError(entry: EventEntry): void {
    if (this.#keeps === 'all') this.#wireErrors.push(entry)
  }

  /** The test asserted, provoked or injected this wire error. */
  excuse(entry: EventEntry): void {
    if (this.#keeps === 'all') this.#excused.add(entry.index)
  }

  /** Wire errors that nobody expected, as one problem. */
  wireErrorProblem(allowErrors: readonly string[]): RealtimeKitError | undefined {
    const left = this.#wireErrors.filter((entry) => !this.#excused.has(entry.index) && !isAllowed(entry, allowErrors))
    if (!left.length) return undefined
    const lines = told(left)
    const codes = [...new Set(left.map((entry) => errorOf(entry).code ?? 'null'))].map((code) => `'${code}'`).join(', ')
    return new RealtimeKitError(
      'RTK_WIRE_ERROR',
      `The service told the app of ${left.length === 1 ? 'an error that nothing asserted' : `${left.length} errors that nothing asserted`}:\n${lines.join('\n')}\n` +
        `If the app is right to provoke it: await expect(realtime).toEmit('error', …), or realtimeOptions { allowErrors: [${codes}] }.`,
    )
  }
}

/** A line for each error; one that repeats is told once. */
function told(entries: readonly EventEntry[]): string[] {
  const groups = new Map<string, EventEntry[]>()
  for (const entry of entries) {
    const { code, message } = errorOf(entry)
    const words = `${code ?? 'null'}: ${message}`
    const same = groups.get(words)
    if (same) same.push(entry)
    else groups.set(words, [entry])
  }
  return [...groups].map(([words, [first, ...others]]) => {
    const times = others.length ? ` (${others.length + 1} times, the last is #${others.at(-1)!.index})` : ''
    return `  #${first!.index} ${words}${times}`
  })
}

function errorOf(entry: EventEntry): { code: string | null; message: string } {
  return entry.event.type === 'error' ? entry.event.error : { code: null, message: '' }
}

/** Whatever is not about a request of the app is a failure of the service, which only the test brings about. */
function isAllowed(entry: EventEntry, allowErrors: readonly string[]): boolean {
  if (entry.event.type === 'error' && entry.event.error.type !== 'invalid_request_error') return true
  const code = errorOf(entry).code ?? 'null'
  return alwaysAllowed.has(code) || allowErrors.includes(code)
}
