// Public types of the service of one test, its sessions, and the parts of it that a filter names.

import type { IncomingCallOptions, RealtimeCall } from './calls.ts'
import type {
  ClientEventOf,
  ClientEventType,
  Entry,
  EventOf,
  EventType,
  Matching,
  ServerEventOf,
  ServerEventType,
} from './events.ts'
import type { Flow, FlowDefinition } from './flows.ts'
import type { McpServer } from './mcp.ts'
import type { Phone } from './phone.ts'
import type { PluginName } from './plugins.ts'
import type { ReplayRules, Tape } from './recordings.ts'
import type { Reply, Scripted, ServedResponse } from './replies.ts'
import type { AudioBufferState, RealtimeMetrics, SessionMetrics, TranscriptionState, VadState } from './session-state.ts'

export interface SessionFilter {
  model?: string
  instructions?: string | RegExp
  intent?: 'transcription' | 'translation'
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
  /** The service says nothing for so many virtual ms, then all that it held back. */
  | { stall: number }
  /** The socket stays open and nothing passes any more, in either direction. */
  | { halfOpen: true }
  /** The next upgrade takes so many virtual ms. */
  | { handshake: number }

/** What one speaker says without a break. `start` and `end` are seconds from the start of the item; default: an even share of it. */
export interface TranscriptSegment {
  speaker: string
  text: string
  start?: number
  end?: number
}

/**
 * What committed audio is transcribed as. `deltas` are sent as they stand; `segments` tell the speakers apart
 * (gpt-4o-transcribe-diarize; other models send their text); `languages` are codes such as 'en' (gpt-transcribe); `fail` is an error
 * code.
 */
export type Transcript =
  | string
  | { text: string; languages?: string[] }
  | { deltas: string[]; languages?: string[] }
  | { segments: TranscriptSegment[] }
  | { fail: string; message?: string }

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
   * Adds a conversation with a plan: states, what the user (or the app) does in each, what is answered, and where it goes on. A turn
   * that its state does not expect makes the test red (RTK_FLOW), with the path so far and the difference; so does a conversation that
   * stops in the middle. Another reply that fits such a turn better than by nothing is a digression: the flow stays where it is.
   *
   * @throws RealtimeKitError RTK_REPLY for unknown fields, steps that lead nowhere, and states that are never reached
   * @example
   * const booking = realtime.flow('booking', {
   *   states: {
   *     ask: [{ says: 'table', reply: 'For how many?', to: 'seats' }],
   *     seats: [
   *       { says: /(?<seats>\d+|two)/, reply: ({ captured }) => `A table for ${captured.seats}.`, to: 'end' },
   *       { reply: 'How many, please?' },
   *     ],
   *   },
   * })
   */
  flow(name: string, definition: FlowDefinition): Flow
  /**
   * What the next committed audio is transcribed as: a text, a text in these deltas, the words of several speakers, or a failure with
   * this code.
   *
   * @throws RealtimeKitError RTK_OPTION for unknown or wrong fields
   * @example
   * realtime.transcribeOnce('A table for two')
   * realtime.transcribeOnce({ segments: [{ speaker: 'A', text: 'Hello.' }, { speaker: 'B', text: 'Good morning.' }] })
   * realtime.transcribeOnce({ fail: 'audio_unintelligible' })
   */
  transcribeOnce(as: Transcript): void
  /**
   * Makes the service misbehave, at the next occasion or at an event. `times` and `probability` (0 to 1) are 1 by default.
   *
   * @throws RealtimeKitError RTK_OPTION for an unknown fault
   * @example
   * realtime.fail({ response: 'server_error' })
   * realtime.fail({ close: 1011 }, { at: 'response.output_audio.delta' })
   */
  fail(fault: Fault | PluginName, when?: { at?: EventType; times?: number; probability?: number }): void
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
  /**
   * Messages so far. The user's speech has the words that were said, also where the app asked for no transcript; an answer that the app
   * truncated has those that sounded before the cut, though its item on the wire has none.
   */
  readonly conversation: readonly { role: string; text: string }[]
  /** Voice activity detection, transcription, input buffer and figures, as of now. */
  readonly vad: VadState
  readonly transcription: TranscriptionState
  readonly audioBuffer: AudioBufferState
  readonly metrics: SessionMetrics
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
  readonly timeline: {
    readonly entries: readonly Entry[]
    /** A line per event, or run of equal ones; no colours. */
    toString(): string
    /** Prints it to the terminal: in colour where that has colours (NO_COLOR and FORCE_COLOR are respected). */
    print(): void
  }
  /** What all sessions did so far, in figures: those of each together. */
  readonly metrics: RealtimeMetrics
  /** An ephemeral key that opens sessions with the given configuration. Default life: 600 s. */
  clientSecret(options?: { session?: object; expiresInSeconds?: number }): { value: string; expires_at: number; session: any }
  /**
   * From here on the recording `__recordings__/<name>` beside the test file (or a folder by its path) answers the app, and each event
   * of the app must fit it.
   *
   * @throws RealtimeKitError RTK_RECORDING for a recording that is missing, torn, or of a newer version
   * @example
   * const tape = await realtime.replay('booking')
   * for (const turn of tape.turns) await agent.ask(turn.text ?? '')
   */
  replay(name: string, rules?: ReplayRules): Promise<Tape>
  /**
   * Writes all sessions so far as a recording: below `__recordings__` beside the test file under this name (default: the test's), or
   * into the folder of a path (`./…` or absolute). One that lies there is replaced. Gives the folder.
   *
   * @throws RealtimeKitError RTK_RECORDING when the name or the folder cannot be used
   * @example
   * await realtime.saveRecording('booking')
   */
  saveRecording(name?: string): Promise<string>
  /** Runs `work` as part of this test: sockets opened by it belong here. */
  run<T>(work: () => T): T
  /**
   * Puts an MCP server behind a `server_label`, for sessions that name it from now on; one of the same label takes its place.
   *
   * @throws RealtimeKitError RTK_OPTION for unknown or wrong fields
   * @example
   * realtime.mcp('weather', { tools: { forecast: { run: ({ city }) => `Sunny in ${city}` } } })
   */
  mcp(label: string, server: McpServer): void
  /**
   * Somebody phones: POSTs the signed webhook `realtime.call.incoming` to the app, and resolves when the app has answered it.
   * The app takes the call through REST (`accept`, `reject`, `refer`, `hangup`) and attaches to it with `?call_id=`.
   *
   * @param app URL of the app's webhook endpoint, or its handler
   * @throws RealtimeKitError RTK_CALL when the app answers the webhook with an HTTP error
   * @example
   * const call = await realtime.incomingCall((request) => app.fetch(request), { from: '+15550100' })
   * await call.accepted()
   */
  incomingCall(
    app: string | URL | ((request: Request) => Response | Promise<Response>),
    options?: IncomingCallOptions,
  ): Promise<RealtimeCall>
  /** All calls so far: phoned in by `incomingCall`, or opened by the app with an SDP offer. */
  readonly calls: readonly RealtimeCall[]
  /** Places phone calls to the app's own server, as Twilio and others do. */
  readonly phone: Phone
  /** What webhooks are signed with: give it to the app, as `OPENAI_WEBHOOK_SECRET` or to `new OpenAI({ webhookSecret })`. */
  readonly webhookSecret: string
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
