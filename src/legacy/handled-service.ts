// The service beneath a LocalRealtimeClient: handlers of the client see what the app sends before the service does.

import { parseJson } from '../protocol/decode.ts'
import { isRecord } from '../protocol/json.ts'
import type { Connection } from '../runtime/connection.ts'
import { receive } from '../runtime/reception.ts'
import { Service, type ServiceSettings } from '../runtime/service.ts'
import type { Doorman, UpgradeAnswer, UpgradeRequest, WireListener } from '../transports/transport.ts'
import type { AnyEvent, Dispatched, EventHandlerManager } from './event-handlers.ts'

/** Appends without turn detection after which the old system took it that somebody speaks. */
const silentAppends = 10

export interface HandledSettings extends ServiceSettings {
  readonly handlers: EventHandlerManager
  readonly isLegacy: boolean
  /** A session of an app has begun. */
  onSession(connection: Connection): void
}

export class HandledService extends Service {
  override readonly door: Doorman
  readonly handled: HandledSettings

  constructor(settings: HandledSettings) {
    super(settings)
    this.handled = settings
    this.door = (request) => this.#watched(receive(this, request), request)
  }

  #watched(answer: UpgradeAnswer, request: UpgradeRequest): UpgradeAnswer {
    if ('delayed' in answer) return { delayed: (deliver) => answer.delayed((late) => deliver(this.#watched(late, request))) }
    if (!('accept' in answer)) return answer
    return {
      ...answer,
      accept: (wire) => {
        const listener = answer.accept(wire)
        const connection = this.connections.findLast((one) => one.request === request)
        if (!connection) return listener
        this.handled.onSession(connection)
        return this.#listening(listener, new Inbound(this, connection, listener))
      },
    }
  }

  #listening(listener: WireListener, inbound: Inbound): WireListener {
    return {
      onMessage: (data) => inbound.take(data),
      onClose: (code, reason) => listener.onClose(code, reason),
      onPong: (payload) => listener.onPong?.(payload),
      onOverflow: (bytes) => listener.onOverflow?.(bytes),
      onOversize: () => listener.onOversize?.(),
    }
  }
}

/** What one app sends, in order: a message waits for the handlers of those before it. */
class Inbound {
  readonly #service: HandledService
  readonly #connection: Connection
  readonly #listener: WireListener
  readonly #waiting: (string | Uint8Array)[] = []
  #isBusy = false
  #appends = 0
  #hasFlagged = false

  constructor(service: HandledService, connection: Connection, listener: WireListener) {
    this.#service = service
    this.#connection = connection
    this.#listener = listener
  }

  take(data: string | Uint8Array): void {
    if (this.#isBusy) this.#waiting.push(data)
    else this.#handle(data)
  }

  #handle(data: string | Uint8Array): void {
    const { handlers, isLegacy } = this.#service.handled
    const event = handlers.size > 0 || isLegacy ? eventOf(data) : undefined
    if (!event || !handlers.has(event.type)) return this.#pass(data, event)
    const outcome = this.#service.run(() => handlers.dispatch(event))
    if (!(outcome instanceof Promise)) return this.#finish(data, event, outcome)
    this.#isBusy = true
    void this.#service.clock
      .holdWhile(`a handler of ${event.type}`, () => outcome)
      .then((late) => {
        this.#isBusy = false
        this.#finish(data, event, late)
        while (!this.#isBusy && this.#waiting.length > 0) this.#handle(this.#waiting.shift()!)
      })
  }

  #finish(data: string | Uint8Array, event: AnyEvent, { isSuppressed, events }: Dispatched): void {
    if (isSuppressed) this.#noteUnseen(event)
    else this.#pass(data, event)
    for (const added of events) this.#service.inject(this.#connection, added as never)
  }

  /** The story of the test tells of it all the same. */
  #noteUnseen(event: AnyEvent): void {
    const { timeline, clock } = this.#service
    timeline.append({ atMs: clock.now(), sessionId: this.#connection.id, from: 'app', event: event as never })
  }

  #pass(data: string | Uint8Array, event: AnyEvent | undefined): void {
    this.#listener.onMessage(data)
    if (event && this.#service.handled.isLegacy) this.#countAppends(event.type)
  }

  /** The old system's guess where nobody listens: the eleventh append is speech. */
  #countAppends(type: string): void {
    if (type === 'input_audio_buffer.commit' || type === 'input_audio_buffer.clear') {
      this.#appends = 0
      this.#hasFlagged = false
    }
    if (type !== 'input_audio_buffer.append' || this.#connection.core.detectsTurns) return
    this.#appends += 1
    if (this.#appends <= silentAppends || this.#hasFlagged) return
    this.#hasFlagged = true
    const item_id = this.#service.ids.id('item')
    this.#service.inject(this.#connection, { type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id } as never)
  }
}

function eventOf(data: string | Uint8Array): AnyEvent | undefined {
  if (typeof data !== 'string') return undefined
  const value = parseJson(data)
  return isRecord(value) && typeof value.type === 'string' ? (value as AnyEvent) : undefined
}
