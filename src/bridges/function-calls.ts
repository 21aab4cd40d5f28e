// Functions that the model may call during a call: run once per call id, their results sent back, one further response asked for per
// response that called some. A function that throws gives `{ error }`.

import { messageOf } from '../errors.ts'
import { jsonObject } from '../protocol/json.ts'
import type { BridgeEvent } from './model-link.ts'

/** What a function knows besides its arguments. */
export interface BridgeFunctionContext {
  /** Aborted when the call is over, or the function took too long. */
  readonly signal: AbortSignal
  readonly callId: string
  readonly from?: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A function of the agent. */
export interface BridgeFunction {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments. Default: none. */
  readonly parameters?: Record<string, unknown>
  /** The result is sent as JSON; a text as it is. */
  run(args: Record<string, unknown>, context: BridgeFunctionContext): unknown
}

export interface FunctionCallsSettings {
  readonly functions: readonly BridgeFunction[]
  readonly timeoutMs: number
  readonly context: () => Omit<BridgeFunctionContext, 'signal'>
  /** After so many ms without all results `onSlow` is called, once per response. Default: never. */
  readonly slowAfterMs?: number
  onSlow?(): void
  send(event: BridgeEvent): void
  /** Results of a response are all there; `wantsAnswer` is false when the caller has taken the turn. */
  onSettled(outcome: {
    readonly responseId: string
    readonly wantsAnswer: boolean
    readonly results: readonly FunctionResult[]
  }): void
}

export interface FunctionResult {
  readonly name: string
  readonly callId: string
  readonly output: unknown
}

interface Batch {
  running: number
  readonly results: FunctionResult[]
  status: string | undefined
  slow: ReturnType<typeof setTimeout> | undefined
}

/** Call ids that are remembered, so that an event that comes twice runs nothing twice. */
const mostCallIds = 1000

export class FunctionCalls {
  readonly #settings: FunctionCallsSettings
  readonly #byName: ReadonlyMap<string, BridgeFunction>
  readonly #seen = new Set<string>()
  readonly #batches = new Map<string, Batch>()
  readonly #running = new Set<AbortController>()
  #isClosed = false

  constructor(settings: FunctionCallsSettings) {
    this.#settings = settings
    this.#byName = new Map(settings.functions.map((fn) => [fn.name, fn]))
  }

  /** As `session.tools` has them. */
  get tools(): readonly Record<string, unknown>[] {
    return this.#settings.functions.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      ...(description === undefined ? {} : { description }),
      parameters: parameters ?? { type: 'object', properties: {} },
    }))
  }

  get isRunning(): boolean {
    return this.#running.size > 0
  }

  /** An item of a response is complete. */
  called(responseId: string, item: Record<string, unknown>): void {
    const { call_id: callId, name, arguments: text } = item
    if (this.#isClosed || typeof callId !== 'string' || typeof name !== 'string' || this.#seen.has(callId)) return
    this.#seen.add(callId)
    if (this.#seen.size > mostCallIds) for (const oldest of [...this.#seen].slice(0, 1)) this.#seen.delete(oldest)
    const batch = this.#batches.get(responseId) ?? this.#createBatch()
    this.#batches.set(responseId, batch)
    batch.running++
    void this.#run(name, typeof text === 'string' ? text : '').then((output) => {
      if (this.#isClosed) return
      this.#settings.send({
        type: 'conversation.item.create',
        item: { type: 'function_call_output', call_id: callId, output: typeof output === 'string' ? output : toJson(output) },
      })
      batch.running--
      batch.results.push({ name, callId, output })
      this.#settle(responseId, batch)
    })
  }

  #createBatch(): Batch {
    const { slowAfterMs, onSlow } = this.#settings
    const slow = slowAfterMs === undefined || !onSlow ? undefined : setTimeout(onSlow, slowAfterMs)
    return { running: 0, results: [], status: undefined, slow }
  }

  /** A response is over: no further calls of it will come. */
  responseDone(responseId: string, status: string): void {
    const batch = this.#batches.get(responseId)
    if (!batch) return
    batch.status = status
    this.#settle(responseId, batch)
  }

  #settle(responseId: string, { running, results, status, slow }: Batch): void {
    if (running > 0) return
    clearTimeout(slow)
    if (status === undefined) return
    this.#batches.delete(responseId)
    this.#settings.onSettled({ responseId, wantsAnswer: status === 'completed', results })
  }

  async #run(name: string, text: string): Promise<unknown> {
    const fn = this.#byName.get(name)
    if (!fn) return { error: `There is no function '${name}'. Known: ${[...this.#byName.keys()].join(', ') || 'none'}.` }
    const args = argumentsOf(text)
    if (!args) return { error: `The arguments of '${name}' are no JSON object.` }
    const abort = new AbortController()
    this.#running.add(abort)
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      const { timeoutMs } = this.#settings
      timer = setTimeout(() => reject(new Error(`'${name}' gave no result within ${timeoutMs} ms.`)), timeoutMs)
      abort.signal.addEventListener('abort', () => reject(new Error('The call is over.')), { once: true })
    })
    try {
      const work = async (): Promise<unknown> => fn.run(args, { ...this.#settings.context(), signal: abort.signal })
      return (await Promise.race([work(), late])) ?? null
    } catch (error) {
      return { error: messageOf(error) }
    } finally {
      clearTimeout(timer)
      this.#running.delete(abort)
      abort.abort()
    }
  }

  /** The call is over: functions that still run are told so, and their results go nowhere. */
  close(): void {
    this.#isClosed = true
    for (const abort of this.#running) abort.abort()
    for (const { slow } of this.#batches.values()) clearTimeout(slow)
    this.#batches.clear()
  }
}

/** A function without parameters may be called without arguments. */
function argumentsOf(text: string): Record<string, unknown> | undefined {
  return text.trim() === '' ? {} : jsonObject(text)
}

function toJson(output: unknown): string {
  try {
    return JSON.stringify(output) ?? 'null'
  } catch (error) {
    return JSON.stringify({ error: `The result is no JSON: ${messageOf(error)}` })
  }
}
