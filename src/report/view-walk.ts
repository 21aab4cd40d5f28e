// Walks one timeline and gathers what the viewer shows of it: entries with cause and texts, and per session its spans and its sound.

import type { WireAudioFormat } from '../../audio/types.ts'
import { type EventEntry, isEvent, type Note, type NoteEntry, type TimelineEntry } from '../runtime/timeline.ts'
import { eventDetails } from './event-text.ts'
import { readNumber, readText } from './fields.ts'
import { noteText } from './note-text.ts'
import { CauseWalk } from './view-causes.ts'
import type { ViewEntry, ViewGroup, ViewLane } from './view-data.ts'
import { FormatWalk } from './view-formats.ts'
import { viewJson } from './view-json.ts'
import { SoundTrack } from './view-sound.ts'
import { SpanWalk } from './view-spans.ts'
import { TurnWalk } from './view-turns.ts'

/** What is gathered of one session on the way. */
export class GroupWalk {
  readonly input = new SoundTrack()
  readonly output = new SoundTrack()
  readonly spans = new SpanWalk(this.input)
  readonly turns = new TurnWalk()
  readonly said: { startMs: number; endMs: number; label: string; entry: number }[] = []
  readonly id: string
  readonly source: number
  readonly title: string
  readonly short: string
  model = ''
  readonly #responseOf = new Map<string, string>()

  constructor({ id, source, title, short }: Pick<ViewGroup, 'id' | 'source' | 'title' | 'short'>) {
    this.id = id
    this.source = source
    this.title = title
    this.short = short
  }

  queue({ event, atMs }: EventEntry, format: WireAudioFormat, place: number): void {
    const itemId = readText(event, 'item_id') ?? ''
    this.#responseOf.set(itemId, readText(event, 'response_id') ?? '')
    this.output.queued(atMs, itemId, readText(event, 'delta') ?? '', format, place)
  }

