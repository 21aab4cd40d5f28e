// Items as clients may create them: in `conversation.item.create` and in the `input` of `response.create`.
// `status` and `object` are accepted and have no effect; assistant sound cannot be created. How long an id may be is the session's
// to say (client-item.ts).

import * as z from 'zod'

const envelope = {
  id: z.string().exactOptional(),
  object: z.literal('realtime.item').exactOptional(),
  status: z.enum(['in_progress', 'completed', 'incomplete']).exactOptional(),
}

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() })
const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  audio: z.string().exactOptional(),
  transcript: z.string().nullable().exactOptional(),
})
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.enum(['auto', 'low', 'high']).exactOptional(),
})
const outputText = z.strictObject({ type: z.literal('output_text'), text: z.string() })

const systemMessage = z.strictObject({
  ...envelope,
  type: z.literal('message'),
  role: z.literal('system'),
  content: z.array(z.discriminatedUnion('type', [inputText])),
})
const userMessage = z.strictObject({
  ...envelope,
  type: z.literal('message'),
  role: z.literal('user'),
  content: z.array(z.discriminatedUnion('type', [inputText, inputAudio, inputImage])),
})
const assistantMessage = z.strictObject({
  ...envelope,
  type: z.literal('message'),
  role: z.literal('assistant'),
  content: z.array(z.discriminatedUnion('type', [outputText])),
})
const functionCall = z.strictObject({
  ...envelope,
  type: z.literal('function_call'),
  call_id: z.string().exactOptional(),
  name: z.string(),
  arguments: z.string(),
})
const functionCallOutput = z.strictObject({
  ...envelope,
  type: z.literal('function_call_output'),
  call_id: z.string(),
  output: z.string(),
})
const mcpApprovalResponse = z.strictObject({
  id: z.string().exactOptional(),
  type: z.literal('mcp_approval_response'),
  approval_request_id: z.string(),
  approve: z.boolean(),
  reason: z.string().nullable().exactOptional(),
})
const itemReference = z.strictObject({ type: z.literal('item_reference'), id: z.string() })

export interface ClientSystemMessage extends z.infer<typeof systemMessage> {}
export interface ClientUserMessage extends z.infer<typeof userMessage> {}
export interface ClientAssistantMessage extends z.infer<typeof assistantMessage> {}
export interface ClientFunctionCall extends z.infer<typeof functionCall> {}
export interface ClientFunctionCallOutput extends z.infer<typeof functionCallOutput> {}
export interface ClientMcpApprovalResponse extends z.infer<typeof mcpApprovalResponse> {}
/** Stands for an item of the conversation in the `input` of `response.create`. */
export interface ItemReference extends z.infer<typeof itemReference> {}

/** What `conversation.item.create` may carry. */
export type ClientItem =
  | ClientSystemMessage
  | ClientUserMessage
  | ClientAssistantMessage
  | ClientFunctionCall
  | ClientFunctionCallOutput
  | ClientMcpApprovalResponse

const messages = z.discriminatedUnion('role', [systemMessage, userMessage, assistantMessage])

export const clientItemSchema: z.ZodType<ClientItem> = z.discriminatedUnion('type', [
  messages,
  functionCall,
  functionCallOutput,
  mcpApprovalResponse,
])

export const inputItemSchema: z.ZodType<ClientItem | ItemReference> = z.discriminatedUnion('type', [
  messages,
  functionCall,
  functionCallOutput,
  mcpApprovalResponse,
  itemReference,
])
