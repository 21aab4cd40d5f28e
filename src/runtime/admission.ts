// Who may connect, and to what: the URL, key and model of an upgrade. The service upgrades first and refuses afterwards,
// with an `error` event and a close; so a refusal here is data for the connection, not an HTTP status.

import type { ErrorCode } from '../api.ts'
import {
  betaDisabled,
  type ConnectFault,
  insufficientQuota,
  invalidApiKey,
  invalidModel,
  missingAuthorization,
  missingModel,
  modelNotFound,
  modelOfTranscriptionSession,
} from '../protocol/connect-faults.ts'
import { fault } from '../protocol/faults.ts'
import { conversationModelFault, translationModelFault } from '../protocol/model-rules.ts'
import type { SessionKind } from '../protocol/session-config.ts'
import type { UpgradeRequest } from '../transports/transport.ts'

/** An ephemeral key that the service gave out, with the session that comes with it. */
export interface Secret {
  readonly value: string
  readonly expiresAtSeconds: number
  readonly session: Readonly<Record<string, unknown>>
}

export interface AdmissionRules {
  readonly profile: 'openai' | 'azure' | 'beta'
  /** Accepted keys; undefined accepts any that is not empty. */
  readonly keys: readonly string[] | undefined
  secret(value: string): Secret | undefined
  /** Whether sockets can attach to the call of that id. */
  hasCall(id: string): boolean
  /** Sockets that attach to a call must name a model too. */
  readonly sidebandNeedsModel: boolean
  /** Unix seconds. */
  nowSeconds(): number
}

export type Admission =
  | { readonly kind: SessionKind | 'translation'; readonly model: string; readonly secret: Secret | undefined }
  /** A socket for the session of that call. */
  | { readonly call: string }
  /** No call of that id has an open session. */
  | { readonly noCall: string }
  | { readonly refused: ConnectFault }

const keyProtocol = 'openai-insecure-api-key.'

/** The key of a request: bearer, the browser's subprotocol, or the `api-key` header, which only Azure takes. */
export function keyOf({ headers, protocols, url }: UpgradeRequest, profile: AdmissionRules['profile']): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const apiKey = profile === 'openai' && !isAzureHost(url) ? undefined : headers['api-key']
  return bearer ?? apiKey ?? protocols.find((name) => name.startsWith(keyProtocol))?.slice(keyProtocol.length)
}

function isAzureHost({ hostname }: URL): boolean {
  return hostname.endsWith('.azure.com')
}

/** Azure's hosts are Azure's in every profile. */
export function isAzure(url: URL, profile: AdmissionRules['profile']): boolean {
  return profile === 'azure' || isAzureHost(url)
}

export function admit(request: UpgradeRequest, rules: AdmissionRules): Admission {
  const key = keyOf(request, rules.profile)
  if (!key) return { refused: missingAuthorization() }
  const secret = rules.secret(key)
  if (!isValidKey(key, secret, rules)) return { refused: invalidApiKey(key) }
  if (rules.profile !== 'beta' && asksForBeta(request)) return { refused: betaDisabled() }
  const { searchParams } = request.url
  const model = searchParams.get('model')
  const callId = searchParams.get('call_id')
  if (callId !== null) return sidebandOf(callId, model, rules)
  if (searchParams.get('intent') === 'transcription') return transcriptionSession(model, secret)
  const where = { isAzure: isAzure(request.url, rules.profile) }
  const namesDeployment = where.isAzure || rules.profile === 'beta'
  const wanted = model ?? (namesDeployment ? searchParams.get('deployment') : null)
  return isTranslation(request.url) ? translationSession(wanted, secret, where) : modelSession(wanted, secret, where)
}

/** The session of the call has its model: another one has no effect. */
function sidebandOf(callId: string, model: string | null, rules: AdmissionRules): Admission {
  if (rules.sidebandNeedsModel && !model) return { refused: missingModel() }
  return rules.hasCall(callId) ? { call: callId } : { noCall: callId }
}

function asksForBeta({ headers, protocols }: UpgradeRequest): boolean {
  const features = (headers['openai-beta'] ?? '').split(',').map((feature) => feature.trim())
  return features.includes('realtime=v1') || protocols.includes('openai-beta.realtime-v1')
}

/** It is given its model by the session, not by the URL; keys of other kinds of sessions bring one. */
function transcriptionSession(model: string | null, secret: Secret | undefined): Admission {
  return (model ?? modelOf(secret)) ? { refused: modelOfTranscriptionSession() } : { kind: 'transcription', model: '', secret }
}

/** On Azure the model is the name of a deployment, which may be any. */
function modelSession(model: string | null, secret: Secret | undefined, { isAzure }: { isAzure: boolean }): Admission {
  if (secret?.session.type === 'transcription') return transcriptionSession(model, secret)
  // A key that translates opens no conversation, whatever else the URL names.
  const wanted = secret?.session.type === 'translation' ? modelOf(secret) : (model ?? modelOf(secret))
  if (!wanted) return { refused: missingModel() }
  const refused = isAzure ? undefined : conversationModelFault(wanted)
  return refused ? { refused } : { kind: 'realtime', model: wanted, secret }
}

function isTranslation({ pathname }: URL): boolean {
  return /\/realtime\/translations\/?$/.test(pathname)
}

function translationSession(model: string | null, secret: Secret | undefined, { isAzure }: { isAzure: boolean }): Admission {
  const wanted = model ?? modelOf(secret)
  if (!wanted) return { refused: missingModel() }
  const refused = isAzure ? undefined : translationModelFault(wanted)
  return refused ? { refused } : { kind: 'translation', model: wanted, secret }
}

function modelOf(secret: Secret | undefined): string | undefined {
  return typeof secret?.session.model === 'string' ? secret.session.model : undefined
}

function isValidKey(key: string, secret: Secret | undefined, rules: AdmissionRules): boolean {
  if (secret) return secret.expiresAtSeconds > rules.nowSeconds()
  return rules.keys === undefined || rules.keys.includes(key)
}

/** The refusal that `fail({ connect: code })` asks for. */
export function refusalOf(code: ErrorCode, request: UpgradeRequest): ConnectFault {
  const model = request.url.searchParams.get('model') ?? ''
  if (code === 'invalid_api_key') return invalidApiKey(keyOf(request, 'azure') ?? '')
  if (code === 'model_not_found') return modelNotFound(model)
  if (code === 'insufficient_quota') return insufficientQuota()
  if (code === 'missing_model') return missingModel()
  if (code === 'invalid_model') return invalidModel(model)
  if (code === 'beta_api_shape_disabled') return betaDisabled()
  return {
    fault: fault(code, `The connection was refused: ${code}.`),
    close: { code: 4000, reason: `invalid_request_error.${code}` },
  }
}
