// Calls: sessions whose sound goes over SIP or WebRTC. They live without a socket; the app's sockets attach by `call_id`.
// What the REST routes and the reception ask of them is `Call`; what authors see is api/calls.ts.

import type { IncomingCallOptions, RealtimeCall } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import type { SessionUpdate } from '../protocol/session-config.ts'
import type { UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import { checkCall, checkWebhookApp, incomingCallRules } from './arguments.ts'
import { incomingCallWebhook, secretOfSeed, type Webhook } from './call-webhook.ts'
import { PhoneCall } from './phone-call.ts'
import type { Service } from './service.ts'
import { defaultTimeoutMs } from './waits.ts'
import { refusedWebhook, unansweredWebhook } from './webhook-answer.ts'
import { deliverWebhook, type WebhookAnswer, type WebhookApp } from './webhook-delivery.ts'

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
  /** The app's sockets are lost; the session goes on. */
  dropSockets(code: number, reason: string): void
  readonly face: RealtimeCall
}

/** A process that runs for long serves many; the oldest are over by then. */
const maxCalls = 10_000

const incoming = 'realtime.incomingCall(…)'

export class Calls {
  readonly #service: Service
  readonly #calls = new Map<string, PhoneCall>()
  /** Until the app has answered the webhook that was sent last. */
  #delivering: Promise<void> | undefined

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

  /** What the app owes a call that rings, as a sentence. */
  get owed(): string | undefined {
    for (const { id, status, webhookStatus } of this.#calls.values()) {
      if (status !== 'ringing') continue
      const answered =
        webhookStatus === undefined
          ? 'the app has not answered its webhook'
          : `the app answered its webhook with ${webhookStatus}`
      return `call ${id} rings: ${answered}, and has neither accepted nor rejected it`
    }
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
    const answering = this.#deliver(app, service.clock.hold(signing))
    const answer = await service.clock
      .wait(answering, { timeoutMs: defaultTimeoutMs, what: incoming })
      .catch((error: unknown) => {
        if (!(error instanceof RealtimeKitError) || error.code !== 'RTK_WAIT') throw error
        throw new RealtimeKitError('RTK_WAIT', `${incoming}: ${unansweredWebhook(call.status, app)}\n${withoutCode(error)}`)
      })
    const { status } = answer
    call.webhookStatus = status
    call.note(`the app answered the webhook with HTTP ${status}`)
    if (status >= 200 && status < 300) return call.face
    throw new RealtimeKitError('RTK_CALL', `${incoming}: ${refusedWebhook(answer, app)}`)
  }

  /**
   * One after the other, so that calls that ring at once are taken in the same order in every run; where the app thinks about a call
   * for as long as nothing else happens, the next one rings meanwhile.
   */
  async #deliver(app: WebhookApp, signed: Promise<Webhook>): Promise<WebhookAnswer> {
    const service = this.#service
    const before = this.#delivering
    const done = Promise.withResolvers<void>()
    this.#delivering = done.promise
    try {
      const webhook = await signed
      if (before) await Promise.race([before, service.clock.quiet()])
      return await service.run(() => deliverWebhook(app, webhook, incoming))
    } finally {
      done.resolve()
    }
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

/** The message of an error that is told anew. */
function withoutCode({ message }: Error): string {
  return message.replace(/^\[\w+\] /, '')
}
