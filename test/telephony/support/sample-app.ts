// A phone agent as a public sample has it and many apps began: TwiML by the official helper, a session that is configured a moment after the
// socket opened, one name for all marks, truncation by the stream's timestamps.

import { createServer, type Server } from 'node:http'
import twilio from 'twilio'
import { type WebSocketServer as Sockets, WebSocket, WebSocketServer } from 'ws'

const configureAfterMs = 100

/** Not listening: `/incoming-call` by POST or GET, and the stream at `/media-stream`. */
export function createSampleApp(): Server {
  const server = createServer((request, response) => {
    request.resume()
    const twiml = new twilio.twiml.VoiceResponse()
    twiml.say('Please wait while we connect you.')
    twiml.pause({ length: 1 })
    twiml.say('OK, you can start talking!')
    twiml.connect().stream({ url: `wss://${request.headers.host}/media-stream`, name: 'sample' })
    response.setHeader('Content-Type', 'text/xml')
    response.end(twiml.toString())
  })
  const sockets: Sockets = new WebSocketServer({ server, path: '/media-stream' })
  sockets.on('connection', (connection) => talk(connection))
  return server
}

function talk(connection: WebSocket): void {
  let streamSid: string | null = null
  let latestMediaTimestamp = 0
  let lastAssistantItem: string | null = null
  let markQueue: string[] = []
  let responseStartTimestamp: number | null = null
  const model = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', {
    headers: { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
  })
  const tell = (event: object): void => model.send(JSON.stringify(event))
  const toPhone = (message: object): void => connection.send(JSON.stringify(message))

  const configure = (): void =>
    tell({
      type: 'session.update',
      session: {
        type: 'realtime',
        output_modalities: ['audio'],
        audio: {
          input: { format: { type: 'audio/pcmu' }, turn_detection: { type: 'server_vad' } },
          output: { format: { type: 'audio/pcmu' }, voice: 'alloy' },
        },
        instructions: 'You are a helpful and bubbly assistant.',
      },
    })

  const interrupt = (): void => {
    if (markQueue.length === 0 || responseStartTimestamp === null) return
    const audioEndMs = latestMediaTimestamp - responseStartTimestamp
    if (lastAssistantItem)
      tell({ type: 'conversation.item.truncate', item_id: lastAssistantItem, content_index: 0, audio_end_ms: audioEndMs })
    toPhone({ event: 'clear', streamSid })
    markQueue = []
    lastAssistantItem = null
    responseStartTimestamp = null
  }

  model.on('open', () => setTimeout(configure, configureAfterMs))
  model.on('message', (data) => {
    const event = JSON.parse(String(data))
    if (event.type === 'response.output_audio.delta') {
      toPhone({ event: 'media', streamSid, media: { payload: event.delta } })
      if (!responseStartTimestamp) responseStartTimestamp = latestMediaTimestamp
      if (event.item_id) lastAssistantItem = event.item_id
      toPhone({ event: 'mark', streamSid, mark: { name: 'responsePart' } })
      markQueue.push('responsePart')
    }
    if (event.type === 'input_audio_buffer.speech_started') interrupt()
  })
  model.on('error', () => {})
  connection.on('message', (message) => {
    const data = JSON.parse(String(message))
    if (data.event === 'start') {
      streamSid = data.start.streamSid
      responseStartTimestamp = null
      latestMediaTimestamp = 0
    } else if (data.event === 'media') {
      latestMediaTimestamp = Number(data.media.timestamp)
      if (model.readyState === WebSocket.OPEN) tell({ type: 'input_audio_buffer.append', audio: data.media.payload })
    } else if (data.event === 'mark') markQueue.shift()
  })
  connection.on('close', () => model.close())
  connection.on('error', () => {})
}
