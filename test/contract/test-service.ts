// A doorman for the contract: takes every socket, remembers it as a visit, and refuses paths that begin with /deny.

import type { Doorman, UpgradeRequest, Wire } from '../../src/transports/transport.ts'
import { type Closed, Inbox } from './inbox.ts'

export interface Visit {
  readonly request: UpgradeRequest
  readonly wire: Wire
  readonly messages: Inbox<string | Uint8Array>
  readonly pongs: Inbox<string>
  readonly closed: Promise<Closed>
}

export const refusal = {
  status: 401,
  body: { error: { message: 'no', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } },
}

export class TestService {
  readonly visits: Inbox<Visit> = new Inbox()

  readonly doorman: Doorman = (request) => {
    if (request.url.pathname.startsWith('/deny')) return { ...refusal, headers: { 'x-request-id': 'req_1' } }
    return { accept: (wire) => this.#accept(request, wire) }
  }

  #accept(
    request: UpgradeRequest,
    wire: Wire,
  ): {
    onMessage(data: string | Uint8Array): void
    onClose(code: number, reason: string): void
    onPong(payload: Uint8Array): void
  } {
    const messages = new Inbox<string | Uint8Array>()
    const pongs = new Inbox<string>()
    const closed = Promise.withResolvers<Closed>()
    this.visits.put({ request, wire, messages, pongs, closed: closed.promise })
    return {
      onMessage: (data) => messages.put(data),
      onClose: (code, reason) => closed.resolve({ code, reason }),
      onPong: (payload) => pongs.put(Buffer.from(payload).toString()),
    }
  }
}
