// The fields that sessions, their updates and responses have in common: formats, tools, limits, tracing.
// No defaults and no merging here: see session-config.ts.

import * as z from 'zod'

/** Lowest rate of `audio/pcm`; the service says so when it refuses 16,000. */
export const minPcmRateHz = 24_000

const modality = z.enum(['text', 'audio'])
export type Modality = z.infer<typeof modality>
/** One modality, never both: audio brings its transcript along. */
export const modalities = z.array(modality).refine((list) => list.length === 1, { params: { rule: 'one-modality' } })

// ---- audio formats

const pcm = z.strictObject({ type: z.literal('audio/pcm'), rate: z.int().min(minPcmRateHz) })
const pcmu = z.strictObject({ type: z.literal('audio/pcmu') })
const pcma = z.strictObject({ type: z.literal('audio/pcma') })

/** An audio format as echoed: PCM always with its rate, G.711 without. */
export const audioFormat = z.discriminatedUnion('type', [pcm, pcmu, pcma])
export type AudioFormat = z.infer<typeof audioFormat>

/** The same as clients may give it: the rate may be left out. */
export const audioFormatUpdate = z.discriminatedUnion('type', [pcm.exactPartial({ rate: true }), pcmu, pcma])
export type AudioFormatUpdate = { type: 'audio/pcm'; rate?: number } | { type: 'audio/pcmu' } | { type: 'audio/pcma' }

// ---- voices

/** The built-in voices; others are custom, named by `{ id }`. */
const voiceNames = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'] as const

const customVoice = z.strictObject({ id: z.string() })
/** As echoed: whatever the session has. */
export const voice = z.union([z.string(), customVoice])
/** As clients may give it. */
export const voiceUpdate = z.union([z.enum(voiceNames), customVoice])
export type Voice = z.infer<typeof voice>

// ---- tools

const functionTool = z.strictObject({
  type: z.literal('function'),
  name: z.string(),
  description: z.string().exactOptional(),
  parameters: z.record(z.string(), z.unknown()).exactOptional(),
})

const toolFilter = z.strictObject({
  read_only: z.boolean().exactOptional(),
  tool_names: z.array(z.string()).exactOptional(),
})

const mcpTool = z.strictObject({
  type: z.literal('mcp'),
  server_label: z.string(),
  server_url: z.string().exactOptional(),
  connector_id: z
    .enum([
      'connector_dropbox',
      'connector_gmail',
      'connector_googlecalendar',
      'connector_googledrive',
      'connector_microsoftteams',
      'connector_outlookcalendar',
      'connector_outlookemail',
      'connector_sharepoint',
    ])
    .exactOptional(),
  tunnel_id: z.string().exactOptional(),
  authorization: z.string().exactOptional(),
  server_description: z.string().exactOptional(),
  headers: z.record(z.string(), z.string()).nullable().exactOptional(),
  allowed_tools: z
    .union([z.array(z.string()), toolFilter])
    .nullable()
    .exactOptional(),
  allowed_callers: z
    .array(z.enum(['direct', 'programmatic']))
    .nullable()
    .exactOptional(),
  require_approval: z
    .union([
      z.enum(['always', 'never']),
      z.strictObject({ always: toolFilter.exactOptional(), never: toolFilter.exactOptional() }),
    ])
    .nullable()
    .exactOptional(),
  defer_loading: z.boolean().exactOptional(),
})

/** A function of the app; `parameters` is its JSON Schema. */
export interface FunctionTool extends z.infer<typeof functionTool> {}
/** A server of tools that the service calls by itself. */
export interface McpTool extends z.infer<typeof mcpTool> {}
export type Tool = FunctionTool | McpTool

export const tool: z.ZodType<Tool> = z.discriminatedUnion('type', [functionTool, mcpTool])

export const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('function'), name: z.string() }),
    z.strictObject({ type: z.literal('mcp'), server_label: z.string(), name: z.string().nullable().exactOptional() }),
  ]),
])
export type ToolChoice = z.infer<typeof toolChoice>

// ---- the rest

/** A count of tokens, or no limit. The upper bound depends on the model: see session-rules.ts. */
export const maxOutputTokens = z.union([z.int().min(1), z.literal('inf')])

export const tracing = z.union([
  z.literal('auto'),
  z.strictObject({
    workflow_name: z.string().exactOptional(),
    group_id: z.string().exactOptional(),
    metadata: z.record(z.string(), z.unknown()).exactOptional(),
  }),
])
export type Tracing = z.infer<typeof tracing>

const promptFile = z.record(z.string(), z.unknown())
export const prompt = z.strictObject({
  id: z.string(),
  version: z.string().nullable().exactOptional(),
  variables: z
    .record(z.string(), z.union([z.string(), promptFile]))
    .nullable()
    .exactOptional(),
})
export interface Prompt extends z.infer<typeof prompt> {}

export const truncation = z.union([
  z.enum(['auto', 'disabled']),
  z.strictObject({
    type: z.literal('retention_ratio'),
    retention_ratio: z.number().min(0).max(1),
    token_limits: z.strictObject({ post_instructions: z.int().min(0).exactOptional() }).exactOptional(),
  }),
])
export type Truncation = z.infer<typeof truncation>

export const reasoning = z.strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).exactOptional() })
export const include = z.array(z.literal('item.input_audio_transcription.logprobs'))

/** More pairs than this are refused. */
const maxMetadataPairs = 16
export const metadata = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= maxMetadataPairs, {
    params: { rule: 'max-properties', limit: maxMetadataPairs },
  })
export type Metadata = Record<string, string>
