// The error body of the REST API; sockets get `error` events instead (faults.ts).

/** The body that OpenAI's REST API gives with an error status. */
export function apiError(message: string, code: string | null, type = 'invalid_request_error'): object {
  return { error: { message, type, param: null, code } }
}
