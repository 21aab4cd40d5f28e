// The session object as the service echoes it, the payload of `session.update`, the defaults, and how one is merged into the other.
// Rules that need more than the two objects (voice after sound, kind of session) are in session-rules.ts.

import * as z from 'zod'
import { RealtimeKitError } from '../errors.ts'
import type { AudioFormat, AudioFormatUpdate } from './session-fields.ts'
import {
  audioFormat,
  audioFormatUpdate,
  include,
  maxOutputTokens,
  minPcmRateHz,
  modalities,
  prompt,
  reasoning,
  tool,
  toolChoice,
  tracing,
  truncation,
  voice,
  voiceUpdate,
} from './session-fields.ts'

export type {
  AudioFormat,
  FunctionTool,
  McpTool,
  Metadata,
  Modality,
  Prompt,
  Tool,
  ToolChoice,
  Tracing,
  Truncation,
  Voice,
} from './session-fields.ts'

// ---- input side: as echoed

const serverVad = z.strictObject({
  type: z.literal('server_vad'),
  threshold: z.number().min(0).max(1),
  prefix_padding_ms: z.int().min(0),
  silence_duration_ms: z.int().min(0),
  idle_timeout_ms: z.int().min(5_000).max(30_000).nullable(),
  create_response: z.boolean(),
  interrupt_response: z.boolean(),
})
const semanticVad = z.strictObject({
  type: z.literal('semantic_vad'),
  eagerness: z.enum(['low', 'medium', 'high', 'auto']),
  create_response: z.boolean(),
  interrupt_response: z.boolean(),
})
/** Transcription sessions echo four fields unless the client gave more. */
const transcriptionServerVad = serverVad.exactPartial({ idle_timeout_ms: true, create_response: true, interrupt_response: true })

const transcription = z.strictObject({
  model: z.string(),
  language: z.string().nullable(),
  prompt: z.string().nullable(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).exactOptional(),
  keywords: z.array(z.string()).exactOptional(),
  languages: z.array(z.string()).min(1).exactOptional(),
})
const noiseReduction = z.strictObject({
  type: z.enum(['near_field', 'far_field']),
  strength: z.number().exactOptional(),
})

export interface ServerVad extends z.infer<typeof serverVad> {}
export interface SemanticVad extends z.infer<typeof semanticVad> {}
export interface TranscriptionServerVad extends z.infer<typeof transcriptionServerVad> {}
export interface TranscriptionConfig extends z.infer<typeof transcription> {}
export interface NoiseReduction extends z.infer<typeof noiseReduction> {}
export type TurnDetection = ServerVad | SemanticVad

const input = {
  format: audioFormat,
  transcription: transcription.nullable(),
  noise_reduction: noiseReduction.nullable(),
}

// ---- the session object, as `session.created` and `session.updated` carry it

const realtimeSession = z.strictObject({
  type: z.literal('realtime'),
  object: z.literal('realtime.session'),
  id: z.string(),
  model: z.string(),
  output_modalities: modalities,
  instructions: z.string(),
  tools: z.array(tool),
  tool_choice: toolChoice,
  max_output_tokens: maxOutputTokens,
  tracing: tracing.nullable(),
  truncation,
  prompt: prompt.nullable(),
  expires_at: z.int(),
  audio: z.strictObject({
    input: z.strictObject({ ...input, turn_detection: z.discriminatedUnion('type', [serverVad, semanticVad]).nullable() }),
    output: z.strictObject({ format: audioFormat, voice, speed: z.number() }),
  }),
  include: include.nullable(),
  reasoning: reasoning.exactOptional(),
  parallel_tool_calls: z.boolean().exactOptional(),
})

const transcriptionSession = z.strictObject({
  type: z.literal('transcription'),
  object: z.literal('realtime.transcription_session'),
  id: z.string(),
  expires_at: z.int(),
  audio: z.strictObject({
    input: z.strictObject({
      ...input,
      turn_detection: z.discriminatedUnion('type', [transcriptionServerVad, semanticVad]).nullable(),
    }),
  }),
  include: include.nullable(),
})

