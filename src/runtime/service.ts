// A local Realtime service: sessions, replies, one clock and one timeline. The place where the parts of the runtime meet.
// The public objects (realtime-instance.ts, view.ts, service-session.ts) are faces of this.

import { base64Bytes } from '../../audio/base64.ts'
import { bytesPerMs } from '../../audio/formats.ts'
import { seededRandom } from '../../audio/noise.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { EventType, Fault, RealtimeOptions } from '../api.ts'
import type { RealtimeKitError } from '../errors.ts'
import type { AnyServerEvent } from '../protocol/any-events.ts'
import { type Dialect, dialectOf } from '../protocol/dialect.ts'
import { createIds, type Ids, idEpochUnixSeconds } from '../protocol/ids.ts'
import type { Item } from '../protocol/items.ts'
import { textOf } from '../responses/turn.ts'
import type { Doorman } from '../transports/transport.ts'
import { AskedTimes } from './asked-times.ts'
import { CallerPerson } from './caller/caller.ts'
import { callerWorld } from './caller/caller-world.ts'
import { People } from './caller/people.ts'
import { Calls } from './calls.ts'
import type { SecretMaker } from './client-secrets.ts'
import { createClock, type KitClock } from './clock/create-clock.ts'
import { realTime } from './clock/real-time.ts'
import type { Connection } from './connection.ts'
import type { ConnectionWorld } from './connection-world.ts'
import { type Context, contexts } from './context.ts'
import type { Diagnosis } from './diagnosis.ts'
import { Faults } from './faults.ts'
import { Findings } from './findings.ts'
import { KeyRing } from './key-ring.ts'
import { McpServers } from './mcp-servers.ts'
import { Model } from './model.ts'
import { noSessionError } from './no-session.ts'
import { checkTogether } from './options.ts'
import { Outgoing } from './outgoing.ts'
import { Plugins } from './plugins.ts'
import { matcherOf, originMatcherOf } from './realtime-urls.ts'
import { receive } from './reception.ts'
import type { RecordingPlace } from './recording-place.ts'
import type { Replaying } from './replaying.ts'
import { ResponseTracker } from './response-tracker.ts'
import { saidWords } from './said-words.ts'
import { Script } from './script.ts'
import { sessionOf } from './service-session.ts'
import { createWorld } from './service-world.ts'
import type { SessionCore } from './session-core.ts'
import { whoWaits } from './settled.ts'
import { isEvent, type Note, Timeline, type TimelineEntry } from './timeline.ts'
import { Transcriber } from './transcriber.ts'
import { Transcripts } from './transcripts.ts'
import { Utterances } from './utterances.ts'
import { Verdict } from './verdict.ts'
import type { Scope } from './view.ts'

export interface ServiceSettings {
  /** For messages: the test's name. */
  readonly name: string
  readonly options: RealtimeOptions
  /** 'open' forgets what is over, for a process that runs for long. Default 'all'. */
  readonly keeps?: 'all' | 'open'
  /** Where its recordings lie; absent for services that record nothing. */
  readonly place?: RecordingPlace
}

let serviceCount = 0

export class Service {
  readonly name: string
  readonly options: RealtimeOptions
  readonly place: RecordingPlace | undefined
  readonly context: Context
  readonly clock: KitClock
  readonly timeline: Timeline
  readonly verdict: Verdict
  readonly ids: Ids
  readonly responses: ResponseTracker
  readonly script: Script
  readonly transcripts = new Transcripts()
  readonly faults: Faults
  readonly findings: Findings = new Findings(this)
  readonly utterances = new Utterances()
  readonly keys = new KeyRing()
  readonly plugins: Plugins
  readonly mcp: McpServers
  readonly calls: Calls
  readonly connections: Connection[] = []
  /** Upgrades that a fault of the test slows down: each is answered when called. */
  readonly pendingUpgrades = new Set<() => void>()
  /** URLs of sockets that the app opened and nothing here took. */
  readonly tried = new Set<string>()
  /** A recording that answers the app, instead of everything else here. */
  replaying: Replaying | undefined
  readonly #keeps: 'all' | 'open'
  readonly #model: Model
  readonly #transcriber: Transcriber
  readonly #outgoing: Outgoing
  readonly #random: () => number
  readonly #cursors = new Map<string, number>()
  readonly #asked = new AskedTimes(this.utterances)
  readonly #people = new People(() => new CallerPerson(callerWorld(this)))

