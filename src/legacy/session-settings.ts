// The session of the old system's constructor, in its flat shape, as the configuration that sessions of today start from.

import { language, modelSize, type Shape } from '../environment/read-environment.ts'
import { type OptionRule, type OptionRules, oneOf, rule } from '../responses/option-check.ts'
import { anyObject, camelCase, checkShape, isText, milliseconds, positive, share, texts } from './option-shapes.ts'

/** Flat, as the beta API had it; names in camelCase or as on the wire. */
export interface LegacySessionConfig {
  model?: string
  modalities?: ('text' | 'audio')[]
  instructions?: string
  voice?: string
  inputAudioFormat?: 'pcm16' | 'g711_ulaw' | 'g711_alaw'
  outputAudioFormat?: 'pcm16' | 'g711_ulaw' | 'g711_alaw'
  /** As on the wire, in camelCase or not; null switches it off. */
  turnDetection?: object | null
  tools?: object[]
  toolChoice?: string | object
  /** Today's models have none: taken and not used. */
  temperature?: number
  maxResponseOutputTokens?: number | 'inf'
  inputAudioTranscription?: { model?: string; language?: string; prompt?: string } | null
  inputAudioNoiseReduction?: object | null
}

/** Voice activity detection. */
export interface LegacyVadConfig {
  /** Default 'energy', which needs no model. One that cannot be loaded leaves detection off. */
  backend?: 'energy' | 'silero' | 'silero-v6' | 'silero-v4' | 'truth'
  /** 0 to 1; default 0.5. */
  threshold?: number
  /** The same as `threshold`. */
  confidenceThreshold?: number
  /** Silence that ends speech; default 500. */
  silenceDurationMs?: number
  /** Sound before the speech that belongs to it; default 300. */
  prefixPaddingMs?: number
  /** Hz that the engine hears at: 8000, 16000 or 24000. Default: as the sound comes. */
  sampleRate?: number
  /** Shown, no more: engines have frames of their own. */
  chunkSize?: number
}

export interface LegacyTranscriptionConfig {
  /** Default 'known': the words that `speech()` made. An engine that is named must be installed. */
  backend?: 'known' | 'pocketsphinx' | 'whisper'
  /** Default 'en'. */
  language?: string
  /** Model that the session names; default 'gpt-4o-mini-transcribe'. */
  model?: string
  /** Of whisper: 'tiny', 'base' (default), 'small' … */
  modelSize?: string
  /** What the engine is less sure of is heard as nothing; 0 to 1. */
  confidenceThreshold?: number
  /** Seconds of sound in a partial result. */
  chunkDuration?: number
}

const words = rule('a text', isText)
const shaped = ({ pattern, expected }: Shape): OptionRule => rule(expected, (value) => isText(value) && pattern.test(value))
const format = oneOf(['pcm16', 'g711_ulaw', 'g711_alaw'])
const objectOrNull = rule('an object or null', (value) => value === null || anyObject.problem(value, place) === undefined)
const place = { subject: '', path: '' }

const sessionRules: OptionRules = {
  model: words,
  modalities: texts,
  instructions: words,
  voice: words,
  inputAudioFormat: format,
  outputAudioFormat: format,
  turnDetection: objectOrNull,
  tools: rule('an array of tools', Array.isArray),
  toolChoice: rule('a text or an object', (value) => isText(value) || anyObject.problem(value, place) === undefined),
  temperature: rule('a number', (value) => typeof value === 'number'),
  maxResponseOutputTokens: rule("a number or 'inf'", (value) => value === 'inf' || typeof value === 'number'),
  inputAudioTranscription: objectOrNull,
  inputAudioNoiseReduction: objectOrNull,
}

const vadRules: OptionRules = {
  backend: oneOf(['energy', 'silero', 'silero-v6', 'silero-v4', 'truth']),
  threshold: share,
  confidenceThreshold: share,
  silenceDurationMs: milliseconds,
  prefixPaddingMs: milliseconds,
  sampleRate: rule('8000, 16000 or 24000', (value) => value === 8000 || value === 16_000 || value === 24_000),
  chunkSize: positive,
}

const transcriptionRules: OptionRules = {
  backend: oneOf(['known', 'pocketsphinx', 'whisper']),
  language: shaped(language),
  model: words,
  modelSize: shaped(modelSize),
  confidenceThreshold: share,
  chunkDuration: positive,
}

export function checkVad(subject: string, config: LegacyVadConfig): void {
  checkShape(subject, config, vadRules)
}

export function checkTranscription(subject: string, config: LegacyTranscriptionConfig): void {
  checkShape(subject, config, transcriptionRules)
}

/** With names in camelCase, also where they came as on the wire. */
export function readSession(subject: string, config: LegacySessionConfig): LegacySessionConfig {
  const renamed = Object.fromEntries(Object.entries(config).map(([name, value]) => [camelCase(name), value]))
  checkShape(subject, renamed, sessionRules)
  return renamed
}

/** What turn detection starts as. */
export function turnDetectionOf(config: LegacySessionConfig, vad: LegacyVadConfig, isEnabled: boolean): object | null {
  if (!isEnabled) return null
  const { threshold = vad.confidenceThreshold, silenceDurationMs, prefixPaddingMs } = vad
  return {
    type: 'server_vad',
    ...(threshold === undefined ? {} : { threshold }),
    ...(silenceDurationMs === undefined ? {} : { silence_duration_ms: silenceDurationMs }),
    ...(prefixPaddingMs === undefined ? {} : { prefix_padding_ms: prefixPaddingMs }),
    ...snakeCased(config.turnDetection ?? {}),
  }
}

/** What transcription starts as. */
export function transcriptionOf(
  config: LegacySessionConfig,
  { model = 'gpt-4o-mini-transcribe', language }: LegacyTranscriptionConfig,
  isEnabled: boolean,
): object | null {
  if (!isEnabled) return null
  return { model, ...(language === undefined ? {} : { language }), ...snakeCased(config.inputAudioTranscription ?? {}) }
}

/** What the option `session` of a service takes, with everything that the old configuration said but its model. */
export function sessionOfToday(
  config: LegacySessionConfig,
  input: { readonly turnDetection: object | null; readonly transcription: object | null },
): object {
  const { modalities, instructions, voice, tools, toolChoice, maxResponseOutputTokens, inputAudioNoiseReduction } = config
  const { inputAudioFormat, outputAudioFormat } = config
  return {
    ...given({
      output_modalities: modalities && [modalities.includes('audio') ? 'audio' : 'text'],
      instructions,
      tools: tools?.map(flatTool),
      tool_choice: toolChoice,
      max_output_tokens: maxResponseOutputTokens,
    }),
    audio: {
      input: {
        turn_detection: input.turnDetection,
        transcription: input.transcription,
        ...given({ format: formatOf(inputAudioFormat), noise_reduction: inputAudioNoiseReduction }),
      },
      output: given({ format: formatOf(outputAudioFormat), voice }),
    },
  }
}

const formats: Readonly<Record<string, object>> = {
  pcm16: { type: 'audio/pcm', rate: 24_000 },
  g711_ulaw: { type: 'audio/pcmu' },
  g711_alaw: { type: 'audio/pcma' },
}

function formatOf(name: string | undefined): object | undefined {
  return name === undefined ? undefined : formats[name]
}

/** Chat completions nest a function's fields; the Realtime API has them flat. */
function flatTool(tool: object): object {
  if (!('function' in tool) || typeof tool.function !== 'object') return tool
  return { type: 'function', ...tool.function }
}

function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function snakeCased(value: object): object {
  const name = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [name(key), inner]))
}
