// The configuration that an ephemeral key carries, in force before the session greets.

import { decode } from '../protocol/decode.ts'
import { mergeSession, type SessionObject, type SessionUpdate } from '../protocol/session-config.ts'
import type { Secret } from './admission.ts'

/** Changes a session's first configuration as the key says. */
export function configuredBy(secret: Secret): (config: SessionObject) => SessionObject {
  const update = clientSecretUpdate(secret.session)
  return (config) => (update ? mergeSession(config, update) : config)
}

/** The secret's session as an update; the parts of it that are no valid update are left out, as they came from a REST body. */
function clientSecretUpdate(session: Secret['session']): SessionUpdate | undefined {
  const decoded = decode(JSON.stringify({ type: 'session.update', session }))
  return 'event' in decoded && decoded.event.type === 'session.update' ? decoded.event.session : undefined
}
