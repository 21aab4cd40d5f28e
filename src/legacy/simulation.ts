// What a LocalRealtimeClient runs while it is connected: a service of its own with its replies, and how the client reaches into its
// sessions. Everything heavy of the old system's classes hangs on this file.

import { encodeBase64 } from '../../audio/base64.ts'
import type { RealtimeOptions } from '../api.ts'
import { nodeSurroundings } from '../doors/node-surroundings.ts'
import { RealtimeInstance } from '../doors/realtime-instance.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { parseJson } from '../protocol/decode.ts'
import { isServerEventType } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import type { Connection } from '../runtime/connection.ts'
import { contexts } from '../runtime/context.ts'
import { checkOptions } from '../runtime/options.ts'
import { isPluginName } from '../runtime/plugin-name.ts'
import { entriesFrom } from '../session/append-log.ts'
import { instantLatency } from '../session/latency.ts'
import { loadWs } from '../transports/load-ws.ts'
import { connectMemory, type MemoryClient } from '../transports/memory.ts'
import { joinWire } from '../transports/wire.ts'
import type { AnyEvent, EventHandlerManager } from './event-handlers.ts'
import { gaugedEngine } from './gauged-engine.ts'
import { guardedRecognizer } from './guarded-recognizer.ts'
import { HandledService } from './handled-service.ts'
import type { RegisteredResponse } from './registered-response.ts'
import { type ReplyWorld, replyOf } from './response-reply.ts'
import type { LegacyVadConfig } from './session-settings.ts'
import type { SpeechGauge } from './speech-gauge.ts'
import { UserInputs } from './user-inputs.ts'
import type { PartPlace } from './wire-events.ts'

export interface SimulationSettings {
  readonly options: RealtimeOptions
  readonly isLegacy: boolean
  /** Takes the sockets that this process opens to the Realtime URLs. */
  readonly intercepts: boolean
  readonly model: string
  readonly handlers: EventHandlerManager
  readonly world: ReplyWorld
  readonly vadConfig: LegacyVadConfig
  readonly gauge: SpeechGauge
  readonly threshold: () => number
  readonly defaultResponse: RegisteredResponse
  /** What sessions start from; asked at each. */
  readonly session: () => object
  /** A user said or typed this. */
  readonly onInput: (text: string, sessionId: string) => void
  readonly onSession: (connection: Connection) => void
  readonly onWarning: (message: string) => void
  /** Voice activity detection cannot go on: the old system switched it off then. */
  readonly onVadFailure: () => void
  /** The recognizer cannot be loaded: the same. */
  readonly onTranscriptionFailure: () => void
}

type DialledSocket = InstanceType<ReturnType<typeof loadWs>['WebSocket']>

export class Simulation {
  readonly service: HandledService
  readonly realtime: RealtimeInstance
  readonly inputs: UserInputs
  readonly #settings: SimulationSettings

