// When each recorded answer is sent: in the recorded order, so long after what caused it as it was then. An answer whose cause has
// not come holds up nobody but those that hang on the same.

import type { ReplayRules } from '../api.ts'
import type { Answer, Cause } from './replay-script.ts'

interface Due {
  readonly answer: Answer
  readonly place: number
  /** By its cause alone; it never goes out before those before it. */
  readonly atMs: number
}

export class ReplaySchedule {
  readonly #byCause = new Map<Cause, { readonly answer: Answer; readonly place: number }[]>()
  /** Those whose cause has come, in the recorded order. */
  #due: Due[] = []
  /** Of `#due`, how many were sent. */
  #sent = 0
  /** Of all, in the recorded order. */
  readonly #unsent: Set<Answer>
  readonly #scale: number

  constructor(answers: readonly Answer[], timing: NonNullable<ReplayRules['timing']>) {
    this.#unsent = new Set(answers)
    this.#scale = timing === 'recorded' ? 1 : timing === 'instant' ? 0 : 1 / timing.scale
    for (const [place, answer] of answers.entries()) {
      const known = this.#byCause.get(answer.cause)
      if (known) known.push({ answer, place })
      else this.#byCause.set(answer.cause, [{ answer, place }])
    }
  }

  /** Answers whose time is still to come. */
  get waiting(): number {
    return this.#due.length - this.#sent
  }

  get dueMs(): number | undefined {
    return this.#due[this.#sent]?.atMs
  }

  /** Whether something is still to be sent that was recorded before this place. */
  isBehind(index: number): boolean {
    const [first] = this.#unsent
    return first !== undefined && first.index < index
  }

  /** What this sets off; before it has come. */
  answersTo(cause: Cause): readonly Answer[] {
    return (this.#byCause.get(cause) ?? []).map(({ answer }) => answer)
  }

  /** A cause has come; a second time changes nothing. */
  came(cause: Cause, nowMs: number): void {
    const answers = this.#byCause.get(cause)
    if (!answers) return
    this.#byCause.delete(cause)
    const rest = this.#due.slice(this.#sent)
    const wasEmpty = rest.length === 0
    for (const { answer, place } of answers) {
      rest.push({ answer, place, atMs: nowMs + Math.max(0, answer.atMs - cause.atMs) * this.#scale })
    }
    if (!wasEmpty) rest.sort((a, b) => a.place - b.place)
    this.#due = rest
    this.#sent = 0
  }

  /** The next answer, if its time has come. */
  take(nowMs: number): Answer | undefined {
    const next = this.#due[this.#sent]
    if (!next || next.atMs > nowMs) return undefined
    this.#sent++
    this.#unsent.delete(next.answer)
    return next.answer
  }
}
