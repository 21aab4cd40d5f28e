// The service as a connection sees it: whom it asks, and whom it tells. Types only.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { AnyServerEvent } from '../protocol/any-events.ts'
import type { ErrorEvent } from '../protocol/server-events.ts'
import type { Effect, ReplyRequest } from '../session/effects.ts'
import type { Clock } from './clock/clock.ts'
import type { Connection } from './connection.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { McpRequest } from './mcp-servers.ts'
import type { Timeline } from './timeline.ts'

/** What a connection needs of the service that it belongs to. */
export interface ConnectionWorld {
  readonly clock: Clock
  readonly timeline: Timeline
  /** Asked for each `ask-reply` effect; the answer comes back through `connection.input`. */
  answer(connection: Connection, request: ReplyRequest): void
  stopAnswer(responseId: string): void
  /** Asked for each `transcribe` effect. */
  transcribe(connection: Connection, request: Extract<Effect, { type: 'transcribe' }>): void
  /** Asked for each `follow-speech` effect. */
  follow(connection: Connection, stretch: Extract<Effect, { type: 'follow-speech' }>): void
  /** Asked for each effect that MCP servers answer. */
  askServers(connection: Connection, request: McpRequest): void
  /** Longest message that the app may send. */
  readonly maxMessageBytes: number
  readonly oversizeCloseCode: number
  /** Told of each `error` that the session answers the app with; `cause` is what the app did. */
  refused(connection: Connection, error: ErrorEvent, cause: number | undefined): void
  /** Told of what the app did wrong besides. */
  report(connection: Connection, diagnosis: Diagnosis, cause: number | undefined): void
  /** May change, drop or multiply what is sent (faults of the test). */
  outgoing(connection: Connection, event: AnyServerEvent): readonly (AnyServerEvent | string)[]
  /** Sound of the app (base64) after the processors of plugins; absent where there are none. */
  process?(audio: string, format: WireAudioFormat): string
  closed(connection: Connection): void
  /** The core threw: a defect of the kit. */
  broke(error: unknown): void
  /** An engine at work for a session failed. */
  engineFailed(error: unknown, engine: string): void
}
