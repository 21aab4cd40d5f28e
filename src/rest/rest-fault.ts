// Refusals over HTTP: a status and the standard error body. Words that REST shares with sockets come from src/protocol.

import { invalidApiKey, missingAuthorization } from '../protocol/connect-faults.ts'
import { type Fault, fault } from '../protocol/faults.ts'

export type FaultStatus = 400 | 401 | 404 | 405 | 413 | 500

/** Thrown by what serves a request; `rest-app.ts` makes the response of it. */
export class RestFault extends Error {
  readonly status: FaultStatus
  readonly fault: Pick<Fault, 'code' | 'message' | 'param'> & { readonly type: string }

  constructor(status: FaultStatus, fault: RestFault['fault']) {
    super(fault.message)
    this.name = 'RestFault'
    this.status = status
    this.fault = fault
  }
}

/** The body of an error response. */
export function errorBody({ type, code, message, param }: RestFault['fault']): object {
  return { error: { message, type, param, code } }
}

/** 400: the request has this fault. */
export function badRequest(cause: Fault): RestFault {
  return new RestFault(400, cause)
}

export function unauthorized(key: string | undefined): RestFault {
  return new RestFault(401, (key ? invalidApiKey(key) : missingAuthorization()).fault)
}

/** Azure's words for a request without a key. */
export function unauthorizedByAzure(): RestFault {
  return new RestFault(401, fault('401', 'Access denied due to missing credentials.'))
}

/** A path that the API does not have. */
export function unknownUrl(method: string, pathname: string): RestFault {
  return new RestFault(404, fault('unknown_url', `Invalid URL (${method} ${pathname})`))
}

export function invalidMethod(method: string, pathname: string): RestFault {
  return new RestFault(405, fault(null, `Invalid method for URL (${method} ${pathname})`))
}

/** The status is the API's; its code is not known. */
export function unsupportedContentType(given: string, supported: readonly string[]): RestFault {
  const list = supported.map((type) => `'${type}'`).join(' and ')
  const only = `This API method only accepts ${list} requests`
  const message = `Unsupported content type: '${given}'. ${only}. Please try again with a supported content type.`
  return new RestFault(400, fault('unsupported_content_type', message))
}

/** What is too large for the API, and its words for it, are not known. */
export function bodyTooLarge(maxBytes: number): RestFault {
  return new RestFault(413, fault('request_too_large', `Request body is too large: at most ${maxBytes} bytes are accepted.`))
}

export function invalidJsonBody(): RestFault {
  const message =
    'Invalid body: failed to parse JSON value. Please check the value to ensure it is valid JSON. ' +
    '(Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)'
  return badRequest(fault('invalid_json', message))
}

/** No call has this id. Clients know the code: for them such a call has ended already. */
export function callNotFound(id: string): RestFault {
  return new RestFault(404, fault('call_id_not_found', `No session found for call_id '${id}'.`))
}

/** A call that is in another state than the request needs. The service's own words are not known. */
export function wrongCallState(id: string, status: string, needed: string): RestFault {
  return badRequest(fault('invalid_call_state', `Call '${id}' is ${status}, but this request needs ${needed}.`))
}

/** The SDP offer cannot be answered; `why` goes after the service's own sentence. */
export function invalidOffer(why: string): RestFault {
  return badRequest(fault('invalid_offer', `Invalid SDP offer. Please try again with a WHIP-compliant offer. (${why})`))
}

/** The offer ends within a line, as after `trim()`: the service says so in the words of its parser. */
export function unfinishedOffer(): RestFault {
  return badRequest(fault('invalid_offer', 'Failed to parse offer: failed to unmarshal SDP: EOF'))
}

/** A defect of ours; the test is told too. */
export function brokenApp(error: Error): RestFault {
  const message = `The server had an error while processing your request: ${error.message}`
  return new RestFault(500, { type: 'server_error', code: null, message, param: null })
}
