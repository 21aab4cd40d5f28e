// The option `session`: values that sessions have before the app's first `session.update`.

import { decode } from '../protocol/decode.ts'
import type { Fault } from '../protocol/faults.ts'
import { isRecord } from '../protocol/json.ts'
import { mergeSession, type SessionKind, type SessionObject, type SessionUpdate } from '../protocol/session-config.ts'

/** Changes the first session object of a connection as the option says. */
export function configuredByOption(session: object | undefined): (config: SessionObject) => SessionObject {
  if (session === undefined) return (config) => config
  return (config) => {
    const read = updateOf(session, config.type)
    return 'update' in read ? mergeSession(config, read.update) : config
  }
}

/** What the service would say to these values, and of which; undefined when it would take them. */
export function firstSessionProblem(session: object): string | undefined {
  const read = updateOf(session, 'realtime')
  if (!('fault' in read)) return undefined
  const { message, param } = read.fault
  return param === null || message.includes(param) ? message : `${param}: ${message}`
}

/** Transcription sessions have no more than an input. */
function updateOf(session: object, kind: SessionKind): { readonly update: SessionUpdate } | { readonly fault: Fault } {
  const { audio } = session as { audio?: unknown }
  const input = isRecord(audio) ? audio.input : undefined
  const values = kind === 'realtime' ? session : { audio: { input: input ?? {} } }
  const decoded = decode(JSON.stringify({ type: 'session.update', session: { ...values, type: kind } }))
  if ('fault' in decoded) return decoded
  return decoded.event.type === 'session.update' ? { update: decoded.event.session } : { update: { type: kind } }
}