  toView(soundHz: number | undefined): ViewGroup {
    const { id, source, title, short, model, said } = this
    const { detected, responses, calls } = this.spans
    const replyOf = new Map(responses.map((response) => [response.id, response.label]))
    const { turns } = this.turns
    return {
      ...{ id, source, title, short, model, said, detected, responses, calls, turns },
      input: this.input.toView(soundHz, () => ''),
      output: this.output.toView(soundHz, (itemId) => replyOf.get(this.#responseOf.get(itemId) ?? '') ?? ''),
    }
  }
}

/**
 * Walks the entries of one timeline; places are those of the whole document. `sourceTitle`: what it is called, where there are others.
 */
export class TimelineWalk {
  readonly #formats = new FormatWalk()
  readonly #causes = new CauseWalk()
  readonly #names = new Map<string, string>()
  readonly #own: GroupWalk[] = []
  readonly #waiting: (() => void)[] = []
  readonly #source: number
  readonly #sourceTitle: string | undefined
  readonly #groups: GroupWalk[]
  #place: number

  constructor(source: number, sourceTitle: string | undefined, firstPlace: number, groups: GroupWalk[]) {
    this.#source = source
    this.#sourceTitle = sourceTitle
    this.#place = firstPlace
    this.#groups = groups
  }

  take(entry: TimelineEntry, run: number | undefined): ViewEntry {
    const place = this.#place++
    const cause = this.#causes.take(entry, place)
    const group = this.#groupOf(entry)
    this.#formats.take(entry)
    if (isEvent(entry)) this.#takeEvent(entry, group, place)
    else this.#takeNote(entry, group, place)
    const { index, atMs } = entry
    return {
      ...{ index, atMs, lane: laneOf(entry), group: group ? this.#groups.indexOf(group) : -1 },
      ...textsOf(entry, (responseId) => this.#names.get(responseId)),
      ...(cause ? { cause: cause.entry } : {}),
      ...(cause?.guessed ? { guessed: true as const } : {}),
      ...(run === undefined ? {} : { run }),
      json: viewJson(isEvent(entry) ? withoutSound(entry.event) : entry.note),
    }
  }

  #groupOf({ sessionId }: TimelineEntry): GroupWalk | undefined {
    if (sessionId === '') return undefined
    const known = this.#own.find(({ id }) => id === sessionId)
    if (known) return known
    const letter = String.fromCharCode(65 + (this.#own.length % 26)).repeat(1 + Math.floor(this.#own.length / 26))
    const [source, title] = [this.#source, this.#sourceTitle]
    const names =
      title === undefined
        ? { title: `Session ${letter}`, short: letter }
        : { title: `${title} · Session ${letter}`, short: `${source + 1}${letter}` }
    const group = new GroupWalk({ id: sessionId, source, ...names })
    this.#own.push(group)
    this.#groups.push(group)
    for (const late of this.#waiting.splice(0)) late()
    return group
  }

  #takeEvent(entry: EventEntry, group: GroupWalk | undefined, place: number): void {
    if (!group) return
    const { event, atMs } = entry
    const { type } = event
    const { input, output } = this.#formats.of(entry.sessionId)
    if (type === 'session.created') group.model = readText(event, 'session.model') ?? group.model
    if (entry.from === 'app' && type.endsWith('input_audio_buffer.append'))
      group.input.arrived(atMs, readText(event, 'audio') ?? '', input, place)
    if (entry.from === 'service' && type.endsWith('output_audio.delta')) group.queue(entry, output, place)
    if (type === 'conversation.item.truncate')
      group.output.truncated(atMs, readText(event, 'item_id') ?? '', readNumber(event, 'audio_end_ms') ?? 0)
    group.spans.take(entry, place)
    group.turns.take(entry, place)
  }

  #takeNote(entry: NoteEntry, group: GroupWalk | undefined, place: number): void {
    const { note, atMs } = entry
    if (note.type === 'selected') {
      this.#names.set(note.responseId, note.name)
      group?.spans.select(note, place)
    }
    if (note.type === 'played') group?.output.heard(atMs, note.itemId, note.heardMs, note.stopped)
    const add = () => {
      const own = group ?? this.#own.at(-1)
      own?.turns.take(entry, place)
      if (note.type === 'said') own?.said.push({ startMs: note.startMs, endMs: note.endMs, label: note.text, entry: place })
    }
    // The caller may speak before the app has connected.
    if (group || this.#own.length > 0) add()
    else this.#waiting.push(add)
  }
}

function laneOf(entry: TimelineEntry): ViewLane {
  if (isEvent(entry)) return entry.from === 'app' ? 'client' : 'service'
  const { type } = entry.note
  if (type === 'injected' || type === 'finding' || type === 'garbage') return 'fault'
  if (type === 'phone' || type === 'call') return 'phone'
  return type === 'said' || type === 'played' ? 'caller' : 'kit'
}

function textsOf(
  entry: TimelineEntry,
  responseName: (responseId: string) => string | undefined,
): { name: string; details: string } {
  if (!isEvent(entry)) return noteTexts(entry.note)
  const { event } = entry
  const delta = event.type.endsWith('.delta') && !event.type.endsWith('audio.delta') ? readText(event, 'delta') : undefined
  return {
    name: String(event.type),
    details: delta === undefined ? eventDetails(event, { responseName }) : JSON.stringify(delta),
  }
}

/** Messages of telephones say in their name what they are: there are many of them. */
function noteTexts(note: Note): { name: string; details: string } {
  const name = note.type === 'phone' ? `phone ${/^[a-z][\w.]*$/i.test(note.what) ? note.what : note.by}` : note.type
  return { name, details: noteText(note).replace(/^phone(?: \S+…\S+)? {2}/, '') }
}

/** Sound is in the tracks; in the JSON stands how much it was. */
function withoutSound(event: { readonly type: string }): unknown {
  const field = event.type.endsWith('input_audio_buffer.append')
    ? 'audio'
    : event.type.endsWith('audio.delta')
      ? 'delta'
      : undefined
  const text = field === undefined ? undefined : readText(event, field)
  return field === undefined || text === undefined
    ? event
    : { ...event, [field]: `(base64, ${Math.floor((text.length * 3) / 4)} bytes)` }
}
