// A local Realtime service: sessions, replies, one clock and one timeline. The place where the parts of the runtime meet.
// The public objects (realtime-instance.ts, view.ts, service-session.ts) are faces of this.

import { base64Bytes } from '../../audio/base64.ts'
import { bytesPerMs } from '../../audio/formats.ts'
import { seededRandom } from '../../audio/noise.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { EventType, Fault, RealtimeOptions } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { type Dialect, dialectOf } from '../protocol/dialect.ts'
import { createIds, type Ids, idEpochUnixSeconds } from '../protocol/ids.ts'
import type { Item } from '../protocol/items.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import { textOf } from '../responses/turn.ts'
import type { Effect } from '../session/effects.ts'
import { conversationItems, sessionConfig } from '../session/state.ts'
import type { Doorman } from '../transports/transport.ts'
import type { Secret } from './admission.ts'
import { CallerPerson } from './caller/caller.ts'
import { callerWorld } from './caller/caller-world.ts'
import { Calls } from './calls.ts'
import type { SecretMaker } from './client-secrets.ts'
import { createClock, type KitClock } from './clock/create-clock.ts'
import { realTime } from './clock/real-time.ts'
import type { Connection, ConnectionWorld } from './connection.ts'
import { type Context, contexts } from './context.ts'
import { engineFailure } from './engines.ts'
import { Faults } from './faults.ts'
import { McpServers } from './mcp-servers.ts'
import { Model } from './model.ts'
import { noSessionError } from './no-session.ts'
import { Outgoing } from './outgoing.ts'
import { matcherOf, originMatcherOf } from './realtime-urls.ts'
import { receive } from './reception.ts'
import { ResponseTracker } from './response-tracker.ts'
import { Script } from './script.ts'
import { whoWaits } from './settled.ts'
import { isEvent, Timeline, type TimelineEntry } from './timeline.ts'
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
}

/** A process that runs for long gives out many; the oldest are over by then. */
const maxSecrets = 10_000

let serviceCount = 0

export class Service {
  readonly name: string
  readonly options: RealtimeOptions
  readonly context: Context
  readonly clock: KitClock
  readonly timeline: Timeline
  readonly verdict: Verdict
  readonly dialect: Dialect
  readonly ids: Ids
  readonly responses: ResponseTracker
  readonly script: Script
  readonly transcripts = new Transcripts()
  readonly faults: Faults
  readonly utterances = new Utterances()
  readonly mcp: McpServers
  readonly calls: Calls
  readonly connections: Connection[] = []
  /** URLs of sockets that the app opened and nothing here took. */
  readonly tried = new Set<string>()
  readonly #keeps: 'all' | 'open'
  readonly #model: Model
  readonly #outgoing: Outgoing
  readonly #random: () => number
  readonly #secrets = new Map<string, Secret>()
  readonly #cursors = new Map<string, number>()
  readonly #asked = new Map<string, { createMs?: number | undefined; committedMs?: number | undefined }>()
  #caller: CallerPerson | undefined

