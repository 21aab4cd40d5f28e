// What can be set at a bridge; where the model is. The defaults are filled in by bridge-settings.ts.

import type { Pcm } from '../../audio/types.ts'
import { RealtimeKitError } from '../errors.ts'
import { defaultModel } from '../protocol/default-model.ts'
import type { BridgeFunction } from './function-calls.ts'
import type { BridgeEvent, RealtimeBackend } from './model-link.ts'
import type { RealtimeBridge } from './realtime-bridge.ts'

export type BridgeLogLevel = 'debug' | 'info' | 'warning' | 'error'

export interface KeypadOptions {
  /** Ms without a further key after which those pressed are told to the model. Default 1500. */
  interDigitMs?: number
  /** Key that ends an entry. Default '#'. */
  submitKey?: string
  /** An entry is told when it is so long. Default 20. */
  maxDigits?: number
  /** A key stops what is playing. Default false. */
  stopsPlayback?: boolean
}

export interface GreetingOptions {
  /** Instructions of the first response alone. */
  instructions?: string
  /** False: noise at pick-up does not stop it. Default true. */
  isInterruptible?: boolean
}

export interface EndCallOptions {
  /** Name of the function by which the model hangs up. Default 'end_call', at a caller's bridge 'hang_up'. False: there is none. */
  tool?: string | false
  /** When the call ends after the goodbye: 'heard' (default), or so many ms after the decision, as the old system did. */
  after?: 'heard' | { readonly delayMs: number }
  /** The longest that a goodbye may take. Default 20,000 ms. */
  capMs?: number
}

/** Options of every bridge. All are optional. */
export interface BridgeOptions {
  /** Where the model is. Default: the OpenAI API, with the key of OPENAI_API_KEY. */
  backend?: RealtimeBackend | (() => RealtimeBackend)
  /** The session as `session.update` takes it; formats and tools are added by the bridge. */
  session?: Record<string, unknown>
  /** Asks for the caller's words, where `session` says nothing of it. Default true. */
  transcribe?: boolean
  /** The agent speaks first. A text stands for its `instructions`. Default true. */
  greeting?: boolean | string | GreetingOptions
  functions?: readonly BridgeFunction[]
  /** Ms that a function may take. Default 30,000. */
  functionTimeoutMs?: number
  /** What the caller hears while functions take long: a response of its own, after 1500 ms by default. Default: silence. */
  filler?: { readonly afterMs?: number; readonly instructions?: string }
  endCall?: EndCallOptions
  keypad?: KeypadOptions
  /** Keeps the sound: in memory (true), and in a folder at the end of the call. Default false. */
  record?: boolean | { readonly directory: string }
  /** Sound for the caller when the model is lost for good, of 15 s at most. Default: none. */
  apology?: Pcm
  /** Tries to open a lost session again. Default 3, the first after 250 ms. */
  reconnect?: { readonly attempts?: number; readonly retryMs?: number }
  /** Age at which a session is replaced, in ms. Default 55 minutes. */
  rotateAfterMs?: number
  /** Most of the caller's sound that waits for a session, in ms. Default 20,000. */
  queueMs?: number
  /** An answer begins when so much of its sound is there, or twice that time has passed, against gaps at its start. Default 150 ms. */
  prebufferMs?: number
  /** Bytes in a socket above which sound waits in the bridge. Default 1 MiB. */
  highWaterBytes?: number
  /** Called for each event of the model. */
  onEvent?(event: BridgeEvent, bridge: RealtimeBridge): void
  /** Called when the call is over. */
  onEnded?(bridge: RealtimeBridge): void
  /** Gets lines without numbers or words of callers. Default: nobody. */
  log?(level: BridgeLogLevel, line: string): void
}

const openaiUrl = 'wss://api.openai.com/v1/realtime'

/**
 * The backend of the OpenAI API, or of a service that speaks like it (`REALTIME_URL`).
 *
 * @throws RealtimeKitError RTK_OPTION without a key, or for a URL that is none
 * @example
 * openaiBackend({ model: 'gpt-realtime', apiKey: process.env.OPENAI_API_KEY })
 */
export function openaiBackend(options: { url?: string; model?: string; apiKey?: string | undefined } = {}): RealtimeBackend {
  const { apiKey = process.env.OPENAI_API_KEY } = options
  const url = socketUrl(options.url ?? process.env.REALTIME_URL ?? openaiUrl)
  if (!url.searchParams.has('model')) url.searchParams.set('model', options.model ?? defaultModel)
  if (apiKey === undefined || apiKey === '') {
    throw new RealtimeKitError(
      'RTK_OPTION',
      'A bridge to the OpenAI API needs a key, and OPENAI_API_KEY is not set.\nSet it, or USE_LOCAL_REALTIME=true for the local service, which needs none.',
    )
  }
  return { url: url.href, headers: { Authorization: `Bearer ${apiKey}` } }
}

function socketUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^wss?:$/.test(url.protocol)) return url
  throw new RealtimeKitError(
    'RTK_OPTION',
    `A Realtime service is at wss://… or ws://…, got '${text}' (--backend, or REALTIME_URL).`,
  )
}

export function backendOf({ backend }: BridgeOptions): () => RealtimeBackend {
  if (typeof backend === 'function') return backend
  return backend ? () => backend : () => openaiBackend()
}
