// What is known of each served response, gathered from the timeline as it grows. No decisions are made from it:
// it feeds the public `responses`, the waits and the matchers.

import type { WordTime } from '../../audio/types.ts'
import type { ServedResponse } from '../api.ts'
import type { ClientEvent } from '../protocol/client-events.ts'
import type { Item, McpCallItem } from '../protocol/items.ts'
import { jsonOrText } from '../protocol/json.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { ResponseFacts } from './subject.ts'
import { isEvent, type TimelineEntry } from './timeline.ts'

type Usage = ServedResponse['usage']
type Interruption = NonNullable<ResponseFacts['interruption']>

export interface TrackedAudio {
  readonly itemId: string
  sentMs: number
}

interface TrackedCall {
  readonly name: string
  readonly callId: string
  readonly arguments: unknown
  output?: unknown
  /** Why an MCP call failed. */
  error?: string
}

/** What a call waits for: the app's function, the app's approval, or an MCP server. */
export type Awaited = 'function' | 'approval' | 'server'

/** One response, as it grows. */
export interface TrackedResponse {
  readonly id: string
  readonly sessionId: string
  readonly createdAtMs: number
  readonly askedAtMs: number
  readonly outOfBand: boolean
  readonly metadata: Record<string, string>
  readonly calls: TrackedCall[]
  /** Calls that nobody has answered yet, by call id. */
  readonly awaited: Map<string, Awaited>
  /** Call ids of the function calls, by their items. */
  readonly callItems: Map<string, string>
  readonly audio: TrackedAudio[]
  /** Word times of each spoken message item, in the order of `audio`, and how long the item is so far. */
  readonly spoken: { readonly words: WordTime[]; endMs: number }[]
  /** Text per message item, in order. */
  readonly texts: Map<string, string>
  name: string
  why: unknown
  status: ServedResponse['status']
  usage: Usage
  firstOutputAtMs?: number
  firstAudioAtMs?: number
  doneAtMs?: number
  interruption?: Interruption
  /** Already given by `nextResponse`. */
  taken: boolean
  /** A fault of the test kept its end, or its call, from the app: nobody waits for what would follow. */
  isLost?: boolean
}

/** How long a base64 audio delta of a format lasts, in ms. */
export type MeasureAudio = (sessionId: string, responseId: string, base64: string) => number

/** What is kept of one session, so that forgetting it costs no more than it had. */
interface SessionNotes {
  readonly responses: TrackedResponse[]
  readonly itemIds: string[]
}

export class ResponseTracker {
  readonly #all = new Set<TrackedResponse>()
  readonly #sessions = new Map<string, SessionNotes>()
  readonly #byId = new Map<string, TrackedResponse>()
  readonly #calls = new Map<string, { readonly call: TrackedCall; readonly response: TrackedResponse }>()
  readonly #itemResponse = new Map<string, TrackedResponse>()
  readonly #askedAt: (sessionId: string) => number
  readonly #measure: MeasureAudio
  readonly #heardMs: (itemId: string) => number | undefined

  /** `askedAt`: when what the next response of a session answers was over. `heardMs`: what the caller has heard of an item by now. */
  constructor(options: {
    askedAt: (sessionId: string) => number
    measure: MeasureAudio
    heardMs: (itemId: string) => number | undefined
  }) {
    this.#askedAt = options.askedAt
    this.#measure = options.measure
    this.#heardMs = options.heardMs
  }

  /** All responses, in the order in which they began. */
  get all(): ReadonlySet<TrackedResponse> {
    return this.#all
  }

