// The JSON bodies that ask for ephemeral keys, as settings. The session in them is judged where the key is made.

import { type Fault, fault } from '../protocol/faults.ts'
import {
  aboveMaximum,
  belowMinimum,
  invalidType,
  invalidValue,
  missingRequiredParameter,
  unknownParameter,
} from '../protocol/field-faults.ts'
import { isRecord } from '../protocol/json.ts'
import type { SecretSettings } from '../runtime/client-secrets.ts'

const minLifeSeconds = 10
const maxLifeSeconds = 7200

type Body = Readonly<Record<string, unknown>>

/** Settings of a key, or what is wrong with the body. `needsType`: a session of this route names its kind. */
export function readSecretBody(
  body: Body,
  { needsType }: { readonly needsType: boolean },
): SecretSettings | { readonly fault: Fault } {
  const extra = Object.keys(body).find((name) => name !== 'session' && name !== 'expires_after')
  if (extra !== undefined) return { fault: unknownParameter(extra) }
  const { session, expires_after: after } = body
  const life = lifeFault(after)
  if (life) return { fault: life }
  if (session !== undefined && !isRecord(session)) return { fault: invalidType('session', 'an object', session) }
  if (needsType && session !== undefined && session.type === undefined) return { fault: missingRequiredParameter('session.type') }
  if (!needsType && session === undefined) return { fault: missingRequiredParameter('session') }
  const seconds = isRecord(after) ? after.seconds : undefined
  return { ...(session && { session }), ...(typeof seconds === 'number' && { expiresInSeconds: seconds }) }
}

function lifeFault(after: unknown): Fault | undefined {
  if (after === undefined || after === null) return undefined
  if (!isRecord(after)) return invalidType('expires_after', 'an object', after)
  const extra = Object.keys(after).find((name) => name !== 'anchor' && name !== 'seconds')
  if (extra !== undefined) return unknownParameter(`expires_after.${extra}`)
  const { anchor = 'created_at', seconds } = after
  if (anchor !== 'created_at') return anchorFault(anchor)
  return seconds === undefined ? undefined : secondsFault(seconds)
}

function anchorFault(anchor: unknown): Fault {
  const param = 'expires_after.anchor'
  return typeof anchor === 'string' ? invalidValue(param, anchor, ['created_at']) : invalidType(param, 'a string', anchor)
}

function secondsFault(value: unknown): Fault | undefined {
  const param = 'expires_after.seconds'
  if (typeof value !== 'number' || !Number.isInteger(value)) return invalidType(param, 'an integer', value)
  if (value < minLifeSeconds) return belowMinimum(param, { limit: minLifeSeconds, value, kind: 'integer' })
  return value > maxLifeSeconds ? aboveMaximum(param, { limit: maxLifeSeconds, value, kind: 'integer' }) : undefined
}

/** A fault of a session that is the body itself: `voice`, not `session.voice`. */
export function atTopLevel({ code, message, param }: Pick<Fault, 'code' | 'message' | 'param'>): Fault {
  if (param === null || !param.startsWith('session.')) return fault(code, message, param)
  return fault(code, message.replaceAll(param, param.slice('session.'.length)), param.slice('session.'.length))
}
