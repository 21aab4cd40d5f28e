// What pending real work does to virtual time: it stands still, but not for ever. After that it flows at real speed.

import { realTime } from './real-time.ts'
import type { Work, WorkLedger } from './work-ledger.ts'

/** `free`: no work; `frozen`: time stands still; `flowing`: given up waiting, real speed. */
export type FreezeState = 'free' | 'frozen' | 'flowing'

export class Freeze {
  readonly #ledger: WorkLedger
  readonly #limitMs: number
  readonly #onGivenUp: (finding: string) => void
  /** Work that was waited for in vain: it stops nothing any more. */
  readonly #stale = new Set<Work>()
  #sinceMs: number | undefined
  #hasGivenUp = false

  constructor(ledger: WorkLedger, limitMs: number, onGivenUp: (finding: string) => void) {
    this.#ledger = ledger
    this.#limitMs = limitMs
    this.#onGivenUp = onGivenUp
  }

  look(): FreezeState {
    const pending = this.#ledger.pending()
    if (pending.length === 0) return this.#thaw('free')
    for (const work of this.#stale) if (!pending.includes(work)) this.#stale.delete(work)
    const fresh = pending.filter((work) => !this.#stale.has(work))
    if (fresh.length === 0) return this.#thaw('flowing')
    this.#sinceMs ??= realTime.now()
    if (realTime.now() - this.#sinceMs < this.#limitMs) return 'frozen'
    this.#giveUp(fresh)
    return 'flowing'
  }

  #thaw<State extends FreezeState>(state: State): State {
    this.#sinceMs = undefined
    this.#hasGivenUp = false
    if (state === 'free') this.#stale.clear()
    return state
  }

  /** Until there is a moment without new work, time goes on: else a loop over files would stop it for ever. */
  #giveUp(works: readonly Work[]): void {
    for (const work of works) this.#stale.add(work)
    if (this.#hasGivenUp) return
    this.#hasGivenUp = true
    const names = [...new Set(works.map((work) => work.name))].join(', ')
    this.#onGivenUp(
      `the clock waited ${(this.#limitMs / 1000).toFixed(1)} s for ${names}; while that is pending it runs at real speed`,
    )
  }
}
