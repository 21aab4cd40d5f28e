// What must hold of everything that a session sends, whatever happens to it. Fed with each event as it is sent, and with the state
// after each step.

import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { conversationItems, type SessionState } from '../../src/session/state.ts'
import { ConversationRules } from './conversation-rules.ts'
import { ensure, ensureSame } from './ensure.ts'
import { PlayoutRules } from './playout-rules.ts'
import { ResponseRules } from './response-rules.ts'
import { SpeechRules } from './speech-rules.ts'

export class Invariants {
  readonly #responses = new ResponseRules()
  readonly #conversation = new ConversationRules()
  readonly #speech = new SpeechRules()
  readonly #playout = new PlayoutRules()
  readonly #ids = new Set<string>()
  /** Of client events that were sent, and not yet answered by an error. */
  readonly #clientEventIds = new Set<string>()
  readonly #types = new Map<string, number>()
  #errors = 0

  /** How often the run met what it was meant to meet. */
  get met(): Readonly<Record<string, number>> {
    const rules = { ...this.#responses.met, ...this.#conversation.met, ...this.#speech.met, ...this.#playout.met }
    return { ...rules, errors: this.#errors, ...Object.fromEntries(this.#types) }
  }

  /** A client event with an id of its own is on its way. */
  sent(eventId: string): void {
    this.#clientEventIds.add(eventId)
  }

  check(event: ServerEvent): void {
    this.#types.set(event.type, (this.#types.get(event.type) ?? 0) + 1)
    if ('event_id' in event) this.#newId(event.event_id)
    // Before the others: they tell whether the item is known.
    if (event.type === 'response.output_item.added' || event.type === 'response.created') {
      this.#newId('item' in event ? event.item.id : event.response.id)
    }
    if (event.type === 'input_audio_buffer.speech_started' || event.type === 'input_audio_buffer.timeout_triggered') {
      this.#newId(event.item_id)
    }
    this.#responses.check(event)
    this.#conversation.check(event)
    this.#speech.check(event)
    this.#playout.check(event)
    if (event.type === 'error') this.#error(event.error.event_id)
  }

  /** Between steps: the state agrees with what was told. */
  checkState(state: SessionState): void {
    if (state.closed) return
    const { chain } = this.#conversation
    const items = conversationItems(state)
    const isChain = items.length === chain.length && items.every(({ id }, index) => id === chain[index])
    ensure(
      isChain,
      () => `the state has the items ${items.map(({ id }) => id).join(', ')}, the events told of ${chain.join(', ')}`,
    )
    const inBand = [...state.responses.values()].filter((response) => !response.outOfBand)
    ensure(inBand.length <= 1, () => `${inBand.length} responses of the conversation are active`)
    ensure(inBand[0]?.id === state.activeResponseId, 'the active response is another')
    for (const id of this.#responses.openIds) ensure(state.responses.has(id), () => `${id} was created and is not known`)
    this.#speech.checkState(state)
    const { text, audio, image } = state.conversation.tokens
    ensure(text >= 0 && audio >= 0 && image >= 0, () => `the conversation weighs ${text}, ${audio}, ${image} tokens`)
    if (chain.length === 0) ensureSame([text, audio, image], [0, 0, 0], 'tokens of no items')
  }

  /** At the end, when nothing runs any more. */
  checkSettled(): void {
    this.#responses.checkSettled()
    this.#conversation.checkSettled()
    this.#playout.checkSettled()
  }

  #newId(id: string): void {
    ensure(!this.#ids.has(id), () => `the id ${id} is used twice`)
    this.#ids.add(id)
  }

  /** One error per client event, with its id. */
  #error(eventId: string | null): void {
    this.#errors += 1
    if (eventId !== null)
      ensure(this.#clientEventIds.delete(eventId), () => `an error answers ${eventId}, which nobody sent, or twice`)
  }
}
