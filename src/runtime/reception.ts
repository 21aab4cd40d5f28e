// What becomes of an upgrade: taken as a session, refused as the real service does, or failed as the test asked.

import type { Fault } from '../api.ts'
import { apiError } from '../protocol/api-error.ts'
import { createSession, sessionConfig } from '../session/state.ts'
import type { UpgradeAnswer, UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import { type Admission, admit, keyOf, refusalOf } from './admission.ts'
import { Connection } from './connection.ts'
import { Ears } from './ears.ts'
import { recognizerOf, vadOf } from './engines.ts'
import { RefusedListener } from './refused.ts'
import { configuredBy } from './secret-session.ts'
import type { Service } from './service.ts'
import type { Note } from './timeline.ts'

type Admitted = Exclude<Admission, { refused: unknown }>
type ConnectFault = Extract<Fault, { connect: unknown }>['connect']

/** Takes the socket and never says a word. */
const silent: UpgradeAnswer = { accept: () => ({ onMessage() {}, onClose() {} }) }

/** Answers an upgrade for a service; the sessions that it takes are the service's. */
export function receive(service: Service, request: UpgradeRequest): UpgradeAnswer {
  // An app that reconnects while its test is torn down: let it wait for a greeting that never comes.
  if (service.context.closed) return silent
  const fault = service.faults.takeConnect()?.connect
  if (fault !== undefined) return failConnect(service, request, fault)
  const profile = service.options.profile ?? 'openai'
  const admission = admit(request, {
    profile,
    keys: service.options.keys,
    secret: (value) => service.secret(value),
    nowSeconds: () => service.unixSeconds(),
  })
  if (!('refused' in admission)) return { accept: (wire) => open(service, wire, request, admission) }
  // Azure answers a missing credential before the upgrade.
  if (profile === 'azure' && !keyOf(request, 'azure'))
    return { status: 401, body: apiError('Access denied due to missing credentials.', '401') }
  return { accept: (wire) => new RefusedListener(service, { wire, request, fault: admission.refused, isInjected: false }) }
}

function failConnect(service: Service, request: UpgradeRequest, fault: ConnectFault): UpgradeAnswer {
  if (typeof fault === 'number') return { status: fault, body: apiError(`HTTP ${fault} injected by the test.`, null) }
  if (fault === 'refused') return { status: 503, body: {} }
  if (fault === 'timeout') return silent
  return { accept: (wire) => new RefusedListener(service, { wire, request, fault: refusalOf(fault, request), isInjected: true }) }
}

function open(service: Service, wire: Wire, request: UpgradeRequest, { kind, model, secret }: Admitted): WireListener {
  const { options } = service
  const state = createSession({
    ids: service.ids,
    kind,
    model,
    unixSeconds: service.unixSeconds(),
    ...(options.latency === undefined ? {} : { latency: options.latency }),
    ...(options.behavior === undefined ? {} : { behavior: options.behavior }),
    ...(secret ? { configure: configuredBy(secret) } : {}),
  })
  const { id } = sessionConfig(state)
  const tell = (note: Note): void => void service.timeline.append({ atMs: service.clock.now(), sessionId: '', from: 'kit', note })
  const ears = new Ears({
    sessionId: id,
    utterances: service.utterances,
    vad: vadOf(options.vad, tell),
    recognizer: recognizerOf(options.transcription, tell),
    finding: (message) => service.finding(message),
  })
  const connection = new Connection({ world: service.connectionWorld(), wire, request, state, id, ears })
  service.connections.push(connection)
  // The greeting goes out after the transport has told the client that the socket is open.
  connection.open()
  // Author's code that a message sets off (reply functions, predicates) runs as part of the test.
  return {
    onMessage: (data) => service.run(() => connection.onMessage(data)),
    onClose: (code, reason) => service.run(() => connection.onClose(code, reason)),
  }
}
