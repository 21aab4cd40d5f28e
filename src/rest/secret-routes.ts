// The routes that give out ephemeral keys: for sessions and translations, and those of the beta, whose bodies are flat.

import { toBetaFault, toBetaSession } from '../protocol/beta-replies.ts'
import { fromBetaEvent } from '../protocol/beta-requests.ts'
import type { Fault } from '../protocol/faults.ts'
import { isRecord } from '../protocol/json.ts'
import { createClientSecret, createTranslationSecret } from '../runtime/client-secrets.ts'
import type { Service } from '../runtime/service.ts'
import { badRequest } from './rest-fault.ts'
import { atTopLevel, readSecretBody } from './secret-body.ts'

/** How long keys of the beta live. */
const betaLifeSeconds = 60

type Body = Readonly<Record<string, unknown>>

/** Answers `POST …/client_secrets`. */
export function giveSecret({ secretMaker }: Service, body: Body): object {
  const settings = orThrow(readSecretBody(body, { needsType: true }))
  return orThrow(createClientSecret(secretMaker, settings)).secret
}

/** Answers `POST …/translations/client_secrets`. */
export function giveTranslationSecret({ secretMaker }: Service, body: Body): object {
  const settings = orThrow(readSecretBody(body, { needsType: false }))
  return orThrow(createTranslationSecret(secretMaker, settings)).secret
}

/** Answers `POST …/sessions` and `…/transcription_sessions`: the session, flat, with a key in it. */
export function giveBetaSession({ secretMaker }: Service, body: Body, kind: 'realtime' | 'transcription'): object {
  const session = fromFlat(body, kind)
  const made = createClientSecret(secretMaker, { session, expiresInSeconds: betaLifeSeconds })
  if ('fault' in made) throw badRequest(atTopLevel(toBetaFault(made.fault)))
  const { value, expires_at, session: whole } = made.secret
  return { ...toBetaSession(whole), client_secret: { value, expires_at } }
}

function fromFlat(body: Body, kind: 'realtime' | 'transcription'): object {
  // Clients resend what they were given: the key that the body carries is of no use.
  const { client_secret: _given, ...session } = body
  const type = kind === 'realtime' ? 'session.update' : 'transcription_session.update'
  const translated = fromBetaEvent({ type, session })
  if ('fault' in translated) throw badRequest(atTopLevel(translated.fault))
  const { value } = translated
  return isRecord(value) && isRecord(value.session) ? value.session : {}
}

function orThrow<T extends object>(result: T | { readonly fault: Fault }): T {
  if ('fault' in result) throw badRequest((result as { readonly fault: Fault }).fault)
  return result as T
}
