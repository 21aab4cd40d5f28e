// Ephemeral keys: what `POST /v1/realtime/client_secrets` and `realtime.clientSecret()` give out. Data in, data out; no HTTP.

import { decodeValue } from '../protocol/decode.ts'
import { type Fault, fault } from '../protocol/faults.ts'
import { aboveMaximum, belowMinimum, invalidType, missingRequiredParameter } from '../protocol/field-faults.ts'
import type { Ids } from '../protocol/ids.ts'
import { isRecord } from '../protocol/json.ts'
import { defaultSession, mergeSession, type SessionObject, type SessionUpdate } from '../protocol/session-config.ts'
import type { Secret } from './admission.ts'

const defaultLifeSeconds = 600
const minLifeSeconds = 10
const maxLifeSeconds = 7200

/** The reply of the API. */
export interface ClientSecret {
  readonly value: string
  /** Unix seconds. */
  readonly expires_at: number
  /** The whole session object that sockets opened with this key start from. */
  readonly session: SessionObject
}

export interface SecretMaker {
  readonly ids: Ids
  nowSeconds(): number
  addSecret(secret: Secret): void
}

/** Makes a key that opens sessions of this configuration. A configuration that `session.update` would refuse is a fault. */
export function createClientSecret(
  maker: SecretMaker,
  { session: given = {}, expiresInSeconds = defaultLifeSeconds }: { session?: object; expiresInSeconds?: number },
): { secret: ClientSecret } | { fault: Fault } {
  const decoded = decodeValue({ type: 'session.update', session: { type: 'realtime', ...given } })
  if ('fault' in decoded) return decoded
  if (decoded.event.type !== 'session.update') return { fault: fault('invalid_value', 'Invalid session.', 'session') }
  const session = wholeSession(maker.ids.id('sess'), decoded.event.session)
  const secret = { value: maker.ids.clientSecret(), expires_at: maker.nowSeconds() + expiresInSeconds, session }
  // The model is the key's even where the body named none: a socket opened with it may name none either.
  const stored = { type: session.type, ...given, ...('model' in session ? { model: session.model } : {}) }
  maker.addSecret({ value: secret.value, expiresAtSeconds: secret.expires_at, session: stored })
  return { secret }
}

function wholeSession(id: string, update: SessionUpdate): SessionObject {
  // It has not begun, so it has no end: the API says 0.
  const model = 'model' in update && typeof update.model === 'string' ? { model: update.model } : {}
  return mergeSession(defaultSession({ id, expiresAt: 0, kind: update.type, ...model }), update)
}

/** The JSON body of the request as settings, or what is wrong with it. */
export function readSecretBody(body: unknown): { session?: object; expiresInSeconds?: number } | { fault: Fault } {
  if (!isRecord(body)) return { fault: fault('invalid_json', 'Invalid body: failed to parse JSON value.') }
  const { session, expires_after: after } = body
  if (session !== undefined && !isRecord(session)) return { fault: invalidType('session', 'an object', session) }
  if (session !== undefined && session.type === undefined) return { fault: missingRequiredParameter('session.type') }
  const seconds = isRecord(after) ? after.seconds : undefined
  if (seconds !== undefined && typeof seconds !== 'number')
    return { fault: invalidType('expires_after.seconds', 'an integer', seconds) }
  const range = seconds === undefined ? undefined : secondsFault(seconds)
  if (range) return { fault: range }
  return { ...(session && { session }), ...(seconds !== undefined && { expiresInSeconds: seconds }) }
}

function secondsFault(value: number): Fault | undefined {
  const param = 'expires_after.seconds'
  if (value < minLifeSeconds) return belowMinimum(param, { limit: minLifeSeconds, value, kind: 'integer' })
  return value > maxLifeSeconds ? aboveMaximum(param, { limit: maxLifeSeconds, value, kind: 'integer' }) : undefined
}
