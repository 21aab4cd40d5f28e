// Bots as users write them for AudioCodes VoiceAI Connect: node:http and ws, one openai-style socket to the model for each call. No bridge of
// the kit in them.

import { createServer, type Server } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'

export interface BotOptions {
  readonly token?: string
  readonly greets?: boolean
  readonly mediaFormat?: string
  /** Gets what the platform sends. */
  readonly received?: Record<string, any>[]
  /** Keeps nothing of a conversation whose socket has closed. */
  readonly forgets?: boolean
  /** What the bot makes of an activity that is not `start`. */
  readonly onActivity?: (activity: { name: string; value?: string }, call: BotCall) => void
}

export interface BotCall {
  readonly conversationId: string
  /** To the platform. */
  send(message: object): void
  /** To the model. */
  tell(event: object): void
}

interface Conversation {
  readonly model: WebSocket
  readonly isReady: Promise<void>
  platform: WebSocket
  playing: string | undefined
  streams: number
}

const modelUrl = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'

/** A server whose `/ws/telephony` takes calls; it need not listen. */
export function createBot(options: BotOptions = {}): Server {
  const server = createServer((_, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const conversations = new Map<string, Conversation>()
  server.on('upgrade', (request, socket, head) => {
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (platform) => {
      platform.on('close', () => options.forgets && conversations.clear())
      platform.on('message', (data) => onMessage(platform, JSON.parse(String(data)), conversations, options))
    })
  })
  return server
}

async function onMessage(
  platform: WebSocket,
  message: any,
  conversations: Map<string, Conversation>,
  options: BotOptions,
): Promise<void> {
  const send = (reply: object) => platform.send(JSON.stringify(reply))
  const { type, conversationId: id } = message
  options.received?.push(message)
  if (type === 'connection.validate') return send({ type: 'connection.validated', success: true })
  if (type === 'session.initiate') {
    const conversation = connect(platform, options)
    conversations.set(id, conversation)
    await conversation.isReady
    return send({ type: 'session.accepted', mediaFormat: options.mediaFormat ?? 'raw/lpcm16_24' })
  }
  const conversation = conversations.get(id)
  if (!conversation) return send({ type: 'session.error', reason: 'conversation not found' })
  const { model } = conversation
  if (type === 'session.resume') {
    conversation.platform = platform
    conversation.playing = undefined
    send({ type: 'session.accepted', mediaFormat: options.mediaFormat ?? 'raw/lpcm16_24' })
  }
  if (type === 'userStream.start') send({ type: 'userStream.started' })
  if (type === 'userStream.stop') send({ type: 'userStream.stopped' })
  if (type === 'userStream.chunk') model.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: message.audioChunk }))
  if (type === 'session.end') {
    conversations.delete(id)
    model.close()
  }
  if (type === 'activities')
    for (const activity of message.activities) {
      if (activity.name === 'start' && options.greets) model.send(JSON.stringify({ type: 'response.create' }))
      else options.onActivity?.(activity, { conversationId: id, send, tell: (event) => model.send(JSON.stringify(event)) })
    }
}

function connect(platform: WebSocket, { mediaFormat = 'raw/lpcm16_24' }: BotOptions): Conversation {
  const model = new WebSocket(modelUrl, { headers: { authorization: 'Bearer sk-test' } })
  const ready = Promise.withResolvers<void>()
  const conversation: Conversation = { model, isReady: ready.promise, platform, playing: undefined, streams: 0 }
  const send = (message: object) => conversation.platform.send(JSON.stringify(message))
  const format = mediaFormat.endsWith('mulaw') ? { type: 'audio/pcmu' } : { type: 'audio/pcm', rate: 24_000 }
  const stopPlaying = () => {
    if (conversation.playing !== undefined) send({ type: 'playStream.stop', streamId: conversation.playing })
    conversation.playing = undefined
  }
  model.on('message', (data) => {
    const event = JSON.parse(String(data))
    if (event.type === 'session.created')
      model.send(
        JSON.stringify({
          type: 'session.update',
          session: { type: 'realtime', audio: { input: { format }, output: { format } } },
        }),
      )
    if (event.type === 'session.updated') ready.resolve()
    if (event.type === 'response.output_audio.delta') {
      if (conversation.playing === undefined) {
        conversation.playing = String(++conversation.streams)
        send({ type: 'playStream.start', streamId: conversation.playing, mediaFormat })
      }
      send({ type: 'playStream.chunk', streamId: conversation.playing, audioChunk: event.delta })
    }
    if (event.type === 'response.output_audio.done' || event.type === 'response.done') stopPlaying()
    if (event.type === 'input_audio_buffer.speech_started') {
      send({ type: 'userStream.speech.started' })
      stopPlaying()
    }
    if (event.type === 'input_audio_buffer.speech_stopped') send({ type: 'userStream.speech.stopped' })
    if (event.type === 'input_audio_buffer.committed') send({ type: 'userStream.speech.committed' })
  })
  return conversation
}
