// Everything that a translation session knows, as one value: no part of it is ever changed in place. There is no conversation
// and no response: sound comes in without end, utterances are found in it, and each of them is interpreted in its turn.

import { wireRateHz } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { Ids } from '../protocol/ids.ts'
import type { TranslationClientEvent, TranslationServerEvent } from '../protocol/translation-events.ts'
import { defaultTranslationSession, type TranslationSessionObject } from '../protocol/translation-session.ts'
import { type AudioBuffer, createAudioBuffer } from './audio-buffer.ts'
import type { Effect } from './effects.ts'
import type { DelayedInput } from './inbox.ts'
import type { Input } from './inputs.ts'
import { type Latency, type LatencySource, resolveLatency } from './latency.ts'
import type { Outbox } from './outbox.ts'
import type { ResponsePlan } from './response-plan.ts'
import { createDetector, type TurnDetector } from './turn-detection.ts'

export type TranslationInput = Input<TranslationClientEvent>
export type TranslationEffect = Effect<TranslationServerEvent>
export type TranslationOutbox = Outbox<TranslationServerEvent>

/** The one format of translation sessions, in and out. */
export const translationFormat: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

/**
 * Where an utterance ends: how the live model cuts the stream is not known. The silence is longer than the pause of a comma,
 * so that a sentence is one utterance, and what was scripted for it is found.
 */
const detection = { threshold: 0.5, prefixPaddingMs: 300, silenceMs: 500 } as const

/** What stays the same for the session's life. */
export interface TranslationSettings {
  /** The seeded source of ids: the one thing in the state that moves by itself. */
  readonly ids: Ids
  readonly latency: LatencySource
  /** Delay of everything that the client sends. */
  readonly acknowledgeMs: number
  readonly lifetimeMs: number
  /** Longest base64 of one append. */
  readonly maxAppendLength: number
}

/** Something that was said, with what the interpreter makes of it. */
export interface Utterance {
  /** Names its words, as a user item does in a conversation; never on the wire. */
  readonly itemId: string
  /** Names its reply; never on the wire. */
  readonly responseId: string
  /** Where it ends, in ms of the source stream. */
  readonly endMs: number
  /** When its speech was noticed, and when its end was. */
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly plan: ResponsePlan
  /** Index of the first step of the plan that was not sent. */
  readonly next: number
  /** How much later than planned it is spoken, because the one before it took so long; undefined until it is its turn. */
  readonly lateMs: number | undefined
}

/** Words of the speaker on their way to the client. */
export interface SourceText {
  readonly utterance: Pick<Utterance, 'itemId' | 'endMs' | 'startedAtMs' | 'endedAtMs'>
  /** Undefined until the runtime knows them. */
  readonly deltas: readonly string[] | undefined
  readonly firstMs: number
  readonly next: number
}

export interface TranslationState {
  readonly settings: TranslationSettings
  readonly config: TranslationSessionObject
  readonly buffer: AudioBuffer
  /** Sound before this has been through the engine, which takes whole frames. */
  readonly engineByte: number
  readonly detector: TurnDetector
  /** Speech that goes on. */
  readonly speech: { readonly startByte: number; readonly startedAtMs: number } | undefined
  readonly utteranceCount: number
  /** Not yet interpreted to the end, in the order in which they were said. */
  readonly utterances: readonly Utterance[]
  readonly sources: readonly SourceText[]
  /** Whether any text was sent on each side: what follows is set off by a space, which clients must not add. */
  readonly hasSource: boolean
  readonly hasOutput: boolean
  /** The highest `elapsed_ms` so far. */
  readonly elapsedMs: number
  /** `flushing`: the client closed the session, its last sound is looked at. `draining`: what is under way goes out. */
  readonly phase: 'open' | 'flushing' | 'draining'
  readonly inbox: readonly DelayedInput<TranslationClientEvent>[]
  readonly closed: boolean
}

export interface CreateTranslationOptions {
  readonly ids: Ids
  /** From the URL, or of the client secret. */
  readonly model: string
  /** Unix time of the opening, in seconds. */
  readonly unixSeconds: number
  /** Default 'openai'. */
  readonly latency?: Latency
  /** Default 60 minutes. */
  readonly lifetimeMs?: number
  /** Largest message of the client in bytes. Default: 15 MiB of sound in base64 per append. */
  readonly messageBytes?: number
  /** Changes the session object before anyone sees it: configuration of an ephemeral key. */
  readonly configure?: (config: TranslationSessionObject) => TranslationSessionObject
}

const defaultAppendLength = ((15 * 1024 * 1024) / 3) * 4

/**
 * A translation session before its first input. Nothing is sent until `translationStep` is told `{ type: 'open' }`.
 *
 * @example
 * let state = createTranslation({ model: 'gpt-realtime-translate', ids, unixSeconds: 1_800_000_000 })
 * ;({ state, effects } = translationStep(state, { type: 'open' }, 0)) // session.created
 */
export function createTranslation(options: CreateTranslationOptions): TranslationState {
  const { ids, model, unixSeconds, lifetimeMs = 60 * 60_000, messageBytes = defaultAppendLength } = options
  const latency = resolveLatency(options.latency)
  const expiresAt = unixSeconds + Math.round(lifetimeMs / 1000)
  const config = defaultTranslationSession({ id: ids.id('sess'), model, expiresAt })
  return {
    settings: {
      ids,
      latency,
      acknowledgeMs: latency({ number: 0 }).acknowledgeMs,
      lifetimeMs,
      maxAppendLength: messageBytes,
    },
    config: options.configure ? options.configure(config) : config,
    buffer: createAudioBuffer(translationFormat),
    engineByte: 0,
    detector: createDetector(detection, wireRateHz(translationFormat), 0),
    speech: undefined,
    utteranceCount: 0,
    utterances: [],
    sources: [],
    hasSource: false,
    hasOutput: false,
    elapsedMs: 0,
    phase: 'open',
    inbox: [],
    closed: false,
  }
}
