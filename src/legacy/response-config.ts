// The configs of the old system: what is said, when, how fast. Data with checks; response-reply.ts makes replies of them.

import type { Pcm } from '../../audio/types.ts'
import type { Reply, ReplyConfig, Turn } from '../api.ts'
import { refuse } from '../responses/option-check.ts'
import { warnDeprecated } from './deprecation.ts'
import { anyNumber, anyText, checkShape, flag, milliseconds, modalities, seconds, texts, turnCount } from './option-shapes.ts'

/** When a response is chosen. All that is given must be met; what is met adds to its score. */
export interface SelectionCriteriaOptions {
  /** Any of these in what the user said. */
  requiredKeywords?: string[]
  excludedKeywords?: string[]
  /** Any of these intents. */
  requiredIntents?: string[]
  /** User inputs so far, from 1. */
  minTurnCount?: number
  maxTurnCount?: number
  requiredModalities?: ('text' | 'audio')[]
  /** Whether functions must be offered (true) or must not (false). */
  requiresFunctionCall?: boolean
  priority?: number
  /** Regular expressions, case ignored: a bonus. */
  contextPatterns?: string[]
}

const criteriaRules = {
  requiredKeywords: texts,
  excludedKeywords: texts,
  requiredIntents: texts,
  minTurnCount: turnCount,
  maxTurnCount: turnCount,
  requiredModalities: modalities,
  requiresFunctionCall: flag,
  priority: anyNumber,
  contextPatterns: texts,
}

/**
 * Criteria of a response.
 *
 * @throws RealtimeKitError RTK_OPTION for unknown names, wrong values, and what no input can meet: a smallest turn above the largest,
 * keywords that are all excluded
 * @example
 * new ResponseSelectionCriteria({ requiredKeywords: ['hello', 'hi'], maxTurnCount: 1, priority: 10 })
 */
export class ResponseSelectionCriteria {
  declare readonly requiredKeywords?: string[]
  declare readonly excludedKeywords?: string[]
  declare readonly requiredIntents?: string[]
  declare readonly minTurnCount?: number
  declare readonly maxTurnCount?: number
  declare readonly requiredModalities?: ('text' | 'audio')[]
  declare readonly requiresFunctionCall?: boolean
  declare readonly priority: number
  declare readonly contextPatterns?: string[]

  constructor(options: SelectionCriteriaOptions = {}) {
    const subject = 'ResponseSelectionCriteria'
    checkShape(subject, options, criteriaRules)
    const { minTurnCount, maxTurnCount } = options
    if (minTurnCount !== undefined && maxTurnCount !== undefined && minTurnCount > maxTurnCount)
      refuse({ subject, path: 'minTurnCount', code: 'RTK_OPTION' }, minTurnCount, `at most \`maxTurnCount\` (${maxTurnCount})`)
    const { requiredKeywords = [], excludedKeywords = [] } = options
    const excluded = excludedKeywords.map((word) => word.toLowerCase())
    if (requiredKeywords.length > 0 && requiredKeywords.every((word) => excluded.includes(word.toLowerCase())))
      refuse(
        { subject, path: 'excludedKeywords', code: 'RTK_OPTION' },
        excludedKeywords,
        'other words than `requiredKeywords`',
        'No input would ever match.',
      )
    Object.assign(this, { priority: 0, ...options })
  }
}

/** What a response says and does. */
export interface ResponseConfigOptions {
  /** Said, and spoken where the response asks for audio and the config has no sound. */
  text?: string
  /** Path of a WAV file; one that is missing becomes two seconds of silence and a warning. */
  audioFile?: string
  /** Sound that wins over `audioFile`: PCM16 bytes at 24,000 Hz, or any Pcm. */
  audioData?: Uint8Array | Pcm
  /** Ms before each character of a text. Default: as the service's latency; 50 with `legacy: true`. */
  charDelayMs?: number
  /** Ms before each 3,200 bytes of a sound. Default: as the service's latency; 200 with `legacy: true`. */
  chunkDelayMs?: number
  /** @deprecated `charDelayMs`, in seconds. */
  delaySeconds?: number
  /** @deprecated `chunkDelayMs`, in seconds. */
  audioChunkDelay?: number
  /** Called where the response offers functions, instead of text and audio. */
  functionCall?: { name: string; arguments?: object }
  selectionCriteria?: SelectionCriteriaOptions | ResponseSelectionCriteria
  /** Name of a generator of `registerResponseGenerator`, which makes the answer. */
  generator?: string
}

