// A phone agent by somebody who knows both official packages and no bridge: RealtimeSession of the agents SDK over its own WebSocket, and the
// helpers of `twilio` for signatures, TwiML and hanging up.

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents/realtime'
import twilio from 'twilio'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'

const accountToken = '0123456789abcdef0123456789abcdef'

export const account = { authToken: accountToken }

export function createSessionApp(): Server {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const fields = Object.fromEntries(new URLSearchParams(body))
    if (!isSigned(request, 'https', fields)) return response.writeHead(403).end('Invalid signature')
    const twiml = new twilio.twiml.VoiceResponse()
    const stream = twiml.connect().stream({ url: `wss://${request.headers.host}/agent` })
    stream.parameter({ name: 'caller', value: fields.From ?? '' })
    return response.writeHead(200, { 'content-type': 'application/xml' }).end(twiml.toString())
  })
  server.on('upgrade', (request, socket, head) => {
    if (!isSigned(request, 'wss')) return socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (phone: WebSocket) => {
      phone.once('message', () => phone.once('message', (data) => void converse(phone, JSON.parse(String(data)).start)))
    })
  })
  return server
}

function isSigned({ headers, url }: IncomingMessage, scheme: string, fields: Record<string, string> = {}): boolean {
  return twilio.validateRequest(accountToken, String(headers['x-twilio-signature']), `${scheme}://${headers.host}${url}`, fields)
}

interface Start {
  readonly streamSid: string
  readonly callSid: string
  readonly accountSid: string
  readonly customParameters: Record<string, string>
}

async function converse(phone: WebSocket, { streamSid, callSid, accountSid, customParameters }: Start): Promise<void> {
  const hangUp = tool({
    name: 'hang_up',
    description: 'Ends the call',
    parameters: z.object({}),
    execute: async () => {
      await twilio(accountSid, accountToken).calls(callSid).update({ status: 'completed' })
      return 'done'
    },
  })
  const agent = new RealtimeAgent({ name: 'desk', instructions: `The caller is ${customParameters.caller}.`, tools: [hangUp] })
  const session = new RealtimeSession(agent, {
    transport: 'websocket',
    config: { audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcmu' } } } },
  })
  const early: ArrayBuffer[] = []
  let isConnected = false
  phone.on('message', (data) => {
    const message = JSON.parse(String(data))
    if (message.event === 'dtmf') session.sendMessage(`I pressed ${message.dtmf.digit}.`)
    if (message.event !== 'media') return
    const audio = new Uint8Array(Buffer.from(message.media.payload, 'base64')).buffer
    if (isConnected) session.sendAudio(audio)
    else early.push(audio)
  })
  const send = (message: object): void => phone.send(JSON.stringify({ ...message, streamSid }))
  session.on('audio', ({ data }) => send({ event: 'media', media: { payload: Buffer.from(data).toString('base64') } }))
  session.on('audio_interrupted', () => send({ event: 'clear' }))
  session.on('error', () => {})
  phone.on('close', () => session.close())
  await session.connect({ apiKey: 'sk-test' })
  isConnected = true
  for (const audio of early) session.sendAudio(audio)
}
