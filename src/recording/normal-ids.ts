// Ids of a recording: s1, item_1, resp_1 … in order of appearance, whatever the service or the app had called them. So two runs give
// the same text, and a change stays where it is. What referred to the same thing before does so afterwards.

import type { TimelineEntry } from '../runtime/timeline.ts'
import { isEvent } from '../runtime/timeline.ts'
import { isBareAppend, isSound, type Leaf, mapLeaves } from './walk.ts'

/** Fields that name something, and what their ids begin with when the id itself does not say. */
const idFields: Readonly<Record<string, string>> = {
  event_id: 'app_event',
  item_id: 'item',
  previous_item_id: 'item',
  approval_request_id: 'mcpr',
  itemId: 'item',
  response_id: 'resp',
  previous_response_id: 'resp',
  responseId: 'resp',
  call_id: 'call',
  callId: 'call',
  conversation_id: 'conv',
  session_id: 'sess',
}

/** What a field `id` names, by what holds it; '' is the event itself. */
const idHolders: Readonly<Record<string, string>> = {
  item: 'item',
  output: 'item',
  response: 'resp',
  session: 'sess',
  conversation: 'conv',
  '': 'id',
}

/** Prefixes of the live service: an id that has one keeps it. */
const livePrefix = /^(sess|item|resp|conv|call|event|mcpr|mcpl|mcp|seg|rtc)_/

/** Long enough, and of letters and digits, so that no word of a text is taken for it. */
const generated = /^(?=.*\d)(?=.*[A-Za-z])[\w-]{12,}$/
const tokens = /[\w-]{12,}/g

function kindOf({ key, parent }: Leaf): string | undefined {
  const [table, name] = key === 'id' ? [idHolders, parent] : [idFields, key]
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** Names that are no ids although they stand where one does. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== 'root'
}

/** Unix seconds that stand for the end of any session: those of the service follow the date of the recording. */
const expiresAt = 1_800_001_800

/** Short names for the ids of one recording. */
export class NormalIds {
  readonly #names = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  /** The name of a thing; made when it is first met. */
  name(id: string, kind: string): string {
    const known = this.#names.get(id)
    if (known !== undefined) return known
    // Events of the service are called by their place: those that the app names must not be taken for them.
    const prefix = kind === 'app_event' ? kind : (livePrefix.exec(id)?.[1] ?? kind)
    const count = (this.#counts.get(prefix) ?? 0) + 1
    this.#counts.set(prefix, count)
    const made = prefix === 'sess' ? `s${count}` : `${prefix}_${count}`
    this.#names.set(id, made)
    return made
  }

  session(id: string): string {
    return id === '' ? '' : this.name(id, 'sess')
  }

  /** Meets the ids of an entry, in order. Event ids of the service are left out: they follow from the place of the event. */
  learn(entry: TimelineEntry): void {
    this.session(entry.sessionId)
    if (isEvent(entry) && isBareAppend(entry.event)) return
    const own = isEvent(entry) && entry.from === 'service' ? 'event_id' : undefined
    mapLeaves(isEvent(entry) ? entry.event : entry.note, (leaf, at) => {
      const kind = at.key === own && at.parent === '' ? undefined : kindOf(at)
      if (kind !== undefined && isId(leaf)) this.name(leaf, kind)
      return leaf
    })
  }

  /** The same event or note with all ids that were met by their names, also those within texts. */
  rename(value: unknown, eventType: string): unknown {
    return mapLeaves(value, (leaf, at) => {
      if (at.key === 'expires_at' && typeof leaf === 'number') return expiresAt
      if (typeof leaf !== 'string' || isSound(eventType, at.key, leaf)) return leaf
      if (kindOf(at) !== undefined) return this.#names.get(leaf) ?? leaf
      return this.text(leaf)
    })
  }

  /** A text with the generated ids in it by their names. */
  text(text: string): string {
    return text.length < 12 ? text : text.replace(tokens, (token) => (generated.test(token) && this.#names.get(token)) || token)
  }
}