/** A conversation session, every field present; `expires_at` is Unix time in seconds. */
export interface RealtimeSessionObject extends z.infer<typeof realtimeSession> {}
/** A session that only transcribes: no model, no output side. */
export interface TranscriptionSessionObject extends z.infer<typeof transcriptionSession> {}
export type SessionObject = RealtimeSessionObject | TranscriptionSessionObject
export type SessionKind = SessionObject['type']

export const sessionObjectSchema: z.ZodType<SessionObject> = z.discriminatedUnion('type', [realtimeSession, transcriptionSession])

// ---- the payload of `session.update`

const turnDetectionUpdate = z.discriminatedUnion('type', [
  serverVad.exactPartial().required({ type: true }),
  semanticVad.exactPartial().required({ type: true }),
])
const inputUpdate = z
  .strictObject({
    format: audioFormatUpdate,
    transcription: transcription.exactPartial().nullable(),
    noise_reduction: noiseReduction.nullable(),
    turn_detection: turnDetectionUpdate.nullable(),
  })
  .exactPartial()

const realtimeUpdate = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().exactOptional(),
  output_modalities: modalities.exactOptional(),
  instructions: z.string().exactOptional(),
  tools: z.array(tool).exactOptional(),
  tool_choice: toolChoice.exactOptional(),
  max_output_tokens: maxOutputTokens.exactOptional(),
  tracing: tracing.nullable().exactOptional(),
  truncation: truncation.exactOptional(),
  prompt: prompt.nullable().exactOptional(),
  audio: z
    .strictObject({
      input: inputUpdate,
      output: z
        .strictObject({ format: audioFormatUpdate, voice: voiceUpdate, speed: z.number().min(0.25).max(1.5) })
        .exactPartial(),
    })
    .exactPartial()
    .exactOptional(),
  include: include.nullable().exactOptional(),
  reasoning: reasoning.exactOptional(),
  parallel_tool_calls: z.boolean().exactOptional(),
})

const transcriptionUpdate = z.strictObject({
  type: z.literal('transcription'),
  audio: z.strictObject({ input: inputUpdate }).exactPartial().exactOptional(),
  include: include.nullable().exactOptional(),
})

/** What `session.update` may change of a conversation session; only `type` is required. */
export interface RealtimeSessionUpdate extends z.infer<typeof realtimeUpdate> {}
/** What `session.update` may change of a transcription session. */
export interface TranscriptionSessionUpdate extends z.infer<typeof transcriptionUpdate> {}
export type SessionUpdate = RealtimeSessionUpdate | TranscriptionSessionUpdate
type InputUpdate = z.infer<typeof inputUpdate>
type TurnDetectionUpdate = z.infer<typeof turnDetectionUpdate>

export const sessionUpdateSchema: z.ZodType<SessionUpdate> = z.discriminatedUnion('type', [realtimeUpdate, transcriptionUpdate])

// ---- defaults

/** Stands where the service has a text of its own. */
export const defaultInstructions = 'You are a helpful voice assistant. Answer briefly, in the language that the user speaks.'

/** Used when a client turns transcription on without naming a model; what the service does then is not known. */
const defaultTranscriptionModel = 'whisper-1'

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
    model: model ?? 'gpt-realtime',
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

function mergeTranscription(current: TranscriptionSessionObject, update: TranscriptionSessionUpdate): TranscriptionSessionObject {
  const { type: _type, audio, ...rest } = update
  const before = current.audio.input
  const turn_detection = mergeTurnDetection(before.turn_detection, audio?.input?.turn_detection, defaultTranscriptionVad)
  return { ...current, ...rest, audio: { input: { ...mergeInput(before, audio?.input), turn_detection } } }
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
  return { ...(current ?? { model: defaultTranscriptionModel, language: null, prompt: null }), ...update }
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
