// What a response says that the test made fail, in the words of the live service where they are known.

import type { ErrorCode } from '../api.ts'
import { rateLimitFailure } from '../session/usage.ts'

interface ResponseError {
  readonly type: string
  readonly code: string
  readonly message: string
}

/** A full minute at the limit of a small account. */
const exhausted = { limit: 40_000, used: 40_000, requested: 3188 }

const known: Readonly<Record<string, Omit<ResponseError, 'code'>>> = {
  insufficient_quota: {
    type: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  credit_balance_exhausted: { type: 'insufficient_quota', message: 'You have no credits remaining.' },
  server_error: { type: 'server_error', message: 'The server had an error while processing your request. Sorry about that!' },
}

/** `status_details.error` of a failed response, by code. */
export function responseError(code: ErrorCode, model = 'this model'): ResponseError {
  if (code === 'rate_limit_exceeded') return { ...rateLimitFailure({ model, ...exhausted }), code }
  const { type, message } = known[code] ?? { type: 'invalid_request_error', message: `The response failed: ${code}.` }
  return { type, code, message }
}
