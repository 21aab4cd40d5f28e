// Calls: sessions whose sound goes over SIP or WebRTC. They live without a socket; the app's sockets attach by `call_id`.
// What the REST routes and the reception ask of them is `Call`; what authors see is api/calls.ts.

import type { IncomingCallOptions, RealtimeCall } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import type { SessionUpdate } from '../protocol/session-config.ts'
import type { UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import { checkCall, checkWebhookApp, incomingCallRules } from './arguments.ts'
import { incomingCallWebhook, secretOfSeed } from './call-webhook.ts'
import { PhoneCall } from './phone-call.ts'
import type { Service } from './service.ts'
import { defaultTimeoutMs } from './waits.ts'
import { deliverWebhook, type WebhookApp } from './webhook-delivery.ts'

/** One call, as the service's doors see it. */
export interface Call {
  readonly id: string
  readonly status: RealtimeCall['status']
  /** Its session is open: sockets can attach. */
  readonly isOpen: boolean
  /** Takes a ringing call: its session begins with this configuration. */
  accept(session: SessionUpdate, request: UpgradeRequest): void
  reject(statusCode: number): void
  refer(targetUri: string): void
  hangUp(by: 'app' | 'caller'): void
  /** A sideband socket of an active call: it shares the session. */
  attach(wire: Wire, request: UpgradeRequest): WireListener
  readonly face: RealtimeCall
}

/** A process that runs for long serves many; the oldest are over by then. */
const maxCalls = 10_000

const incoming = 'realtime.incomingCall(…)'

export class Calls {
  readonly #service: Service
  readonly #calls = new Map<string, PhoneCall>()

  constructor(service: Service) {
    this.#service = service
  }

  get faces(): readonly RealtimeCall[] {
    return [...this.#calls.values()].map((call) => call.face)
  }

  find(id: string): Call | undefined {
    return this.#calls.get(id)
  }

  /** Why no socket can attach to it, for messages. */
  whyClosed(id: string): string {
    const call = this.#calls.get(id)
    if (!call) return 'does not exist'
    return call.status === 'ringing' ? 'rings still: accept it first' : `is over (${call.status})`
  }

  /** The call that a session belongs to. */
  ofSession(sessionId: string): Call | undefined {
    for (const call of this.#calls.values()) if (call.connection?.id === sessionId) return call
    return undefined
  }

  /** A call that the app has neither taken nor refused. */
  get ringing(): Call | undefined {
    for (const call of this.#calls.values()) if (call.status === 'ringing') return call
    return undefined
  }

  /** A WebRTC call, active from now on: the app sent an SDP offer. */
  open(session: SessionUpdate, request: UpgradeRequest): Call {
    const call = this.#add('webrtc')
    call.accept(session, request)
    return call
  }

  /** Somebody phones: see `LocalRealtime.incomingCall`. */
  ring(app: WebhookApp, options: IncomingCallOptions): Promise<RealtimeCall> {
    checkWebhookApp(incoming, app)
    checkCall(incoming, options, incomingCallRules)
    return this.#ring(app, options)
  }

  get webhookSecret(): string {
    const { webhookSecret, seed = 1 } = this.#service.options
    return webhookSecret ?? secretOfSeed(seed)
  }

  async #ring(app: WebhookApp, options: IncomingCallOptions): Promise<RealtimeCall> {
    const service = this.#service
    const { from = '+15550100', to = '+15550199', headers = {}, secret = this.webhookSecret } = options
    const call = this.#add('sip')
    call.note(`rings: ${from} phones ${to}`)
    const { ids } = service
    const signing = incomingCallWebhook(
      {
        ...{ callId: call.id, from, to, headers },
        eventHex: ids.rtcCallId().slice('rtc_'.length),
        dialogHex: ids.rtcCallId().slice('rtc_'.length),
        unixSeconds: service.unixSeconds(),
      },
      secret,
    )
    const webhook = await service.clock.hold(signing)
    const answering = service.run(() => deliverWebhook(app, webhook, incoming))
    const { status, body } = await service.clock.wait(answering, { timeoutMs: defaultTimeoutMs, what: incoming })
    call.webhookStatus = status
    call.note(`the app answered the webhook with HTTP ${status}`)
    if (status >= 200 && status < 300) return call.face
    const said = body.trim() === '' ? 'an empty body' : body.trim().slice(0, 500)
    throw new RealtimeKitError('RTK_CALL', `${incoming}: the app answered the webhook with HTTP ${status}: ${said}`)
  }

  #add(kind: RealtimeCall['kind']): PhoneCall {
    const call = new PhoneCall(this.#service, kind, this.#service.ids.rtcCallId())
    this.#calls.set(call.id, call)
    if (this.#calls.size > maxCalls) this.#forgetOldest()
    return call
  }

  #forgetOldest(): void {
    for (const [id, call] of this.#calls) {
      if (call.endedBy === undefined) continue
      this.#calls.delete(id)
      return
    }
  }
}
