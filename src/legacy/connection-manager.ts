// Mock sockets by id, each with a client of its own.

import { RealtimeKitError } from '../errors.ts'
import type { LocalRealtimeClientOptions } from './client-types.ts'
import { warnDeprecated } from './deprecation.ts'
import { withEnvironmentDefaults } from './environment-defaults.ts'
import { LocalRealtimeClient } from './local-realtime-client.ts'
import { MockWebSocketConnection } from './mock-connection.ts'
import { anyText, checkShape, positive } from './option-shapes.ts'
import { readSession } from './session-settings.ts'

/** As for a client; voice activity detection is on, transcription is off, and the smart examples are there, unless told otherwise. */
export interface LocalConnectionOptions extends LocalRealtimeClientOptions {
  connectionId?: string
}

/**
 * A mock socket with a client of its own, which ends with it.
 *
 * @example
 * await using socket = createLocalConnection({ responseConfigs: { hello: { text: 'Hello!' } } })
 * JSON.parse(await socket.recv()).type // 'session.created'
 */
export function createLocalConnection(given: LocalConnectionOptions = {}): MockWebSocketConnection {
  const options = withEnvironmentDefaults(given)
  const { connectionId, enableVad = true, enableTranscription = false, setupSmartResponses = true, ...rest } = options
  const sessionConfig = readSession('createLocalConnection()', options.sessionConfig ?? {})
  const turnDetection = sessionConfig.turnDetection ?? (enableVad ? { type: 'server_vad' } : null)
  const client = new LocalRealtimeClient({
    intercept: false,
    ...rest,
    sessionConfig: { ...sessionConfig, turnDetection },
    enableVad,
    enableTranscription,
    setupSmartResponses,
  })
  return new MockWebSocketConnection(client, { ownsClient: true, ...(connectionId === undefined ? {} : { connectionId }) })
}

/** @deprecated `createLocalConnection`. */
export function createMockWebSocketConnection(options: LocalConnectionOptions = {}): MockWebSocketConnection {
  warnDeprecated('createMockWebSocketConnection', '`createLocalConnection`')
  return createLocalConnection(options)
}

export interface ConnectionManagerOptions extends LocalRealtimeClientOptions {
  /** Open connections at one time. Default 100. */
  maxConnections?: number
}

export interface ConnectionStats {
  readonly totalConnections: number
  /** Those that are open. */
  readonly healthyConnections: number
  readonly maxConnections: number
  readonly connectionIds: readonly string[]
  /** Since the manager began. */
  readonly created: number
  /** How often an open connection was asked for again, and given. */
  readonly reused: number
}

/**
 * Keeps mock sockets by id.
 *
 * @example
 * await using manager = new MockWebSocketConnectionManager({ maxConnections: 2 })
 * await manager.connectionContext(async (socket) => await socket.send({ type: 'response.create' }))
 * manager.getStats().totalConnections // 0
 */
export class MockWebSocketConnectionManager implements AsyncDisposable {
  readonly #options: LocalRealtimeClientOptions
  readonly #max: number
  readonly #connections = new Map<string, MockWebSocketConnection>()
  #created = 0
  #reused = 0

  constructor({ maxConnections = 100, ...options }: ConnectionManagerOptions = {}) {
    checkShape('new MockWebSocketConnectionManager()', { maxConnections }, { maxConnections: positive })
    this.#max = maxConnections
    this.#options = options
  }

  /**
   * A new connection; the one of that id where it is open.
   *
   * @throws RealtimeKitError RTK_TRANSPORT when as many are open as may be (rejects)
   */
  async createConnection(connectionId?: string): Promise<MockWebSocketConnection> {
    if (connectionId !== undefined) checkShape('createConnection(…)', { connectionId }, { connectionId: anyText })
    this.#forgetClosed()
    const known = connectionId === undefined ? undefined : this.#connections.get(connectionId)
    if (known) {
      this.#reused += 1
      return known
    }
    if (this.#connections.size >= this.#max) throw this.#full()
    const connection = createLocalConnection({ ...this.#options, ...(connectionId === undefined ? {} : { connectionId }) })
    this.#created += 1
    this.#connections.set(connection.connectionId, connection)
    return connection
  }

  /** A connection for as long as `work` takes, closed and forgotten whether it succeeds or throws. */
  async connectionContext<T>(work: (connection: MockWebSocketConnection) => T | Promise<T>, connectionId?: string): Promise<T> {
    const connection = await this.createConnection(connectionId)
    try {
      return await work(connection)
    } finally {
      await this.closeConnection(connection.connectionId)
    }
  }

  /** Nothing happens for an unknown id. */
  async closeConnection(connectionId: string): Promise<void> {
    const connection = this.#connections.get(connectionId)
    this.#connections.delete(connectionId)
    await connection?.close()
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#connections.keys()].map((id) => this.closeConnection(id)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeAll()
  }

  getStats(): ConnectionStats {
    const connections = [...this.#connections.values()]
    return Object.freeze({
      totalConnections: connections.length,
      healthyConnections: connections.filter(({ open }) => open).length,
      maxConnections: this.#max,
      connectionIds: Object.freeze([...this.#connections.keys()]),
      created: this.#created,
      reused: this.#reused,
    })
  }

  #forgetClosed(): void {
    for (const [id, { open }] of this.#connections) if (!open) this.#connections.delete(id)
  }

  #full(): RealtimeKitError {
    const message = `${this.#connections.size} mock connections are open, and \`maxConnections\` is ${this.#max}: close one first.`
    return new RealtimeKitError('RTK_TRANSPORT', message)
  }
}
