// The session before any update, and how `session.update` changes it. Updates come decoded and within the rules.

import { RealtimeKitError } from '../errors.ts'
import { defaultModel } from './default-model.ts'
import type {
  InputUpdate,
  RealtimeSessionObject,
  RealtimeSessionUpdate,
  SemanticVad,
  ServerVad,
  SessionKind,
  SessionObject,
  SessionUpdate,
  TranscriptionConfig,
  TranscriptionServerVad,
  TranscriptionSessionObject,
  TranscriptionSessionUpdate,
  TurnDetectionUpdate,
} from './session-config.ts'
import type { AudioFormat, AudioFormatUpdate, Tool } from './session-fields.ts'
import { minPcmRateHz } from './session-fields.ts'
import { transcriptionModel } from './transcription-models.ts'

// ---- defaults

/** Stands where the service has a text of its own. */
export const defaultInstructions = 'You are a helpful voice assistant. Answer briefly, in the language that the user speaks.'

/** Used when a client turns transcription on without naming a model; what the service does then is not known. */
export const defaultTranscriptionModel = 'whisper-1'

const defaultServerVad: ServerVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  // Documented as 500; every capture of the live service says 200.
  silence_duration_ms: 200,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
}
const defaultTranscriptionVad: TranscriptionServerVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 200,
}
const defaultSemanticVad: SemanticVad = {
  type: 'semantic_vad',
  eagerness: 'auto',
  create_response: true,
  interrupt_response: true,
}

export interface DefaultSessionOptions {
  readonly id: string
  /** Unix time in seconds. */
  readonly expiresAt: number
  /** From the URL; transcription sessions have none. */
  readonly model?: string
  readonly kind?: SessionKind
}

/**
 * The session as it is before any `session.update`, in wire key order. `kind` is 'realtime' unless given.
 *
 * @example
 * defaultSession({ id: 'sess_1', model: 'gpt-realtime', expiresAt: 1_800_003_600, kind: 'realtime' })
 */
export function defaultSession(options: DefaultSessionOptions & { readonly kind: 'transcription' }): TranscriptionSessionObject
export function defaultSession(options: DefaultSessionOptions & { readonly kind?: 'realtime' }): RealtimeSessionObject
export function defaultSession(options: DefaultSessionOptions): SessionObject
export function defaultSession({ id, model, expiresAt, kind = 'realtime' }: DefaultSessionOptions): SessionObject {
  const format = (): AudioFormat => ({ type: 'audio/pcm', rate: minPcmRateHz })
  const heard = { format: format(), transcription: null, noise_reduction: null }
  if (kind === 'transcription') {
    const turn_detection = { ...defaultTranscriptionVad }
    const audio = { input: { ...heard, turn_detection } }
    return { type: 'transcription', object: 'realtime.transcription_session', id, expires_at: expiresAt, audio, include: null }
  }
  return {
    type: 'realtime',
    object: 'realtime.session',
    id,
    model: model ?? defaultModel,
    output_modalities: ['audio'],
    instructions: defaultInstructions,
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    tracing: null,
    truncation: 'auto',
    prompt: null,
    expires_at: expiresAt,
    audio: {
      input: { ...heard, turn_detection: { ...defaultServerVad } },
      output: { format: format(), voice: 'alloy', speed: 1 },
    },
    include: null,
  }
}

// ---- merging

/**
 * The session after an update: only fields that are present change, nested objects merge field by field, `null`, `''` and `[]`
 * clear, a new `turn_detection.type` starts from that type's defaults, and `model` never changes. Neither argument is touched.
 * Both must be of one kind; `sessionUpdateFault` of session-rules.ts refuses what the service refuses.
 */
export function mergeSession(current: RealtimeSessionObject, update: RealtimeSessionUpdate): RealtimeSessionObject
export function mergeSession(current: TranscriptionSessionObject, update: TranscriptionSessionUpdate): TranscriptionSessionObject
export function mergeSession(current: SessionObject, update: SessionUpdate): SessionObject
export function mergeSession(current: SessionObject, update: SessionUpdate): SessionObject {
  if (current.type === 'realtime' && update.type === 'realtime') return mergeRealtime(current, update)
  if (current.type === 'transcription' && update.type === 'transcription') return mergeTranscription(current, update)
  throw new RealtimeKitError('RTK_BUG', `a '${update.type}' update reached the merge of a '${current.type}' session`)
}

