// Names of things in a replay: those of the recording, and those of now. The service's are made anew, so that one recording can
// answer twice in a test; the app's are what the app says.

import { type IdKind, type Ids, isIdKind } from '../protocol/ids.ts'
import { isRecord } from '../protocol/json.ts'

/** Fields whose value is an id, and what it names where the id itself does not say. */
const idFields: Readonly<Record<string, IdKind | 'call'>> = {
  item_id: 'item',
  previous_item_id: 'item',
  response_id: 'resp',
  previous_response_id: 'resp',
  conversation_id: 'conv',
  session_id: 'sess',
  approval_request_id: 'mcpr',
  call_id: 'call',
}

/** What a field `id` names, by the field that holds it. */
const holders: Readonly<Record<string, IdKind>> = {
  item: 'item',
  output: 'item',
  response: 'resp',
  session: 'sess',
  conversation: 'conv',
}

export function isIdField(key: string, parent: string): boolean {
  return Object.hasOwn(idFields, key) || (key === 'id' && Object.hasOwn(holders, parent))
}

/** Words that stand where an id does and are none. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== 'root'
}

const named = /\b(?:item|resp|call|sess|conv|mcpr|mcpl|mcp|seg|msg)_[A-Za-z0-9]+\b/g

/** What may be an id within a text. */
const tokens = /[\w-]{12,}/g

export class ReplayIds {
  readonly #ids: Ids
  readonly #live = new Map<string, string>()
  /** Ids of now that have a name in the recording. */
  readonly #recorded = new Map<string, string>()
  /** Unix seconds to add to those of the recording. */
  #laterSeconds: number | undefined
  readonly #expiresAt: () => number

  /** `expiresAt`: when a session that begins now ends, in Unix seconds. */
  constructor(ids: Ids, expiresAt: () => number) {
    this.#ids = ids
    this.#expiresAt = expiresAt
  }

  /** What the recording calls `recorded` is called `live` now. */
  bind(recorded: string, live: string): void {
    this.#live.set(recorded, live)
    this.#recorded.set(live, recorded)
  }

  /** What the recording calls this; undefined for what it does not know. */
  recorded(live: string): string | undefined {
    return this.#recorded.get(live)
  }

  /** A text with the ids of now in it as the recording calls them. */
  recordedText(text: string): string {
    return text.replace(tokens, (token) => this.#recorded.get(token) ?? token)
  }

  isBound(recorded: string): boolean {
    return this.#live.has(recorded)
  }

  /** The name of now of something in the recording; made at the first use. */
  live(recorded: string, kind: IdKind | 'call'): string {
    const known = this.#live.get(recorded)
    if (known !== undefined) return known
    const prefix = recorded.slice(0, Math.max(0, recorded.indexOf('_')))
    const ownKind = prefix === 'call' ? 'call' : isIdKind(prefix) ? prefix : kind
    const made = ownKind === 'call' ? this.#ids.callId() : this.#ids.id(ownKind)
    this.bind(recorded, made)
    return made
  }

  /** An event of the recorded service, as it is sent now. */
  liveEvent<E extends { readonly type: string }>(event: E): E {
    const { type, ...rest } = event
    const fields = this.#walk(rest, '')
    const hasId = type !== 'input_audio_buffer.dtmf_event_received'
    return { type, ...(hasId && { event_id: this.#ids.id('event') }), ...without(fields as object, 'event_id') } as unknown as E
  }

  #walk(value: unknown, parent: string): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#walk(each, parent))
    if (!isRecord(value)) return value
    // A field may be called `__proto__`: fromEntries makes it one like any other.
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#field(key, each, parent)]))
  }

  #field(key: string, value: unknown, parent: string): unknown {
    if (typeof value === 'object' && value !== null) return this.#walk(value, key)
    if (isIdField(key, parent)) return isId(value) ? this.live(value, idFields[key] ?? holders[parent] ?? 'item') : value
    if (key === 'message' && typeof value === 'string') return value.replace(named, (id) => this.#live.get(id) ?? id)
    return key === 'expires_at' && typeof value === 'number' ? this.#later(value) : value
  }

  /** Times of the recording, moved to now. */
  #later(unixSeconds: number): number {
    this.#laterSeconds ??= this.#expiresAt() - unixSeconds
    return unixSeconds + this.#laterSeconds
  }
}

function without(fields: object, name: string): object {
  const { [name]: _, ...rest } = fields as Record<string, unknown>
  return rest
}
