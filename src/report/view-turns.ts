// The conversation of one session in plain words, in order: what the caller said, what the model answered and how much of it was heard,
// functions and keys. What a reader wants to know first.

import { type EventEntry, isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { itemText, read, readText } from './fields.ts'
import type { ViewTurn } from './view-data.ts'

type Open<T> = { -readonly [K in keyof T]: T[K] }
type OpenTurn = Open<ViewTurn>

/** Words of an interpreter that are further apart are another turn. */
const pauseMs = 1500
const transcription = 'conversation.item.input_audio_transcription.'

/** Fed the entries of one session in order. */
export class TurnWalk {
  readonly #turns: OpenTurn[] = []
  /** Responses that called functions: these stand for them where nothing was said. */
  readonly #calling = new Set<OpenTurn>()
  readonly #responses = new Map<string, OpenTurn>()
  /** When what a response answers was over. */
  readonly #askedMs = new Map<OpenTurn, number>()
  readonly #items = new Map<string, OpenTurn>()
  readonly #calls = new Map<string, OpenTurn>()
  readonly #said: { readonly turn: OpenTurn; readonly endMs: number; isKnown: boolean }[] = []
  #createMs: number | undefined
  #committed: { readonly atMs: number; readonly itemId: string } | undefined
  #lastWordMs = Number.NEGATIVE_INFINITY

  /** In order of time. */
  get turns(): readonly ViewTurn[] {
    return this.#turns.filter((turn) => turn.text !== '' || !this.#calling.has(turn)).toSorted((a, b) => a.atMs - b.atMs)
  }

  take(entry: TimelineEntry, place: number): void {
    if (isEvent(entry)) return this.#takeEvent(entry, place)
    const { note, atMs } = entry
    if (note.type === 'said') {
      const turn: OpenTurn = { who: 'caller', atMs: note.startMs, text: note.text, entry: place }
      this.#turns.push(turn)
      this.#said.push({ turn, endMs: note.endMs, isKnown: false })
    } else if (note.type === 'played') {
      const turn = this.#items.get(note.itemId)
      if (turn && note.stopped) turn.heardMs = note.heardMs
      if (turn && note.heardMs > 0) turn.firstHeardMs ??= Math.max(0, atMs - note.heardMs - this.#askedMs.get(turn)!)
    } else if (note.type === 'selected') {
      const turn = this.#responses.get(note.responseId)
      if (turn) turn.reply = note.name
    } else if (note.type === 'phone' && note.by === 'caller' && note.what.startsWith('pressed ')) {
      this.#turns.push({ who: 'keys', atMs, text: note.what.slice('pressed '.length), entry: place })
    }
  }

  #takeEvent({ event, atMs, from }: EventEntry, place: number): void {
    const { type } = event
    if (type === 'response.create' && from === 'app') this.#createMs = atMs
    else if (type === 'input_audio_buffer.committed') this.#committed = { atMs, itemId: readText(event, 'item_id') ?? '' }
    else if (type.startsWith(transcription)) this.#takeTranscript(event, atMs, place)
    else if (type === 'conversation.item.create') this.#takeItem(read(event, 'item'), atMs, place)
    else if (type === 'conversation.item.done') this.#takeMcpCall(read(event, 'item'), atMs, place)
    else if (type === 'session.output_transcript.delta') this.#takeWords(readText(event, 'delta') ?? '', atMs, place)
    else if (type.startsWith('response.')) this.#takeResponse(event, atMs, place)
  }

  #takeItem(item: unknown, atMs: number, place: number): void {
    const text = itemText(item)
    if (readText(item, 'type') === 'function_call_output') {
      const call = this.#calls.get(readText(item, 'call_id') ?? '')
      if (call) call.result = readText(item, 'output') ?? ''
    } else if (readText(item, 'role') === 'user' && text !== '') this.#turns.push({ who: 'user', atMs, text, entry: place })
  }

  /** What the service understood stands beside what was said; where nobody knows that, it is all there is. */
  #takeTranscript(event: { readonly type: string }, atMs: number, place: number): void {
    const isFailed = event.type === `${transcription}failed`
    if (!isFailed && event.type !== `${transcription}completed`) return
    const understood = isFailed ? null : (readText(event, 'transcript') ?? '')
    const known = this.#said.find((said) => !said.isKnown && said.endMs <= atMs)
    if (!known) this.#turns.push({ who: 'caller', atMs, text: understood ?? '', understood, entry: place })
    else {
      known.isKnown = true
      known.turn.understood = understood
    }
  }

  #takeWords(text: string, atMs: number, place: number): void {
    const last = this.#turns.findLast(({ who }) => who === 'model')
    if (last && atMs - this.#lastWordMs <= pauseMs) last.text += text
    else this.#turns.push({ who: 'model', atMs, text, entry: place })
    this.#lastWordMs = atMs
  }

  #takeResponse(event: { readonly type: string }, atMs: number, place: number): void {
    const id = readText(event, 'response.id') ?? readText(event, 'response_id') ?? ''
    if (event.type === 'response.created') this.#begin(id, atMs, place)
    const turn = this.#responses.get(id)
    if (!turn) return
    const sinceMs = atMs - (this.#askedMs.get(turn) ?? atMs)
    if (event.type === 'response.output_text.delta') turn.firstTextMs ??= sinceMs
    if (event.type === 'response.output_audio.delta') {
      turn.firstAudioMs ??= sinceMs
      this.#items.set(readText(event, 'item_id') ?? '', turn)
    }
    const words = event.type === 'response.output_text.done' ? 'text' : 'transcript'
    if (/output_(?:text|audio_transcript)\.done$/.test(event.type))
      turn.text = [turn.text, readText(event, words) ?? ''].join(' ').trim()
    if (event.type === 'response.mcp_call_arguments.done') this.#calling.add(turn)
    if (event.type === 'response.function_call_arguments.done') this.#call(event, turn, atMs, place)
    if (event.type === 'response.done') turn.status = readText(event, 'response.status') ?? 'completed'
  }

  /** A response answers the caller's last words, or was asked for. */
  #begin(id: string, atMs: number, place: number): void {
    const said = this.#committed && this.#said.findLast(({ endMs }) => endMs <= this.#committed!.atMs)?.endMs
    const askedMs = this.#committed === undefined ? (this.#createMs ?? atMs) : (said ?? this.#committed.atMs)
    this.#committed = undefined
    this.#createMs = undefined
    const turn: OpenTurn = { who: 'model', atMs, text: '', entry: place }
    this.#askedMs.set(turn, askedMs)
    this.#turns.push(turn)
    this.#responses.set(id, turn)
  }

  #call(event: unknown, response: OpenTurn, atMs: number, place: number): void {
    const { reply } = response
    const turn: OpenTurn = { who: 'function', atMs, text: callText(event), entry: place, ...(reply && { reply }) }
    this.#turns.push(turn)
    this.#calling.add(response)
    this.#calls.set(readText(event, 'call_id') ?? '', turn)
  }

  #takeMcpCall(item: unknown, atMs: number, place: number): void {
    if (readText(item, 'type') !== 'mcp_call') return
    const result = readText(item, 'output') ?? readText(item, 'error.message') ?? 'an error'
    this.#turns.push({ who: 'function', atMs, text: callText(item), entry: place, result })
  }
}

function callText(call: unknown): string {
  return `${readText(call, 'name') ?? '?'}(${readText(call, 'arguments') ?? ''})`
}