function mergeRealtime(current: RealtimeSessionObject, update: RealtimeSessionUpdate): RealtimeSessionObject {
  const { type: _type, model: _model, audio, reasoning, ...rest } = update
  const output = audio?.output
  return {
    ...current,
    ...rest,
    ...(rest.tools && { tools: rest.tools.map(withoutSecret) }),
    audio: {
      input: {
        ...mergeInput(current.audio.input, audio?.input),
        turn_detection: mergeTurnDetection(current.audio.input.turn_detection, audio?.input?.turn_detection, defaultServerVad),
      },
      output: {
        ...current.audio.output,
        ...output,
        format: mergeFormat(current.audio.output.format, output?.format),
      },
    },
    ...(reasoning && { reasoning: { ...current.reasoning, ...reasoning } }),
  }
}

/** Nobody is told the token of an MCP server. */
function withoutSecret(tool: Tool): Tool {
  if (tool.type !== 'mcp') return tool
  const { authorization: _, ...told } = tool
  return told
}

function mergeTranscription(current: TranscriptionSessionObject, update: TranscriptionSessionUpdate): TranscriptionSessionObject {
  const { type: _type, audio, ...rest } = update
  const before = current.audio.input
  const heard = mergeInput(before, audio?.input)
  // Streaming models have no turn detection: leaving it out is as good as null.
  const streams = heard.transcription !== null && transcriptionModel(heard.transcription.model).streams
  const merged = mergeTurnDetection(before.turn_detection, audio?.input?.turn_detection, defaultTranscriptionVad)
  return { ...current, ...rest, audio: { input: { ...heard, turn_detection: streams ? null : merged } } }
}

type HeardInput = Omit<RealtimeSessionObject['audio']['input'], 'turn_detection'>

function mergeInput(current: HeardInput, update: InputUpdate = {}): HeardInput {
  return {
    format: mergeFormat(current.format, update.format),
    transcription: mergeTranscriptionConfig(current.transcription, update.transcription),
    noise_reduction: mergeObject(current.noise_reduction, update.noise_reduction),
  }
}

function mergeFormat(current: AudioFormat, update: AudioFormatUpdate | undefined): AudioFormat {
  if (!update) return current
  if (update.type !== 'audio/pcm') return update
  return { type: 'audio/pcm', rate: update.rate ?? (current.type === 'audio/pcm' ? current.rate : minPcmRateHz) }
}

function mergeTranscriptionConfig(
  current: TranscriptionConfig | null,
  update: InputUpdate['transcription'],
): TranscriptionConfig | null {
  if (update === undefined) return current
  if (update === null) return null
  const merged = { ...(current ?? { model: defaultTranscriptionModel, language: null, prompt: null }), ...update }
  const { model, language, prompt, delay, keywords, languages } = merged
  // What the model before took and this one does not falls away with it: the client did not ask for it.
  const { refuses } = transcriptionModel(model)
  return {
    model,
    language,
    prompt: refuses.includes('prompt') ? null : prompt,
    ...(delay !== undefined && !refuses.includes('delay') && { delay }),
    ...(keywords && !refuses.includes('keywords') && { keywords }),
    ...(languages && !refuses.includes('languages') && { languages }),
  }
}

function mergeObject<T extends object>(current: T | null, update: T | null | undefined): T | null {
  if (update === undefined) return current
  return update && { ...current, ...update }
}

function mergeTurnDetection<T extends ServerVad | TranscriptionServerVad>(
  current: T | SemanticVad | null,
  update: TurnDetectionUpdate | null | undefined,
  serverDefaults: T,
): T | SemanticVad | null {
  if (update === undefined) return current
  if (update === null) return null
  if (update.type === 'semantic_vad') {
    return { ...(current?.type === 'semantic_vad' ? current : defaultSemanticVad), ...update }
  }
  return { ...(current?.type === 'server_vad' ? current : serverDefaults), ...update }
}
