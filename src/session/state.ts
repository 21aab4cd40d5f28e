// Everything that a session knows, as one value: no part of it is ever changed in place. `createSession` gives the first one;
// the functions at the end are what the runtime may read.

import { wireRateHz } from '../../audio/formats.ts'
import type { ClientEvent } from '../protocol/client-events.ts'
import type { Ids } from '../protocol/ids.ts'
import type { Item } from '../protocol/items.ts'
import type { SessionObject } from '../protocol/session-config.ts'
import { defaultSession } from '../protocol/session-config.ts'
import type { ActiveResponse } from './active-response.ts'
import { entriesFrom } from './append-log.ts'
import { type AudioBuffer, bytesToSamples, concatenate, createAudioBuffer } from './audio-buffer.ts'
import { type Behavior, defaultBehavior } from './behavior.ts'
import { type Conversation, createConversation, durationMs, findEntry, type ItemAudio, listItems } from './conversation.ts'
import { detectionSettings } from './detection-settings.ts'
import type { DelayedInput } from './inbox.ts'
import { type Latency, type LatencySource, resolveLatency } from './latency.ts'
import type { LiveTranscript } from './live-transcript.ts'
import { type McpState, noMcp } from './mcp.ts'
import type { PendingTranscription } from './on-transcript.ts'
import { emptyOutputBuffer, type OutputBuffer } from './output-buffer.ts'
import { planStreaming, type Streaming, type StreamingPlan } from './streaming.ts'
import { createDetector, type TurnDetector } from './turn-detection.ts'
import { type Account, newAccount } from './usage.ts'

/** What stays the same for the session's life. */
export interface SessionSettings {
  /** The seeded source of ids: the one thing in the state that moves by itself. */
  readonly ids: Ids
  readonly latency: LatencySource
  /** How each response streams, by its number; undefined: as the latency says. */
  readonly streaming: ((response: number) => StreamingPlan) | undefined
  /** Delay of everything that the client sends, from the profile before the first turn. */
  readonly acknowledgeMs: number
  /** The session ends this long after it was opened. */
  readonly lifetimeMs: number
  /** Limit that `rate_limits.updated` tells of. */
  readonly tokensPerMinute: number
  /** Responses over this limit fail. Undefined: no limit is enforced. */
  readonly enforcedTokensPerMinute: number | undefined
  /** Context window. Undefined: that of the model. */
  readonly contextTokens: number | undefined
  /** Longest base64 of one append. */
  readonly maxAppendLength: number
  readonly behavior: Behavior
}

/** Speech that was announced and is still going on. */
export interface SpeechSegment {
  readonly itemId: string
  readonly startByte: number
}

export interface SessionState {
  readonly settings: SessionSettings
  readonly config: SessionObject
  readonly conversation: Conversation
  readonly buffer: AudioBuffer
  /** Undefined without turn detection. */
  readonly detector: TurnDetector | undefined
  /** The next audio begins a new stream of the voice activity detector. */
  readonly restartDetection: boolean
  readonly segment: SpeechSegment | undefined
  /** What a streaming model has sent of speech that was not committed yet. */
  readonly live: LiveTranscript | undefined
  /** Responses in progress, by id. */
  readonly responses: ReadonlyMap<string, ActiveResponse>
  /** The one that belongs to the default conversation. */
  readonly activeResponseId: string | undefined
  readonly responseCount: number
  readonly transcriptions: ReadonlyMap<string, PendingTranscription>
  /** The voice cannot change any more. */
  readonly hasAssistantAudio: boolean
  readonly idleArmed: boolean
  readonly mcp: McpState
  /** Of calls, where the service plays the sound; undefined where the client does. */
  readonly output: OutputBuffer | undefined
  /** When the session was opened. */
  readonly openedAtMs: number
  readonly account: Account
  readonly inbox: readonly DelayedInput<ClientEvent>[]
  readonly closed: boolean
}

export interface CreateSessionOptions {
  /** `sess_…`; made by `ids` unless given. */
  readonly id?: string
  /** From the URL; not used by transcription sessions. */
  readonly model?: string
  /** Default 'realtime'. */
  readonly kind?: 'realtime' | 'transcription'
  readonly ids: Ids
  /** Unix time of the opening, in seconds. */
  readonly unixSeconds: number
  /** Default 'openai'. */
  readonly latency?: Latency
  /** How answers stream; `seed` for their jitter. Default: as the latency says. */
  readonly streaming?: { readonly pattern: Streaming; readonly seed: number }
  /** Default 60 minutes. */
  readonly lifetimeMs?: number
  /** Default 15,000,000, and not enforced; one that is given is. */
  readonly tokensPerMinute?: number
  /** Default: the context window of the model. */
  readonly contextTokens?: number
  /** Largest message of the client in bytes. Default: 15 MiB of sound in base64 per append. */
  readonly messageBytes?: number
  readonly behavior?: Partial<Behavior>
  /** The sound goes over SIP or WebRTC: the service plays it, and tells of it. Default false: the client plays. */
  readonly playsOutput?: boolean
  /** Changes the session object before anyone sees it: configuration of an ephemeral key, initial values of options. */
  readonly configure?: (config: SessionObject) => SessionObject
}

