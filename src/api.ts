// The public types of the kit, with their hover texts. No code: the runtime implements these.

import type { Pcm, SpeechEngine, TranscriptionEngine, VadEngine } from '../audio/types.ts'
import type { ClientEvent } from './protocol/client-events.ts'
import type { ServerEvent } from './protocol/server-events.ts'
import type { Latency } from './session/latency.ts'

export type { Pcm, WordTime } from '../audio/types.ts'

/** Names of the server's events (GA). */
export type ServerEventType = ServerEvent['type']
/** Names of the client's events (GA). */
export type ClientEventType = ClientEvent['type']
export type EventType = ServerEventType | ClientEventType

export type ServerEventOf<K extends ServerEventType> = Extract<ServerEvent, { type: K }>
export type ClientEventOf<K extends ClientEventType> = Extract<ClientEvent, { type: K }>
export type EventOf<K extends EventType> = Extract<ServerEvent | ClientEvent, { type: K }>

/** Every field optional, at every depth; an asymmetric matcher (`any`) fits anywhere. */
export type Matching<T> = T extends readonly (infer U)[]
  ? readonly Matching<U>[]
  : T extends object
    ? { [K in keyof T]?: Matching<T[K]> }
    : T

/** A partial event: its type and any of its fields. */
export type EventPattern = { [K in EventType]: { type: K } & Matching<Omit<EventOf<K>, 'type'>> }[EventType]

/** One event on the timeline. */
export interface Entry {
  readonly index: number
  /** Ms of the test's clock. */
  readonly atMs: number
  readonly from: 'app' | 'service'
  readonly session: ServiceSession
  /** Index of the entry that set this one off. */
  readonly cause?: number
  readonly event: ServerEvent | ClientEvent
}

/** What a sequence lists: an event type, a partial event, or a predicate. */
export type SequenceItem = EventType | EventPattern | ((event: ServerEvent | ClientEvent, entry: Entry) => boolean)

// ---- what the model says

/** The turn that a reply answers; given to reply functions and predicates. */
export interface Turn {
  /** User inputs of the default conversation so far; the first is 1. */
  readonly number: number
  /** What the user typed, or said (also when the app configured no transcription). */
  readonly text: string
  /** Keys pressed on a phone, when the turn is keys. */
  readonly keys?: string
  /** What the app's function returned, parsed as JSON where it is JSON; for replies under `then`. */
  readonly result?: any
  readonly metadata: Record<string, string>
  readonly instructions: string
  readonly tools: readonly { name: string }[]
  readonly conversation: readonly { role: string; text: string }[]
  /** Function calls so far, oldest first, parsed as JSON where they are JSON; `result` once the app has answered. */
  readonly calls: readonly { name: string; arguments: any; result?: any }[]
  /** Aborted when the response is cancelled or interrupted. */
  readonly signal: AbortSignal
}

/** When a reply is eligible: all that is given must be met. What is met adds to the reply's score; the highest score wins. */
export interface Criteria {
  /** A phrase (whole words, any case) or a pattern in what the user said. */
  says?: string | RegExp
  /** Any of these words or phrases. */
  keywords?: string[]
  /** None of these words or phrases. */
  excludedKeywords?: string[]
  /** Any of the detected intents, such as 'greeting' or 'farewell'. */
  intents?: string[]
  /** First and last turn (user inputs of the default conversation, from 1) that it is for. */
  minTurn?: number
  maxTurn?: number
  /** Keys pressed on a phone, such as '1' or '42#'. */
  keys?: string
  /** Something in the instructions in force for the response. */
  instructions?: string | RegExp
  /** These pairs in the `metadata` of the response. */
  metadata?: Record<string, string>
  /** Whether the response is out of band (`conversation: 'none'`). */
  outOfBand?: boolean
  /** The response offers a function tool of this name. */
  tool?: string
  /** The response is asked for in these. */
  modalities?: ('text' | 'audio')[]
  /** Whether function tools are offered at all. */
  requiresFunctionCall?: boolean
  /** Patterns over the user's words and the detected intents: a bonus, or a requirement with `requirePattern`. */
  patterns?: (string | RegExp)[]
  requirePattern?: boolean
  /** All keywords must be there, not any. */
  requireAll?: boolean
}

export type When = string | RegExp | Criteria | ((turn: Turn) => boolean)

export interface Call {
  name: string
  arguments?: object
}

