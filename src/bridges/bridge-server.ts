// The server that telephone platforms call: the streams of Twilio and AudioCodes, agents that phone, two agents that talk, Twilio's
// voice webhook, and what an operator wants to see.

import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HttpBindings } from '@hono/node-server'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type WebSocket, WebSocketServer } from 'ws'
import { AudioCodesBridge } from './audiocodes-bridge.ts'
import type { AudioCodesSide } from './audiocodes-side.ts'
import {
  type Admission,
  admitBearer,
  admitTwilio,
  type BridgeServerOptions,
  checkServerOptions,
  publicOrigin,
  tokensOf,
} from './bridge-config.ts'
import type { BridgeOptions } from './bridge-options.ts'
import { CallAgentBridge } from './call-agent-bridge.ts'
import { CallTokens } from './call-tokens.ts'
import { callerPersonas, callerScenarios } from './caller-personas.ts'
import { DualAgentBridge } from './dual-agent-bridge.ts'
import type { RealtimeBridge } from './realtime-bridge.ts'
import { TwilioBridge } from './twilio-bridge.ts'

/** What the platforms send is small: more is no call. */
const largestMessageBytes = 256 * 1024
const largestFormBytes = 64 * 1024
const mostCalls = 500
/** Calls that are over and still told by `/stats`. */
const mostEnded = 50

interface Endpoint {
  admit(request: IncomingMessage): Admission
  join(socket: WebSocket, request: IncomingMessage): void
}