  /** Those of some sessions. */
  ofSessions(ids: ReadonlySet<string>): TrackedResponse[] {
    return [...this.#all].filter((response) => ids.has(response.sessionId))
  }

  /** The first one that fits. */
  find(fits: (response: TrackedResponse) => boolean): TrackedResponse | undefined {
    for (const response of this.#all) if (fits(response)) return response
    return undefined
  }

  get(id: string): TrackedResponse | undefined {
    return this.#byId.get(id)
  }

  /** The response that an item belongs to. */
  ofItem(itemId: string): TrackedResponse | undefined {
    return this.#itemResponse.get(itemId)
  }

  /** Drops what is known of a session that is over. */
  forget(sessionId: string, each: (responseId: string) => void): void {
    const { responses, itemIds } = this.#notesOf(sessionId)
    this.#sessions.delete(sessionId)
    for (const itemId of itemIds) this.#itemResponse.delete(itemId)
    for (const response of responses) {
      this.#all.delete(response)
      this.#byId.delete(response.id)
      for (const call of response.calls) this.#calls.delete(call.callId)
      each(response.id)
    }
  }

  /** The app was never told how this response ended. */
  noteLost(responseId: string): void {
    const response = this.#byId.get(responseId)
    if (response) response.isLost = true
  }

  observe(entry: TimelineEntry): void {
    if (!isEvent(entry)) {
      if (entry.note.type === 'selected') this.#selected(entry.note)
      return
    }
    if (entry.from === 'app') this.#received(entry.event as ClientEvent, entry.atMs)
    else this.#sent(entry.event as ServerEvent, entry.sessionId, entry.atMs)
  }

  #selected(note: { responseId: string; name: string; why: unknown }): void {
    const response = this.#byId.get(note.responseId)
    if (!response) return
    response.name = note.name
    response.why = note.why
  }

  #received(event: ClientEvent, atMs: number): void {
    if (event.type === 'conversation.item.create' && event.item?.type === 'function_call_output') {
      const known = this.#calls.get(event.item.call_id)
      if (known) known.call.output = jsonOrText(event.item.output)
      known?.response.awaited.delete(event.item.call_id)
    }
    if (event.type === 'conversation.item.create' && event.item?.type === 'mcp_approval_response') {
      const { approval_request_id: id, approve } = event.item
      const awaited = this.#calls.get(id)?.response.awaited
      if (awaited?.get(id) !== 'approval') return
      if (approve) awaited.set(id, 'server')
      else awaited.delete(id)
    }
    if (event.type === 'conversation.item.truncate') {
      const response = this.#itemResponse.get(event.item_id)
      if (!response) return
      response.interruption ??= this.#interruption(response, atMs, 'truncated')
    }
  }

