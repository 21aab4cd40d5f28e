// The conversation as the recorded service tells it, for matchers and `session.conversation`.

import type { AnyServerEvent } from '../protocol/any-events.ts'
import type { Item } from '../protocol/items.ts'

export class RecordedItems {
  #items: Item[] = []

  get all(): readonly Item[] {
    return this.#items
  }

  observe(event: AnyServerEvent): void {
    if (event.type === 'conversation.item.added') return this.#insert(event.item, event.previous_item_id)
    if (event.type === 'conversation.item.done') return this.#replace(event.item)
    if (event.type === 'conversation.item.deleted') this.#items = this.#items.filter(({ id }) => id !== event.item_id)
    if (event.type === 'conversation.item.input_audio_transcription.completed') this.#transcribed(event.item_id, event.transcript)
  }

  #insert(item: Item, previousId: string | null | undefined): void {
    const before = this.#items.findIndex(({ id }) => id === previousId)
    if (before < 0) this.#items.push(item)
    else this.#items.splice(before + 1, 0, item)
  }

  #replace(item: Item): void {
    const place = this.#items.findIndex(({ id }) => id === item.id)
    if (place < 0) this.#items.push(item)
    else this.#items[place] = item
  }

  #transcribed(itemId: string, transcript: string): void {
    this.#items = this.#items.map((item) => {
      if (item.id !== itemId || item.type !== 'message' || item.role !== 'user') return item
      const content = item.content.map((part) => (part.type === 'input_audio' ? { ...part, transcript } : part))
      return { ...item, content }
    })
  }
}