class BridgeServer {
  readonly #options: BridgeServerOptions
  readonly #bridges = new Set<RealtimeBridge>()
  readonly #talks = new Set<DualAgentBridge>()
  readonly #over: RealtimeBridge['state'][] = []
  readonly #tokens = new CallTokens()
  readonly #conversations = new Map<string, AudioCodesSide>()
  readonly #startedAtMs = Date.now()
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: largestMessageBytes })
  #answered = 0

  constructor(options: BridgeServerOptions) {
    this.#options = options
  }

  listen(): Server {
    const server = createServer(
      getRequestListener(this.#app().fetch, {
        hostname: 'localhost',
        overrideGlobalObjects: false,
        autoCleanupIncoming: false,
      }),
    )
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    // A server that is closed hangs up: its sockets would keep it open.
    const { close } = server
    server.close = (done) => {
      for (const bridge of this.#bridges) bridge.hangUp('The server is shutting down.')
      for (const talk of this.#talks) talk.close('The server is shutting down.')
      return close.call(server, done)
    }
    return server
  }

  readonly #endpoints: Readonly<Record<string, Endpoint>> = {
    '/twilio-agent': {
      admit: ({ headers, url = '' }) => admitTwilio(this.#options, 'wss', { headers, path: url }),
      join: (socket) => {
        const admit = (parameters: Readonly<Record<string, string>>): boolean => this.#hasToken(parameters)
        this.#track(new TwilioBridge(socket, { admit, ...this.#common(), ...this.#options.twilio }))
      },
    },
    '/ws/telephony': {
      admit: ({ headers }) => admitBearer(this.#options, headers),
      join: (socket) => {
        const conversations = this.#conversations
        this.#track(new AudioCodesBridge(socket, { conversations, ...this.#common(), ...this.#options.audiocodes }))
      },
    },
    '/caller-agent': {
      admit: ({ headers }) => admitBearer(this.#options, headers),
      join: (socket, request) => {
        const conversations = this.#conversations
        // What the agent says and can do is not the caller's.
        const { greeting: _, endCall: __, session: ___, functions: ____, ...common } = this.#common()
        this.#track(new CallAgentBridge(socket, { conversations, ...common, ...asked(request), ...this.#options.callerAgent }))
      },
    },
    '/agent-conversation': {
      admit: ({ headers }) => admitBearer(this.#options, headers),
      join: (socket, request) => this.#talk(socket, request),
    },
  }

  #common(): BridgeOptions {
    const {
      twilioAuthToken: _a,
      token: _b,
      publicUrl: _c,
      twilio: _d,
      audiocodes: _e,
      callerAgent: _f,
      ...options
    } = this.#options
    return options
  }

  #hasToken({ token }: Readonly<Record<string, string>>): boolean {
    if (token !== undefined) return this.#tokens.take(token)
    return !this.#options.requireCallToken
  }

  #track(bridge: RealtimeBridge): void {
    this.#answered++
    this.#bridges.add(bridge)
    void bridge.ended.then(() => {
      this.#bridges.delete(bridge)
      if (bridge.callId === '') return
      this.#over.push(bridge.state)
      if (this.#over.length > mostEnded) this.#over.shift()
    })
  }

  #talk(socket: WebSocket, request: IncomingMessage): void {
    const { backend, functions, log, session } = this.#options
    const talk = new DualAgentBridge(socket, {
      ...(backend === undefined ? {} : { backend }),
      ...(functions === undefined ? {} : { functions }),
      ...(session === undefined ? {} : { session }),
      ...(log === undefined ? {} : { log }),
      ...asked(request),
      ...this.#options.conversation,
    })
    this.#answered++
    this.#talks.add(talk)
    void talk.ended.then(() => this.#talks.delete(talk))
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {})
    const [path = '', query] = (request.url ?? '/').split('?')
    const endpoint = Object.hasOwn(this.#endpoints, path) ? this.#endpoints[path] : undefined
    if (!endpoint)
      return refuse(socket, 404, `There is no endpoint ${path}. There are: ${Object.keys(this.#endpoints).join(', ')}.`)
    if (query !== undefined && path === '/twilio-agent')
      return refuse(socket, 400, 'Twilio takes no query in the URL of a stream: use <Parameter>.')
    const unknown = unknownOf(query)
    if (unknown) return refuse(socket, 400, unknown)
    const admission = endpoint.admit(request)
    if (!admission.isAdmitted) {
      this.#options.log?.('warning', `${path} refused: ${admission.message}`)
      return refuse(socket, admission.status, admission.message)
    }
    if (this.#bridges.size + this.#talks.size >= (this.#options.maxCalls ?? mostCalls))
      return refuse(socket, 503, 'All lines are busy.')
    this.#sockets.handleUpgrade(request, socket, head, (opened) => endpoint.join(opened, request))
  }

  #app(): Hono<{ Bindings: HttpBindings }> {
    const app = new Hono<{ Bindings: HttpBindings }>()
    app.post('/twilio/voice', bodyLimit({ maxSize: largestFormBytes }), async (context) => {
      const fields = Object.fromEntries(new URLSearchParams(await context.req.text()))
      const { headers, url = '' } = context.env.incoming
      const admission = admitTwilio(this.#options, 'https', { headers, path: url, fields })
      if (!admission.isAdmitted) return context.text(admission.message, admission.status as 403)
      return context.body(this.#twiml(headers, fields), 200, { 'content-type': 'text/xml; charset=utf-8' })
    })
    app.get('/health', (context) => {
      const { isReady, problem } = this.#readiness()
      const body = {
        status: isReady ? 'healthy' : 'unhealthy',
        mode: this.#options.mode ?? 'remote',
        calls: this.#bridges.size + this.#talks.size,
        ...(problem && { problem }),
      }
      return context.json(body, isReady ? 200 : 503)
    })
    app.get('/stats', (context) => context.json(this.#stats()))
    app.get('/config', (context) => context.json(this.#config()))
    app.get('/', (context) =>
      context.json({ endpoints: [...Object.keys(this.#endpoints), 'POST /twilio/voice', '/health', '/stats', '/config'] }),
    )
    return app
  }

  /** The call is connected to our stream, and over when the stream is: nothing follows. */
  #twiml(headers: IncomingMessage['headers'], { From, To }: Record<string, string>): string {
    const url = `${publicOrigin(this.#options, 'wss', headers)}/twilio-agent`
    const parameters = { token: this.#tokens.create(), from: From ?? '', to: To ?? '' }
    const lines = Object.entries(parameters).map(([name, value]) => `<Parameter name="${name}" value="${escaped(value)}"/>`)
    return `<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="${escaped(url)}">${lines.join('')}</Stream></Connect></Response>`
  }

  #readiness(): { isReady: boolean; problem?: string } {
    const { backend } = this.#options
    if (backend !== undefined || process.env.OPENAI_API_KEY) return { isReady: true }
    return { isReady: false, problem: 'OPENAI_API_KEY is not set' }
  }

  #stats(): Record<string, unknown> {
    return {
      uptimeMs: Date.now() - this.#startedAtMs,
      answered: this.#answered,
      active: this.#bridges.size,
      conversations: this.#talks.size,
      calls: [...this.#bridges].map((bridge) => bridge.state),
      ended: this.#over,
    }
  }

  #config(): Record<string, unknown> {
    const { mode = 'remote', insecure = false, maxCalls = mostCalls, publicUrl = null, functions = [] } = this.#options
    const { twilio, bearer } = tokensOf(this.#options)
    return {
      mode,
      checks: { isOn: !insecure, hasTwilioToken: twilio !== undefined, hasBearerToken: bearer !== undefined },
      publicUrl,
      maxCalls,
      functions: functions.map(({ name }) => name),
      personas: callerPersonas,
      scenarios: callerScenarios,
    }
  }
}

/**
 * The server of the bridges, not yet listening: `/twilio-agent`, `POST /twilio/voice`, `/ws/telephony`, `/caller-agent`,
 * `/agent-conversation`, `/health`, `/stats`, `/config`. Requests of Twilio must be signed, others bring a bearer token.
 *
 * @throws RealtimeKitError RTK_OPTION for a `publicUrl` that is none
 * @example
 * const server = createBridgeServer({ twilioAuthToken: 'secret', session: { instructions: 'You are a florist.' } })
 * server.listen(8000)
 */
export function createBridgeServer(options: BridgeServerOptions = {}): Server {
  checkServerOptions(options)
  return new BridgeServer(options).listen()
}

const casts: Readonly<Record<string, readonly string[]>> = { caller_type: callerPersonas, scenario: callerScenarios }

/** What a query asks for and nobody can play. */
function unknownOf(query = ''): string | undefined {
  for (const [name, value] of new URLSearchParams(query)) {
    const known = Object.hasOwn(casts, name) ? casts[name] : undefined
    if (known && !known.includes(value)) return `There is no ${name} ${value.slice(0, 40)}. There are: ${known.join(', ')}.`
  }
  return undefined
}

/** Persona and scenario, as the query of a request names them. */
function asked({ url = '' }: IncomingMessage): {
  persona?: (typeof callerPersonas)[number]
  scenario?: (typeof callerScenarios)[number]
} {
  const query = new URLSearchParams(url.split('?')[1] ?? '')
  const persona = callerPersonas.find((name) => name === query.get('caller_type'))
  const scenario = callerScenarios.find((name) => name === query.get('scenario'))
  return { ...(persona && { persona }), ...(scenario && { scenario }) }
}

function refuse(socket: Duplex, status: number, message: string): void {
  const body = `${message}\n`
  const head = [
    `HTTP/1.1 ${status} ${status === 503 ? 'Service Unavailable' : 'Refused'}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