export interface ReplyConfig {
  /** What is said; spoken by the embedded voice when the response asks for audio. */
  text?: string | ((turn: Turn) => string)
  /** Sound to play instead of the embedded voice: `speech()`, any Pcm, or the path of a WAV file. */
  audio?: Pcm | string
  /** Function calls of the app's tools. */
  call?: Call | Call[]
  /** Answers the response that follows the output of `call`. */
  then?: Reply
  when?: When
  /** How often it may be chosen; unlimited by default. */
  times?: number
  /** Added to the score; default 0. */
  priority?: number
  /** The model thinks this long before it starts. Virtual ms; default 0. */
  delayMs?: number
  /** How the response ends; default 'completed'. */
  finish?: 'completed' | 'max_output_tokens' | 'content_filter'
}

/** A text, a config, or a function of the turn that gives one of them, or streams texts (a custom model). */
export type Reply = string | ReplyConfig | ((turn: Turn) => Reply | Promise<Reply> | AsyncIterable<string>)

/** A reply that was added; `used` are the responses that it gave. */
export interface Scripted {
  readonly name: string
  readonly used: readonly ServedResponse[]
  remove(): void
}

/** One response of the service. */
export interface ServedResponse {
  readonly id: string
  /** Name of the reply that was chosen; `name.then` for a `then`. */
  readonly name: string
  readonly status: 'in_progress' | 'completed' | 'cancelled' | 'incomplete' | 'failed'
  readonly text: string
  readonly calls: readonly { name: string; arguments: any; output?: any }[]
  readonly usage: ServerEventOf<'response.done'>['response']['usage']
  readonly metadata: Record<string, string>
  readonly outOfBand: boolean
  readonly createdAtMs: number
  readonly firstAudioAtMs?: number
  /** How it was chosen: the score of each candidate, or why it was rejected. */
  readonly why: unknown
}

// ---- the service of one test, or the part of it that a filter names

export interface SessionFilter {
  model?: string
  instructions?: string | RegExp
  intent?: 'transcription'
}

export type ErrorCode =
  | 'rate_limit_exceeded'
  | 'insufficient_quota'
  | 'server_error'
  | 'session_expired'
  | 'invalid_api_key'
  | 'model_not_found'
  | (string & {})

export type Fault =
  | { response: ErrorCode }
  | { connect: ErrorCode | 'refused' | 'timeout' | number }
  | { close: number; reason?: string }
  | { error: ErrorCode; message?: string }
  | { drop: ServerEventType }
  | { duplicate: ServerEventType }
  | { reorder: ServerEventType }
  | { delay: ServerEventType; ms: number }
  | { malformed: ServerEventType }

