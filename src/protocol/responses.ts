// The response object as the service sends it, its usage and status details, and the overrides of `response.create`.

import * as z from 'zod'
import { inputItemSchema } from './client-items.ts'
import { itemSchema } from './items.ts'
import {
  audioFormat,
  audioFormatUpdate,
  maxOutputTokens,
  metadata,
  modalities,
  prompt,
  reasoning,
  tool,
  toolChoice,
  voiceUpdate,
} from './session-fields.ts'

// ---- as sent

const tokens = z.int().min(0)

const usage = z.strictObject({
  total_tokens: tokens,
  input_tokens: tokens,
  output_tokens: tokens,
  input_token_details: z.strictObject({
    text_tokens: tokens,
    audio_tokens: tokens,
    image_tokens: tokens,
    cached_tokens: tokens,
    cached_tokens_details: z.strictObject({ text_tokens: tokens, audio_tokens: tokens, image_tokens: tokens }),
  }),
  output_token_details: z.strictObject({ text_tokens: tokens, audio_tokens: tokens }),
})

/** Tokens that a response cost; the cached ones are part of the input. */
export interface ResponseUsage extends z.infer<typeof usage> {}

const statusError = z.strictObject({ type: z.string(), code: z.string().nullable(), message: z.string() })
const statusDetails = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('cancelled'), reason: z.enum(['turn_detected', 'client_cancelled']) }),
  z.strictObject({ type: z.literal('incomplete'), reason: z.enum(['max_output_tokens', 'content_filter']) }),
  z.strictObject({ type: z.literal('failed'), error: statusError }),
])

/** Why a response did not complete; null when it did, and while it runs. */
export type ResponseStatusDetails = z.infer<typeof statusDetails>

const response = z.strictObject({
  object: z.literal('realtime.response'),
  id: z.string(),
  status: z.enum(['in_progress', 'completed', 'cancelled', 'incomplete', 'failed']),
  status_details: statusDetails.nullable(),
  output: z.array(itemSchema),
  conversation_id: z.string().nullable(),
  output_modalities: modalities,
  max_output_tokens: maxOutputTokens,
  audio: z.strictObject({ output: z.strictObject({ format: audioFormat, voice: z.string() }) }),
  usage: usage.nullable(),
  metadata: metadata.nullable(),
})

/** A response; `conversation_id` is null out of band, `usage` until it is done. */
export interface ResponseObject extends z.infer<typeof response> {}
export type ResponseStatus = ResponseObject['status']
export const responseObjectSchema: z.ZodType<ResponseObject> = response

// ---- as asked for

const createParams = z
  .strictObject({
    output_modalities: modalities,
    instructions: z.string(),
    audio: z
      .strictObject({ output: z.strictObject({ format: audioFormatUpdate, voice: voiceUpdate }).exactPartial() })
      .exactPartial(),
    tools: z.array(tool),
    tool_choice: toolChoice,
    parallel_tool_calls: z.boolean(),
    reasoning,
    max_output_tokens: maxOutputTokens,
    conversation: z.enum(['auto', 'none']),
    metadata: metadata.nullable(),
    prompt: prompt.nullable(),
    input: z.array(inputItemSchema),
  })
  .exactPartial()

/** What `response.create` overrides for one response. `input` replaces the context; `[]` is no context. */
export interface ResponseCreateParams extends z.infer<typeof createParams> {}
export const responseCreateParamsSchema: z.ZodType<ResponseCreateParams> = createParams
