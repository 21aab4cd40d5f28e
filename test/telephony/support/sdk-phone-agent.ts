// The official Twilio transport of the OpenAI agents SDK, wired as its documentation does it: a voice agent behind a phone number.

import { createServer, type Server } from 'node:http'
import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents/realtime'
import { TwilioRealtimeTransportLayer } from '@openai/agents-extensions'
import { WebSocketServer } from 'ws'
import { z } from 'zod'

const findSlot = tool({
  name: 'find_slot',
  description: 'Finds a free slot',
  parameters: z.object({ day: z.string() }),
  execute: async ({ day }) => `${day} at nine`,
})

/** Without a port; hangs up when the model calls `hang_up`. */
export function createSdkPhoneAgent({ namesFormats = true }: { readonly namesFormats?: boolean } = {}): Server {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.end(`<Response><Connect><Stream url="wss://${request.headers.host}/media"/></Connect></Response>`)
  })
  const sockets = new WebSocketServer({ server, path: '/media' })
  sockets.on('connection', async (socket) => {
    const hangUp = tool({
      name: 'hang_up',
      description: 'Ends the call',
      parameters: z.object({}),
      execute: async () => {
        socket.close()
        return 'done'
      },
    })
    const agent = new RealtimeAgent({ name: 'desk', instructions: 'You are the desk of a clinic.', tools: [findSlot, hangUp] })
    const transport = new TwilioRealtimeTransportLayer({ twilioWebSocket: socket as never })
    // Named, since the session's own defaults (24 kHz PCM) hide those of the transport.
    const audio = {
      input: { format: 'g711_ulaw', turnDetection: { type: 'server_vad' } },
      output: { format: 'g711_ulaw' },
    } as const
    const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime', config: namesFormats ? { audio } : {} })
    session.on('error', () => {})
    await session.connect({ apiKey: 'sk-test' })
    transport.sendEvent({ type: 'response.create' })
  })
  return server
}
