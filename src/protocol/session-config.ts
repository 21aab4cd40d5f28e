// The session object as the service echoes it, and the payload of `session.update`: strict schemas, and types named over them.
// Defaults and merging are in session-merge.ts; what is refused although it is well formed, in session-rules.ts.

import * as z from 'zod'
import {
  audioFormat,
  audioFormatUpdate,
  include,
  maxOutputTokens,
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
export type { DefaultSessionOptions } from './session-merge.ts'
export { defaultInstructions, defaultSession, mergeSession } from './session-merge.ts'

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
/** The input side of an update. */
export type InputUpdate = z.infer<typeof inputUpdate>
export type TurnDetectionUpdate = z.infer<typeof turnDetectionUpdate>

export const sessionUpdateSchema: z.ZodType<SessionUpdate> = z.discriminatedUnion('type', [realtimeUpdate, transcriptionUpdate])
