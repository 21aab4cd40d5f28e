// What the lines of a timeline need to know of the whole of it: names of replies, audio formats in force, labels of sessions and of
// phone calls.

import type { WireAudioFormat } from '../../audio/types.ts'
import { type EventEntry, isEvent, type NoteEntry, type TimelineEntry } from '../runtime/timeline.ts'
import type { EventSurroundings } from './event-text.ts'
import { read, readText } from './fields.ts'

const pcm24k: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

function formatAt(value: unknown, path: string): WireAudioFormat | undefined {
  const type = readText(value, `${path}.type`)
  if (type === 'audio/pcmu' || type === 'audio/pcma') return { type }
  const rate = read(value, `${path}.rate`)
  return type === 'audio/pcm' ? { type, rate: typeof rate === 'number' ? rate : 24_000 } : undefined
}

/** Found by walking the whole timeline once. */
export class Surroundings implements EventSurroundings {
  readonly #names = new Map<string, string>()
  readonly #labels = new Map<string, string>()
  /** Sessions whose sound goes to a caller, not to the app. */
  readonly #calls = new Set<string>()
  readonly #phoneCalls: string[] = []
  readonly #formats: { index: number; sessionId: string; input: WireAudioFormat; output: WireAudioFormat }[] = []
  constructor(all: readonly TimelineEntry[]) {
    for (const entry of all) this.#learn(entry)
  }

  #learn(entry: TimelineEntry): void {
    const { sessionId, index } = entry
    if (sessionId !== '' && !this.#labels.has(sessionId)) this.#labels.set(sessionId, letter(this.#labels.size))
    if (!isEvent(entry)) return this.#learnNote(entry)
    const input = formatAt(entry.event, 'session.audio.input.format')
    if (entry.from !== 'service' || !input) return
    this.#formats.push({ index, sessionId, input, output: formatAt(entry.event, 'session.audio.output.format') ?? input })
  }

  #learnNote({ note, sessionId }: NoteEntry): void {
    if (note.type === 'selected') this.#names.set(note.responseId, note.name)
    if (note.type === 'call') this.#calls.add(sessionId)
    if (note.type === 'phone' && !this.#phoneCalls.includes(note.callId)) this.#phoneCalls.push(note.callId)
  }

  responseName(responseId: string): string | undefined {
    return this.#names.get(responseId)
  }

  isCall(sessionId: string): boolean {
    return sessionId !== '' && this.#calls.has(sessionId)
  }

  /** `A`, `B` … by order of appearance. */
  label(sessionId: string): string {
    return this.#labels.get(sessionId) ?? ' '
  }

  /** Phone calls in order of appearance. */
  get phoneCalls(): readonly string[] {
    return this.#phoneCalls
  }

  /** `phone 1`, `phone 2` … by order of appearance; `phone` where there is one call. */
  phoneLabel(callId: string): string {
    return this.#phoneCalls.length > 1 ? `phone ${this.#phoneCalls.indexOf(callId) + 1}` : 'phone'
  }

  format(entry: EventEntry): WireAudioFormat {
    const known = this.#formats.findLast((format) => format.sessionId === entry.sessionId && format.index < entry.index)
    return (entry.from === 'app' ? known?.input : known?.output) ?? pcm24k
  }
}

function letter(index: number): string {
  return String.fromCharCode(65 + (index % 26)).repeat(1 + Math.floor(index / 26))
}