/** Scripts, waits and queries of a set of sessions. */
export interface RealtimeView {
  /**
   * Adds a named reply for every response that it fits; one of the same name takes the place of the one before.
   *
   * @throws RealtimeKitError RTK_REPLY for a reply with unknown or wrong fields
   * @example
   * realtime.respond('hours', { when: /open|hours/i, text: 'We are open from nine to five.' })
   */
  respond(name: string, reply: Reply): Scripted
  /**
   * Used for the next response, in order, before any named reply; must be used, else the test is red (RTK_UNUSED_REPLY).
   *
   * @example
   * realtime.respondOnce('One moment please.')
   * realtime.respondOnce('lookup', { call: { name: 'find_order', arguments: { id: 'A1' } }, then: 'It ships on Monday.' })
   */
  respondOnce(reply: Reply): Scripted
  respondOnce(name: string, reply: Reply): Scripted
  /**
   * What the next committed audio is transcribed as: a text, a text in these deltas, or a failure with this code.
   *
   * @example
   * realtime.transcribeOnce('A table for two')
   * realtime.transcribeOnce({ fail: 'audio_unintelligible' })
   */
  transcribeOnce(as: string | { fail: string } | { deltas: string[] }): void
  /**
   * Makes the service misbehave, at the next occasion or at an event. `times` and `probability` (0 to 1) are 1 by default.
   *
   * @throws RealtimeKitError RTK_OPTION for an unknown fault
   * @example
   * realtime.fail({ response: 'server_error' })
   * realtime.fail({ close: 1011 }, { at: 'response.output_audio.delta' })
   */
  fail(fault: Fault, when?: { at?: EventType; times?: number; probability?: number }): void
  /** Server events of this type so far, in order. */
  emitted<K extends ServerEventType>(type: K): ServerEventOf<K>[]
  /** Client events of this type so far, in order. */
  received<K extends ClientEventType>(type: K): ClientEventOf<K>[]
  /** All responses so far, in order. */
  readonly responses: readonly ServedResponse[]
  /** All sessions so far, in order, closed ones too. */
  readonly sessions: readonly ServiceSession[]
  /**
   * The open session; when all have closed, the last one.
   *
   * @throws RealtimeKitError RTK_NO_SESSION when none has connected, RTK_MANY_SESSIONS when more than one is open
   */
  readonly session: ServiceSession
  /**
   * The next response to finish, each once. `timeout` is in virtual ms, 30,000 by default.
   *
   * @throws RealtimeKitError RTK_WAIT when there is none in time, or nobody can move; RTK_NO_MATCH when no reply fits the turn
   * @example
   * const response = await realtime.nextResponse({ name: 'hours' })
   */
  nextResponse(which?: { name?: string; outOfBand?: boolean; timeout?: number }): Promise<ServedResponse>
  /**
   * The next event of this type with these fields, from the session's cursor on; moves the cursor past it. `timeout`: virtual ms,
   * 30,000 by default.
   *
   * @throws RealtimeKitError RTK_WAIT, saying who waits for whom
   * @example
   * const { item } = await realtime.waitFor('conversation.item.done', { item: { role: 'user' } })
   */
  waitFor<K extends EventType>(type: K, matching?: Matching<EventOf<K>>, options?: { timeout?: number }): Promise<EventOf<K>>
  /** An open session: at once where there is one. `timeout`: virtual ms, 30,000 by default. Rejects with RTK_NO_SESSION. */
  waitForSession(options?: { timeout?: number }): Promise<ServiceSession>
  /**
   * Resolves when nobody waits for anybody: no response in progress, no call unanswered, nothing due. `timeout`: virtual ms,
   * 30,000 by default. Rejects with RTK_WAIT, saying who waits for whom.
   */
  settled(options?: { timeout?: number }): Promise<void>
}

/** One connection of the app. */
export interface ServiceSession extends RealtimeView {
  readonly id: string
  readonly url: URL
  readonly headers: Record<string, string>
  readonly protocols: readonly string[]
  readonly open: boolean
  /** The session object as the service would echo it now. */
  readonly config: any
  readonly conversation: readonly { role: string; text: string }[]
  /**
   * Calls `listener` for each client event of this type from now on, before the service acts on it; what it throws makes the test
   * red. Returns the way to stop.
   */
  onEvent<K extends ClientEventType>(type: K, listener: (event: ClientEventOf<K>) => void): () => void
  /** Sends a server event as the service would; missing ids are filled in. */
  send(event: { type: ServerEventType } & Record<string, unknown>): void
  close(code?: number, reason?: string): void
  /** Drops the socket without a close frame. */
  terminate(): void
}

/** A local Realtime service of one test. */
export interface LocalRealtime extends RealtimeView, AsyncDisposable {
  /** The part of the service that a filter names; usable before anything connects. */
  for(filter: SessionFilter | ((session: ServiceSession) => boolean)): RealtimeView
  readonly clock: TestClock
  readonly timeline: { readonly entries: readonly Entry[]; toString(): string }
  /** An ephemeral key that opens sessions with the given configuration. Default life: 600 s. */
  clientSecret(options?: { session?: object; expiresInSeconds?: number }): { value: string; expires_at: number; session: any }
  /** For recordings, which come with a later version: rejects with RTK_OPTION. */
  replay(name: string): Promise<Tape>
  /** Runs `work` as part of this test: sockets opened by it belong here. */
  run<T>(work: () => T): T
  /** `ws://127.0.0.1:…/v1/realtime` of a loopback server, started on first use. */
  readonly url: string
  /** The same port in TLS. Its authority is in `caFile`. */
  readonly wssUrl: string
  /** `http://127.0.0.1:…/v1`, for the `baseURL` of clients. */
  readonly httpUrl: string
  /** Path of the authority behind `wssUrl`: `{ ca: readFileSync(await realtime.caFile) }`, or NODE_EXTRA_CA_CERTS of a child. */
  readonly caFile: Promise<string>
  /** Closes all sessions with 1000 and the loopback server. A second call waits for the first. */
  close(): Promise<void>
}

/** The time of one test. */
export interface TestClock {
  /** Ms since the test's clock began. */
  now(): number
  /** Moves time by `ms`, firing everything due on the way. */
  advance(ms: number): Promise<void>
  /** Stops time until `work` is done: for work that the clock cannot see (databases, workers). */
  hold<T>(work: Promise<T>): Promise<T>
}