/** Base64 of 15 MiB, the most that one append may hold. */
const defaultAppendLength = ((15 * 1024 * 1024) / 3) * 4

function streamingOf({ pattern, seed }: NonNullable<CreateSessionOptions['streaming']>): (response: number) => StreamingPlan {
  return (response) => planStreaming(pattern, seed, response)
}

/**
 * A session before its first input. Nothing is sent until `step` is told `{ type: 'open' }`.
 *
 * @example
 * let state = createSession({ model: 'gpt-realtime', ids, unixSeconds: 1_800_000_000, latency: 'instant' })
 * ;({ state, effects } = step(state, { type: 'open' }, 0)) // session.created
 */
export function createSession(options: CreateSessionOptions): SessionState {
  const { ids, lifetimeMs = 60 * 60_000, tokensPerMinute = 15_000_000 } = options
  const config = initialConfig(options, lifetimeMs)
  const buffer = createAudioBuffer(config.audio.input.format)
  const behavior = { ...defaultBehavior, ...options.behavior }
  const latency = resolveLatency(options.latency)
  return {
    settings: {
      ids,
      latency,
      streaming: options.streaming && streamingOf(options.streaming),
      acknowledgeMs: latency({ number: 0 }).acknowledgeMs,
      lifetimeMs,
      tokensPerMinute,
      enforcedTokensPerMinute: options.tokensPerMinute,
      contextTokens: options.contextTokens,
      maxAppendLength: options.messageBytes ?? defaultAppendLength,
      behavior,
    },
    config,
    conversation: createConversation(ids.id('conv')),
    buffer,
    detector: freshDetector(config, buffer, behavior),
    restartDetection: false,
    segment: undefined,
    live: undefined,
    responses: new Map(),
    activeResponseId: undefined,
    responseCount: 0,
    transcriptions: new Map(),
    hasAssistantAudio: false,
    idleArmed: false,
    mcp: noMcp,
    output: options.playsOutput ? emptyOutputBuffer : undefined,
    openedAtMs: 0,
    account: newAccount,
    inbox: [],
    closed: false,
  }
}

function initialConfig(options: CreateSessionOptions, lifetimeMs: number): SessionObject {
  const config = defaultSession({
    id: options.id ?? options.ids.id('sess'),
    expiresAt: options.unixSeconds + Math.round(lifetimeMs / 1000),
    kind: options.kind ?? 'realtime',
    ...(options.model !== undefined && { model: options.model }),
  })
  return options.configure ? options.configure(config) : config
}

/** A detector that begins at the end of the buffer; undefined without turn detection. */
export function freshDetector(
  config: SessionObject,
  buffer: AudioBuffer,
  { minSpeechMs }: Pick<Behavior, 'minSpeechMs'>,
): TurnDetector | undefined {
  const settings = detectionSettings(config.audio.input.turn_detection)
  return (
    settings &&
    createDetector({ ...settings, minSpeechMs }, wireRateHz(buffer.format), bytesToSamples(buffer.format, buffer.endByte))
  )
}

// ---- what the runtime may read

/** The session object as the service would echo it now. */
export function sessionConfig(state: SessionState): SessionObject {
  return state.config
}

/** Items of the default conversation, oldest first. */
export function conversationItems(state: SessionState): readonly Item[] {
  return listItems(state.conversation)
}

/** Sound of an item of the default conversation, as far as it was sent; undefined for items without. */
export function itemAudio(state: SessionState, itemId: string): ItemAudio | undefined {
  const entry = findEntry(state.conversation, itemId)
  if (entry?.truncated) return entry.audio
  const response = state.activeResponseId === undefined ? undefined : state.responses.get(state.activeResponseId)
  const open = response?.open
  if (response && open?.type === 'message' && open.id === itemId && open.soundBytes > 0) {
    return { bytes: concatenate(entriesFrom(open.sound)), format: response.settings.format }
  }
  return entry?.audio
}

/** Length of an item's sound in ms, as far as it was sent; 0 for items without. */
export function itemAudioMs(state: SessionState, itemId: string): number {
  return durationMs(itemAudio(state, itemId))
}
