// From a config of the old system to a reply of the service: a call, a text at its pace, or a sound in chunks.

import { bytesPerSample, wireRateHz } from '../../audio/formats.ts'
import { pcm, silence } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm, WireAudioFormat } from '../../audio/types.ts'
import type { Call, Reply, ReplyConfig, Turn } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { defaultBrain } from '../responses/default-brain.ts'
import { requestOf } from '../responses/turn.ts'
import type { ReplyRequest } from '../session/effects.ts'
import { splitTokens } from '../session/tokens.ts'
import type { LocalResponseConfig, ResponseGeneratorFunction } from './response-config.ts'

/** Bytes of a chunk of sound, whatever its format. */
const chunkBytes = 3200
/** Where there is no sound at all. */
const silenceMs = 2000
const legacyPace = { charMs: 50, chunkMs: 200 }
/** What the old system called where no config said what to call. */
const builtInCall: Call = { name: 'mock_function', arguments: { param1: 'value1', param2: 'value2' } }

export interface ReplyWorld {
  readonly isLegacy: boolean
  generator(name: string): ResponseGeneratorFunction | undefined
  /** A WAV file as sound; silence where it is missing. */
  load(path: string): Pcm
}

/** `isDefault`: nobody chose it; results of functions are then told in a sentence. */
export function replyOf(config: LocalResponseConfig, world: ReplyWorld, isDefault = false): Reply {
  return (turn) => {
    const request = requestOf(turn)
    if (!request) return { text: config.text }
    if (config.generator !== undefined) return generated(config, config.generator, turn, world)
    const call = callOf(config, request, turn, world.isLegacy)
    if (call) return { call }
    const tellsResult = !world.isLegacy && request.results.length > 0 && (isDefault || config.functionCall !== undefined)
    if (tellsResult) return defaultBrain(request, turn).reply
    return request.modalities.includes('audio') ? spoken(config, request.outputFormat, world) : typed(config, world)
  }
}

/** What it is chosen by. It may be chosen again and again: the old system knew no loops. */
export function chosenBy({ text, selectionCriteria: criteria }: LocalResponseConfig): ReplyConfig {
  const often = { text, times: Number.MAX_SAFE_INTEGER }
  if (!criteria) return often
  const when = {
    keywords: criteria.requiredKeywords,
    excludedKeywords: criteria.excludedKeywords,
    intents: criteria.requiredIntents,
    minTurn: criteria.minTurnCount,
    maxTurn: criteria.maxTurnCount,
    modalities: criteria.requiredModalities,
    requiresFunctionCall: criteria.requiresFunctionCall,
    patterns: criteria.contextPatterns,
  }
  // Empty lists ask for nothing.
  const asked = Object.entries(when).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
  return { ...often, priority: criteria.priority, ...(asked.length > 0 ? { when: Object.fromEntries(asked) } : {}) }
}

function generated(
  config: LocalResponseConfig,
  name: string,
  turn: Turn,
  world: ReplyWorld,
): ReturnType<ResponseGeneratorFunction> {
  const generator = world.generator(name)
  if (generator) return generator(turn, config)
  throw new RealtimeKitError('RTK_REPLY', `no generator '${name}' is registered: client.registerResponseGenerator('${name}', …)`)
}

function callOf(config: LocalResponseConfig, request: ReplyRequest, turn: Turn, isLegacy: boolean): Call | Call[] | undefined {
  const { toolChoice, results, calledSinceUser } = request
  const offersTools = request.tools.length + request.mcpTools.length > 0
  if (!offersTools || toolChoice === 'none' || results.length > 0) return undefined
  const own = config.functionCall
  if (isLegacy) return own ?? builtInCall
  const demandsOther = isRecord(toolChoice) && typeof toolChoice.name === 'string' && toolChoice.name !== own?.name
  if (own && !demandsOther) return calledSinceUser.includes(own.name) ? undefined : own
  if (toolChoice !== 'required' && !isRecord(toolChoice)) return undefined
  const { name, reply } = defaultBrain(request, turn)
  return name === 'default-call' && isRecord(reply) ? (reply as ReplyConfig).call : undefined
}

/** A text, as it stands or a character at a time. */
function typed({ text, charDelayMs }: LocalResponseConfig, { isLegacy }: ReplyWorld): ReplyConfig | AsyncIterable<ReplyConfig> {
  if (charDelayMs === undefined && !isLegacy) return { text }
  return pieces(text, charDelayMs ?? legacyPace.charMs, isLegacy)
}

async function* pieces(text: string, charMs: number, isLegacy: boolean): AsyncIterable<ReplyConfig> {
  if (text === '') yield { text }
  for (const piece of isLegacy ? characters(text) : splitTokens(text)) {
    yield { text: piece, delayMs: isLegacy ? charMs : charMs * characters(piece).length }
  }
}

/** As people count them: what is joined is never split. */
function characters(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
}

function spoken(
  config: LocalResponseConfig,
  format: WireAudioFormat,
  world: ReplyWorld,
): ReplyConfig | AsyncIterable<ReplyConfig> {
  const { text, chunkDelayMs } = config
  const sound = soundOf(config, world)
  if (chunkDelayMs !== undefined || world.isLegacy)
    return played({ text, sound, delayMs: chunkDelayMs ?? legacyPace.chunkMs, format })
  return sound ? { text, audio: sound } : { text }
}

/** Data over file over silence; undefined where the text is to be spoken. */
function soundOf({ audioData, audioFile, text }: LocalResponseConfig, { isLegacy, load }: ReplyWorld): Pcm | undefined {
  if (audioData) return audioData instanceof Uint8Array ? pcm(audioData, 24_000) : audioData
  if (audioFile !== undefined) return load(audioFile)
  return isLegacy || text === '' ? silence(silenceMs) : undefined
}

interface Playing {
  readonly text: string
  readonly sound: Pcm | undefined
  readonly delayMs: number
  readonly format: WireAudioFormat
}

/** The transcript comes with the first chunk. */
async function* played({ text, sound, delayMs, format }: Playing): AsyncIterable<ReplyConfig> {
  const rateHz = wireRateHz(format)
  const { samples } = resamplePcm(sound ?? (await speech(text, { rateHz, leadMs: 0, trailMs: 120 })), rateHz)
  const count = chunkBytes / bytesPerSample(format)
  for (let at = 0; at < samples.length; at += count)
    yield { text: at === 0 ? text : '', audio: pcm(samples.subarray(at, at + count), rateHz), delayMs }
}