export interface Tape {
  readonly turns: readonly { text?: string; audio?: Pcm; keys?: string }[]
}

// ---- the person at the other end

/** A loudspeaker of the app, as `caller.attach({ speaker })` gives it. */
export interface Speaker {
  play(pcm: ArrayBuffer | Int16Array, item?: string): void
  stop(): void
}

export interface RealtimeSessionLike {
  sendAudio(audio: ArrayBuffer, options?: { commit?: boolean }): void
  on(event: any, listener: (...args: any[]) => void): unknown
}

export interface OpenAIClientLike {
  send(event: any): void
  on(event: any, listener: (...args: any[]) => void): unknown
  readonly url: URL
}

/** The simulated person who speaks to the app and hears it. */
export interface Caller {
  /** Joins the caller to the app's microphone and loudspeaker. Unattached, it speaks straight into the service's ear. */
  attach(app: RealtimeSessionLike | OpenAIClientLike | { microphone(frame: Pcm): void; speaker?(speaker: Speaker): void }): this
  /** Speaks in 20 ms frames paced by the clock; resolves when the last frame was sent. */
  says(what: string | Pcm, options?: { voice?: string; snrDb?: number }): Promise<void>
  /** Speaks after `afterMs` of the answer have been heard. */
  interrupts(what: string | Pcm, options: { afterMs: number }): Promise<void>
  /** Is silent for so many ms of the test's clock. */
  pauses(ms: number): Promise<void>
  /** Resolves when the words have been played to the caller. */
  hears(what: string | RegExp, options?: { timeout?: number }): Promise<void>
  /** What was played to the caller so far: words, length in ms, sound. */
  readonly heard: { readonly text: string; readonly durationMs: number; readonly audio: Pcm }
}

// ---- options

export type { Latency, LatencyProfile } from './session/latency.ts'

/** Options of every door. All are optional. */
export interface RealtimeOptions {
  /** Replies by name, as `respond` takes them. */
  responses?: Record<string, Reply>
  /** What an unmatched turn does. Default 'error' in tests, 'fallback' in `serve`. */
  onUnmatched?: 'error' | 'fallback'
  /** The reply of `onUnmatched: 'fallback'`. */
  fallback?: Reply
  /** Whether a wire `error` that nothing asserted makes the test red. Default 'fail'. */
  onWireError?: 'fail' | 'ignore'
  /** Wire error codes that are fine; `response_cancel_not_active` always is. */
  allowErrors?: ErrorCode[]
  /** Default 'energy' in tests. 'truth' uses the known bounds of the caller's speech. */
  vad?: 'energy' | 'silero' | 'silero-v6' | 'silero-v4' | 'truth' | VadEngine
  /** How the words of sound are known. Default 'known': those that `speech()` made. False: never. */
  transcription?: 'known' | 'pocketsphinx' | 'whisper' | TranscriptionEngine | false
  record?: boolean | string
  /** Unix ms at which the app's Date starts; default: now. */
  epoch?: number
  /** Voice of the embedded synthesizer for answers: `slt` (default), `rms`, `awb`, `kal16`, `kal`. */
  voice?: string | SpeechEngine
  /** How long the service takes. Default 'openai': as measured; 'instant': no delay. */
  latency?: Latency
  /** Who moves time. Default 'virtual' in tests (waits cost nothing), 'real' in `serve`; `scale: 10` is ten times as fast. */
  timing?: 'virtual' | 'real' | { scale: number }
  /** Whether the app's Date and timers follow the test's clock in virtual timing. Default 'follow'. */
  appTime?: 'follow' | 'real'
  /** Whose dialect is spoken. Default 'openai', the GA API. */
  profile?: 'openai' | 'azure' | 'beta'
  /** Keys that are accepted; default: any that is not empty. */
  keys?: string[]
  /** Seeds ids and the app's Math.random. Default 1. */
  seed?: number
  /** Which URLs are intercepted: default true, the OpenAI and Azure Realtime URLs. */
  intercept?: boolean | (string | RegExp)[]
  /** Handlers of `vitest-realtime/msw`, without a server of msw. */
  handlers?: readonly object[]
  limits?: object
  /** How phrases of `when` are looked for: whole words in any script (default), or as the old system did, with its scores. */
  matching?: 'words' | 'legacy'
}
