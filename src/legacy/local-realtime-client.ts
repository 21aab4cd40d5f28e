// The client of the old system: despite its name it plays the service. Its methods, in today's shape, over a service of the kit
// (simulation.ts), which is loaded when the first client is made.

import type { Pcm } from '../../audio/types.ts'
import type { LocalRealtime } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { defaultModel } from '../protocol/default-model.ts'
import { clientOptionRules, type LegacySessionState, type LocalRealtimeClientOptions, processLogger } from './client-types.ts'
import type { ConversationContext } from './conversation-context.ts'
import { withEnvironmentDefaults } from './environment-defaults.ts'
import { type AnyEvent, type EventHandler, EventHandlerManager } from './event-handlers.ts'
import { sendKey } from './events-by-hand.ts'
import { handleKey } from './handlers-by-hand.ts'
import { HearingSettings } from './hearing-settings.ts'
import { type ClientHearing, HearingSwitches, hearingKey } from './hearing-switches.ts'
import { type LegacyEngine, loadEngine } from './load-engine.ts'
import { anyFunction, checkShape } from './option-shapes.ts'
import type { LocalResponseConfig, ResponseConfigOptions, ResponseGeneratorFunction } from './response-config.ts'
import { ResponseSet } from './response-set.ts'
import type { SelectedResponse, SelectionRequest } from './selection.ts'
import type { Simulation } from './simulation.ts'
import { SpeechGauge } from './speech-gauge.ts'
import type { ResponseTiming, Timings } from './timings.ts'
import { UserHistory } from './user-history.ts'
import type { PartPlace } from './wire-events.ts'

/** For the classes beside this one. */
export const startKey: unique symbol = Symbol('vitest-realtime.legacy.start')

/**
 * The simulator of the old system.
 *
 * @throws RealtimeKitError RTK_OPTION for unknown or wrong options
 * @example
 * const client = new LocalRealtimeClient()
 * client.addResponseConfig('greeting', { text: 'Hello!', selectionCriteria: { requiredKeywords: ['hello'] } })
 * await client.connect() // sockets to wss://api.openai.com/v1/realtime are this client's from now on
 */
export class LocalRealtimeClient extends HearingSwitches implements AsyncDisposable {
  readonly #engine: LegacyEngine
  readonly #options: LocalRealtimeClientOptions
  readonly #hearing: HearingSettings
  readonly #responses: ResponseSet
  readonly #generators = new Map<string, ResponseGeneratorFunction>()
  readonly #handlers: EventHandlerManager
  readonly #gauge = new SpeechGauge()
  readonly #timings: Timings
  readonly #history: UserHistory
  readonly #files: InstanceType<LegacyEngine['AudioFileCache']>
  #activeId: string | null | undefined
  #simulation: Simulation | undefined
  #isConnected = false

