// Timelines to record: a text turn, spoken turns in every format of the wire, and a folder of each test's own.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Note, TimelineEntry } from '../../src/runtime/timeline.ts'
import { Timeline } from '../../src/runtime/timeline.ts'

type Sample = { type: string } & Record<string, unknown>

/** Ids as the live service makes them. */
export const live = {
  session: 'sess_DuqWT8k2LmZp4Xv9Ra1Bc',
  item: 'item_DuqWUb7Qe3NfH6tJy0sKd',
  answer: 'item_DuqWVc9Zr5MgP2wLx8oAe',
  response: 'resp_DuqWVd1Ys7BhT4uNk6iCf',
  call: 'call_Hk3Jd8Sa5Lq2Wn7Z',
  conversation: 'conv_DuqWTx2Vb8KjR6mGe4pDs',
}

export class Sampler {
  readonly timeline = new Timeline()
  nowMs = 0

  get entries(): readonly TimelineEntry[] {
    return this.timeline.entries
  }

  after(ms: number): this {
    this.nowMs += ms
    return this
  }

  note(note: Note, sessionId = live.session, from: 'kit' | 'caller' = 'kit'): this {
    this.timeline.append({ atMs: this.nowMs, sessionId, from, note })
    return this
  }

  app(event: Sample, sessionId = live.session): this {
    return this.#event('app', event, sessionId)
  }

  service(event: Sample, cause?: number, sessionId = live.session): this {
    const eventId = `event_DuqW${String(this.entries.length).padStart(17, 'x9')}`
    return this.#event('service', { event_id: eventId, ...event }, sessionId, cause)
  }

  connect(url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime', audio?: object): this {
    return this.note({ type: 'connected', url }).service({
      type: 'session.created',
      session: { type: 'realtime', id: live.session, model: 'gpt-realtime', expires_at: 1_764_000_000, ...(audio && { audio }) },
    })
  }

  #event(from: 'app' | 'service', event: Sample, sessionId: string, cause?: number): this {
    const entry = { atMs: this.nowMs, sessionId, from, event, ...(cause === undefined ? {} : { cause }) }
    this.timeline.append(entry as never)
    return this
  }
}

/** A question and its answer, in text; `says` is the answer. */
export function textTurn(says = 'We are open until ten.'): Sampler {
  const { item, answer, response } = live
  const sampler = new Sampler().connect()
  const asked = sampler.entries.length
  sampler
    .app({
      type: 'conversation.item.create',
      event_id: 'my-event-1',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'When are you open?' }] },
    })
    .service(
      { type: 'conversation.item.added', previous_item_id: null, item: { id: item, type: 'message', role: 'user' } },
      asked,
    )
    .app({ type: 'response.create' })
  const create = sampler.entries.length - 1
  sampler
    .after(320.12345)
    .service({ type: 'response.created', response: { id: response, status: 'in_progress', output: [] } }, create)
    .service({
      type: 'response.output_item.added',
      response_id: response,
      item: { id: answer, type: 'message', role: 'assistant' },
    })
  for (const delta of says.split(/(?= )/)) {
    sampler
      .after(20)
      .service({ type: 'response.output_text.delta', response_id: response, item_id: answer, content_index: 0, delta }, create)
  }
  return sampler
    .service({ type: 'response.output_text.done', response_id: response, item_id: answer, content_index: 0, text: says })
    .service({
      type: 'response.done',
      response: {
        ...{ id: response, status: 'completed', usage: { total_tokens: 30, input_tokens: 20, output_tokens: 10 } },
        output: [{ id: answer, type: 'message', role: 'assistant', content: [{ type: 'output_text', text: says }] }],
      },
    })
}

/** Bytes that differ from place to place. */
export function bytes(count: number, seed = 1): Buffer {
  return Buffer.from(Array.from({ length: count }, (_, index) => (index * 31 + seed * 97 + ((index * index) >> 3)) & 0xff))
}

/** The app speaks and is answered, in this wire format. */
export function spokenTurn(format: object = { type: 'audio/pcm', rate: 24_000 }): Sampler {
  const { answer, response } = live
  const sampler = new Sampler().connect(undefined, { input: { format }, output: { format } })
  for (const seed of [1, 2, 3]) {
    sampler.after(20).app({ type: 'input_audio_buffer.append', audio: bytes(960, seed).toString('base64') })
  }
  sampler.service({ type: 'response.created', response: { id: response, status: 'in_progress' } })
  for (const count of [480, 481, 7]) {
    sampler.after(100).service({
      ...{ type: 'response.output_audio.delta', response_id: response, item_id: answer, content_index: 0 },
      delta: bytes(count, count).toString('base64'),
    })
  }
  return sampler.service({ type: 'response.output_audio.done', response_id: response, item_id: answer })
}

/** A folder that goes when the test is over. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recording-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** All files below a folder with what is in them, by their paths. */
export function filesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)))
  const files = paths.filter((path) => statSync(path).isFile()).toSorted()
  return Object.fromEntries(files.map((path) => [relative(folder, path), readFileSync(path).toString('latin1')]))
}

export function linesOf(folder: string): string[] {
  return readFileSync(join(folder, 'timeline.ndjson'), 'utf8').trimEnd().split('\n')
}
