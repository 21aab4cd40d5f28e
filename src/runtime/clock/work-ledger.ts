// Real work of one test that is still under way. Who sees it is pending-work.ts; what it does to time is freeze.ts.

import { ImportWatch } from './import-watch.ts'

export interface Work {
  /** For messages: `GET http://127.0.0.1:8080/x`, `fs`, `import()`. */
  readonly name: string
  /** `http`: an answer of this test's own server may be what it waits for. */
  readonly kind?: 'http' | undefined
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
    let served = this.#served.size
    for (const [key, work] of this.#works) {
      const state = work.state?.() ?? 'pending'
      if (state === 'over') this.#works.delete(key)
      if (state !== 'pending') continue
      if (work.kind === 'http' && served > 0) served--
      else found.push(work)
    }
    return found
  }
}
