// A raw `ws` client that trusts nothing: each frame must be text, JSON, in the key order of the wire, accepted by the schema of the
// live API and by our strict ones. Nothing here waits for time: `settle` asks the service something and reads up to its answer.

import { type ClientOptions, WebSocket } from 'ws'
import {
  assertStrictServerEvent,
  assertStrictTranslationEvent,
  assertValidServerEvent,
  assertValidTranslationEvent,
  isTranslationEvent,
} from '../../support/server-event-schema.ts'
import { keyOrderComplaints } from './key-orders.ts'

/** Any event: conformance tests look into all of it. */
export type WireEvent = { readonly type: string } & Record<string, any>

export interface OpenOptions extends Omit<ClientOptions, 'key'> {
  /** With its question mark. Default: `?model=gpt-realtime`. */
  readonly query?: string
  readonly key?: string | null
  readonly protocols?: readonly string[]
  /** Set for a dialect that is not GA: its events are not held against the schemas. */
  readonly isBeta?: boolean
}

export class WireClient {
  /** All that came, in order, but for the answers to `settle`. */
  readonly events: WireEvent[] = []
  /** Frames as they came. */
  readonly texts: string[] = []
  readonly pings: Buffer[] = []
  readonly socket: WebSocket
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #waiting: (() => void)[] = []
  readonly #problems: string[] = []
  readonly #isBeta: boolean
  /** What `settle` asked for, by event_id. */
  readonly #marks = new Map<string, () => void>()
  #end: string | undefined
  #read = 0
  #settled = 0

  constructor(
    url: string,
    { query = '?model=gpt-realtime', key = 'sk-test', protocols = [], isBeta = false, ...options }: OpenOptions = {},
  ) {
    this.#isBeta = isBeta
    const headers = { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...options.headers }
    this.socket = new WebSocket(`${url}${query}`, [...protocols], { ...options, headers })
    this.socket.on('message', (data, isBinary) => this.#take(String(data), isBinary))
    this.socket.on('ping', (payload) => this.pings.push(payload))
    this.socket.on('error', (error) => {
      this.#end ??= error.message
      this.#wake()
    })
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        this.#end ??= `closed with ${code} ${reason}`
        resolve({ code, reason: reason.toString() })
        this.#wake()
      })
    })
  }

  /** Connects and reads the greeting. */
  static async open(url: string, options: OpenOptions = {}): Promise<WireClient> {
    const client = new WireClient(url, options)
    await client.until('session.created')
    return client
  }

  /** Objects are sent as JSON, texts and bytes as they are. */
  send(...messages: readonly (object | string | Buffer)[]): void {
    for (const message of messages) {
      this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
    }
  }

  /** The next unread event of this type; what comes before it counts as read. */
  async until(type: string, fits: (event: WireEvent) => boolean = () => true): Promise<WireEvent> {
    for (;;) {
      while (this.#read < this.events.length) {
        const event = this.events[this.#read++]!
        if (event.type === type && fits(event)) return this.#checked(event)
      }
      if (this.#end !== undefined) throw new Error(`${this.#end}, while waiting for ${type}. Came: ${this.types().join(', ')}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Sends, and gives what the service answers at once. */
  async ask(...messages: readonly (object | string | Buffer)[]): Promise<WireEvent[]> {
    const from = this.events.length
    this.send(...messages)
    await this.settle()
    return this.events.slice(from)
  }

  /** Sends, and gives the one event that answers. */
  async askOne(...messages: readonly (object | string | Buffer)[]): Promise<WireEvent> {
    const answers = await this.ask(...messages)
    if (answers.length !== 1) throw new Error(`expected one answer, got: ${answers.map(({ type }) => type).join(', ')}`)
    return answers[0]!
  }

  /** Sends, and gives everything up to the `rate_limits.updated` that follows `response.done`. */
  async turn(...messages: readonly (object | string | Buffer)[]): Promise<WireEvent[]> {
    const from = this.events.length
    this.send(...messages)
    await this.until('rate_limits.updated')
    await this.settle()
    return this.events.slice(from)
  }

  /** Resolves when everything that the service had to say at once has come: inputs of a session keep their order. */
  async settle(): Promise<void> {
    const mark = `settled-${++this.#settled}`
    const answered = new Promise<void>((resolve) => this.#marks.set(mark, resolve))
    this.send({ type: 'conversation.item.retrieve', item_id: mark, event_id: mark })
    await Promise.race([answered, this.closed])
    this.#read = this.events.length
    this.#checked(undefined)
  }

  async close(): Promise<void> {
    this.socket.close(1000)
    await this.closed
    this.#checked(undefined)
  }

  types(from = 0): string[] {
    return this.events.slice(from).map(({ type }) => type)
  }

  /** Events of one type, of those given or of all. */
  all(type: string, events: readonly WireEvent[] = this.events): WireEvent[] {
    return events.filter((event) => event.type === type)
  }

  #take(text: string, isBinary: boolean): void {
    const event = JSON.parse(text) as WireEvent
    const answered = event.type === 'error' ? this.#marks.get(event.error.event_id) : undefined
    if (answered) {
      answered()
      return
    }
    if (isBinary) this.#problems.push(`${event.type} came as a binary frame`)
    if (!this.#isBeta) this.#judge(event)
    this.texts.push(text)
    this.events.push(event)
    this.#wake()
  }

  #judge(event: WireEvent): void {
    const assertions = isTranslationEvent(event)
      ? [assertValidTranslationEvent, assertStrictTranslationEvent]
      : [assertValidServerEvent, assertStrictServerEvent]
    for (const assertion of assertions) {
      try {
        assertion(event)
      } catch (error) {
        this.#problems.push(String(error))
      }
    }
    this.#problems.push(...keyOrderComplaints(event))
    if (this.events.some(({ event_id }) => event_id === event.event_id)) this.#problems.push(`${event.event_id} came twice`)
  }

  /** Nothing that was received may be wrong, whatever the test looks at. */
  #checked<T>(value: T): T {
    if (this.#problems.length) throw new Error(`The service sent what it must not:\n${this.#problems.join('\n')}`)
    return value
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** The types of events; runs of one delta type count once. */
export function orderOf(events: readonly WireEvent[]): string[] {
  return events.map(({ type }) => type).filter((type, index, all) => !(type.endsWith('.delta') && all[index - 1] === type))
}

/** The payload of the error that answers, without what is the same in all. */
export function errorOf(event: WireEvent): {
  code: string | null
  message: string
  param: string | null
  event_id: string | null
} {
  if (event.type !== 'error') throw new Error(`expected an error, got ${JSON.stringify(event)}`)
  const { type, ...rest } = event.error
  if (type !== 'invalid_request_error') throw new Error(`the error has type ${type}`)
  return rest
}
