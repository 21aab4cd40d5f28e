// One response at a time: asks for one when none is active, else once after it, however often it was wanted meanwhile, and also when
// the active one ends by an error.

import type { BridgeEvent } from './model-link.ts'

type State = { readonly type: 'idle' } | { readonly type: 'asked' } | { readonly type: 'active'; readonly id: string }

interface Wanted {
  readonly response?: Record<string, unknown>
}

export class ResponseGate {
  readonly #send: (event: BridgeEvent) => void
  #state: State = { type: 'idle' }
  #pending: Wanted | undefined
  /** The latest request, until a response is over: the one that was announced may be another one. */
  #asked: { readonly eventId: string; readonly wanted: Wanted } | undefined
  #count = 0
  #isHeld = false

  constructor(send: (event: BridgeEvent) => void) {
    this.#send = send
  }

  /** Id of the response that is being made. */
  get activeId(): string | undefined {
    return this.#state.type === 'active' ? this.#state.id : undefined
  }

  get isBusy(): boolean {
    return this.#state.type !== 'idle'
  }

  get hasPending(): boolean {
    return this.#pending !== undefined
  }

  /** Asks for a response, now or behind the active one. `response` as in `response.create`. */
  request(response?: Record<string, unknown>): void {
    if (this.#state.type !== 'idle' || this.#isHeld) {
      this.#pending = response ? { response } : (this.#pending ?? {})
      return
    }
    const eventId = `bridge_response_${++this.#count}`
    const wanted = response ? { response } : {}
    this.#state = { type: 'asked' }
    this.#asked = { eventId, wanted }
    this.#send({ type: 'response.create', event_id: eventId, ...wanted })
  }

  /** The caller speaks: nothing is asked for meanwhile. */
  hold(): void {
    this.#isHeld = true
  }

  /** The caller's turn is over. `isAnswered`: the service answers it by itself, and what waited with it. */
  release({ isAnswered }: { readonly isAnswered: boolean }): void {
    this.#isHeld = false
    if (isAnswered) this.#pending = undefined
    else if (this.#state.type === 'idle') this.#next()
  }

  created(id: string): void {
    this.#state = { type: 'active', id }
  }

  done(): void {
    this.#state = { type: 'idle' }
    this.#asked = undefined
    this.#next()
  }

  /** An error of the service; true when it is about a request of this gate. */
  failed(eventId: string | undefined, code: string | undefined): boolean {
    const asked = this.#asked
    if (!asked || asked.eventId !== eventId) return false
    this.#asked = undefined
    if (code === 'conversation_already_has_active_response') {
      // Another one is under way, announced or not, and its `response.done` will come.
      this.#pending ??= asked.wanted
      if (this.#state.type === 'asked') this.#state = { type: 'active', id: '' }
      return true
    }
    if (this.#state.type === 'asked') this.#state = { type: 'idle' }
    this.#next()
    return true
  }

  /** A new session knows of no response; what was wanted is still wanted. */
  reset(): void {
    if (this.#state.type === 'asked') this.#pending ??= this.#asked?.wanted
    this.#asked = undefined
    this.#state = { type: 'idle' }
    this.#isHeld = false
  }

  #next(): void {
    if (this.#isHeld || this.#state.type !== 'idle') return
    const pending = this.#pending
    this.#pending = undefined
    if (pending) this.request(pending.response)
  }
}
