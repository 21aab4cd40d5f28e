// Which client event set off which server event of a recorded session. The wire does not say so (and a proxy cannot know): it
// follows from ids, and from the order in which the service answers.

import type { AnyServerEvent } from '../protocol/any-events.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import type { Cause, ClientStep } from './replay-script.ts'
import { at, textAt } from './replay-values.ts'

/** Client events that are answered one by one, by the type of the answer. */
const answeredBy: Readonly<Record<string, string>> = {
  'session.updated': 'session.update',
  'transcription_session.updated': 'transcription_session.update',
  'input_audio_buffer.cleared': 'input_audio_buffer.clear',
  'conversation.item.retrieved': 'conversation.item.retrieve',
  'conversation.item.truncated': 'conversation.item.truncate',
  'conversation.item.deleted': 'conversation.item.delete',
  'session.closed': 'session.close',
}

export class ReplayCauses {
  readonly #opening: Cause
  /** Steps that nothing has answered yet, oldest first, by type. */
  readonly #open = new Map<string, ClientStep[]>()
  readonly #byEventId = new Map<string, ClientStep>()
  readonly #responses = new Map<string, Cause>()
  readonly #items = new Map<string, Cause>()
  /** Items that responses made. */
  readonly #outputs = new Map<string, string>()
  /** How each response that was cut off came to its end: its id, and the place of what cut it. */
  readonly #cuts: ReadonlyMap<string, number>
  #lastStep: ClientStep | undefined
  #onset: Cause | undefined
  #end: Cause | undefined
  #heard: Cause | undefined
  #place = 0
  /** Of the last cancel or onset: what a response that is cut off waits for. */
  readonly #cutters = new Map<number, Cause>()
  last: Cause

  constructor(opening: Cause, entries: readonly TimelineEntry[]) {
    this.#opening = opening
    this.last = opening
    this.#cuts = cutsOf(entries)
  }

  sent(step: ClientStep): void {
    const { type } = step.event
    const open = this.#open.get(type)
    if (open) open.push(step)
    else this.#open.set(type, [step])
    const id = textAt(step.event, 'event_id')
    if (id !== undefined) this.#byEventId.set(id, step)
    if (type === 'response.cancel') this.#cutters.set(step.index, step)
    this.#lastStep = step
    this.last = step
  }

  /** Turn detection heard speech begin. */
  spoke(onset: Cause): void {
    this.#onset = onset
  }

  stopped(end: Cause): void {
    this.#end = end
  }

  heard(heard: Cause): void {
    this.#heard = heard
  }

  of(event: AnyServerEvent, index: number): Cause {
    this.#place = index
    const cause = this.#find(event)
    this.last = cause
    return cause
  }

  #find(event: AnyServerEvent): Cause {
    const { type } = event
    const asked = Object.hasOwn(answeredBy, type) ? answeredBy[type] : undefined
    if (asked !== undefined) return this.#take(asked, (step) => sameItem(step, event)) ?? this.last
    if (type === 'session.created') return this.#opening
    if (type === 'input_audio_buffer.speech_started') {
      if (this.#onset) this.#cutters.set(this.#place, this.#onset)
      return this.#onset ?? this.last
    }
    if (type === 'input_audio_buffer.speech_stopped') return this.#end ?? this.last
    if (type === 'input_audio_buffer.committed') return this.#committed(event)
    if (type === 'error') return this.#refused(event)
    if (type.startsWith('session.output_') || type === 'session.input_transcript.delta') return this.#heard ?? this.last
    return this.#response(event) ?? this.#item(event) ?? this.last
  }

  #committed(event: AnyServerEvent): Cause {
    const cause = this.#take('input_audio_buffer.commit') ?? this.#end ?? this.last
    const id = textAt(event, 'item_id')
    if (id !== undefined) this.#items.set(id, cause)
    return cause
  }

  /** An error names the event that it refuses, where that had an id; else it is the last one. */
  #refused(event: AnyServerEvent): Cause {
    const id = textAt(event, 'error.event_id')
    const refused = (id === undefined ? undefined : this.#byEventId.get(id)) ?? this.#lastStep
    if (!refused) return this.last
    this.#drop(refused)
    return refused
  }

  #response(event: AnyServerEvent): Cause | undefined {
    const id = textAt(event, 'response_id') ?? textAt(event, 'response.id')
    if (id === undefined) return undefined
    if (event.type === 'response.created') {
      // Without a request it was turn detection, or what the last request led to.
      this.#responses.set(id, this.#take('response.create') ?? this.#end ?? this.last)
    }
    const itemId = textAt(event, 'item.id')
    const cause = this.#cut(id) ?? this.#responses.get(id) ?? this.last
    if (itemId !== undefined && event.type === 'response.output_item.added') {
      this.#items.set(itemId, cause)
      this.#outputs.set(itemId, id)
    }
    return cause
  }

  /** What comes after a response was cut off waits for what cut it. */
  #cut(id: string): Cause | undefined {
    const cutAt = this.#cuts.get(id)
    return cutAt === undefined || this.#place < cutAt ? undefined : this.#cutters.get(cutAt)
  }

  #item(event: AnyServerEvent): Cause | undefined {
    const id = textAt(event, 'item.id') ?? textAt(event, 'item_id')
    if (id === undefined) return undefined
    const known = this.#items.get(id)
    const responseId = this.#outputs.get(id)
    if (known) return (responseId === undefined ? undefined : this.#cut(responseId)) ?? known
    if (!event.type.startsWith('conversation.item.')) return undefined
    const created = this.#take('conversation.item.create', (step) => makes(step, at(event, 'item')))
    if (created) this.#items.set(id, created)
    return created
  }

  #take(type: string, fits: (step: ClientStep) => boolean = () => true): ClientStep | undefined {
    const open = this.#open.get(type)
    const place = open?.findIndex(fits) ?? -1
    return place < 0 ? undefined : open?.splice(place, 1)[0]
  }

  #drop(step: ClientStep): void {
    const open = this.#open.get(step.event.type)
    const place = open?.indexOf(step) ?? -1
    if (place >= 0) open?.splice(place, 1)
  }
}

function sameItem({ event }: ClientStep, answer: AnyServerEvent): boolean {
  const wanted = textAt(event, 'item_id')
  const id = textAt(answer, 'item_id') ?? textAt(answer, 'item.id')
  return wanted === undefined || id === undefined || wanted === id
}

/** Whether a request made this item: by its id, by the call that it answers, else by its kind. */
function makes({ event }: ClientStep, item: unknown): boolean {
  const id = textAt(event, 'item.id')
  if (id !== undefined) return id === textAt(item, 'id')
  return ['type', 'role', 'call_id'].every((name) => textAt(event, `item.${name}`) === textAt(item, name))
}

/** For each response that was cut off, the place of the cancel or of the speech that did it. */
function cutsOf(entries: readonly TimelineEntry[]): Map<string, number> {
  const cuts = new Map<string, number>()
  let cancelled: number | undefined
  let spoken: number | undefined
  for (const entry of entries) {
    if (!isEvent(entry)) continue
    const { index, event } = entry
    if (event.type === 'response.cancel') cancelled = index
    if (event.type === 'input_audio_buffer.speech_started') spoken = index
    if (event.type !== 'response.done') continue
    const reason = textAt(event, 'response.status_details.reason')
    const cutter = reason === 'client_cancelled' ? cancelled : reason === 'turn_detected' ? spoken : undefined
    const id = textAt(event, 'response.id')
    if (cutter !== undefined && id !== undefined) cuts.set(id, cutter)
  }
  return cuts
}