  constructor(settings: SimulationSettings) {
    this.#settings = settings
    const { handlers, isLegacy } = settings
    const onSession = (connection: Connection): void => settings.onSession(connection)
    this.service = new HandledService({ name: 'LocalRealtimeClient', options: this.#options(), handlers, isLegacy, onSession })
    this.inputs = new UserInputs(this.service, settings.onInput)
    this.realtime = new RealtimeInstance(this.service, nodeSurroundings, { enrols: settings.intercepts })
  }

  #options(): RealtimeOptions {
    const { options, isLegacy, session, world, defaultResponse, gauge, threshold, vadConfig } = this.#settings
    const nowMs = (): number => this.service.clock.now()
    const gauging = { gauge, threshold, nowMs, onFailure: (message: string) => this.#loseVad(message) }
    const whole: RealtimeOptions = {
      onUnmatched: 'fallback',
      fallback: replyOf(defaultResponse.config, world, true),
      ...(isLegacy ? { matching: 'legacy', latency: legacyLatency } : {}),
      ...options,
      // Engines of plugins are the service's to find.
      ...(options.transcription && { transcription: this.#guarded(options.transcription) }),
      ...(isPluginName(options.vad) ? {} : { vad: gaugedEngine(vadConfig, gauging, options.vad) }),
    }
    checkOptions({ ...whole, session: session() }, 'new LocalRealtimeClient()')
    // Asked for each session anew: detection and transcription may be switched in between.
    return Object.defineProperty(whole, 'session', { get: session, enumerable: true })
  }

  #guarded(option: NonNullable<RealtimeOptions['transcription']>): NonNullable<RealtimeOptions['transcription']> {
    const lose = (message: string): void => {
      this.#settings.onWarning(`Transcription is off: ${message}`)
      this.#settings.onTranscriptionFailure()
    }
    return guardedRecognizer(option, lose) ?? option
  }

  #loseVad(message: string): void {
    this.#settings.onWarning(`VAD is off: ${message}`)
    this.#settings.onVadFailure()
  }

  /** The session that is open, else the last one. */
  get connection(): Connection | undefined {
    const { connections } = this.service
    return connections.findLast((one) => one.isOpen) ?? connections.at(-1)
  }

  /** The open session. */
  needSession(what: string): Connection {
    const { connection } = this
    if (connection?.isOpen) return connection
    throw this.service.noSession(what)
  }

  addResponse(name: string, { config, chosenBy }: RegisteredResponse): void {
    this.service.script.book.add(name, replyOf(config, this.#settings.world), { chosenBy })
  }

  /** The app's end of a new session, in process. */
  open(): MemoryClient {
    const url = `wss://api.openai.com/v1/realtime?model=${encodeURIComponent(this.#settings.model)}`
    return connectMemory(this.realtime.door, { url, headers: { authorization: 'Bearer local' } })
  }

  /** Dials a server, and is the service on that socket. Resolves when the socket is open. */
  dial(address: string): Promise<void> {
    const url = URL.parse(address)
    if (!url || !/^wss?:$/.test(url.protocol)) {
      const allowed = 'It is the address of a WebSocket server, such as ws://localhost:8080.'
      throw new RealtimeKitError('RTK_TRANSPORT', `connect('${address}'): that is no such address. ${allowed}`)
    }
    return contexts.outside(() => this.#dial(url))
  }

  #dial(url: URL): Promise<void> {
    const { WebSocket } = loadWs()
    const socket = new WebSocket(url, { perMessageDeflate: false })
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => reject(unreachable(url, error)))
      // Joined at once: the peer's first message may have come with its answer to the upgrade.
      socket.once('open', () => {
        if (this.#serve(socket, url)) resolve()
        else reject(unreachable(url, new Error('the service refused the session')))
      })
    })
  }

  #serve(socket: DialledSocket, peer: URL): boolean {
    socket.once('message', (data) => this.#checkPeer(peer, parseJson(String(data))))
    // The address is the peer's; what it opens is a session of this client's model all the same.
    const url = new URL(`wss://api.openai.com/v1/realtime?model=${encodeURIComponent(this.#settings.model)}`)
    const headers = { authorization: 'Bearer local' }
    const answer = this.realtime.door({ url, headers, protocols: [], transport: 'server', isNamed: true })
    // `ws` does not show the stream beneath its socket; frames of one turn are corked on it.
    if ('accept' in answer) joinWire(socket, Reflect.get(socket, '_socket'), answer.accept)
    else socket.terminate()
    return 'accept' in answer
  }

  /** Two services would greet, and then correct each other without end. */
  #checkPeer(url: URL, first: unknown): void {
    if (!isRecord(first) || !isServerEventType(String(first.type))) return
    const message = `${url.href} is a Realtime service itself: dial the app's own server, or give the app this client's \`realtime.url\`.`
    this.#settings.onWarning(message)
    for (const connection of [...this.service.connections]) connection.close(1002, 'the peer is a Realtime service')
  }

  /** Sends server events to the app. */
  send(what: string, events: readonly AnyEvent[]): void {
    const connection = this.needSession(what)
    for (const event of events) this.service.inject(connection, event as never)
  }

  /** Where a part of that response belongs; ids that nobody knows are made up. */
  place(responseId: string | null): PartPlace {
    const { ids, responses } = this.service
    const items = responseId === null ? undefined : responses.get(responseId)?.texts.keys()
    const item_id = [...(items ?? [])].at(-1) ?? ids.id('item')
    return { response_id: responseId ?? ids.id('resp'), item_id, output_index: 0, content_index: 0 }
  }

  /** Anything in place of the app: it is checked like what comes over its socket. */
  take(what: string, event: AnyEvent): void {
    const connection = this.needSession(what)
    this.service.run(() => connection.onMessage(JSON.stringify(event)))
  }

  /** Something that the app might have sent. */
  input(connection: Connection, event: AnyEvent): void {
    const { timeline, clock } = this.service
    const entry = timeline.append({ atMs: clock.now(), sessionId: connection.id, from: 'app', event: event as never })
    this.service.run(() => connection.input({ type: 'client-event', event: event as never }, entry.index))
  }

  /** Texts that the user said by hand, as items of the open session. Not asked for where there is none. */
  hear(texts: () => readonly string[]): void {
    const { connection } = this
    if (!connection?.isOpen) return
    for (const text of texts()) {
      const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
      this.input(connection, { type: 'conversation.item.create', item })
    }
  }

  /** Unix ms of the service's clock. */
  get nowMs(): number {
    const { clock } = this.service
    return clock.epochMs + clock.now()
  }

  /** What the buffer of the session holds, in chunks as they came. */
  audioBuffer(): readonly Uint8Array[] {
    const buffer = this.connection?.core.buffer
    return buffer ? entriesFrom(buffer.chunks).map((chunk) => chunk.slice()) : []
  }

  setAudioBuffer(chunks: readonly Uint8Array[]): void {
    const connection = this.needSession('setAudioBuffer(…)')
    this.input(connection, { type: 'input_audio_buffer.clear' })
    for (const chunk of chunks) this.input(connection, { type: 'input_audio_buffer.append', audio: encodeBase64(chunk) })
  }

  /** Changes the open session, as the app could have done. */
  update(input: object): void {
    const { connection } = this
    if (!connection?.isOpen) return
    this.input(connection, { type: 'session.update', session: { type: connection.core.config.type, audio: { input } } })
  }

  close(): Promise<void> {
    return this.realtime.close()
  }
}

/** No delay but those of the configs, and a delta for each chunk of a sound. */
const legacyLatency = { ...instantLatency, audioSpeed: Number.MAX_VALUE, audioFirstDeltaMs: 1000, audioDeltaMs: 1000 }

function unreachable(url: URL, error: unknown): RealtimeKitError {
  return new RealtimeKitError('RTK_TRANSPORT', `connect('${url.href}'): nobody answers there: ${messageOf(error)}`, {
    cause: error,
  })
}