  #sent(event: ServerEvent, sessionId: string, atMs: number): void {
    if (event.type === 'response.created') return this.noteCreated(event.response, sessionId, atMs)
    if (event.type === 'response.done') return this.#done(event.response, atMs)
    if (event.type === 'conversation.item.done' && event.item.type === 'mcp_call') return this.#ran(event.item)
    if (event.type === 'conversation.item.deleted') return this.#deleted(event.item_id)
    if (!('response_id' in event)) return
    const response = this.#byId.get(event.response_id)
    if (!response) return
    switch (event.type) {
      case 'response.output_item.added':
        this.#noteItem(event.item.id, response)
        break
      case 'response.output_text.delta':
      case 'response.output_audio_transcript.delta':
        response.texts.set(event.item_id, (response.texts.get(event.item_id) ?? '') + event.delta)
        if (event.type === 'response.output_text.delta') response.firstOutputAtMs ??= atMs
        break
      // What was said, whatever a fault of the test made of its deltas.
      case 'response.output_text.done':
        if (event.text) response.texts.set(event.item_id, event.text)
        break
      case 'response.output_audio_transcript.done':
        if (event.transcript) response.texts.set(event.item_id, event.transcript)
        break
      case 'response.output_audio.delta':
        response.firstOutputAtMs ??= atMs
        response.firstAudioAtMs ??= atMs
        audioOf(response, event.item_id).sentMs += this.#measure(sessionId, response.id, event.delta)
        break
      // On calls the service itself cuts off what plays.
      case 'output_audio_buffer.cleared':
        response.interruption ??= this.#interruption(response, atMs, 'truncated')
        break
      case 'response.function_call_arguments.done':
        this.#call(response, { name: event.name, callId: event.call_id, arguments: jsonOrText(event.arguments) }, 'function')
        response.callItems.set(event.item_id, event.call_id)
        break
      case 'response.output_item.done':
        this.#mcpItem(response, event.item)
        break
    }
  }

  #call(response: TrackedResponse, call: TrackedCall, awaits?: Awaited): void {
    // A fault of the test may send its event twice.
    if (this.#calls.get(call.callId)?.response === response) return
    response.calls.push(call)
    if (awaits) response.awaited.set(call.callId, awaits)
    this.#calls.set(call.callId, { call, response })
  }

  /** An MCP call is known by its item, or by the request for its approval. */
  #mcpItem(response: TrackedResponse, item: Item): void {
    if (item.type !== 'mcp_call' && item.type !== 'mcp_approval_request') return
    const { name, id: callId } = item
    const call: TrackedCall = { name, callId, arguments: jsonOrText(item.arguments) }
    if (item.type === 'mcp_call') noteResult(call, item)
    this.#call(response, call, item.type === 'mcp_call' ? undefined : 'approval')
  }

  /** A call that the app has taken out of the conversation wants no answer. */
  #deleted(itemId: string): void {
    const response = this.#itemResponse.get(itemId)
    const callId = response?.callItems.get(itemId) ?? itemId
    if (response?.awaited.get(callId) !== 'server') response?.awaited.delete(callId)
  }

  /** A call that ran by approval. */
  #ran(item: McpCallItem): void {
    const known = item.approval_request_id === null ? undefined : this.#calls.get(item.approval_request_id)
    if (!known) return
    noteResult(known.call, item)
    known.response.awaited.delete(known.call.callId)
  }

  /** A response has begun. The app may never be told so, or be told late or twice: faults of the test. */
  noteCreated(response: Extract<ServerEvent, { type: 'response.created' }>['response'], sessionId: string, atMs: number): void {
    if (this.#byId.has(response.id)) return
    const tracked: TrackedResponse = {
      id: response.id,
      sessionId,
      createdAtMs: atMs,
      askedAtMs: this.#askedAt(sessionId),
      outOfBand: response.conversation_id === null,
      metadata: { ...(response.metadata ?? {}) } as Record<string, string>,
      calls: [],
      awaited: new Map(),
      callItems: new Map(),
      audio: [],
      spoken: [],
      texts: new Map(),
      name: '',
      why: undefined,
      status: 'in_progress',
      usage: response.usage,
      taken: false,
    }
    this.#all.add(tracked)
    this.#byId.set(tracked.id, tracked)
    this.#notesOf(sessionId).responses.push(tracked)
  }

  #noteItem(itemId: string | undefined, response: TrackedResponse): void {
    if (!itemId) return
    this.#itemResponse.set(itemId, response)
    this.#notesOf(response.sessionId).itemIds.push(itemId)
  }

  #notesOf(sessionId: string): SessionNotes {
    let notes = this.#sessions.get(sessionId)
    if (!notes) {
      notes = { responses: [], itemIds: [] }
      this.#sessions.set(sessionId, notes)
    }
    return notes
  }

  #done(response: Extract<ServerEvent, { type: 'response.done' }>['response'], atMs: number): void {
    const tracked = this.#byId.get(response.id)
    if (!tracked) return
    tracked.status = response.status
    tracked.usage = response.usage
    tracked.doneAtMs = atMs
    const details = response.status_details
    if (details?.type === 'cancelled' && details.reason) {
      tracked.interruption ??= this.#interruption(
        tracked,
        atMs,
        details.reason === 'turn_detected' ? 'turn_detected' : 'client_cancelled',
      )
    }
  }

  /** What was heard counts as of now: an app that forgets to stop its loudspeaker plays on. */
  #interruption(response: TrackedResponse, atMs: number, how: Interruption['how']): Interruption {
    const heard = response.audio.map(({ itemId }) => this.#heardMs(itemId)).filter((ms) => ms !== undefined)
    return { atMs, how, ...(heard.length ? { heardMs: heard.reduce((sum, ms) => sum + ms, 0) } : {}) }
  }
}

function noteResult(call: TrackedCall, { output, error }: McpCallItem): void {
  if (output !== null) call.output = jsonOrText(output)
  if (error !== null) call.error = error.message
}

function audioOf(response: TrackedResponse, itemId: string): TrackedAudio {
  let audio = response.audio.find((entry) => entry.itemId === itemId)
  if (!audio) {
    audio = { itemId, sentMs: 0 }
    response.audio.push(audio)
  }
  return audio
}

/** All that a response says, items joined by a space. */
export function textOf(response: TrackedResponse): string {
  return [...response.texts.values()].join(' ')
}
