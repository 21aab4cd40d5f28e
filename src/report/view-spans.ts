// Stretches of time of one session: what the caller said, what the service took for speech, responses, and function calls.

import type { EventEntry, Note } from '../runtime/timeline.ts'
import { itemText, readList, readNumber, readText } from './fields.ts'
import { cut, shortId } from './print.ts'
import type { ViewResponse, ViewSpan } from './view-data.ts'
import type { SoundTrack } from './view-sound.ts'

type Open<T> = { -readonly [K in keyof T]: T[K] }

/** Fed the events of one session in order. */
export class SpanWalk {
  readonly detected: Open<ViewSpan>[] = []
  readonly responses: Open<ViewResponse>[] = []
  readonly calls: Open<ViewSpan>[] = []
  readonly #responses = new Map<string, Open<ViewResponse>>()
  readonly #heard = new Map<string, Open<ViewSpan>>()
  readonly #calls = new Map<string, Open<ViewSpan>>()
  readonly #input: Pick<SoundTrack, 'atMs' | 'beginMs'>

  /** `input`: at which moment a position of the session's sound was spoken. */
  constructor(input: Pick<SoundTrack, 'atMs' | 'beginMs'>) {
    this.#input = input
  }

  take({ event, atMs, from }: EventEntry, entry: number): void {
    const { type } = event
    if (type === 'input_audio_buffer.speech_started') {
      const audioMs = readNumber(event, 'audio_start_ms')
      const startMs = audioMs === undefined ? atMs : Math.min(atMs, this.#input.beginMs(audioMs))
      const span = { startMs, label: 'speech', entry }
      this.detected.push(span)
      this.#heard.set(readText(event, 'item_id') ?? '', span)
    } else if (type === 'input_audio_buffer.speech_stopped') {
      const open = this.detected.findLast((span) => span.endMs === undefined)
      const audioMs = readNumber(event, 'audio_end_ms')
      const endMs = audioMs === undefined ? atMs : Math.min(atMs, this.#input.atMs(audioMs))
      if (open) open.endMs = Math.max(open.startMs, endMs)
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

function textOf(event: unknown): string {
  return readList(event, 'response.output')
    .map((item) => itemText(item) || (readText(item, 'type') === 'function_call' ? `${readText(item, 'name') ?? '?'}(…)` : ''))
    .filter((text) => text !== '')
    .join(' ')
}