  constructor(given: LocalRealtimeClientOptions = {}) {
    super()
    checkShape('new LocalRealtimeClient()', given, clientOptionRules)
    const options = withEnvironmentDefaults(given)
    this.#options = options
    this.#hearing = new HearingSettings('new LocalRealtimeClient()', options)
    this.#engine = loadEngine()
    this.#handlers = new EventHandlerManager({ onError: (message) => this.#warn(message) })
    this.#files = new this.#engine.AudioFileCache({ onMissing: 'silence', warn: (message) => this.#warn(message) })
    this.#timings = new this.#engine.Timings()
    this.#history = new UserHistory({
      intentsOf: (text) => this.#engine.detectIntents(text, {}, this.#matching),
      nowMs: () => this.#simulation?.nowMs ?? this.#engine.realTime.dateNow(),
    })
    this.#responses = new ResponseSet({
      engine: this.#engine,
      matching: this.#matching,
      realtime: options.realtime ?? {},
      defaultConfig: options.defaultResponseConfig ?? {},
      onAdded: (key, response) => this.#simulation?.addResponse(key, response),
    })
    if (options.setupSmartResponses) this.setupSmartResponseExamples()
    for (const [key, config] of Object.entries(options.responseConfigs ?? {})) this.addResponseConfig(key, config)
  }

  // ---- life

  /**
   * Begins. Without an address, the sockets that this process opens to the Realtime URLs are its own. With one it dials that server,
   * as the old client did, and is the service on that socket: the peer's first event is `session.created`.
   *
   * @throws RealtimeKitError RTK_TRANSPORT (rejects) when nobody answers there
   */
  async connect(url?: string | URL): Promise<void> {
    const simulation = this[startKey]()
    try {
      if (url !== undefined) await simulation.dial(String(url))
    } catch (error) {
      if (!this.#isConnected) await this.#stop()
      throw error
    }
    this.#isConnected = true
  }

  /** Ends all sessions with 1000. Twice is as good as once. */
  disconnect(): Promise<void> {
    this.#isConnected = false
    return this.#stop()
  }

  /** Also while a mock connection is open. */
  get connected(): boolean {
    return this.#isConnected || this.#simulation?.connection?.isOpen === true
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect()
  }

  /** The service beneath, for matchers, waits and its `url`. Begun by `connect` or a mock connection. */
  get realtime(): LocalRealtime {
    return this.#running('client.realtime').realtime
  }

  /** The service beneath; begun where it is not. */
  [startKey](): Simulation {
    this.#simulation ??= this.#start()
    return this.#simulation
  }

  #start(): Simulation {
    const { legacy = false, intercept = true, realtime = {} } = this.#options
    const transcription = this.#engine.chosenRecognizer(this.#hearing.transcription.config)
    const simulation = new this.#engine.Simulation({
      options: { ...(transcription && { transcription }), ...realtime },
      isLegacy: legacy,
      intercepts: intercept,
      model: this.#hearing.session.model ?? defaultModel,
      handlers: this.#handlers,
      world: {
        isLegacy: legacy,
        generator: (name) => this.#generators.get(name),
        load: (path) => this.#files.load(path),
      },
      vadConfig: this.#hearing.vad.config,
      gauge: this.#gauge,
      threshold: () => this.#hearing.threshold,
      defaultResponse: this.#responses.defaultResponse,
      session: () => this.#hearing.sessionOfToday,
      onInput: (text) => this.#history.hear(text),
      onSession: () => void queueMicrotask(this.#tellUnheard),
      onWarning: (message) => this.#warn(message),
      onVadFailure: () => this.disableVad(),
      onTranscriptionFailure: () => this.disableTranscription(),
    })
    for (const [key, response] of this.#responses.entries) simulation.addResponse(key, response)
    this.#timings.watch(simulation.service)
    return simulation
  }

  async #stop(): Promise<void> {
    const simulation = this.#simulation
    this.#simulation = undefined
    this.#activeId = undefined
    await simulation?.close()
  }

  #running(what: string): Simulation {
    if (this.#simulation) return this.#simulation
    throw new RealtimeKitError('RTK_NO_SESSION', `${what}: the client is not connected: await client.connect() first.`)
  }

  #warn(message: string): void {
    const { logger = processLogger } = this.#options
    logger.warn(message)
  }

  // ---- responses

  /** Adds a response; one of the same key takes its place. */
  addResponseConfig(key: string, config: LocalResponseConfig | ResponseConfigOptions): void {
    this.#responses.add(key, config)
  }

  /** The response of that key; the default one for an unknown key. */
  getResponseConfig(key?: string): LocalResponseConfig {
    return this.#responses.config(key)
  }

  /** Adds the ten examples of the old system: greeting, help, complaint and so on. */
  setupSmartResponseExamples(): void {
    this.#responses.addSmartExamples()
  }

  /** A config with `generator: name` has its answers made by this. */
  registerResponseGenerator(name: string, generator: ResponseGeneratorFunction): void {
    checkShape('registerResponseGenerator(…)', { generator }, { generator: anyFunction })
    this.#generators.set(name, generator)
  }

  /** Which response the user's last input would get, and why. Nothing changes. */
  selectResponse(request: SelectionRequest = {}): SelectedResponse {
    return this.#responses.select({ text: this.#history.lastText, turn: this.#history.turn }, request)
  }

  get #matching(): 'words' | 'legacy' {
    return this.#options.legacy ? 'legacy' : 'words'
  }

  /** The user said this: it counts for the next response, and is an item of the open session. */
  updateConversationContext(text?: string): void {
    if (!text) return
    this.#history.say(text)
    this.#tellUnheard()
  }

  #tellUnheard = (): void => this.#simulation?.hear(() => this.#history.takeUnheard())

  /** As of now; it does not change any more. */
  getConversationContext(): ConversationContext {
    return this.#history.context(this.#simulation?.connection?.id ?? 'none')
  }

  // ---- inspection

  /** As of now; it does not change any more. */
  getSessionState(): LegacySessionState {
    const { core, id } = this.#simulation?.connection ?? {}
    return Object.freeze({
      sessionId: id ?? '',
      conversationId: 'local',
      connected: this.connected,
      activeResponseId: this.getActiveResponseId(),
      speechDetected: core?.hearsSpeech ?? false,
      audioBuffer: this.getAudioBuffer(),
      responseText: this.#simulation?.realtime.responses.at(-1)?.text ?? '',
      transcriptionEnabled: this.isTranscriptionEnabled,
      conversationContext: this.getConversationContext(),
    })
  }

  /** Sound that is not committed yet, in chunks as it came; copies. */
  getAudioBuffer(): readonly Uint8Array[] {
    return Object.freeze(this.#simulation?.audioBuffer() ?? [])
  }

  /** Puts other sound in its place; the app is told that the buffer was cleared. */
  setAudioBuffer(chunks: readonly Uint8Array[]): void {
    this.#running('setAudioBuffer(…)').setAudioBuffer(chunks)
  }

  /** The response in progress. */
  getActiveResponseId(): string | null {
    if (this.#activeId !== undefined) return this.#activeId
    return this.#simulation?.realtime.responses.findLast(({ status }) => status === 'in_progress')?.id ?? null
  }

  /** What events that are sent by hand say they belong to; undefined: the response in progress. */
  setActiveResponseId(id: string | null | undefined): void {
    this.#activeId = id
  }

  /** The last hundred responses, oldest first. */
  getResponseTimings(): readonly ResponseTiming[] {
    return this.#timings.records
  }

  // ---- events

  /**
   * Calls `handler` for each event of this type that the app sends, before the service acts on it. It may add to the reply, take its
   * place or keep it back. Returns the way to take it out again.
   *
   * @throws RealtimeKitError RTK_MATCHER or RTK_OPTION for a type that clients do not send
   */
  registerEventHandler(type: string, handler: EventHandler): () => void {
    this.#engine.checkEventType('registerEventHandler(…)', type, 'client')
    checkShape('registerEventHandler(…)', { handler }, { handler: anyFunction })
    return this.#handlers.register(type, handler)
  }

  /** Whether it was there. */
  unregisterEventHandler(type: string, handler: EventHandler): boolean {
    return this.#handlers.unregister(type, handler)
  }

  /** `place`: in the response in progress, or the one that was set by hand. */
  override [sendKey](what: string, events: (place: PartPlace) => readonly AnyEvent[]): void {
    const simulation = this.#running(what)
    simulation.send(what, events(simulation.place(this.getActiveResponseId())))
  }

  override get [hearingKey](): ClientHearing {
    return { settings: this.#hearing, gauge: this.#gauge, simulation: this.#simulation }
  }

  override [handleKey](what: string, event: AnyEvent): void {
    const simulation = this.#running(what)
    simulation.take(what, event)
    if (event.type === 'session.update' && simulation.connection) this.#hearing.follow(simulation.connection.core)
  }

  /**
   * A WAV file, mixed to one channel; read once for each rate. A file that is missing or no WAV file is two seconds of silence, with a
   * warning.
   *
   * @param rateHz samples per second, 24,000 by default
   */
  loadAudioFile(path: string | URL, rateHz?: number): Pcm {
    return this.#files.load(path, rateHz)
  }
}
