// Public types of the options of every door.

import type { SpeechEngine, TranscriptionEngine, VadEngine } from '../../audio/types.ts'
import type { Behavior } from '../session/behavior.ts'
import type { Latency } from '../session/latency.ts'
import type { Streaming } from '../session/streaming.ts'
import type { FlowDefinition } from './flows.ts'
import type { McpServer } from './mcp.ts'
import type { Plugin, PluginName } from './plugins.ts'
import type { ErrorCode } from './realtime.ts'
import type { RecordOptions } from './recordings.ts'
import type { Reply } from './replies.ts'

export type { Behavior } from '../session/behavior.ts'
export type { Latency, LatencyProfile } from '../session/latency.ts'
export type { Streaming } from '../session/streaming.ts'

/** Limits of the service. What is left out is as at the live one. */
export interface Limits {
  /** Life of a session. Default 60. */
  sessionMinutes?: number
  /** Tokens per minute. Enforced only when given: responses over it fail with `rate_limit_exceeded`. */
  tokensPerMinute?: number
  /** Context window of every model, in tokens. Default: that of the model. */
  contextTokens?: number
  /** Largest message of a client in bytes. Default 15 MiB of sound, in base64, and its envelope. */
  messageBytes?: number
}

/** Options of every door. All are optional. */
export interface RealtimeOptions {
  /** Replies by name, as `respond` takes them. */
  responses?: Record<string, Reply>
  /** Flows by name, as `flow` takes them. */
  flows?: Record<string, FlowDefinition>
  /** What an unmatched turn does. Default 'error' in tests, 'fallback' in `serve`. */
  onUnmatched?: 'error' | 'fallback'
  /** The reply of `onUnmatched: 'fallback'`. */
  fallback?: Reply
  /** Whether a wire `error` that nothing asserted makes the test red. Default 'fail'. */
  onWireError?: 'fail' | 'ignore'
  /** Wire error codes that are fine; `response_cancel_not_active` always is. */
  allowErrors?: ErrorCode[]
  /** Default 'energy' in tests. 'truth' uses the known bounds of the caller's speech. */
  vad?: 'energy' | 'silero' | 'silero-v6' | 'silero-v4' | 'truth' | PluginName | VadEngine
  /** How the words of sound are known. Default 'known': those that `speech()` made. False: never. */
  transcription?: 'known' | 'pocketsphinx' | 'whisper' | PluginName | TranscriptionEngine | false
  /**
   * Writes the session down below `__recordings__` beside the test file: true under the test's name, a string under that name. Only
   * where it is missing, but with `vitest -u`; never in CI, nor of a red test.
   */
  record?: boolean | string | RecordOptions
  /** Unix ms at which the app's Date starts; default: now. */
  epoch?: number
  /** Voice of the embedded synthesizer for answers: `slt` (default), `rms`, `awb`, `kal16`, `kal`. */
  voice?: string | SpeechEngine
  /** How long the service takes. Default 'openai': as measured; 'instant': no delay. */
  latency?: Latency
  /** How answers are cut into deltas, and when each is sent, where it should differ from the latency: delays, jitter, bursts, stalls. */
  streaming?: Streaming
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
  /** Where the service stops: life of sessions, tokens, sizes. */
  limits?: Limits
  /** Points on which the live service is not known for sure, where they differ from the likeliest. */
  behavior?: Partial<Behavior>
  /** MCP servers that the service can reach, by `server_label`. A label that is not here cannot be reached. */
  mcp?: Record<string, McpServer>
  /** Secret that `realtime.incomingCall` signs with, `whsec_…`. Default: one made of the seed, `realtime.webhookSecret`. */
  webhookSecret?: string
  /**
   * permessage-deflate: `serve` and loopback servers in real timing only, never in process. Default: `serve` with real timing and
   * latency.
   */
  deflate?: boolean
  /**
   * First values of realtime and transcription sessions, as a client secret has them: a session without its `type`. The app's own
   * `session.update` wins.
   */
  session?: object
  /** Additions of others: intents, criteria, generators, handlers, engines, audio processors, faults. They apply in this order. */
  plugins?: readonly Plugin[]
  /**
   * Words and phrases that tell an intent, in any language: further intents, and further words for the eight that are known.
   * `{ booking: ['reservieren', 'table'], greeting: ['bonjour'] }`
   */
  intents?: Record<string, string[]>
  /** How phrases of `when` are looked for: whole words in any script (default), or as the old system did, with its scores. */
  matching?: 'words' | 'legacy'
}
