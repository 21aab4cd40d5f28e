// What must hold of everything that a session sends, whatever happens to it. Fed with each event as it is sent.

import { expect } from 'vitest'
import type { ServerEvent, ServerEventOf } from '../../src/protocol/server-events.ts'
import { conversationItems, type SessionState } from '../../src/session/state.ts'

interface OpenResponse {
  readonly outOfBand: boolean
  readonly openItems: Set<string>
  /** What the deltas of the open item said so far. */
  said: string
  openParts: number
}

export class Invariants {
  readonly #responses = new Map<string, OpenResponse>()
  readonly #doneResponses = new Set<string>()
  /** Item ids of the conversation, in order, as the events tell it. */
  readonly #chain: string[] = []
  readonly #openItems = new Set<string>()
  readonly #eventIds = new Set<string>()
  #speaking: string | undefined
  #awaitedCommit: string | undefined
  #heardDone = 0
  #speechMayBeDropped = false

  /** Counts, to show that a run met what it was meant to meet. */
  readonly met = { done: 0, cancelled: 0, turns: 0, deleted: 0, errors: 0, outOfBand: 0, truncated: 0 }

  check(event: ServerEvent): void {
    if ('event_id' in event) {
      expect(this.#eventIds.has(event.event_id), `event id twice: ${event.event_id}`).toBe(false)
      this.#eventIds.add(event.event_id)
    }
    this.#checkResponses(event)
    this.#checkConversation(event)
    this.#checkSpeech(event)
    if (event.type === 'error') this.met.errors += 1
  }

  /** Between steps: the state agrees with what was told. */
  checkState(state: SessionState): void {
    expect(conversationItems(state).map((item) => item.id)).toEqual(this.#chain)
    const inBand = [...state.responses.values()].filter((response) => !response.outOfBand)
    expect(inBand.length, 'active responses of the default conversation').toBeLessThanOrEqual(1)
    expect(inBand[0]?.id).toBe(state.activeResponseId)
    for (const id of this.#responses.keys()) expect(state.responses.has(id), `${id} was created and is not known`).toBe(true)
    if (this.#speechMayBeDropped) this.#speaking = state.segment?.itemId
    this.#speechMayBeDropped = false
    const { tokens } = state.conversation
    expect(
      [tokens.text, tokens.audio, tokens.image].every((count) => count >= 0),
      'token counts',
    ).toBe(true)
    if (this.#chain.length === 0) expect(tokens).toEqual({ text: 0, audio: 0, image: 0 })
  }

  /** At the end, when nothing runs any more. */
  checkSettled(): void {
    expect([...this.#responses.keys()], 'responses without response.done').toEqual([])
    expect([...this.#openItems], 'items added and never done').toEqual([])
  }

  #checkResponses(event: ServerEvent): void {
    if (event.type === 'response.created') {
      const { id, conversation_id } = event.response
      expect(this.#doneResponses.has(id) || this.#responses.has(id), `${id} created twice`).toBe(false)
      this.#responses.set(id, { outOfBand: conversation_id === null, openItems: new Set(), said: '', openParts: 0 })
      if (conversation_id === null) this.met.outOfBand += 1
    }
    if (event.type === 'response.done') this.#done(event)
    if ('response_id' in event) {
      const response = this.#responses.get(event.response_id)
      expect(response, `${event.type} outside of its response`).toBeDefined()
      if (response) checkLadder(response, event)
    }
  }

  #done({ response }: ServerEventOf<'response.done'>): void {
    const open = this.#responses.get(response.id)
    expect(open, `done without created, or twice: ${response.id}`).toBeDefined()
    expect([...(open?.openItems ?? [])], 'items open at response.done').toEqual([])
    expect(open?.openParts).toBe(0)
    this.#responses.delete(response.id)
    this.#doneResponses.add(response.id)
    this.met.done += 1
    if (response.status === 'cancelled') this.met.cancelled += 1
    if (response.status === 'completed') for (const item of response.output) expect(item).toMatchObject({ status: 'completed' })
  }

  #checkConversation(event: ServerEvent): void {
    if (event.type === 'conversation.item.added') {
      const { item, previous_item_id } = event
      expect(this.#chain, 'an item id twice').not.toContain(item.id)
      const at = previous_item_id === null ? 0 : this.#chain.indexOf(previous_item_id) + 1
      expect(previous_item_id === null || at > 0, `${item.id} follows ${previous_item_id}, which is not there`).toBe(true)
      this.#chain.splice(at, 0, item.id)
      this.#openItems.add(item.id)
    }
    if (event.type === 'conversation.item.done') {
      expect(this.#openItems.delete(event.item.id), 'done without added').toBe(true)
      expect(event.previous_item_id).toBe(this.#chain[this.#chain.indexOf(event.item.id) - 1] ?? null)
    }
    if (event.type === 'conversation.item.deleted') {
      this.#chain.splice(this.#chain.indexOf(event.item_id), 1)
      this.#openItems.delete(event.item_id)
      this.met.deleted += 1
    }
    if (event.type === 'conversation.item.truncated') this.met.truncated += 1
  }

  #checkSpeech(event: ServerEvent): void {
    if (event.type === 'input_audio_buffer.speech_started') {
      this.#speaking = event.item_id
      expect(event.audio_start_ms).toBeGreaterThanOrEqual(this.#heardDone)
    }
    if (event.type === 'input_audio_buffer.speech_stopped') {
      expect(event.item_id, 'speech stops with another id').toBe(this.#speaking)
      expect(event.audio_end_ms).toBeGreaterThan(this.#heardDone)
      this.#heardDone = event.audio_end_ms
      this.#speaking = undefined
      this.#awaitedCommit = event.item_id
    }
    if (event.type === 'input_audio_buffer.committed') {
      const announced = this.#awaitedCommit ?? this.#speaking
      if (announced !== undefined && !this.#speechMayBeDropped)
        expect(event.item_id, 'another item than the announced one').toBe(announced)
      this.#awaitedCommit = undefined
      this.#speaking = undefined
      this.met.turns += 1
    }
    if (event.type === 'input_audio_buffer.cleared') this.#speaking = undefined
    // Another turn detection drops the speech, anything else keeps it: the state knows which.
    if (event.type === 'session.updated') this.#speechMayBeDropped = true
  }
}

function checkLadder(response: OpenResponse, event: Extract<ServerEvent, { response_id: string }>): void {
  if (event.type === 'response.output_item.added') {
    expect(response.openItems.size, 'two items open in one response').toBe(0)
    response.openItems.add(event.item.id)
    response.said = ''
  } else if (event.type === 'response.output_item.done') {
    expect(response.openItems.delete(event.item.id), 'item done, never added').toBe(true)
  } else if ('item_id' in event) {
    expect(response.openItems.has(event.item_id), `${event.type} of an item that is not open`).toBe(true)
  }
  if ('obfuscation' in event) response.said += event.delta
  const whole = wholeOf(event)
  if (whole !== undefined) expect(whole, `${event.type} is not what its deltas said`).toBe(response.said)
  if (event.type === 'response.content_part.added') response.openParts += 1
  if (event.type === 'response.content_part.done') response.openParts -= 1
}

function wholeOf(event: ServerEvent): string | undefined {
  if (event.type === 'response.output_text.done') return event.text
  if (event.type === 'response.output_audio_transcript.done') return event.transcript
  if (event.type === 'response.function_call_arguments.done') return event.arguments
  return undefined
}
