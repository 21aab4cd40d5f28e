// What must hold of responses: one active on the conversation, one `response.done` each, every item by the ladder of protocol.md
// 4.1, deltas that add up, usage that adds up. Fed with each event as it is sent.

import type { Item } from '../../src/protocol/items.ts'
import type { ResponseObject, ResponseUsage } from '../../src/protocol/responses.ts'
import type { ServerEvent, ServerEventOf } from '../../src/protocol/server-events.ts'
import { ensure, ensureSame } from './ensure.ts'

interface OpenItem {
  readonly id: string
  readonly outputIndex: number
  /** One letter per event of the item, for `ladders`. */
  steps: string
  /** What its deltas said so far. */
  said: string
  added: Item
  done?: Item
  /** The client deleted it; what the conversation says of its id is about another item from then on. */
  deleted: boolean
}

interface OpenResponse {
  readonly outOfBand: boolean
  readonly output: Item[]
  item: OpenItem | undefined
  /** Arguments of a call that needs approval: they come before their item, which is the request. */
  asking: { readonly id: string; said: string; whole: boolean } | undefined
}

/** What each event of an item is called in `ladders`; the events of the conversation are `C` and `c`. */
const letters: Readonly<Record<string, string>> = {
  'response.output_item.added': 'I',
  'response.output_item.done': 'i',
  'response.content_part.added': 'P',
  'response.content_part.done': 'p',
  'response.output_text.delta': 't',
  'response.output_text.done': 'T',
  'response.output_audio_transcript.delta': 'r',
  'response.output_audio_transcript.done': 'R',
  'response.output_audio.delta': 'a',
  'response.output_audio.done': 'A',
  'response.function_call_arguments.delta': 'f',
  'response.function_call_arguments.done': 'F',
  'response.mcp_call_arguments.delta': 'm',
  'response.mcp_call_arguments.done': 'M',
  'response.mcp_call.in_progress': 'u',
  'response.mcp_call.completed': 'v',
  'response.mcp_call.failed': 'w',
}

/** The whole life of an item, by its type. `c` is missing where the client deleted the item meanwhile. */
const ladders: Readonly<Record<string, RegExp>> = {
  message: /^IC?P(?:t*T|[ra]*AR)pc?i$/,
  function_call: /^IC?f*Fc?i$/,
  mcp_call: /^IC?m*M(?:u[vw])?c?i$/,
  mcp_approval_request: /^IC?c?i$/,
}

export class ResponseRules {
  readonly #open = new Map<string, OpenResponse>()
  readonly #done = new Set<string>()
  #unlimited = 0
  #last: ServerEvent | undefined
  readonly met = { done: 0, cancelled: 0, incomplete: 0, failed: 0, outOfBand: 0, parallel: 0, severalItems: 0, cached: 0 }

