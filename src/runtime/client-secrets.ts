// Ephemeral keys: what `POST /v1/realtime/client_secrets`, its translation and beta siblings, and `realtime.clientSecret()` give
// out. Data in, data out; no HTTP.

import { modelOfTranscriptionSession } from '../protocol/connect-faults.ts'
import { decodeValue } from '../protocol/decode.ts'
import { type Fault, fault } from '../protocol/faults.ts'
import { missingRequiredParameter } from '../protocol/field-faults.ts'
import type { Ids } from '../protocol/ids.ts'
import { defaultSession, mergeSession, type SessionObject, type SessionUpdate } from '../protocol/session-config.ts'
import { decodeTranslation } from '../protocol/translation-decode.ts'
import {
  defaultTranslationSession,
  mergeTranslationSession,
  type TranslationSessionObject,
} from '../protocol/translation-session.ts'
import type { Secret } from './admission.ts'

const defaultLifeSeconds = 600

/** The reply of the API. */
export interface ClientSecret<T = SessionObject> {
  readonly value: string
  /** Unix seconds. */
  readonly expires_at: number
  /** The whole session object that sockets opened with this key start from. */
  readonly session: T
}

export interface SecretMaker {
  readonly ids: Ids
  nowSeconds(): number
  addSecret(secret: Secret): void
}

/** What a key is made of. */
export interface SecretSettings {
  readonly session?: object
  readonly expiresInSeconds?: number
}

type Made<T> = { readonly secret: ClientSecret<T> } | { readonly fault: Fault }

/** Makes a key that opens sessions of this configuration. A configuration that `session.update` would refuse is a fault. */
export function createClientSecret(
  maker: SecretMaker,
  { session: given = {}, expiresInSeconds }: SecretSettings,
): Made<SessionObject> {
  const whole = { type: 'realtime', ...given }
  if (whole.type === 'transcription' && 'model' in whole) {
    return { fault: { ...modelOfTranscriptionSession().fault, param: 'session.model' } }
  }
  const decoded = decodeValue({ type: 'session.update', session: whole })
  if ('fault' in decoded) return decoded
  if (decoded.event.type !== 'session.update') return { fault: fault('invalid_value', 'Invalid session.', 'session') }
  const session = wholeSession(maker.ids.id('sess'), decoded.event.session)
  // The model is the key's even where the body named none: a socket opened with it may name none either.
  const stored = { ...given, type: session.type, ...('model' in session ? { model: session.model } : {}) }
  return { secret: giveOut(maker, { session, stored, expiresInSeconds }) }
}

function wholeSession(id: string, update: SessionUpdate): SessionObject {
  // It has not begun, so it has no end: the API says 0.
  const model = 'model' in update && typeof update.model === 'string' ? { model: update.model } : {}
  return mergeSession(defaultSession({ id, expiresAt: 0, kind: update.type, ...model }), update)
}

/** Makes a key that opens translation sessions. Their model is required. */
export function createTranslationSecret(
  maker: SecretMaker,
  { session: given = {}, expiresInSeconds }: SecretSettings,
): Made<TranslationSessionObject> {
  const { model, ...update } = given as { model?: unknown }
  if (typeof model !== 'string' || model === '') return { fault: missingRequiredParameter('session.model') }
  const decoded = decodeTranslation(JSON.stringify({ type: 'session.update', session: update }))
  if ('fault' in decoded) return decoded
  if (decoded.event.type !== 'session.update') return { fault: fault('invalid_value', 'Invalid session.', 'session') }
  const fresh = defaultTranslationSession({ id: maker.ids.id('sess'), model, expiresAt: 0 })
  const session = mergeTranslationSession(fresh, decoded.event.session)
  const stored = { ...given, type: 'translation', model }
  return { secret: giveOut(maker, { session, stored, expiresInSeconds }) }
}

interface Given<T> {
  readonly session: T
  /** What sockets that come with the key are configured with. */
  readonly stored: Secret['session']
  readonly expiresInSeconds: number | undefined
}

function giveOut<T>(maker: SecretMaker, { session, stored, expiresInSeconds = defaultLifeSeconds }: Given<T>): ClientSecret<T> {
  const secret = { value: maker.ids.clientSecret(), expires_at: maker.nowSeconds() + expiresInSeconds, session }
  maker.addSecret({ value: secret.value, expiresAtSeconds: secret.expires_at, session: stored })
  return secret
}
