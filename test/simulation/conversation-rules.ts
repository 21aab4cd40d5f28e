// What must hold of the default conversation: a chain that every `previous_item_id` agrees with, no item lost, no id twice.

import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { ensure, ensureSame } from './ensure.ts'

export class ConversationRules {
  /** Item ids in order, as the events tell it. */
  readonly #chain: string[] = []
  readonly #undone = new Set<string>()
  /** Whose sound was cut, and to what length. */
  readonly #cutMs = new Map<string, number>()
  readonly met = { deleted: 0, truncated: 0, inserted: 0, retrieved: 0 }

  get chain(): readonly string[] {
    return this.#chain
  }

  check(event: ServerEvent): void {
    if (event.type === 'conversation.item.added') this.#added(event.item.id, event.previous_item_id)
    else if (event.type === 'conversation.item.done') this.#done(event.item.id, event.previous_item_id)
    else if (event.type === 'conversation.item.deleted') this.#deleted(event.item_id)
    // A list that failed says no more.
    else if (event.type === 'mcp_list_tools.failed') this.#undone.delete(event.item_id)
    else if (event.type === 'conversation.item.truncated') this.#truncated(event.item_id, event.audio_end_ms)
    else if (event.type === 'conversation.item.retrieved') {
      ensure(this.#chain.includes(event.item.id), () => `${event.item.id} is retrieved and not there`)
      this.met.retrieved += 1
    } else if (event.type === 'input_audio_buffer.committed') {
      const { previous_item_id } = event
      ensureSame(previous_item_id, this.#chain.at(-1) ?? null, 'previous_item_id of committed')
    }
  }

  checkSettled(): void {
    ensure(this.#undone.size === 0, () => `items added and never done: ${[...this.#undone].join(', ')}`)
  }

  #added(id: string, previousId: string | null): void {
    ensure(!this.#chain.includes(id), () => `${id} is added and was there`)
    const at = previousId === null ? 0 : this.#chain.indexOf(previousId) + 1
    ensure(previousId === null || at > 0, () => `${id} follows ${previousId}, which is not there`)
    if (at < this.#chain.length) this.met.inserted += 1
    this.#chain.splice(at, 0, id)
    this.#undone.add(id)
  }

  #done(id: string, previousId: string | null): void {
    ensure(this.#undone.delete(id), () => `${id} is done without being added, or twice`)
    ensureSame(previousId, this.#chain[this.#chain.indexOf(id) - 1] ?? null, 'previous_item_id of item.done')
  }

  #deleted(id: string): void {
    const at = this.#chain.indexOf(id)
    ensure(at >= 0, () => `${id} is deleted and was not there`)
    this.#chain.splice(at, 1)
    this.#undone.delete(id)
    this.#cutMs.delete(id)
    this.met.deleted += 1
  }

  #truncated(id: string, audioEndMs: number): void {
    ensure(this.#chain.includes(id), () => `${id} is truncated and not there`)
    const before = this.#cutMs.get(id) ?? Number.POSITIVE_INFINITY
    ensure(audioEndMs <= before, () => `${id} is truncated to ${audioEndMs} ms after ${before} ms`)
    this.#cutMs.set(id, audioEndMs)
    this.met.truncated += 1
  }
}
