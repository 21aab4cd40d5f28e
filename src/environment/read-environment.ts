// The environment variables of the kit, read and checked. Pure: the caller gives the variables, nothing here looks at the process.
// What they change is in with-environment.ts and engines-in-use.ts.

import { RealtimeKitError } from '../errors.ts'
import { nearName } from '../responses/near-name.ts'

/** Names as the shell has them. */
export const environmentVariables = [
  'USE_LOCAL_REALTIME',
  'LOCAL_REALTIME_ENABLE_TRANSCRIPTION',
  'LOCAL_REALTIME_SETUP_SMART_RESPONSES',
  'LOCAL_REALTIME_VAD_BACKEND',
  'LOCAL_REALTIME_VAD_THRESHOLD',
  'LOCAL_REALTIME_VAD_SAMPLE_RATE',
  'LOCAL_REALTIME_TRANSCRIPTION_BACKEND',
  'LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE',
  'LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE',
  'LOCAL_REALTIME_CONFIG',
  'LOG_LEVEL',
] as const

export type EnvironmentVariable = (typeof environmentVariables)[number]

const vadBackends = ['silero', 'silero-v6', 'silero-v4', 'energy'] as const
const transcriptionBackends = ['pocketsphinx', 'whisper'] as const
const vadSampleRatesHz = [8000, 16_000] as const
export const logLevels = ['debug', 'info', 'warning', 'error', 'critical'] as const

export type LogLevel = (typeof logLevels)[number]

/** What the variables say; those that are unset or empty have their defaults. */
export interface Environment {
  readonly useLocalRealtime: boolean
  readonly enableTranscription: boolean
  readonly setupSmartResponses: boolean
  readonly vadBackend: (typeof vadBackends)[number]
  /** 0 to 1. */
  readonly vadThreshold: number
  readonly vadSampleRateHz: (typeof vadSampleRatesHz)[number]
  readonly transcriptionBackend: (typeof transcriptionBackends)[number]
  /** A code such as 'en'. */
  readonly transcriptionLanguage: string
  /** Of Whisper: 'tiny', 'base.en' … */
  readonly transcriptionModelSize: string
  readonly configFile: string | undefined
  readonly logLevel: LogLevel
  /** Those that were set to something: a default may fall back, a wish may not. */
  readonly isSet: ReadonlySet<EnvironmentVariable>
}

/** Variables as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>

/**
 * Reads the variables. Flags take true, 1, yes, on and false, 0, no, off in any case; an unknown LOG_LEVEL means info.
 *
 * @throws RealtimeKitError RTK_OPTION that names the variable, what it takes, and what it got
 * @example
 * readEnvironment({ LOCAL_REALTIME_VAD_THRESHOLD: '0.7' }).vadThreshold // 0.7
 */
export function readEnvironment(variables: Variables): Environment {
  const source = { variables }
  return {
    useLocalRealtime: isLocalRealtimeOn(variables),
    enableTranscription: flag(source, 'LOCAL_REALTIME_ENABLE_TRANSCRIPTION', false),
    setupSmartResponses: flag(source, 'LOCAL_REALTIME_SETUP_SMART_RESPONSES', true),
    vadBackend: word(source, 'LOCAL_REALTIME_VAD_BACKEND', vadBackends) ?? 'silero',
    vadThreshold: threshold(source),
    vadSampleRateHz: sampleRate(source),
    transcriptionBackend: word(source, 'LOCAL_REALTIME_TRANSCRIPTION_BACKEND', transcriptionBackends) ?? 'pocketsphinx',
    transcriptionLanguage: matching(source, 'LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE', language)?.toLowerCase() ?? 'en',
    transcriptionModelSize: matching(source, 'LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE', modelSize) ?? 'base',
    configFile: given(source, 'LOCAL_REALTIME_CONFIG'),
    logLevel: logLevel(given(source, 'LOG_LEVEL')),
    isSet: new Set(environmentVariables.filter((name) => given(source, name) !== undefined)),
  }
}

/**
 * Whether USE_LOCAL_REALTIME is on.
 *
 * @throws RealtimeKitError RTK_OPTION for a value that is neither on nor off
 */
export function isLocalRealtimeOn(variables: Variables): boolean {
  return flag({ variables }, 'USE_LOCAL_REALTIME', false)
}

interface Source {
  readonly variables: Variables
}

/** Undefined where it is unset or empty, as a line `NAME=` of an .env file leaves it. */
function given({ variables }: Source, name: EnvironmentVariable): string | undefined {
  const value = variables[name]?.trim()
  return value === '' ? undefined : value
}

function refuse(source: Source, name: EnvironmentVariable, expected: string, hint?: string): never {
  const got = JSON.stringify(source.variables[name])
  throw new RealtimeKitError('RTK_OPTION', `${name} must be ${expected}, got ${got}.${hint === undefined ? '' : ` ${hint}`}`)
}

const flags = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

function flag(source: Source, name: EnvironmentVariable, byDefault: boolean): boolean {
  const text = given(source, name)
  if (text === undefined) return byDefault
  return flags.get(text.toLowerCase()) ?? refuse(source, name, 'true, 1, yes or on, or else false, 0, no or off')
}

function word<Word extends string>(source: Source, name: EnvironmentVariable, words: readonly Word[]): Word | undefined {
  const text = given(source, name)?.toLowerCase()
  if (text === undefined) return undefined
  const known = words.find((one) => one === text)
  if (known !== undefined) return known
  const near = nearName(text, words)
  return refuse(source, name, `one of ${words.join(', ')}`, near === undefined ? undefined : `Did you mean ${near}?`)
}

function threshold(source: Source): number {
  const name = 'LOCAL_REALTIME_VAD_THRESHOLD'
  const text = given(source, name)
  if (text === undefined) return 0.5
  const value = Number(text)
  return value >= 0 && value <= 1 ? value : refuse(source, name, 'a number from 0 to 1')
}

function sampleRate(source: Source): Environment['vadSampleRateHz'] {
  const name = 'LOCAL_REALTIME_VAD_SAMPLE_RATE'
  const text = given(source, name)
  if (text === undefined) return 16_000
  return vadSampleRatesHz.find((rateHz) => rateHz === Number(text)) ?? refuse(source, name, '8000 or 16000 (samples a second)')
}

export interface Shape {
  readonly pattern: RegExp
  readonly expected: string
}

/** The languages and models that recognizers take, here and as options of the old client. */
export const language: Shape = { pattern: /^[a-z]{2,3}$/i, expected: "a language code such as 'en'" }
export const modelSize: Shape = {
  pattern: /^(?:tiny|base|small|medium)(?:\.en)?$|^large(?:-v[123](?:-turbo)?)?$/,
  expected:
    'a size of Whisper: tiny, base, small or medium (each also with .en), large, large-v1, large-v2, large-v3, large-v3-turbo',
}

function matching(source: Source, name: EnvironmentVariable, { pattern, expected }: Shape): string | undefined {
  const text = given(source, name)
  if (text === undefined || pattern.test(text)) return text
  return refuse(source, name, expected)
}

const otherNames: Readonly<Record<string, LogLevel>> = { warn: 'warning', fatal: 'critical', trace: 'debug' }

function logLevel(text = 'info'): LogLevel {
  const lower = text.toLowerCase()
  return logLevels.find((level) => level === lower) ?? otherNames[lower] ?? 'info'
}
