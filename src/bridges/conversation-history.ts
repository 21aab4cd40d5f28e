// The conversation of a call as a new session can be told it, and as a transcript: what was said, by whom, how much of it was heard.

import { isRecord } from '../protocol/json.ts'
import type { BridgeEvent } from './model-link.ts'

/** One line of a transcript. */
export interface TranscriptLine {
  readonly itemId: string
  readonly who: 'caller' | 'agent' | 'keypad' | 'function'
  readonly text: string
  /** Ms since the call began. */
  readonly atMs: number
  /** Where the caller interrupted: ms of it that were heard. */
  readonly heardMs?: number
}

interface Entry {
  readonly id: string
  readonly atMs: number
  readonly item: Record<string, unknown>
  text: string
  isKeypad: boolean
  heardMs?: number
  givenMs?: number
}

/** What a new session is told at most. */
const mostItems = 200

export class ConversationHistory {
  readonly #entries = new Map<string, Entry>()
  readonly #keypadIds = new Set<string>()

  /** The next user item of that id is a text of the keypad. */
  keypad(itemId: string): void {
    this.#keypadIds.add(itemId)
  }

  /** `conversation.item.added` and `.done`. */
  item(item: unknown, atMs: number): void {
    if (!isRecord(item) || typeof item.id !== 'string') return
    const known = this.#entries.get(item.id)
    // A new session tells of an answer that was cut what it was told of it: the part that was heard.
    const text = known?.heardMs === undefined ? textOf(item) : ''
    this.#entries.set(item.id, {
      ...known,
      id: item.id,
      atMs: known?.atMs ?? atMs,
      item,
      text: text === '' ? (known?.text ?? '') : text,
      isKeypad: known?.isKeypad ?? this.#keypadIds.delete(item.id),
    })
    if (this.#entries.size > mostItems) for (const id of [...this.#entries.keys()].slice(0, 1)) this.#entries.delete(id)
  }

  /** Words of an item, as they became known. */
  said(itemId: unknown, text: unknown): void {
    const entry = typeof itemId === 'string' ? this.#entries.get(itemId) : undefined
    if (entry && typeof text === 'string') entry.text = text
  }

  /** More words of an item. */
  saidMore(itemId: unknown, delta: unknown): void {
    const entry = typeof itemId === 'string' ? this.#entries.get(itemId) : undefined
    if (entry && typeof delta === 'string') entry.text += delta
  }

  has(itemId: string): boolean {
    return this.#entries.has(itemId)
  }

  truncated(itemId: string, { heardMs, givenMs }: { readonly heardMs: number; readonly givenMs: number }): void {
    const entry = this.#entries.get(itemId)
    if (!entry) return
    entry.heardMs = heardMs
    entry.givenMs = givenMs
  }

  /** Whether the last thing said waits for an answer. */
  get awaitsAnswer(): boolean {
    const last = [...this.#entries.values()].at(-1)
    if (!last) return false
    return last.item.type === 'function_call_output' || (last.item.type === 'message' && last.item.role === 'user')
  }

  /** Events that tell a new session all of this, with the same ids. Items whose words nobody knows are left out. */
  get events(): readonly BridgeEvent[] {
    const callIds = new Set(
      [...this.#entries.values()].flatMap(({ item }) => (item.type === 'function_call' ? [item.call_id] : [])),
    )
    return [...this.#entries.values()].flatMap((entry) => {
      const item = retold(entry, callIds)
      return item ? [{ type: 'conversation.item.create', item }] : []
    })
  }

  get transcript(): readonly TranscriptLine[] {
    return [...this.#entries.values()].flatMap((entry) => {
      const { id: itemId, atMs, item, heardMs } = entry
      if (entry.text === '' || item.role === 'system') return []
      const isCall = item.type === 'function_call' || item.type === 'function_call_output'
      const who = isCall ? 'function' : item.role === 'assistant' ? 'agent' : entry.isKeypad ? 'keypad' : 'caller'
      return [{ itemId, who, text: heardText(entry), atMs, ...(heardMs === undefined ? {} : { heardMs }) } as const]
    })
  }
}

function retold(entry: Entry, callIds: ReadonlySet<unknown>): Record<string, unknown> | undefined {
  const { id, item } = entry
  if (item.type === 'message') {
    const text = heardText(entry)
    if (text === '') return undefined
    const type = item.role === 'assistant' ? 'output_text' : 'input_text'
    return { id, type: 'message', role: item.role, content: [{ type, text }] }
  }
  if (item.type === 'function_call')
    return { id, type: item.type, call_id: item.call_id, name: item.name, arguments: item.arguments }
  if (item.type === 'function_call_output' && callIds.has(item.call_id))
    return { id, type: item.type, call_id: item.call_id, output: item.output }
  return undefined
}

/** The part of a text that was heard, by the share of its time. */
function heardText({ text, heardMs, givenMs }: Entry): string {
  if (heardMs === undefined || givenMs === undefined || givenMs <= 0 || heardMs >= givenMs) return text
  const words = text.split(' ')
  return words.slice(0, Math.floor((words.length * heardMs) / givenMs)).join(' ')
}

function textOf(item: Record<string, unknown>): string {
  if (item.type === 'function_call') return `${String(item.name)}(${String(item.arguments)})`
  if (item.type === 'function_call_output') return String(item.output)
  if (!Array.isArray(item.content)) return ''
  return item.content
    .flatMap((part: unknown) => (isRecord(part) ? [part.transcript ?? part.text] : []))
    .filter((text) => typeof text === 'string')
    .join(' ')
}
