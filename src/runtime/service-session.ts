// The public face of one connection.

import type {
  AudioBufferState,
  ClientEventOf,
  ClientEventType,
  ServiceSession,
  SessionMetrics,
  TranscriptionState,
  VadState,
} from '../api.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import { checkArgument, closeCode } from './arguments.ts'
import type { Connection } from './connection.ts'
import type { Service } from './service.ts'
import { audioBufferState, sessionMetrics, transcriptionState, vadState } from './session-figures.ts'
import { isEvent } from './timeline.ts'
import { View } from './view.ts'

/** Properties of its own: Vitest copies them to compare and to show a session, and a copy has no private fields. */
const shown = [
  'id',
  'url',
  'headers',
  'protocols',
  'open',
  'config',
  'conversation',
  'vad',
  'transcription',
  'audioBuffer',
  'metrics',
] as const

class SessionView extends View implements ServiceSession {
  readonly #connection: Connection

  constructor(service: Service, connection: Connection) {
    super(service, {
      kind: 'session',
      title: `session ${connection.id}`,
      includes: (other) => other === connection,
    })
    this.#connection = connection
    for (const name of shown) {
      Object.defineProperty(this, name, { enumerable: true, get: () => Reflect.get(SessionView.prototype, name, this) })
    }
  }

  get id(): string {
    return this.#connection.id
  }
  get url(): URL {
    return this.#connection.request.url
  }
  get headers(): Record<string, string> {
    return { ...this.#connection.request.headers }
  }
  get protocols(): readonly string[] {
    return this.#connection.request.protocols
  }
  get open(): boolean {
    return this.#connection.isOpen
  }
  get config(): unknown {
    return this.service.configOf(this.#connection)
  }
  get conversation(): readonly { role: string; text: string }[] {
    return this.service.conversationOf(this.#connection)
  }

  get vad(): VadState {
    return vadState(this.service, this.#connection)
  }
  get transcription(): TranscriptionState {
    return transcriptionState(this.service, this.#connection)
  }
  get audioBuffer(): AudioBufferState {
    return audioBufferState(this.#connection)
  }
  get metrics(): SessionMetrics {
    return sessionMetrics(this.service, this.#connection)
  }

  override get session(): ServiceSession {
    return this
  }

  onEvent<K extends ClientEventType>(type: K, listener: (event: ClientEventOf<K>) => void): () => void {
    const { timeline } = this.service
    const stop = timeline.subscribe((entry) => {
      if (entry.sessionId !== this.id) return
      if (!isEvent(entry)) {
        if (entry.note.type === 'closed') stop()
      } else if (entry.from === 'app' && entry.event.type === type) {
        this.#tell(type, () => listener(entry.event as ClientEventOf<K>))
      }
    })
    return stop
  }

  #tell(type: string, listener: () => unknown): void {
    const lose = (error: unknown): void => {
      const why = messageOf(error)
      this.service.verdict.report(
        new RealtimeKitError('RTK_HANDLER', `The listener of onEvent('${type}') threw: ${why}`, { cause: error }),
      )
    }
    try {
      const result = listener()
      if (result instanceof Promise) result.catch(lose)
    } catch (error) {
      lose(error)
    }
  }

  /** Sends a server event as the service would; a missing `event_id` is filled in. */
  send(event: { type: string } & Record<string, unknown>): void {
    this.service.inject(this.#connection, event as unknown as ServerEvent)
  }

  close(code = 1000, reason = ''): void {
    checkArgument('session.close(…)', 'code', code, closeCode)
    this.#connection.close(code, reason)
  }

  terminate(): void {
    this.#connection.terminate()
  }
}

const faces = new WeakMap<Connection, SessionView>()

/** The same object for the same connection, each time. */
export function sessionOf(service: Service, connection: Connection): ServiceSession {
  let face = faces.get(connection)
  if (!face) {
    face = new SessionView(service, connection)
    faces.set(connection, face)
  }
  return face
}