  constructor({ name, options, keeps = 'all' }: ServiceSettings) {
    this.name = name
    this.#keeps = keeps
    this.dialect = dialectOf(options.profile ?? 'openai')
    this.timeline = new Timeline(keeps)
    this.verdict = new Verdict(keeps)
    this.options = options
    const seed = options.seed ?? 1
    this.#random = seededRandom(seed)
    this.clock = createClock({
      timing: options.timing ?? 'virtual',
      epochMs: options.epoch ?? realTime.dateNow(),
      onFinding: (message) => this.finding(message),
    })
    this.context = this.#createContext()
    this.ids = createIds(seed, () => idEpochUnixSeconds + Math.floor(this.clock.now() / 1000))
    this.faults = new Faults(seededRandom(seed + 1))
    this.responses = new ResponseTracker({
      askedAt: (sessionId) => this.#askedAt(sessionId),
      measure: (sessionId, responseId, base64) => base64Bytes(base64) / bytesPerMs(this.outputFormat(sessionId, responseId)),
      heardMs: (itemId) => this.heardMs(itemId),
    })
    this.timeline.subscribe((entry) => this.#observe(entry))
    this.script = new Script(this)
    this.mcp = new McpServers(options.mcp)
    this.calls = new Calls(this)
    this.#model = new Model(this)
    this.#outgoing = new Outgoing(this)
    for (const [replyName, reply] of Object.entries(options.responses ?? {}))
      this.script.addDefault({ name: replyName, reply, level: 'file', depth: 0 })
  }

  #createContext(): Context {
    return {
      id: `rt${process.pid}-${++serviceCount}`,
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

  secret(value: string): Secret | undefined {
    return this.#secrets.get(value)
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
    return {
      clock: this.clock,
      timeline: this.timeline,
      dialect: this.dialect,
      answer: (connection, request) => this.#model.answer(connection, request),
      stopAnswer: (responseId) => this.#model.stop(responseId),
      transcribe: (connection, request) => this.#transcribe(connection, request),
      outgoing: (connection, event) => this.#outgoing.pass(connection, event),
      closed: (connection) => this.#closed(connection),
      engineFailed: (error) => this.verdict.report(engineFailure(error)),
      broke: (error) => this.verdict.report(bugError(error)),
    }
  }

  #closed(connection: Connection): void {
    this.script.book.forgetSession(connection.id)
    this.#model.leave(connection)
    if (this.#keeps === 'all') return
    const at = this.connections.indexOf(connection)
    if (at >= 0) this.connections.splice(at, 1)
    this.responses.forget(connection.id, (responseId) => {
      this.#model.forget(responseId)
      this.script.forgetResponse(responseId)
    })
    this.#cursors.delete(connection.id)
    this.#asked.delete(connection.id)
  }

  #transcribe(connection: Connection, request: Extract<Effect, { type: 'transcribe' }>): void {
    const { itemId } = request
    const give = (text: string): void => connection.input({ type: 'transcript', itemId, result: { type: 'completed', text } })
    const lose = (error: unknown): void => {
      const message = error instanceof Error ? error.message : String(error)
      this.finding(`the transcription engine failed: ${message}`)
      connection.input({ type: 'transcript', itemId, result: { type: 'failed', code: 'transcription_failed', message } })
    }
    const scripted = this.transcripts.take(connection)
    if (scripted) return connection.input({ type: 'transcript', itemId, result: scripted })
    const pending = connection.ears.pending(itemId)
    if (pending) void this.clock.hold(pending).then(give, lose)
    else give(connection.ears.known(itemId) ?? '')
  }

  fail(fault: Fault, when: { at?: EventType; times?: number; probability?: number }, scope: Scope): void {
    this.faults.add(fault, when, scope)
    for (const connection of [...this.connections]) this.#outgoing.strike(connection)
  }

  /** Faults that strike when the app sends something; what it sent has been taken in by then. */
  #strikeAt(sessionId: string, received: string): void {
    const connection = this.connection(sessionId)
    if (connection) this.#outgoing.strike(connection, received)
  }

  /** Sends an event of the test's author. */
  inject(connection: Connection, event: ServerEvent): void {
    const before = this.timeline.entries.length
    connection.send({ ...event, event_id: (event as { event_id?: string }).event_id ?? this.ids.id('event') } as ServerEvent)
    for (const entry of this.timeline.entries.slice(before)) if (isEvent(entry)) this.verdict.excuse(entry)
  }

