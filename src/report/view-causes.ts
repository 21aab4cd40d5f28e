// What set an entry off. The timeline says it where the kit knows; the rest follows from ids and from the order of the wire, and is
// marked as a guess.

import { isEvent, type Note, type TimelineEntry } from '../runtime/timeline.ts'
import { readText } from './fields.ts'

/** Speech of any session: a telephone does not know which session its app talks to. */
const interruption = 'interruption'

export interface Cause {
  /** Place in the list of entries. */
  readonly entry: number
  readonly guessed: boolean
}

/** Fed the entries of one timeline in order, each with its place. */
export class CauseWalk {
  readonly #places = new Map<number, number>()
  readonly #last = new Map<string, number>()

  take(entry: TimelineEntry, place: number): Cause | undefined {
    this.#places.set(entry.index, place)
    const known = entry.cause === undefined ? undefined : this.#places.get(entry.cause)
    const guess = known ?? this.#guess(entry)
    this.#remember(entry, place)
    return guess === undefined ? undefined : { entry: guess, guessed: known === undefined }
  }

  #guess(entry: TimelineEntry): number | undefined {
    const key = (name: string) => this.#last.get(`${entry.sessionId} ${name}`)
    if (!isEvent(entry)) {
      const { note } = entry
      if (note.type === 'selected') return key(note.responseId)
      if (note.type === 'phone') return this.#last.get(phoneCause(note))
      return note.type === 'played' ? key(`sound ${note.itemId}`) : undefined
    }
    const { event } = entry
    const { type } = event
    const callId = readText(event, 'item.call_id')
    if (entry.from === 'app') {
      if (type === 'conversation.item.create' && callId) return key(`call ${callId}`)
      return type === 'conversation.item.truncate' || type === 'response.cancel' ? key('speech_started') : undefined
    }
    const responseId = readText(event, 'response_id') ?? (type === 'response.done' ? readText(event, 'response.id') : undefined)
    if (responseId) return key(responseId)
    if (type === 'response.created') return key('turn')
    if (type.startsWith('input_audio_buffer.speech_')) return key('append')
    if (type === 'input_audio_buffer.committed') return key('speech_stopped')
    const itemId = readText(event, 'item_id') ?? readText(event, 'item.id')
    return itemId ? key(itemId) : undefined
  }

  #remember(entry: TimelineEntry, place: number): void {
    if (!isEvent(entry)) {
      if (entry.note.type === 'phone') this.#last.set(phoneKey(entry.note), place)
      return
    }
    const { event } = entry
    const { type } = event
    const set = (name: string) => this.#last.set(`${entry.sessionId} ${name}`, place)
    if (type.endsWith('input_audio_buffer.append')) set('append')
    else if (type === 'input_audio_buffer.speech_started') {
      set('speech_started')
      this.#last.set(interruption, place)
    } else if (type === 'input_audio_buffer.speech_stopped') set('speech_stopped')
    else if (type === 'response.created') set(readText(event, 'response.id') ?? '')
    else if (type === 'response.output_audio.delta') set(`sound ${readText(event, 'item_id')}`)
    else if (type === 'response.function_call_arguments.done') set(`call ${readText(event, 'call_id')}`)
    if (type === 'response.create' || type === 'input_audio_buffer.committed') set('turn')
    const itemId = type === 'input_audio_buffer.committed' ? readText(event, 'item_id') : readText(event, 'item.id')
    if (itemId && !this.#last.has(`${entry.sessionId} ${itemId}`)) set(itemId)
  }
}

type PhoneNote = Extract<Note, { type: 'phone' }>

/** Under which name a message of a telephone is remembered: marks by their name, keys as they were pressed. */
function phoneKey({ callId, by, what, message }: PhoneNote): string {
  return `phone ${callId} ${by} ${what.split(' ', 1)[0]} ${readText(message, 'mark.name') ?? ''}`
}

/** Marks come back, keys are told to the app, and an app clears what it had sent because somebody spoke. */
function phoneCause({ callId, by, what, message }: PhoneNote): string {
  if (by === 'app') return what === 'clear' ? interruption : ''
  if (what === 'dtmf') return phoneKey({ type: 'phone', callId, by: 'caller', what: 'pressed' })
  return what === 'mark' ? phoneKey({ type: 'phone', callId, by: 'app', what, message }) : ''
}
