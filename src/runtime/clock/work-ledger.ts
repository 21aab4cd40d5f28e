// Real work of one test that is still under way. Who sees it is pending-work.ts; what it does to time is freeze.ts.

import { ImportWatch } from './import-watch.ts'

export interface Work {
  /** For messages: `GET http://127.0.0.1:8080/x`, `fs`, `import()`. */
  readonly name: string
  /** `http`, and what the kit holds time for (`held`): an answer of this test's own server may be what it waits for. */
  readonly kind?: 'http' | 'held' | undefined
  /** Asked whenever it matters: is it at work now? `over` forgets it. */
  readonly state?: (() => 'pending' | 'resting' | 'over') | undefined
}

const importing: Work = { name: 'import()' }

export class WorkLedger {
  readonly imports = new ImportWatch()
  readonly #works = new Map<unknown, Work>()
  readonly #served = new Set<unknown>()
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  start(key: unknown, work: Work): void {
    this.#works.set(key, work)
  }

  /** Work that is over wakes the clock: what follows from it comes first. */
  end(key: unknown): void {
    if (this.#works.delete(key)) this.#onChange()
  }

  /** Work that goes on (a stream of zlib) did a part. */
  progress(): void {
    this.#onChange()
  }

  /** A server of this test works on a request: the client in this test waits for us, not for the world. */
  startServing(key: unknown): void {
    this.#served.add(key)
    this.#onChange()
  }

  endServing(key: unknown): void {
    if (this.#served.delete(key)) this.#onChange()
  }

  /** All work that is under way at this moment. */
  pending(): Work[] {
    const found: Work[] = this.imports.isImporting() ? [importing] : []
    const held: Work[] = []
    let served = this.#served.size
    for (const [key, work] of this.#works) {
      const state = work.state?.() ?? 'pending'
      if (state === 'over') this.#works.delete(key)
      if (state !== 'pending') continue
      if (work.kind === 'http' && served > 0) served--
      else if (work.kind === 'held') held.push(work)
      else found.push(work)
    }
    // A reply that reads what a server of this test sends: that server's timers need the time which the reply would stop.
    const waitsForUs = this.#served.size > 0 && found.length === 0
    return waitsForUs ? found : [...found, ...held]
  }
}
