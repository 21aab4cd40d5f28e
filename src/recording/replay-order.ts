// Which recorded event of the app comes next, by the rule of order: an event is taken once, and those that are left are known.

import type { AnyClientEvent } from '../protocol/any-events.ts'
import { type Comparison, compareEvents, type Ignored } from './replay-compare.ts'
import type { ReplayIds } from './replay-ids.ts'
import type { ClientStep } from './replay-script.ts'

export type Order = 'strict' | 'turn' | 'content'

/** A recorded event that nearly fits. */
export interface NearMiss extends Comparison {
  readonly step: ClientStep
}

export type Fit = { readonly step: ClientStep; readonly names: Comparison['names'] } | { readonly misfit: Misfit }

/** Why an event of the app is none of those that may come now. */
export interface Misfit {
  /** The recorded event that should have come; undefined after the last one. */
  readonly expected: ClientStep | undefined
  /** Those that may come now, the likest first. */
  readonly near: readonly NearMiss[]
  /** The same event, where it may not come now: it is recorded later, or was taken already. */
  readonly elsewhere: { readonly step: ClientStep; readonly isTaken: boolean } | undefined
}

export class ExpectedEvents {
  readonly #order: Order
  readonly #how: { readonly ids: ReplayIds; readonly ignored: Ignored }
  readonly #awaitsService: (step: ClientStep) => boolean
  readonly #steps: readonly ClientStep[]
  readonly #taken = new Set<ClientStep>()
  /** All before it are taken. */
  #first = 0

  /** @param options.awaitsService whether the service has not sent yet what it had sent before such an event */
  constructor(
    steps: readonly ClientStep[],
    options: { order: Order; ids: ReplayIds; ignored: Ignored; awaitsService: (step: ClientStep) => boolean },
  ) {
    this.#steps = steps
    this.#awaitsService = options.awaitsService
    this.#order = options.order
    this.#how = options
  }

  /** Those that have not come, in order. */
  get left(): readonly ClientStep[] {
    return this.#steps.slice(this.#first).filter((step) => !this.#taken.has(step))
  }

  get next(): ClientStep | undefined {
    return this.#steps[this.#first]
  }

  take(event: AnyClientEvent): Fit {
    const near: NearMiss[] = []
    for (const step of this.#candidates(event.type)) {
      const { differences, names } = compareEvents(step.event, event, this.#how)
      if (differences.length === 0) {
        this.#take(step)
        return { step, names }
      }
      near.push({ step, differences, names })
    }
    near.sort((a, b) => a.differences.length - b.differences.length)
    return { misfit: { expected: this.next, near, elsewhere: this.#elsewhere(event) } }
  }

  /** Those of this type that may come now. */
  *#candidates(type: string): Generator<ClientStep> {
    const next = this.#order === 'strict' ? this.next : this.#nextBound
    const steps = this.#steps
    for (let place = this.#first; place < steps.length; place++) {
      const step = steps[place]!
      if (this.#order === 'strict' && step !== next) return
      if (this.#order === 'turn' && !this.#isFree(step) && !this.#isOpen(step, next)) continue
      if (!this.#taken.has(step) && step.event.type === type) yield step
    }
  }

  /** The first that has not come, of those that keep their turn. */
  get #nextBound(): ClientStep | undefined {
    for (let place = this.#first; place < this.#steps.length; place++) {
      const step = this.#steps[place]!
      if (!this.#isFree(step) && !this.#taken.has(step)) return step
    }
    return undefined
  }

  /**
   * Reading changes nothing: when it is done hangs on how fast the app is. So does a `session.update` that may answer what the service
   * has not sent yet, such as the one by which the Agents SDK answers `session.created`: the app may well have asked something by then.
   */
  #isFree(step: ClientStep): boolean {
    const { type } = step.event
    return type === 'conversation.item.retrieve' || (type === 'session.update' && this.#awaitsService(step))
  }

  /** The end of a turn comes when all else of the turn has come. */
  #isOpen(step: ClientStep, next: ClientStep | undefined): boolean {
    if (step.turn !== next?.turn) return false
    return step === next || !endsTurn(step)
  }

  #take(step: ClientStep): void {
    this.#taken.add(step)
    while (this.#first < this.#steps.length && this.#taken.has(this.#steps[this.#first]!)) this.#first++
  }

  #elsewhere(event: AnyClientEvent): Misfit['elsewhere'] {
    const same = (step: ClientStep): boolean =>
      step.event.type === event.type && compareEvents(step.event, event, this.#how).differences.length === 0
    const later = this.left.find(same)
    if (later) return { step: later, isTaken: false }
    const before = this.#steps.findLast((step) => this.#taken.has(step) && same(step))
    return before && { step: before, isTaken: true }
  }
}

function endsTurn({ event: { type } }: ClientStep): boolean {
  return type === 'response.create' || type === 'input_audio_buffer.commit'
}