  constructor({ name, options, keeps = 'all', place }: ServiceSettings) {
    checkTogether(options, place)
    this.name = name
    this.place = place
    this.#keeps = keeps
    this.timeline = new Timeline(keeps)
    this.verdict = new Verdict(keeps)
    this.plugins = new Plugins(options.plugins, (problem) => this.verdict.report(problem))
    const intents = this.plugins.intentsWith(options.intents)
    this.options = { ...this.plugins.withEngines(options), ...(intents && { intents }) }
    const seed = options.seed ?? 1
    this.#random = seededRandom(seed)
    this.clock = createClock({
      timing: options.timing ?? 'virtual',
      epochMs: options.epoch ?? realTime.dateNow(),
      onFinding: (message) => this.finding(message),
    })
    this.context = this.#createContext()
    this.ids = createIds(seed, () => idEpochUnixSeconds + Math.floor(this.clock.now() / 1000))
    this.faults = new Faults(seededRandom(seed + 1), (fault, sessionId) => this.#note(sessionId, { type: 'injected', fault }))
    this.responses = new ResponseTracker({
      askedAt: (sessionId) => this.#asked.take(sessionId, this.clock.now()),
      measure: (sessionId, responseId, base64) => base64Bytes(base64) / bytesPerMs(this.outputFormat(sessionId, responseId)),
      heardMs: (itemId) => this.heardMs(itemId),
    })
    this.timeline.subscribe((entry) => this.#observe(entry))
    if (this.plugins.hasHandlers) this.timeline.subscribe((entry) => this.#tellPlugins(entry))
    this.script = new Script(this)
    this.mcp = new McpServers(options.mcp)
    this.calls = new Calls(this)
    this.#model = new Model(this)
    this.#transcriber = new Transcriber(this)
    this.#outgoing = new Outgoing(this)
    this.script.addOptions(options)
  }

  #createContext(): Context {
    return {
      id: `rt${globalThis.process?.pid ?? ''}-${++serviceCount}`,
      name: this.name,
      clock: this.clock,
      followsAppTime: (this.options.timing ?? 'virtual') === 'virtual' && this.options.appTime !== 'real',
      letsSocketsOut: this.options.intercept === false,
      random: () => this.#random(),
      closed: false,
    }
  }

  // ---- connections

  /** Takes or refuses an upgrade; given to every transport. */
  readonly door: Doorman = (request) => receive(this, request)

  /** How events look on the wire of one session: GA, beta or Azure. */
  createDialect(): Dialect {
    const { profile = 'openai', limits } = this.options
    return dialectOf(profile, { tokensPerMinute: limits?.tokensPerMinute })
  }

  /** Unix seconds of the test's clock: what `expires_at` counts in. */
  unixSeconds(): number {
    return Math.floor((this.clock.epochMs + this.clock.now()) / 1000)
  }

  /** Runs `work` as part of this test. */
  run<T>(work: () => T): T {
    return contexts.storage.run(this.context, work)
  }

  /** What the connections of this service share. */
  connectionWorld(): ConnectionWorld {
    this.#connectionWorld ??= createWorld(this, {
      model: this.#model,
      transcriber: this.#transcriber,
      outgoing: this.#outgoing,
      closed: (connection) => this.#closed(connection),
    })
    return this.#connectionWorld
  }
  #connectionWorld: ConnectionWorld | undefined

  #closed(connection: Connection): void {
    this.script.book.forgetSession(connection.id)
    this.#model.leave(connection)
    this.mcp.leave(connection)
    if (this.#keeps === 'all') return
    const at = this.connections.indexOf(connection)
    if (at >= 0) this.connections.splice(at, 1)
    this.responses.forget(connection.id, (responseId) => {
      this.#model.forget(responseId)
      this.script.forgetResponse(responseId)
    })
    this.#cursors.delete(connection.id)
    this.#asked.forget(connection.id)
  }

  fail(fault: Fault, when: { at?: EventType; times?: number; probability?: number }, scope: Scope): void {
    this.faults.add(fault, when, scope)
    for (const connection of [...this.connections]) this.#outgoing.strike(connection)
  }