/** Makes the answer of each turn; `config` is the one that was chosen. */
export type ResponseGeneratorFunction = (
  turn: Turn,
  config: LocalResponseConfig,
) => Reply | Promise<Reply> | AsyncIterable<string | ReplyConfig>

const callRule = {
  expected: 'a call { name, arguments? }',
  problem: (value: unknown) => {
    checkShape('functionCall', value, { name: anyText, arguments: { expected: 'an object', problem: objectProblem } })
    return (value as { name?: unknown }).name === undefined ? '`name` is missing.' : undefined
  },
}

function objectProblem(value: unknown): string | undefined {
  if (typeof value === 'string') return 'Give the object, not its JSON.'
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : ''
}

const configRules = {
  text: anyText,
  audioFile: anyText,
  audioData: { expected: 'PCM16 bytes or a Pcm', problem: soundProblem },
  charDelayMs: milliseconds,
  chunkDelayMs: milliseconds,
  delaySeconds: seconds,
  audioChunkDelay: seconds,
  functionCall: callRule,
  selectionCriteria: { expected: 'criteria', problem: criteriaProblem },
  generator: anyText,
}

function soundProblem(value: unknown): string | undefined {
  if (value instanceof Uint8Array) return value.byteLength % 2 === 0 ? undefined : 'PCM16 has two bytes per sample.'
  if (value instanceof Promise) return 'Did you forget `await`?'
  return typeof value === 'object' && value !== null && 'samples' in value ? undefined : ''
}

function criteriaProblem(value: unknown): undefined {
  if (!(value instanceof ResponseSelectionCriteria)) new ResponseSelectionCriteria(value as SelectionCriteriaOptions)
  return undefined
}

const defaultText = 'This is the answer of the local Realtime service.'

/**
 * A response of the old system.
 *
 * @throws RealtimeKitError RTK_OPTION for unknown names and wrong values, such as a negative delay
 * @example
 * new LocalResponseConfig({ text: 'Hello! How can I help you?', selectionCriteria: { requiredKeywords: ['hello'] } })
 */
export class LocalResponseConfig {
  readonly text: string
  declare readonly audioFile?: string
  declare readonly audioData?: Uint8Array | Pcm
  /** Undefined where none was given. */
  declare readonly charDelayMs?: number
  declare readonly chunkDelayMs?: number
  declare readonly functionCall?: { readonly name: string; readonly arguments?: object }
  declare readonly selectionCriteria?: ResponseSelectionCriteria
  declare readonly generator?: string

  constructor(options: ResponseConfigOptions = {}) {
    checkShape('LocalResponseConfig', options, configRules)
    const { text = defaultText, delaySeconds, audioChunkDelay, selectionCriteria, ...rest } = options
    if (delaySeconds !== undefined) warnDeprecated('delaySeconds', '`charDelayMs`')
    if (audioChunkDelay !== undefined) warnDeprecated('audioChunkDelay', '`chunkDelayMs`')
    const delays = {
      ...(delaySeconds === undefined ? {} : { charDelayMs: delaySeconds * 1000 }),
      ...(audioChunkDelay === undefined ? {} : { chunkDelayMs: audioChunkDelay * 1000 }),
    }
    this.text = text
    Object.assign(this, delays, rest)
    if (selectionCriteria !== undefined) this.selectionCriteria = criteriaOf(selectionCriteria)
  }

  /** `charDelayMs` as the old system counted it; its own default where none was given. */
  get delaySeconds(): number {
    return (this.charDelayMs ?? 50) / 1000
  }

  /** `chunkDelayMs` as the old system counted it; its own default where none was given. */
  get audioChunkDelay(): number {
    return (this.chunkDelayMs ?? 200) / 1000
  }
}

function criteriaOf(criteria: SelectionCriteriaOptions | ResponseSelectionCriteria): ResponseSelectionCriteria {
  return criteria instanceof ResponseSelectionCriteria ? criteria : new ResponseSelectionCriteria(criteria)
}

/** A config as it is, or made of options. */
export function responseConfig(config: LocalResponseConfig | ResponseConfigOptions): LocalResponseConfig {
  return config instanceof LocalResponseConfig ? config : new LocalResponseConfig(config)
}
