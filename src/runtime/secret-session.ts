// The configuration that an ephemeral key carries, in force before the session greets.

import { decode } from '../protocol/decode.ts'
import { mergeSession, type SessionObject, type SessionUpdate } from '../protocol/session-config.ts'
import { decodeTranslation } from '../protocol/translation-decode.ts'
import { mergeTranslationSession, type TranslationSessionObject } from '../protocol/translation-session.ts'
import type { Secret } from './admission.ts'

/** Changes a session's first configuration as the key says. */
export function configuredBy(secret: Secret): (config: SessionObject) => SessionObject {
  const update = clientSecretUpdate(secret.session)
  return (config) => (update ? mergeSession(config, update) : config)
}

/** The same for a translation session; a key of another kind of session only lets it in. */
export function translationConfiguredBy({ session }: Secret): (config: TranslationSessionObject) => TranslationSessionObject {
  if (session.type !== 'translation' || session.audio === undefined) return (config) => config
  const decoded = decodeTranslation(JSON.stringify({ type: 'session.update', session: { audio: session.audio } }))
  if (!('event' in decoded) || decoded.event.type !== 'session.update') return (config) => config
  const { session: update } = decoded.event
  return (config) => mergeTranslationSession(config, update)
}

/** The secret's session as an update; the parts of it that are no valid update are left out, as they came from a REST body. */
function clientSecretUpdate(session: Secret['session']): SessionUpdate | undefined {
  const decoded = decode(JSON.stringify({ type: 'session.update', session }))
  return 'event' in decoded && decoded.event.type === 'session.update' ? decoded.event.session : undefined
}