  /** Faults that keep even the answer to what the app sends from going out. */
  #silenceAt(sessionId: string, received: string): void {
    const connection = this.connection(sessionId)
    if (connection) this.#outgoing.silence(connection, received)
  }

  /** Faults that strike when the app sends something; what it sent has been taken in by then. */
  #strikeAt(sessionId: string, received: string): void {
    queueMicrotask(() => {
      const connection = this.connection(sessionId)
      if (connection) this.#outgoing.strike(connection, received)
    })
  }

  /** Sends an event of the test's author; a missing id is filled in, where the live service sends one. */
  inject(connection: Connection, event: AnyServerEvent): void {
    const before = this.timeline.entries.length
    const hasNoId = event.type === 'input_audio_buffer.dtmf_event_received'
    connection.send(hasNoId ? event : { ...event, event_id: event.event_id ?? this.ids.id('event') })
    for (const entry of this.timeline.entries.slice(before)) if (isEvent(entry)) this.verdict.excuse(entry)
  }

  /** What ephemeral keys are made with. */
  get secretMaker(): SecretMaker {
    return { ids: this.ids, nowSeconds: () => this.unixSeconds(), addSecret: (secret) => this.keys.add(secret) }
  }

  // ---- what is known

  #observe(entry: TimelineEntry): void {
    if (isEvent(entry)) {
      const { event, sessionId } = entry
      // An error of a recording is what the app got then.
      if (entry.from === 'service' && event.type === 'error' && !this.replaying) this.verdict.noteWireError(entry)
      if (event.type === 'session.updated') this.findings.updated(entry)
      if (entry.from === 'app' && this.faults.isArmed) {
        this.#silenceAt(sessionId, event.type)
        this.#strikeAt(sessionId, event.type)
      }
      this.#asked.observe(entry)
    }
    this.responses.observe(entry)
  }

  #tellPlugins(entry: TimelineEntry): void {
    const connection = isEvent(entry) && entry.from === 'app' ? this.connection(entry.sessionId) : undefined
    if (connection && isEvent(entry)) this.plugins.handle(entry.event, sessionOf(this, connection))
  }

  connection(sessionId: string): Connection | undefined {
    return this.connections.find((connection) => connection.id === sessionId)
  }

  configOf(connection: Connection): SessionCore['config'] {
    return connection.core.config
  }

  itemsOf(sessionId: string): readonly Item[] {
    const connection = this.connection(sessionId)
    return connection?.core.items ?? []
  }

  conversationOf(connection: Connection): readonly { role: string; text: string }[] {
    return connection.core.items.flatMap((item) =>
      item.type === 'message' ? [{ role: item.role, text: textOf(item, (id) => this.saidWords(connection, id)) }] : [],
    )
  }

  wordsOf(itemId: string): string | undefined {
    return this.connections.map((one) => this.saidWords(one, itemId)).find((words) => words !== undefined)
  }

  saidWords(connection: Connection, itemId: string): string | undefined {
    return saidWords(this.responses, connection, itemId)
  }

  inputFormat(sessionId: string): WireAudioFormat {
    const connection = this.connection(sessionId)
    return connection?.core.inputFormat ?? defaultFormat
  }

  outputFormat(sessionId: string, responseId?: string): WireAudioFormat {
    return this.#model.formatOf(responseId) ?? this.connection(sessionId)?.core.outputFormat ?? defaultFormat
  }

  cursor(sessionId: string): number {
    return this.#cursors.get(sessionId) ?? 0
  }

  moveCursor(sessionId: string, index: number): void {
    this.#cursors.set(sessionId, Math.max(index, this.cursor(sessionId)))
  }

  // ---- the caller

  get caller(): CallerPerson {
    return this.#people.caller
  }

  /** Somebody on a phone: hears as the caller does. */
  addListener(person: CallerPerson): void {
    this.#people.addOnPhone(person)
  }

  heardByCaller(): ReturnType<People['heard']> {
    return this.#people.heard()
  }

  heardMs(itemId: string): number | undefined {
    return this.#people.heardMs(itemId, this.clock.now())
  }

  // ---- waiting

  onProblem(listener: (problem: Error) => void): () => void {
    return this.verdict.onProblem(listener)
  }

  whoWaits(): string | undefined {
    return whoWaits(this, this.connections)
  }

  noSession(what: string): RealtimeKitError {
    return noSessionError(this, `${what}: no session is connected.`)
  }

  finding(message: string): void {
    this.#note('', { type: 'finding', message })
  }

  /** What the app did wrong, in plain words; `at` is where it did. */
  report({ code, message, mend }: Diagnosis, at: { sessionId?: string; cause?: number | undefined } = {}): void {
    this.#note(at.sessionId ?? '', { type: 'finding', code, message, mend }, at.cause)
  }

  #note(sessionId: string, note: Note, cause?: number): void {
    const entry = { atMs: this.clock?.now() ?? 0, sessionId, from: 'kit', note } as const
    this.timeline.append(cause === undefined ? entry : { ...entry, cause })
  }

  /** Whether a socket to this URL is for this service. */
  claims(url: URL): boolean {
    this.#matches ??= matcherOf(this.options.intercept)
    return this.#matches(url)
  }
  #matches: ((url: URL) => boolean) | undefined

  /** Whether any URL of this origin may be for this service. */
  coversOrigin(origin: URL): boolean {
    return originMatcherOf(this.options.intercept)(origin)
  }

  /** Makes the service findable by interception and by the app's patched globals. */
  start(): void {
    contexts.live.add(this.context)
  }

  /** Closes every socket with 1000 and stops time; the timeline stays readable. */
  async close(): Promise<void> {
    if (this.context.closed) return
    this.findings.conclude()
    this.context.closed = true
    contexts.live.delete(this.context)
    // A copy: with `keeps: 'open'` each close takes one out of the list.
    for (const connection of [...this.connections]) connection.close(1000, '')
    for (const answer of [...this.pendingUpgrades]) answer()
    this.#model.close()
    this.clock.dispose()
    for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => realTime.setImmediate(resolve))
  }
}

const defaultFormat: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }
