// What becomes of an upgrade: taken as a session, refused as the real service does, or failed as the test asked.

import type { Fault } from '../api.ts'
import { apiError } from '../protocol/api-error.ts'
import { callDialect } from '../protocol/call-dialect.ts'
import { unknownCall } from '../protocol/connect-faults.ts'
import { type CreateSessionOptions, createSession } from '../session/state.ts'
import { createTranslation } from '../session/translation-state.ts'
import type { UpgradeAnswer, UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import { type Admission, admit, isAzure, keyOf, refusalOf, type Secret } from './admission.ts'
import { isAppClock } from './clock/app-clock.ts'
import { Connection } from './connection.ts'
import type { ConnectionWorld } from './connection-world.ts'
import { ConversationCore } from './conversation-core.ts'
import { isCrowdedTurn } from './crowded-turn.ts'
import { diagnoseAzureKey } from './diagnosis-connect.ts'
import { Ears } from './ears.ts'
import { recognizerOf, vadOf } from './engines.ts'
import { configuredByOption } from './first-session.ts'
import { maxMessageBytesOf, sessionLimits } from './limits.ts'
import { refusalNote } from './refusal-note.ts'
import { RefusedListener } from './refused.ts'
import type { Replaying } from './replaying.ts'
import { configuredBy, translationConfiguredBy } from './secret-session.ts'
import type { Service } from './service.ts'
import type { SessionCore } from './session-core.ts'
import { inSessionLanguage } from './session-language.ts'
import { pathRefusal } from './session-paths.ts'
import type { Note } from './timeline.ts'
import { TranslationCore } from './translation-core.ts'

type Admitted = Extract<Admission, { kind: unknown }>
type ConnectFault = Extract<Fault, { connect: unknown }>['connect']

/** Of refusals that are about the key. */
const wrongKeyCloseCode = 3000

const silentListener: WireListener = { onMessage() {}, onClose() {} }

/** Takes the socket and never says a word. */
const silent: UpgradeAnswer = { accept: () => silentListener }

/** Answers an upgrade for a service; the sessions that it takes are the service's. */
export function receive(service: Service, request: UpgradeRequest): UpgradeAnswer {
  // An app that reconnects while its test is torn down: let it wait for a greeting that never comes.
  if (service.context.closed) return silent
  const noPath = service.replaying ? undefined : pathRefusal(service, request)
  if (noPath) return noted(service, request, noPath)
  const handshakeMs = service.faults.takeHandshake() ?? (isCrowdedTurn() ? 0 : undefined)
  return handshakeMs === undefined ? decide(service, request) : delayed(service, handshakeMs, request)
}

/** A refusal by HTTP leaves no session that could tell of it. */
function noted(service: Service, { url }: UpgradeRequest, answer: UpgradeAnswer): UpgradeAnswer {
  if ('status' in answer)
    service.timeline.append({
      atMs: service.clock.now(),
      sessionId: '',
      from: 'kit',
      note: refusalNote(url.href, answer),
    })
  return answer
}

/** A recording takes the client whatever its key: it was taken then, or told otherwise by what is recorded. */
function replayed(service: Service, replaying: Replaying, request: UpgradeRequest): UpgradeAnswer {
  const core = replaying.begin(request)
  if (!core) return { status: 503, body: apiError('The recording has no answer for this connection.', 'recording_left') }
  if ('status' in core) return core
  return {
    accept: (wire) => asPartOf(service, begin(service, { wire, request, core })),
    maxMessageBytes: maxMessageBytesOf(service.options.limits),
  }
}

/** An upgrade that the test slows down is decided when it is answered. Its client waits for us, not for the world. */
function delayed(service: Service, ms: number, request: UpgradeRequest): UpgradeAnswer {
  const { clock, pendingUpgrades } = service
  const work = isAppClock(clock) ? clock.work : undefined
  return {
    delayed: (deliver) => {
      const end = (): void => {
        clock.cancel(entry)
        if (impatience) clock.cancel(impatience)
        pendingUpgrades.delete(answer)
        work?.endServing(answer)
      }
      const answer = (): void => {
        end()
        deliver(
          service.context.closed ? { status: 503, body: apiError('The service was closed.', null) } : decide(service, request),
        )
      }
      pendingUpgrades.add(answer)
      work?.startServing(answer)
      const entry = clock.at(clock.now() + ms, answer, 'service')
      const { patience } = request
      const impatience =
        patience && patience.ms < ms ? clock.at(clock.now() + patience.ms, patience.giveUp, 'service') : undefined
      return end
    },
  }
}

function decide(service: Service, request: UpgradeRequest): UpgradeAnswer {
  return noted(service, request, answerTo(service, request))
}

function answerTo(service: Service, request: UpgradeRequest): UpgradeAnswer {
  const fault = service.faults.takeConnect()
  if (fault !== undefined) return failConnect(service, request, fault)
  if (service.replaying) return replayed(service, service.replaying, request)
  const profile = service.options.profile ?? 'openai'
  const admission = admit(request, {
    profile,
    keys: service.options.keys,
    secret: (value) => service.keys.find(value),
    hasCall: (id) => service.calls.find(id)?.isOpen === true,
    sidebandNeedsModel: service.options.behavior?.sidebandNeedsModel === true,
    nowSeconds: () => service.unixSeconds(),
  })
  if ('call' in admission) return attachTo(service, admission.call, request)
  if ('noCall' in admission) return refuseSideband(service, admission.noCall, request)
  if (!('refused' in admission)) {
    return {
      accept: (wire) => open(service, wire, request, admission),
      maxMessageBytes: maxMessageBytesOf(service.options.limits),
    }
  }
  if (isAzure(request.url, profile) && admission.refused.close.code === wrongKeyCloseCode) return refuseAtAzure(service, request)
  return { accept: (wire) => new RefusedListener(service, { wire, request, fault: admission.refused, isInjected: false }) }
}

function attachTo(service: Service, callId: string, request: UpgradeRequest): UpgradeAnswer {
  const accept = (wire: Wire): WireListener => service.calls.find(callId)?.attach(wire, request) ?? silentListener
  return { accept, maxMessageBytes: maxMessageBytesOf(service.options.limits) }
}

/** Seen on the live service: this one refusal comes before the upgrade. */
function refuseSideband(service: Service, callId: string, request: UpgradeRequest): UpgradeAnswer {
  if (service.options.behavior?.unknownCall === 'close') {
    return { accept: (wire) => new RefusedListener(service, { wire, request, fault: unknownCall(), isInjected: false }) }
  }
  const why = service.calls.whyClosed(callId)
  service.finding(`A socket to ${request.url.pathname}?call_id=${callId} was answered with HTTP 404: the call ${why}.`)
  return { status: 404, body: apiError(unknownCall().fault.message, unknownCall().fault.code) }
}

/** Azure answers a missing or wrong credential before the upgrade. */
function refuseAtAzure(service: Service, request: UpgradeRequest): UpgradeAnswer {
  const hasKey = keyOf(request, 'azure') !== undefined
  service.report(diagnoseAzureKey(hasKey))
  const why = hasKey ? 'invalid subscription key or wrong API endpoint' : 'missing credentials'
  const message = `Access denied due to ${why}.`
  return { status: 401, body: apiError(message, '401') }
}

function failConnect(service: Service, request: UpgradeRequest, fault: ConnectFault): UpgradeAnswer {
  if (typeof fault === 'number') return { status: fault, body: apiError(`HTTP ${fault} injected by the test.`, null) }
  if (fault === 'refused') return { refused: true }
  if (fault === 'timeout') return silent
  return { accept: (wire) => new RefusedListener(service, { wire, request, fault: refusalOf(fault, request), isInjected: true }) }
}

function open(service: Service, wire: Wire, request: UpgradeRequest, { kind, model, secret }: Admitted): WireListener {
  const connection =
    kind === 'translation'
      ? begin(service, { wire, request, core: translation(service, model, secret) })
      : openSession(service, { wire, request, session: { kind, model, ...(secret ? { configure: configuredBy(secret) } : {}) } })
  return asPartOf(service, connection)
}

/** Author's code that a message sets off (reply functions, predicates) runs as part of the test. */
function asPartOf(service: Service, connection: Connection): WireListener {
  return {
    onMessage: (data) => service.run(() => connection.onMessage(data)),
    onClose: (code, reason) => service.run(() => connection.onClose(code, reason)),
    onOverflow: (bytes) => service.run(() => connection.onOverflow(bytes)),
    onOversize: () => service.run(() => connection.onOversize()),
  }
}

export interface SessionOpening {
  readonly wire: Wire
  readonly request: UpgradeRequest
  readonly session: Pick<CreateSessionOptions, 'kind' | 'model' | 'configure' | 'playsOutput'>
  /** What differs from the world of other connections. */
  readonly world?: Partial<ConnectionWorld>
}

/** Begins a session of the service, as its options say; it greets at once. */
export function openSession(service: Service, { wire, request, session, world }: SessionOpening): Connection {
  const { options } = service
  const first = configuredByOption(options.session)
  const { configure = (config) => config } = session
  const state = createSession({
    ids: service.ids,
    unixSeconds: service.unixSeconds(),
    ...(options.latency === undefined ? {} : { latency: options.latency }),
    ...(options.streaming === undefined ? {} : { streaming: { pattern: options.streaming, seed: options.seed ?? 1 } }),
    // A habit of the beta.
    behavior: { conversationCreated: options.profile === 'beta', ...options.behavior },
    ...sessionLimits(options.limits),
    ...session,
    configure: (config) => configure(first(config)),
  })
  const whole = world ? { ...service.connectionWorld(), ...world } : service.connectionWorld()
  const spoken = service.createDialect()
  const dialect = session.playsOutput ? callDialect(spoken) : spoken
  return begin(service, { wire, request, core: new ConversationCore(state, dialect), world: whole })
}

function translation(service: Service, model: string, secret: Secret | undefined): SessionCore {
  const { latency, limits } = service.options
  const state = createTranslation({
    ids: service.ids,
    model,
    unixSeconds: service.unixSeconds(),
    ...(latency === undefined ? {} : { latency }),
    ...(limits?.sessionMinutes === undefined ? {} : { lifetimeMs: limits.sessionMinutes * 60_000 }),
    ...(limits?.messageBytes === undefined ? {} : { messageBytes: limits.messageBytes }),
    ...(secret ? { configure: translationConfiguredBy(secret) } : {}),
  })
  return new TranslationCore(state)
}

interface Beginning {
  readonly wire: Wire
  readonly request: UpgradeRequest
  readonly core: SessionCore
  readonly world?: ConnectionWorld
}

function begin(service: Service, { wire, request, core, world = service.connectionWorld() }: Beginning): Connection {
  const { options } = service
  const tell = (note: Note): void => void service.timeline.append({ atMs: service.clock.now(), sessionId: '', from: 'kit', note })
  const ears = new Ears({
    sessionId: core.id,
    utterances: service.utterances,
    vad: vadOf(options.vad, tell),
    recognizer: inSessionLanguage(recognizerOf(options.transcription, tell), core),
    finding: (message) => service.finding(message),
  })
  const connection = new Connection({ world, wire, request, core, ears })
  service.connections.push(connection)
  // The greeting goes out after the transport has told the client that the socket is open.
  connection.open()
  return connection
}
