// A small phone agent as an app of its own: Twilio's media stream on one side, a Realtime session on the other, mu-law handed on as it is.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { WebSocket, WebSocketServer } from 'ws'

interface BridgeOptions {
  readonly authToken: string
  /** What the session is opened with. */
  readonly session?: object
}

/** Not listening yet: `createBridge({ authToken }).listen(8080)`. */
export function createBridge({ authToken, session = {} }: BridgeOptions): Server {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/incoming-call') answerCall(request, response, authToken)
    else response.writeHead(404).end()
  })
  server.on('upgrade', (request, socket, head) => {
    const url = `wss://${request.headers.host}${request.url}`
    if (request.url !== '/media-stream' || !validateRequest(authToken, signatureOf(request), url, {})) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (phone) => new Call(phone, session))
  })
  return server
}

function signatureOf(request: IncomingMessage): string {
  return String(request.headers['x-twilio-signature'] ?? '')
}

async function answerCall(request: IncomingMessage, response: ServerResponse, authToken: string): Promise<void> {
  let body = ''
  for await (const piece of request) body += piece
  const { host } = request.headers
  const fields = Object.fromEntries(new URLSearchParams(body))
  if (!validateRequest(authToken, signatureOf(request), `https://${host}${request.url}`, fields)) {
    response.writeHead(403).end()
    return
  }
  const twiml = `<Response><Connect><Stream url="wss://${host}/media-stream"/></Connect></Response>`
  response.writeHead(200, { 'content-type': 'text/xml' }).end(twiml)
}

const bytesPerMs = 8

/** What of an answer is on its way to the caller. */
interface Playing {
  readonly itemId: string
  sentMs: number
  heardMs: number
}

/** One call: one stream, one session. */
class Call {
  readonly #phone: WebSocket
  readonly #model: WebSocket
  #streamSid = ''
  #isReady = false
  readonly #early: string[] = []
  #playing: Playing[] = []
  /** Marks of what was cleared come back too, and tell nothing. */
  #generation = 0
  readonly #dropped = new Set<string>()

  constructor(phone: WebSocket, session: object) {
    this.#phone = phone
    const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` }
    this.#model = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers })
    this.#model.on('open', () => this.#tell({ type: 'session.update', session: { ...phoneSession, ...session } }))
    this.#model.on('message', (data) => this.#fromModel(JSON.parse(String(data))))
    this.#model.on('close', () => phone.close())
    this.#model.on('error', () => phone.close())
    phone.on('message', (data) => this.#fromPhone(JSON.parse(String(data))))
    phone.on('close', () => this.#model.close())
    phone.on('error', () => this.#model.close())
  }

  #tell(event: object): void {
    if (this.#model.readyState === WebSocket.OPEN) this.#model.send(JSON.stringify(event))
  }

  #toPhone(message: object): void {
    if (this.#phone.readyState === WebSocket.OPEN) this.#phone.send(JSON.stringify({ ...message, streamSid: this.#streamSid }))
  }

  #fromPhone(message: PhoneMessage): void {
    if (message.event === 'start') {
      this.#streamSid = message.start.streamSid
      this.#greet()
    } else if (message.event === 'media') {
      const { payload } = message.media
      if (this.#isReady) this.#tell({ type: 'input_audio_buffer.append', audio: payload })
      else this.#early.push(payload)
    } else if (message.event === 'mark') this.#heard(message.mark.name)
    else if (message.event === 'dtmf') this.#pressed(message.dtmf.digit)
    else if (message.event === 'stop') this.#model.close()
  }

  #fromModel(event: ModelEvent): void {
    if (event.type === 'session.updated') {
      this.#isReady = true
      for (const audio of this.#early.splice(0)) this.#tell({ type: 'input_audio_buffer.append', audio })
      this.#greet()
    } else if (event.type === 'response.output_audio.delta') this.#play(event)
    else if (event.type === 'input_audio_buffer.speech_started') this.#interrupt()
    else if (event.type === 'response.done') this.#dropped.delete(event.response.id)
  }

  /** Both ends must be there. */
  #greet(): void {
    if (this.#isReady && this.#streamSid !== '') this.#tell({ type: 'response.create' })
  }

  #play({ item_id: itemId, delta, response_id: responseId }: Extract<ModelEvent, { delta: string }>): void {
    if (this.#dropped.has(responseId) || this.#dropped.has(itemId)) return
    let playing = this.#playing.find((one) => one.itemId === itemId)
    if (!playing) {
      playing = { itemId, sentMs: 0, heardMs: 0 }
      this.#playing.push(playing)
    }
    playing.sentMs += Buffer.from(delta, 'base64').length / bytesPerMs
    this.#toPhone({ event: 'media', media: { payload: delta } })
    this.#toPhone({ event: 'mark', mark: { name: `${this.#generation}:${itemId}:${playing.sentMs}` } })
  }

  #heard(name: string): void {
    const [generation, itemId, ms] = name.split(':')
    const playing = this.#playing.find((one) => one.itemId === itemId)
    if (!playing || Number(generation) !== this.#generation) return
    playing.heardMs = Number(ms)
    this.#soundedAt = Date.now()
  }
  #soundedAt = 0

  /** Only where something is heard: the model believes that all was, unless it is told. */
  #interrupt(): void {
    const unheard = this.#playing.filter(({ sentMs, heardMs }) => heardMs < sentMs)
    this.#playing = []
    if (unheard.length === 0) return
    this.#generation++
    this.#toPhone({ event: 'clear' })
    for (const [at, { itemId, heardMs, sentMs }] of unheard.entries()) {
      const sinceMark = at === 0 && this.#soundedAt > 0 ? Date.now() - this.#soundedAt : 0
      this.#dropped.add(itemId)
      const heard = Math.floor(Math.min(sentMs, heardMs + sinceMark))
      this.#tell({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: heard })
    }
  }

  #pressed(digit: string): void {
    const content = [{ type: 'input_text', text: `The caller pressed ${digit}.` }]
    this.#tell({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    this.#tell({ type: 'response.create' })
  }
}

const phoneSession = {
  type: 'realtime',
  audio: {
    input: { format: { type: 'audio/pcmu' }, turn_detection: { type: 'server_vad' } },
    output: { format: { type: 'audio/pcmu' } },
  },
}

type PhoneMessage =
  | { event: 'start'; start: { streamSid: string } }
  | { event: 'media'; media: { payload: string } }
  | { event: 'mark'; mark: { name: string } }
  | { event: 'dtmf'; dtmf: { digit: string } }
  | { event: 'stop' | 'connected' }

type ModelEvent =
  | { type: 'session.updated' | 'input_audio_buffer.speech_started' }
  | { type: 'response.output_audio.delta'; item_id: string; response_id: string; delta: string }
  | { type: 'response.done'; response: { id: string } }
