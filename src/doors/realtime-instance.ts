// The public face of a whole service: what fixtures, `useLocalRealtime` and `createLocalRealtime` give.

import type {
  IncomingCallOptions,
  LocalRealtime,
  McpServer,
  Phone,
  PhoneCall,
  RealtimeCall,
  RealtimeMetrics,
  RealtimeView,
  ReplayRules,
  ServiceSession,
  SessionFilter,
  Tape,
  TestClock,
} from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { recordings } from '../recording/load-recordings.ts'
import { terminalStyle } from '../report/terminal-style.ts'
import { refuse } from '../responses/option-check.ts'
import { checkCall, filterRules, secretRules } from '../runtime/arguments.ts'
import { createClientSecret } from '../runtime/client-secrets.ts'
import { installAppTime } from '../runtime/clock/app-time.ts'
import type { Connection } from '../runtime/connection.ts'
import { handlersInForce, type LinkHandler } from '../runtime/link-handlers.ts'
import { checkMcpServer } from '../runtime/mcp-servers.ts'
import { publicEntries } from '../runtime/public-entry.ts'
import type { Service } from '../runtime/service.ts'
import { sessionOf } from '../runtime/service-session.ts'
import { realtimeMetrics } from '../runtime/session-figures.ts'
import { tracked } from '../runtime/tracked-promise.ts'
import { View } from '../runtime/view.ts'
import type { OpenServer } from '../transports/open-server.ts'
import type { Doorman } from '../transports/transport.ts'
import { handledDoor } from './handled-door.ts'
import { createPhone } from './load-telephony.ts'
import { startReplay } from './start-replay.ts'
import { timelineText } from './story.ts'
import type { Surroundings } from './surroundings.ts'

/** How an instance is entered: by default the sockets and the app of its test are its own. */
export interface Entrance {
  /** False for one that only gets what is brought to its door. */
  readonly enrols?: boolean
  /** Handlers of vitest-realtime/msw in force. Default: those of its options, then those of all attached servers. */
  readonly handlers?: () => readonly LinkHandler[]
}

export class RealtimeInstance extends View implements LocalRealtime {
  readonly clock: TestClock
  readonly #leave: (() => void)[] = []
  readonly #door: Doorman
  readonly #surroundings: Surroundings
  #loopback: OpenServer | undefined
  #closing: Promise<void> | undefined
  #phone: (Phone & { close(): Promise<void> }) | undefined

  constructor(service: Service, surroundings: Surroundings, entrance: Entrance = {}) {
    super(service, { kind: 'realtime', title: 'realtime', includes: () => true })
    this.#surroundings = surroundings
    const { clock } = service
    this.clock = { now: () => clock.now(), advance: (ms) => clock.advance(ms), hold: (work) => clock.hold(work) }
    const handlers = entrance.handlers ?? (() => handlersInForce(service.options.handlers))
    this.#door = handledDoor({ service, realtime: this, handlers })
    const { enrols = true } = entrance
    if (enrols) this.#enrol(handlers)
  }

