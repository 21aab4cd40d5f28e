// What the user of a client has said so far: by hand, or in its sessions. Inputs by hand wait here for a session to hear them.

import { type ContextEntry, ConversationContext } from './conversation-context.ts'

export interface UserHistoryOptions {
  intentsOf(text: string): readonly string[]
  /** Unix ms. */
  nowMs(): number
}

export class UserHistory {
  readonly #options: UserHistoryOptions
  #entries: readonly ContextEntry[] = Object.freeze([])
  /** Inputs by hand that no session has heard yet. */
  #unheard: string[] = []
  /** Inputs by hand whose item is still to be told of: it is no news. */
  readonly #expected: string[] = []

  constructor(options: UserHistoryOptions) {
    this.#options = options
  }

  get turn(): number {
    return this.#entries.length
  }

  get lastText(): string {
    return this.#entries.at(-1)?.text ?? ''
  }

  /** By hand. */
  say(text: string): void {
    this.#add(text)
    this.#unheard.push(text)
  }

  /** For a session that hears them now. */
  takeUnheard(): readonly string[] {
    const texts = this.#unheard
    this.#unheard = []
    this.#expected.push(...texts)
    return texts
  }

  /** In a session. */
  hear(text: string): void {
    const at = this.#expected.indexOf(text)
    if (at >= 0) this.#expected.splice(at, 1)
    else this.#add(text)
  }

  #add(text: string): void {
    const intents = Object.freeze([...this.#options.intentsOf(text)])
    const timestamp = new Date(this.#options.nowMs()).toISOString()
    this.#entries = Object.freeze([...this.#entries, Object.freeze({ type: 'user_input', text, intents, timestamp })])
  }

  context(sessionId: string): ConversationContext {
    const last = this.#entries.at(-1)
    const context = new ConversationContext({
      sessionId,
      conversationId: 'local',
      conversationHistory: this.#entries,
      lastUserInput: last?.text ?? null,
      detectedIntents: last?.intents ?? [],
    })
    return Object.freeze(context)
  }
}
