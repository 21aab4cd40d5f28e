// The session that a call begins with: what the body or the key names, and which models may speak.

import { missingModel } from '../protocol/connect-faults.ts'
import { decodeValue } from '../protocol/decode.ts'
import { defaultModel } from '../protocol/default-model.ts'
import { fault } from '../protocol/faults.ts'
import { invalidValue, missingRequiredParameter } from '../protocol/field-faults.ts'
import { conversationModelFault } from '../protocol/model-rules.ts'
import type { SessionUpdate } from '../protocol/session-config.ts'
import type { Secret } from '../runtime/admission.ts'
import { badRequest } from './rest-fault.ts'

/** Where the fields of a session come from. */
export interface CallSources {
  /** From the body. */
  readonly session: Readonly<Record<string, unknown>> | undefined
  readonly secret: Secret | undefined
  /** Of the query. */
  readonly model: string | null
  /** On Azure the model is the name of a deployment, which may be any. */
  readonly isAzure: boolean
}

/**
 * The session of a WebRTC call. The body goes before the key, the query's model before both.
 *
 * @throws RestFault 400
 */
export function sessionOfCall({ session, secret, model, isAzure }: CallSources): SessionUpdate {
  const given: Readonly<Record<string, unknown>> = { ...secret?.session, ...session }
  if (session !== undefined && session.type === undefined) throw badRequest(missingRequiredParameter('session.type'))
  if (given.type === 'transcription') return decoded(given)
  const wanted = model ?? given.model ?? (session === undefined ? undefined : defaultModel)
  if (wanted === undefined) throw badRequest(missingModel().fault)
  return checkedModel(decoded({ type: 'realtime', ...given, model: wanted }), isAzure)
}

/**
 * The session that the app takes a phone call with: the body itself.
 *
 * @throws RestFault 400
 */
export function sessionOfAccept(body: Readonly<Record<string, unknown>>, { isAzure }: { isAzure: boolean }): SessionUpdate {
  const { type } = body
  if (type === undefined) throw badRequest(missingRequiredParameter('session.type'))
  if (typeof type === 'string' && type !== 'realtime') throw badRequest(invalidValue('session.type', type, ['realtime']))
  return checkedModel(decoded({ model: defaultModel, ...body }), isAzure)
}

function decoded(session: object): SessionUpdate {
  const result = decodeValue({ type: 'session.update', session })
  if ('fault' in result) throw badRequest(result.fault)
  if (result.event.type === 'session.update') return result.event.session
  throw badRequest(fault('invalid_value', 'Invalid session.', 'session'))
}

function checkedModel(session: SessionUpdate, isAzure: boolean): SessionUpdate {
  const model = session.type === 'realtime' ? session.model : undefined
  const found = model === undefined || isAzure ? undefined : conversationModelFault(model)
  if (found) throw badRequest(found.fault)
  return session
}