  /** Ids of the responses that are under way. */
  get openIds(): readonly string[] {
    return [...this.#open.keys()]
  }

  check(event: ServerEvent): void {
    if (event.type === 'response.created') this.#created(event.response)
    else if (event.type === 'response.done') this.#finished(event.response)
    else if (event.type === 'rate_limits.updated') this.#limits()
    else if (event.type === 'conversation.item.added' || event.type === 'conversation.item.done') this.#conversation(event)
    else if (event.type === 'conversation.item.deleted') this.#deleted(event.item_id)
    else if ('response_id' in event) this.#step(event)
    else if (event.type.startsWith('response.mcp_call.') && 'item_id' in event) this.#mcpStep(event)
    this.#last = event
  }

  checkSettled(): void {
    ensure(this.#open.size === 0, () => `responses without response.done: ${[...this.#open.keys()].join(', ')}`)
    ensure(this.#unlimited === 0, () => `${this.#unlimited} response.done without rate_limits.updated`)
  }

  #created(response: ResponseObject): void {
    const { id, conversation_id, status, status_details, output, usage } = response
    ensure(!this.#done.has(id) && !this.#open.has(id), () => `${id} was created twice`)
    ensureSame([status, status_details, output, usage], ['in_progress', null, [], null], 'what response.created holds')
    const outOfBand = conversation_id === null
    const active = [...this.#open.values()].some((other) => !other.outOfBand)
    ensure(outOfBand || !active, () => `${id} is created while another response of the conversation is active`)
    if (this.#open.size > 0) this.met.parallel += 1
    if (outOfBand) this.met.outOfBand += 1
    this.#open.set(id, { outOfBand, output: [], item: undefined, asking: undefined })
  }

  #finished(response: ResponseObject): void {
    const open = this.#open.get(response.id)
    ensure(open !== undefined, () => `response.done without response.created, or twice: ${response.id}`)
    ensure(open.item === undefined, () => `${open.item?.id} is open at response.done`)
    ensureSame(response.output, open.output, 'the output of response.done')
    ensure((response.conversation_id === null) === open.outOfBand, 'response.done is of another conversation')
    const { status, status_details } = response
    ensure(status !== 'in_progress', 'response.done is in progress')
    ensure(status === 'completed' ? status_details === null : status_details?.type === status, () => `details of ${status}`)
    if (status === 'completed') {
      const whole = open.output.every((item) => !('status' in item) || item.status === 'completed')
      ensure(whole, 'a completed response holds an item that is not')
    } else this.met[status] += 1
    if (response.usage) this.#usage(response.usage)
    this.#open.delete(response.id)
    this.#done.add(response.id)
    this.#unlimited += 1
    this.met.done += 1
    if (open.output.length > 1) this.met.severalItems += 1
  }

  #limits(): void {
    ensure(this.#unlimited > 0, 'rate_limits.updated that no response.done came before')
    this.#unlimited -= 1
  }

  #usage({
    total_tokens,
    input_tokens,
    output_tokens,
    input_token_details: read,
    output_token_details: made,
  }: ResponseUsage): void {
    const cached = read.cached_tokens_details
    ensureSame(total_tokens, input_tokens + output_tokens, 'total_tokens')
    ensureSame(input_tokens, read.text_tokens + read.audio_tokens + read.image_tokens, 'input_tokens')
    ensureSame(output_tokens, made.text_tokens + made.audio_tokens, 'output_tokens')
    ensureSame(read.cached_tokens, cached.text_tokens + cached.audio_tokens + cached.image_tokens, 'cached_tokens')
    for (const kind of ['text_tokens', 'audio_tokens', 'image_tokens'] as const) {
      ensure(cached[kind] % 64 === 0, () => `${cached[kind]} cached ${kind} are no steps of 64`)
      ensure(cached[kind] <= read[kind], () => `more cached ${kind} than were read`)
    }
    if (read.cached_tokens > 0) this.met.cached += 1
  }

  #step(event: Extract<ServerEvent, { response_id: string }>): void {
    const response = this.#open.get(event.response_id)
    // The playout of a call goes on when the response is done.
    if (event.type.startsWith('output_audio_buffer.')) return
    ensure(response !== undefined, () => `${event.type} outside of its response`)
    if (event.type === 'response.output_item.added') this.#openItem(response, event)
    const open = response.item
    if (
      open === undefined &&
      (event.type === 'response.mcp_call_arguments.delta' || event.type === 'response.mcp_call_arguments.done')
    ) {
      checkAsking(response, event)
      return
    }
    ensure(open !== undefined, () => `${event.type} without an open item`)
    if ('item_id' in event) ensureSame(event.item_id, open.id, `the item of ${event.type}`)
    if ('output_index' in event) ensureSame(event.output_index, open.outputIndex, `output_index of ${event.type}`)
    open.steps += letters[event.type] ?? '?'
    if ('delta' in event && event.type !== 'response.output_audio.delta') open.said += event.delta
    const whole = wholeOf(event)
    if (whole !== undefined) ensureSame(whole, open.said, `${event.type} and its deltas`)
    if (event.type === 'response.output_item.done') this.#closeItem(response, open, event)
  }

  /** The call of an item that is open; one that was approved runs outside of any response. */
  #mcpStep({ type, item_id }: { readonly type: string; readonly item_id: string }): void {
    for (const { item } of this.#open.values()) if (item?.id === item_id) item.steps += letters[type] ?? '?'
  }

  #openItem(response: OpenResponse, { item, output_index }: ServerEventOf<'response.output_item.added'>): void {
    ensure(response.item === undefined, 'two items are open in one response')
    ensureSame(output_index, response.output.length, 'the index of a new item')
    if (response.asking) {
      ensureSame(item.type, 'mcp_approval_request', 'the item after arguments without one')
      if (item.type === 'mcp_approval_request') ensureSame(item.arguments, response.asking.said, 'the arguments of the request')
      response.asking = undefined
    }
    response.item = { id: item.id, outputIndex: output_index, steps: '', said: '', added: item, deleted: false }
  }

  #closeItem(response: OpenResponse, open: OpenItem, { item }: ServerEventOf<'response.output_item.done'>): void {
    ensureSame([item.id, item.type], [open.id, open.added.type], 'the item that is done')
    const ladder = ladders[item.type]
    ensure(ladder?.test(open.steps) === true, () => `the ladder of ${item.type} was ${open.steps}`)
    const told = open.steps.replace(/[^Cc]/g, '')
    ensureSame(told, response.outOfBand ? '' : open.deleted ? 'C' : 'Cc', 'what the conversation said of the item')
    if (open.done) ensureSame(open.done, item, 'conversation.item.done and response.output_item.done')
    if (open.steps.includes('c'))
      ensure(this.#last?.type === 'conversation.item.done', 'something stands before output_item.done')
    response.output.push(item)
    response.item = undefined
  }

  #deleted(id: string): void {
    for (const { item } of this.#open.values()) if (item?.id === id) item.deleted = true
  }

  /** The conversation hears of the item right after its response, and of its end right before. */
  #conversation({ type, item }: ServerEventOf<'conversation.item.added' | 'conversation.item.done'>): void {
    for (const response of this.#open.values()) {
      const open = response.item
      if (open?.id !== item.id || open.deleted) continue
      open.steps += type === 'conversation.item.added' ? 'C' : 'c'
      if (type === 'conversation.item.done') open.done = item
      else {
        ensure(this.#last?.type === 'response.output_item.added', 'conversation.item.added does not follow output_item.added')
        ensureSame(item, open.added, 'conversation.item.added and response.output_item.added')
      }
      return
    }
  }
}

function checkAsking(
  response: OpenResponse,
  event: ServerEventOf<'response.mcp_call_arguments.delta' | 'response.mcp_call_arguments.done'>,
): void {
  const asking = response.asking ?? { id: event.item_id, said: '', whole: false }
  ensureSame([event.item_id, asking.whole], [asking.id, false], 'arguments of a call without an item')
  if (event.type === 'response.mcp_call_arguments.delta') asking.said += event.delta
  else {
    ensureSame(event.arguments, asking.said, 'arguments and their deltas')
    asking.whole = true
  }
  response.asking = asking
}

function wholeOf(event: ServerEvent): string | undefined {
  if (event.type === 'response.output_text.done') return event.text
  if (event.type === 'response.output_audio_transcript.done') return event.transcript
  if (event.type === 'response.function_call_arguments.done' || event.type === 'response.mcp_call_arguments.done') {
    return event.arguments
  }
  if (event.type === 'response.content_part.done') {
    return event.part.type === 'text' ? event.part.text : event.part.transcript
  }
  return undefined
}
