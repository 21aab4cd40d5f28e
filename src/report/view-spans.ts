// Stretches of time of one session: what the caller said, what the service took for speech, responses, and function calls.

import type { EventEntry, Note } from '../runtime/timeline.ts'
import { itemText, readList, readNumber, readText } from './fields.ts'
import { cut, shortId } from './print.ts'
import type { ViewResponse, ViewSpan } from './view-data.ts'

type Open<T> = { -readonly [K in keyof T]: T[K] }

/** Fed the events of one session in order. */
export class SpanWalk {
  readonly detected: Open<ViewSpan>[] = []
  readonly responses: Open<ViewResponse>[] = []
  readonly calls: Open<ViewSpan>[] = []
  readonly #responses = new Map<string, Open<ViewResponse>>()
  readonly #heard = new Map<string, Open<ViewSpan>>()
  readonly #calls = new Map<string, Open<ViewSpan>>()
  readonly #clockMs: (audioMs: number) => number

  /** `clockMs`: the moment of a position in the session's sound. */
  constructor(clockMs: (audioMs: number) => number) {
    this.#clockMs = clockMs
  }

  take({ event, atMs, from }: EventEntry, entry: number): void {
    const { type } = event
    if (type === 'input_audio_buffer.speech_started') {
      const span = { startMs: this.#position(event, 'audio_start_ms', atMs), label: itemLabel(event), entry }
      this.detected.push(span)
      this.#heard.set(readText(event, 'item_id') ?? '', span)
    } else if (type === 'input_audio_buffer.speech_stopped') {
      const open = this.detected.findLast((span) => span.endMs === undefined)
      if (open) open.endMs = Math.max(open.startMs, this.#position(event, 'audio_end_ms', atMs))
    } else if (type === 'response.function_call_arguments.done') {
      const call = {
        startMs: atMs,
        label: `${readText(event, 'name') ?? 'function'}(${cut(readText(event, 'arguments') ?? '', 60)})`,
        entry,
      }
      this.calls.push(call)
      this.#calls.set(readText(event, 'call_id') ?? '', call)
    } else if (from === 'app' && readText(event, 'item.type') === 'function_call_output') {
      const call = this.#calls.get(readText(event, 'item.call_id') ?? '')
      if (call) call.endMs ??= atMs
    } else if (type === 'conversation.item.input_audio_transcription.completed') {
      const span = this.#heard.get(readText(event, 'item_id') ?? '')
      if (span) span.label = readText(event, 'transcript') ?? span.label
    } else if (type.startsWith('response.')) this.#takeResponse(event, atMs, entry)
  }

  #position(event: unknown, field: string, atMs: number): number {
    const audioMs = readNumber(event, field)
    return audioMs === undefined ? atMs : Math.min(atMs, this.#clockMs(audioMs))
  }

  #takeResponse(event: { readonly type: string }, atMs: number, entry: number): void {
    const id = readText(event, 'response.id') ?? readText(event, 'response_id')
    if (id === undefined) return
    if (event.type === 'response.created') this.#begin(id, atMs, entry)
    const response = this.#responses.get(id)
    if (!response) return
    if (event.type.endsWith('.delta')) response.firstDeltaMs ??= atMs
    if (event.type.endsWith('output_audio.delta')) response.firstAudioMs ??= atMs
    if (event.type !== 'response.done') return
    response.endMs = atMs
    response.status = readText(event, 'response.status') ?? 'completed'
    response.text = textOf(event)
  }

  #begin(id: string, atMs: number, entry: number): void {
    const response = { id, reply: '', label: shortId(id), status: 'in_progress', text: '', startMs: atMs, entry }
    this.responses.push(response)
    this.#responses.set(id, response)
  }

  /** The reply that was chosen for a response. */
  select({ responseId, name }: Extract<Note, { type: 'selected' }>, entry: number): void {
    const response = this.#responses.get(responseId)
    if (!response) return
    response.reply = name
    response.label = name === '' ? 'no reply fits' : name
    response.selection = entry
  }
}

function itemLabel(event: unknown): string {
  return shortId(readText(event, 'item_id') ?? 'speech')
}

function textOf(event: unknown): string {
  return readList(event, 'response.output')
    .map((item) => itemText(item) || (readText(item, 'type') === 'function_call' ? `${readText(item, 'name') ?? '?'}(…)` : ''))
    .filter((text) => text !== '')
    .join(' ')
}
