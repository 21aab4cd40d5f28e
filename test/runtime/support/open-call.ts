// Calls in memory, without REST: an app that answers the webhook, and its sockets.

import type { RealtimeCall, RealtimeOptions, ServiceSession } from '../../../src/api.ts'
import type { SessionUpdate } from '../../../src/protocol/session-config.ts'
import type { Call } from '../../../src/runtime/calls.ts'
import type { UpgradeRequest } from '../../../src/transports/transport.ts'
import { type MemoryApp, type OpenService, openService } from './open-service.ts'

/** What the app takes its calls with. */
export const sessionOfApp: SessionUpdate = { type: 'realtime', model: 'gpt-realtime', instructions: 'Answer the phone.' }

/** As REST would bring it. */
export const restRequest: UpgradeRequest = {
  url: new URL('https://api.openai.com/v1/realtime/calls/rtc_1/accept'),
  headers: { authorization: 'Bearer sk-test' },
  protocols: [],
  transport: 'memory',
}

/** A webhook handler that does this with each call, and answers 200. */
export function webhook({ service }: OpenService, act: (call: Call) => void): (request: Request) => Promise<Response> {
  return async (request) => {
    const { data } = (await request.json()) as { data: { call_id: string } }
    const call = service.calls.find(data.call_id)
    if (call) act(call)
    return new Response()
  }
}

export interface ActiveCall extends OpenService {
  readonly call: RealtimeCall
  readonly session: ServiceSession
}

/** A call that was phoned in and taken at once; no socket is attached. */
export async function activeCall(options: RealtimeOptions = {}): Promise<ActiveCall> {
  const opened = openService({ latency: 'instant', ...options })
  const call = await opened.service.calls.ring(
    webhook(opened, (one) => one.accept(sessionOfApp, restRequest)),
    {},
  )
  const session = await call.accepted()
  return { ...opened, [Symbol.asyncDispose]: () => opened.service.close(), call, session }
}

/** A socket of the app on that call. */
export async function attach(opened: OpenService, callId: string): Promise<MemoryApp> {
  const app = opened.connect({ url: `wss://api.openai.com/v1/realtime?call_id=${callId}` })
  await app.client.opened
  return app
}
