// A desk that answers phone calls over SIP: an agent of @openai/agents-realtime behind the webhook `realtime.call.incoming`. The
// sound never comes here; the agent listens by a sideband socket, and transfers the call by REST.

import { OpenAIRealtimeSIP, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import OpenAI from 'openai'
import { z } from 'zod'

const withheld = /anonymous|private/i

export class PhoneDesk {
  readonly openai: OpenAI
  readonly #apiKey: string
  /** Sessions of the calls that were taken, by call id. */
  readonly sessions = new Map<string, RealtimeSession>()
  /** Keys that callers pressed, by call id. */
  readonly pressed = new Map<string, string>()

  constructor({ webhookSecret, apiKey = 'sk-desk' }: { webhookSecret: string; apiKey?: string }) {
    this.openai = new OpenAI({ apiKey, webhookSecret })
    this.#apiKey = apiKey
  }

  /** The webhook endpoint. */
  readonly handle = async (request: Request): Promise<Response> => {
    const body = await request.text()
    let event: OpenAI.Webhooks.UnwrapWebhookEvent
    try {
      event = await this.openai.webhooks.unwrap(body, request.headers)
    } catch {
      return new Response('bad signature', { status: 400 })
    }
    if (event.type !== 'realtime.call.incoming') return new Response(null, { status: 204 })
    const { call_id: callId, sip_headers: headers } = event.data
    const from = headers.find(({ name }) => name === 'From')?.value ?? ''
    if (withheld.test(from)) await this.openai.realtime.calls.reject(callId, { status_code: 486 })
    else await this.#answer(callId)
    return new Response()
  }

  async #answer(callId: string): Promise<void> {
    const agent = this.#agent(callId)
    const options = { model: 'gpt-realtime', config: { audio: { input: { turnDetection: { type: 'semantic_vad' as const } } } } }
    await this.openai.realtime.calls.accept(callId, await OpenAIRealtimeSIP.buildInitialConfig(agent, options))
    const session = new RealtimeSession(agent, { transport: new OpenAIRealtimeSIP(), ...options })
    this.sessions.set(callId, session)
    session.on('error', ({ error }) => console.error('phone desk:', error))
    session.on('transport_event', (event) => {
      if (event.type !== 'input_audio_buffer.dtmf_event_received') return
      this.pressed.set(callId, `${this.pressed.get(callId) ?? ''}${String(event.event)}`)
      if (event.event === '#') session.sendMessage(`The caller pressed ${this.pressed.get(callId)}`)
    })
    await session.connect({ apiKey: this.#apiKey, callId })
    session.transport.requestResponse?.({ instructions: 'Greet the caller.' })
  }

  #agent(callId: string): RealtimeAgent {
    const transfer = tool({
      name: 'transfer',
      description: 'Transfers the caller to a colleague.',
      parameters: z.object({ to: z.string() }),
      execute: async ({ to }) => {
        await this.openai.realtime.calls.refer(callId, { target_uri: `tel:${to}` })
        return { transferred: true }
      },
    })
    return new RealtimeAgent({ name: 'Desk', instructions: 'You answer the phone of a hotel.', tools: [transfer] })
  }
}