  #enrol(handlers: () => readonly LinkHandler[]): void {
    const { service } = this
    const { enrol, enterServers } = this.#surroundings
    const leave = enrol({ service, door: this.#door, handlers })
    service.start()
    if (service.context.followsAppTime) this.#leave.push(installAppTime())
    this.#leave.push(leave, enterServers())
  }

  /** Where transports bring the sockets of this service. */
  get door(): Doorman {
    return this.#door
  }

  /** The part of the kit that fixtures and reports may use. */
  get internals(): Service {
    return this.service
  }

  get timeline(): LocalRealtime['timeline'] {
    const { service } = this
    return {
      get entries() {
        return publicEntries(service)
      },
      toString: () => timelineText(service),
      print: () => console.log(timelineText(service, terminalStyle())),
    }
  }

  get metrics(): RealtimeMetrics {
    return realtimeMetrics(this.service)
  }

  for(filter: SessionFilter | ((session: ServiceSession) => boolean)): RealtimeView {
    const test = typeof filter === 'function' ? filter : undefined
    if (!test) checkFilter(filter)
    return new View(this.service, {
      kind: 'view',
      title: `realtime.for(${test ? '…' : describe(filter as SessionFilter)})`,
      includes: (connection) =>
        test ? test(sessionOf(this.service, connection)) : fits(this.service, connection, filter as SessionFilter),
    })
  }

  clientSecret(options: { session?: object; expiresInSeconds?: number } = {}): {
    value: string
    expires_at: number
    session: unknown
  } {
    checkCall('realtime.clientSecret(…)', options, secretRules)
    const made = createClientSecret(this.service.secretMaker, options)
    if ('secret' in made) return made.secret
    throw new RealtimeKitError(
      'RTK_OPTION',
      `realtime.clientSecret(…): the service would refuse this session: ${made.fault.message}`,
    )
  }

  replay(name: string, rules?: ReplayRules): Promise<Tape> {
    return tracked('realtime.replay(…)', startReplay(this.service, name, rules), this.replay, this.service.context)
  }

  async saveRecording(name?: string): Promise<string> {
    return recordings().saveSession(this.service, name)
  }

  mcp(label: string, server: McpServer): void {
    const place = { subject: `realtime.mcp(${JSON.stringify(label)}, …)`, path: '', code: 'RTK_OPTION' } as const
    if (typeof label !== 'string' || label === '') refuse(place, label, 'called with the `server_label` that the app uses')
    checkMcpServer(server, place)
    this.service.mcp.add(label, server)
  }

  incomingCall(
    app: string | URL | ((request: Request) => Response | Promise<Response>),
    options: IncomingCallOptions = {},
  ): Promise<RealtimeCall> {
    const ringing = this.service.calls.ring(app, options)
    return tracked('realtime.incomingCall(…)', ringing, this.incomingCall, this.service.context)
  }

  get calls(): readonly RealtimeCall[] {
    return this.service.calls.faces
  }

  get phone(): Phone {
    this.#phone ??= createPhone(this.service)
    return this.#phone
  }

  /** Calls that `phone` has placed; none where it was never used. */
  get dialled(): readonly PhoneCall[] {
    return this.#phone?.calls ?? []
  }

  get webhookSecret(): string {
    return this.service.calls.webhookSecret
  }

  run<T>(work: () => T): T {
    return this.service.run(work)
  }

  get url(): string {
    return this.#server.url
  }
  get wssUrl(): string {
    return this.#server.wssUrl
  }
  get httpUrl(): string {
    return this.#server.httpUrl
  }

  get caFile(): Promise<string> {
    return this.#server.caFile
  }

  get #server(): OpenServer {
    this.#loopback ??= this.#surroundings.openLoopback(this.service, this.#door)
    return this.#loopback
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Saves a recording at the end no more, whatever the option says: a test that is red shows nothing to compare with. */
  recordNothing(): void {
    this.isRed = true
  }
  isRed = false

  async #close(): Promise<void> {
    await this.service.close()
    if (this.service.options.record && !this.isRed) recordings().recordAtEnd(this.service)
    for (const leave of this.#leave.splice(0)) leave()
    await this.#loopback?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function checkFilter(filter: unknown): void {
  if (filter === undefined)
    throw new RealtimeKitError(
      'RTK_OPTION',
      'realtime.for(…) needs a filter: { model, instructions, intent }, or a function of the session.',
    )
  checkCall('realtime.for(…)', filter, filterRules)
}

function fits(service: Service, connection: Connection, { model, instructions, intent }: SessionFilter): boolean {
  const config = service.configOf(connection)
  if (intent !== undefined && config.type !== intent) return false
  if (model !== undefined && !('model' in config && config.model === model)) return false
  if (instructions === undefined) return true
  if (config.type !== 'realtime') return false
  return typeof instructions === 'string'
    ? config.instructions.includes(instructions)
    : config.instructions.search(instructions) >= 0
}

function describe(filter: SessionFilter): string {
  const parts = Object.entries(filter).map(
    ([key, value]) => `${key}: ${value instanceof RegExp ? String(value) : JSON.stringify(value)}`,
  )
  return `{ ${parts.join(', ')} }`
}
