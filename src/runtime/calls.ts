// Calls: sessions whose sound goes over SIP or WebRTC. They live without a socket; the app's sockets attach by `call_id`.
// What the REST routes and the reception ask of them is `Call`; what authors see is api/calls.ts.

import type { IncomingCallOptions, RealtimeCall } from '../api.ts'
import type { SessionUpdate } from '../protocol/session-config.ts'
import type { UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import type { Service } from './service.ts'

/** One call, as the service's doors see it. */
export interface Call {
  readonly id: string
  readonly status: RealtimeCall['status']
  /** Takes a ringing call: its session begins with this configuration. */
  accept(session: SessionUpdate, request: UpgradeRequest): void
  reject(statusCode: number): void
  refer(targetUri: string): void
  hangUp(by: 'app' | 'caller'): void
  /** A sideband socket of an active call: it shares the session. */
  attach(wire: Wire, request: UpgradeRequest): WireListener
  readonly face: RealtimeCall
}

export class Calls {
  readonly #service: Service
  readonly #calls: Call[] = []

  constructor(service: Service) {
    this.#service = service
  }

  get faces(): readonly RealtimeCall[] {
    return this.#calls.map((call) => call.face)
  }

  find(id: string): Call | undefined {
    return this.#calls.find((call) => call.id === id)
  }

  /** A WebRTC call, active from now on: the app sent an SDP offer. */
  open(_session: SessionUpdate, _request: UpgradeRequest): Call {
    throw new Error(`not built yet: ${this.#service.name}`)
  }

  /** Somebody phones: see `LocalRealtime.incomingCall`. */
  ring(
    _app: string | URL | ((request: Request) => Response | Promise<Response>),
    _options: IncomingCallOptions,
  ): Promise<RealtimeCall> {
    return Promise.reject(new Error('not built yet'))
  }

  get webhookSecret(): string {
    throw new Error('not built yet')
  }
}