  /** What ephemeral keys are made with. */
  get secretMaker(): SecretMaker {
    return { ids: this.ids, nowSeconds: () => this.unixSeconds(), addSecret: (secret) => this.#addSecret(secret) }
  }

  #addSecret(secret: Secret): void {
    this.#secrets.set(secret.value, secret)
    if (this.#secrets.size > maxSecrets) this.#secrets.delete(this.#secrets.keys().next().value!)
  }

  // ---- what is known

  #observe(entry: TimelineEntry): void {
    if (isEvent(entry)) {
      const { event, sessionId, atMs } = entry
      if (entry.from === 'service' && event.type === 'error') this.verdict.noteWireError(entry)
      if (entry.from === 'app' && this.faults.isArmed) queueMicrotask(() => this.#strikeAt(sessionId, event.type))
      if (event.type === 'response.create' && entry.from === 'app')
        this.#asked.set(sessionId, { ...this.#asked.get(sessionId), createMs: atMs })
      if (event.type === 'input_audio_buffer.committed')
        this.#asked.set(sessionId, { ...this.#asked.get(sessionId), committedMs: atMs })
    }
    this.responses.observe(entry)
  }

  /** When what the next response answers was over: the caller's last sound, or the `response.create`. */
  #askedAt(sessionId: string): number {
    const { createMs, committedMs } = this.#asked.get(sessionId) ?? {}
    this.#asked.delete(sessionId)
    if (committedMs === undefined) return createMs ?? this.clock.now()
    return this.utterances.lastEndMs(committedMs, sessionId) ?? committedMs
  }

  connection(sessionId: string): Connection | undefined {
    return this.connections.find((connection) => connection.id === sessionId)
  }

  configOf(connection: Connection): ReturnType<typeof sessionConfig> {
    return sessionConfig(connection.state)
  }

  itemsOf(sessionId: string): readonly Item[] {
    const connection = this.connection(sessionId)
    return connection ? conversationItems(connection.state) : []
  }

  conversationOf(connection: Connection): readonly { role: string; text: string }[] {
    return conversationItems(connection.state).flatMap((item) =>
      item.type === 'message' ? [{ role: item.role, text: textOf(item, (id) => connection.ears.known(id)) }] : [],
    )
  }

  wordsOf(itemId: string): string | undefined {
    for (const connection of this.connections) {
      const words = connection.ears.known(itemId)
      if (words !== undefined) return words
    }
    return undefined
  }

  inputFormat(sessionId: string): WireAudioFormat {
    const connection = this.connection(sessionId)
    return connection ? (sessionConfig(connection.state).audio.input.format as WireAudioFormat) : defaultFormat
  }

  outputFormat(sessionId: string, responseId?: string): WireAudioFormat {
    return this.#model.formatOf(responseId) ?? sessionFormat(this.connection(sessionId)) ?? defaultFormat
  }

  cursor(sessionId: string): number {
    return this.#cursors.get(sessionId) ?? 0
  }

  moveCursor(sessionId: string, index: number): void {
    this.#cursors.set(sessionId, Math.max(index, this.cursor(sessionId)))
  }

  // ---- the caller

  get caller(): CallerPerson {
    this.#caller ??= new CallerPerson(callerWorld(this))
    return this.#caller
  }

  heardByCaller(): { text: string; durationMs: number } | undefined {
    return this.#caller?.heard
  }

  heardMs(itemId: string): number | undefined {
    return this.#caller?.playback.heardMs(itemId, this.clock.now())
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
    this.timeline.append({ atMs: this.clock?.now() ?? 0, sessionId: '', from: 'kit', note: { type: 'finding', message } })
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
    this.context.closed = true
    contexts.live.delete(this.context)
    // A copy: with `keeps: 'open'` each close takes one out of the list.
    for (const connection of [...this.connections]) connection.close(1000, '')
    this.#model.close()
    this.clock.dispose()
    for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => realTime.setImmediate(resolve))
  }
}

const defaultFormat: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

function sessionFormat(connection: Connection | undefined): WireAudioFormat | undefined {
  if (!connection) return undefined
  const session = sessionConfig(connection.state)
  return session.type === 'realtime' ? (session.audio.output.format as WireAudioFormat) : undefined
}

/** An exception within the core is a defect of the kit, whatever the app sent. */
function bugError(cause: unknown): RealtimeKitError {
  const what = cause instanceof Error ? cause.message : String(cause)
  return new RealtimeKitError(
    'RTK_BUG',
    `the session broke on what it was told: ${what}\nThis is a defect of the kit, not of your test: please report it with the timeline below.`,
    { cause },
  )
}
