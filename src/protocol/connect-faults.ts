// Refusals at connect. The service upgrades first (101), sends one `error`, and closes in the same millisecond;
// the close reason is the error's type and code.

import type { Fault } from './faults.ts'
import { fault, sessionExpired } from './faults.ts'

/** An `error` event to send and the close that follows at once. */
export interface ConnectFault {
  readonly fault: Fault
  readonly close: { readonly code: number; readonly reason: string }
}

function refusal(code: string | null, message: string, closeCode: number): ConnectFault {
  const reason = code === null ? 'invalid_request_error' : `invalid_request_error.${code}`
  return { fault: fault(code, message), close: { code: closeCode, reason } }
}

/** The key as messages show it: its start and its last four characters. */
export function maskedKey(key: string): string {
  if (key.length <= 8) return '*'.repeat(key.length)
  const start = /^(?:sk-proj-|sk-|ek_)/.exec(key)?.[0] ?? key.slice(0, 4)
  return `${start}***...${key.slice(-4)}`
}

/** The key is wrong. `key` is what came after `Bearer `. */
export function invalidApiKey(key: string): ConnectFault {
  const where = 'You can find your API key at https://platform.openai.com/account/api-keys.'
  return refusal('invalid_api_key', `Incorrect API key provided: ${maskedKey(key)}. ${where}`, 3000)
}

/** No key at all. */
export function missingAuthorization(): ConnectFault {
  return refusal(null, 'Missing bearer or basic authentication in header', 3000)
}

/** Neither `model` nor anything that implies one. */
export function missingModel(): ConnectFault {
  const example = 'for example wss://api.openai.com/v1/realtime?model=gpt-realtime-1.5'
  return refusal('missing_model', `You must provide a model parameter, ${example}`, 4000)
}

/** A model that does not exist, or does not speak the kind of session that the URL names. */
export function invalidModel(model: string, mode: 'realtime' | 'translation' = 'realtime'): ConnectFault {
  const see = 'See https://platform.openai.com/docs/models for a list of supported models.'
  return refusal('invalid_model', `Model "${model}" is not supported in ${mode} mode. ${see}`, 4000)
}

/** `?intent=transcription` together with `?model=`. */
export function modelOfTranscriptionSession(): ConnectFault {
  return refusal('invalid_model', 'You must not provide a model parameter for transcription sessions.', 4000)
}

/** `?model=` names a model that only transcribes. */
export function transcriptionModel(model: string): ConnectFault {
  const message = `"${model}" is a transcription model and cannot be used as the realtime session model`
  return refusal('invalid_model', message, 4000)
}

/** The header or subprotocol of the beta. */
export function betaDisabled(): ConnectFault {
  const message = 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.'
  return refusal('beta_api_shape_disabled', message, 4000)
}

/** The key's project may not use the model. */
export function modelNotFound(model: string): ConnectFault {
  return refusal('model_not_found', `The model \`${model}\` does not exist or you do not have access to it.`, 4004)
}

/** The account is out of credit; more often it shows as a failed response. */
export function insufficientQuota(): ConnectFault {
  const message = 'You exceeded your current quota, please check your plan and billing details.'
  return refusal('insufficient_quota', message, 4000)
}

/** `?call_id=` names no call with an open session. Code and message as REST calls of the live service give them. */
export function unknownCall(): ConnectFault {
  return refusal('call_id_not_found', 'No session found for the provided call_id', 4000)
}

/** The close of a session whose client sent more than `limitBytes` in one message. */
export function messageTooBig(code: number, limitBytes: number): ConnectFault['close'] {
  return { code, reason: `Message too big: the limit is ${limitBytes} bytes.` }
}

/** The end of a session's life: 60 minutes unless `minutes` says otherwise. */
export function expiry(minutes = 60): ConnectFault {
  const expired = sessionExpired(minutes)
  return { fault: expired, close: { code: 1001, reason: expired.message } }
}
