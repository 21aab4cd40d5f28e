// One call while it rings, while its session lives, and after. The session needs no socket; sockets of the app attach to it and
// go. What authors see of a call is call-face.ts.

import type { RealtimeCall } from '../api.ts'
import { builtin } from '../builtins.ts'
import { RealtimeKitError } from '../errors.ts'
import { defaultModel } from '../protocol/default-model.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import { mergeSession, type SessionUpdate } from '../protocol/session-config.ts'
import type { UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import { callFace } from './call-face.ts'
import type { Call } from './calls.ts'
import type { Connection } from './connection.ts'
import { openSession } from './reception.ts'
import type { Service } from './service.ts'
import { SharedWire } from './shared-wire.ts'

/** As connection.ts tells of what it sends. */
const sentEvents = builtin('node:diagnostics_channel')?.channel('vitest-realtime:sent')

/** A transfer takes a round trip of SIP: the app has its answer by then. Virtual ms. */
const transferMs = 100

export type CallStatus = RealtimeCall['status']
export type EndedBy = 'app' | 'caller' | 'service'

export class PhoneCall implements Call {
  readonly id: string
  readonly kind: RealtimeCall['kind']
  readonly face: RealtimeCall
  status: CallStatus = 'ringing'
  rejectedWith: number | undefined
  referredTo: string | undefined
  webhookStatus: number | undefined
  /** Once the call is over. */
  endedBy: EndedBy | undefined
  connection: Connection | undefined
  readonly #service: Service
  readonly #wires = new SharedWire()
  /** Who ends it, from the moment that this is settled. */
  #endingBy: EndedBy = 'service'

  constructor(service: Service, kind: RealtimeCall['kind'], id: string) {
    this.#service = service
    this.kind = kind
    this.id = id
    this.face = callFace(service, this)
  }

  /** Whether sockets can attach. */
  get isOpen(): boolean {
    return this.connection?.isOpen === true
  }

  accept(session: SessionUpdate, request: UpgradeRequest): void {
    this.#mustBe('ringing', 'accept')
    const service = this.#service
    const base = service.connectionWorld()
    this.status = 'active'
    this.connection = openSession(service, {
      wire: this.#wires,
      request,
      session: {
        kind: session.type,
        model: 'model' in session && session.model !== undefined ? session.model : defaultModel,
        configure: (config) => mergeSession(config, session),
        playsOutput: true,
      },
      world: {
        closed: (connection) => {
          base.closed(connection)
          this.#over()
          // A process that runs for long has forgotten the session: so does its call.
          if (!service.connections.includes(connection)) this.connection = undefined
        },
      },
    })
    this.note('accepted')
  }

  reject(statusCode: number): void {
    this.#mustBe('ringing', 'reject')
    this.status = 'rejected'
    this.rejectedWith = statusCode
    this.endedBy = 'app'
    this.note(`rejected with ${statusCode}`)
  }

  refer(targetUri: string): void {
    this.#mustBe('active', 'refer')
    const { clock } = this.#service
    this.status = 'referred'
    this.referredTo = targetUri
    this.#endingBy = 'app'
    this.note(`referred to ${targetUri}`)
    clock.at(clock.now() + transferMs, () => this.connection?.close(1000, ''), 'service')
  }

  /** Nothing where the call is over. */
  hangUp(by: 'app' | 'caller'): void {
    if (this.endedBy !== undefined) return
    this.#endingBy = by
    if (this.connection) this.connection.close(1000, '')
    else this.#over()
  }

  attach(wire: Wire, request: UpgradeRequest): WireListener {
    const { connection } = this
    if (!connection?.isOpen) throw new RealtimeKitError('RTK_CALL', `call ${this.id} is ${this.status}: nothing to attach to.`)
    const detach = this.#wires.attach(wire)
    const service = this.#service
    const atMs = service.clock.now()
    service.timeline.append({ atMs, sessionId: connection.id, from: 'kit', note: { type: 'connected', url: request.url.href } })
    this.#greet(wire, connection)
    // Author's code that a message sets off runs as part of the test.
    return {
      onMessage: (data) => service.run(() => connection.onMessage(data)),
      onClose: (code) => {
        const hasLeft = detach()
        if (hasLeft && connection.isOpen) this.note(`a socket of the app left with ${code}; the session goes on`)
        service.clock.activity()
      },
      // One slow reader ends by itself alone: the others are not to blame.
      onOverflow: (bytes) => {
        detach()
        this.note(`a socket of the app was closed: it does not read, and ${bytes} bytes wait for it`)
        wire.close(1008, `The client reads too slowly: ${bytes} bytes wait for it.`)
      },
      onOversize: () => {
        detach()
        this.note('a socket of the app was closed: it sent too long a message')
      },
    }
  }

  dropSockets(code: number, reason: string): void {
    if (code === 1006) this.#wires.terminate()
    else this.#wires.close(code, reason)
    this.note(`the app's sockets were closed with ${code}; the session goes on`)
  }

  /** Something about the call, on the timeline. */
  note(what: string): void {
    const { clock, timeline } = this.#service
    const sessionId = this.connection?.id ?? ''
    timeline.append({ atMs: clock.now(), sessionId, from: 'kit', note: { type: 'call', callId: this.id, what } })
  }

  /** Each socket is told the session as it is now; the others are not. */
  #greet(wire: Wire, connection: Connection): void {
    const { ids, timeline, clock } = this.#service
    const session = connection.core.config
    // Never so: translation sessions have sockets of their own.
    if (session.type === 'translation') return
    const event: ServerEvent = { type: 'session.created', event_id: ids.id('event'), session }
    if (sentEvents?.hasSubscribers) sentEvents.publish({ sessionId: connection.id, event })
    timeline.append({ atMs: clock.now(), sessionId: connection.id, from: 'service', event })
    clock.activity()
    for (const text of connection.core.encode(event)) wire.send(text)
  }

  #over(): void {
    if (this.status !== 'referred') this.status = 'ended'
    this.endedBy = this.#endingBy
    this.note(this.endedBy === 'service' ? 'ended by the service' : `ended by the ${this.endedBy}`)
  }

  #mustBe(status: CallStatus, verb: string): void {
    if (this.status === status) return
    throw new RealtimeKitError('RTK_CALL', `${verb}: call ${this.id} is ${this.status}, not ${status}.`)
  }
}
