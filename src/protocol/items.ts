// Conversation items and their content parts: as the service sends them, and as clients may create them.
// Key order is that of the wire. What happens to items belongs in the session layer.

import * as z from 'zod'

export type { ClientItem, ItemReference } from './client-items.ts'

const status = z.enum(['in_progress', 'completed', 'incomplete'])

// ---- content parts as sent

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() })
/** `transcript` is null until (and unless) it is transcribed. */
const inputAudio = z.strictObject({ type: z.literal('input_audio'), transcript: z.string().nullable() })
/** As a data URL or a link. */
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.enum(['auto', 'low', 'high']).exactOptional(),
})
const outputText = z.strictObject({ type: z.literal('output_text'), text: z.string() })
/** Without its bytes. */
const outputAudio = z.strictObject({ type: z.literal('output_audio'), transcript: z.string() })

// ---- items as sent

const phase = z.enum(['commentary', 'final_answer'])
const message = { id: z.string(), type: z.literal('message'), status }

const systemMessage = z.strictObject({ ...message, role: z.literal('system'), content: z.array(inputText) })
const userMessage = z.strictObject({
  ...message,
  role: z.literal('user'),
  content: z.array(z.discriminatedUnion('type', [inputText, inputAudio, inputImage])),
})
const assistantMessage = z.strictObject({
  ...message,
  role: z.literal('assistant'),
  content: z.array(z.discriminatedUnion('type', [outputText, outputAudio])),
  /** Only gpt-realtime-2 models, and only behind an option: neither the reference nor the SDK knows it. */
  phase: phase.exactOptional(),
})
const functionCall = z.strictObject({
  id: z.string(),
  type: z.literal('function_call'),
  status,
  name: z.string(),
  call_id: z.string(),
  arguments: z.string(),
})
const functionCallOutput = z.strictObject({
  id: z.string(),
  type: z.literal('function_call_output'),
  status,
  call_id: z.string(),
  output: z.string(),
})

export interface SystemMessageItem extends z.infer<typeof systemMessage> {}
export interface UserMessageItem extends z.infer<typeof userMessage> {}
export interface AssistantMessageItem extends z.infer<typeof assistantMessage> {}
/** A call that the model makes of one of the app's functions; `arguments` is JSON text. */
export interface FunctionCallItem extends z.infer<typeof functionCall> {}
/** What the app's function returned. */
export interface FunctionCallOutputItem extends z.infer<typeof functionCallOutput> {}

export type MessageItem = SystemMessageItem | UserMessageItem | AssistantMessageItem

// ---- MCP items as sent

const mcpTool = z.strictObject({
  name: z.string(),
  description: z.string().nullable().exactOptional(),
  input_schema: z.unknown(),
  annotations: z.unknown().exactOptional(),
})
const mcpError = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('protocol_error'), code: z.int(), message: z.string() }),
  z.strictObject({ type: z.literal('tool_execution_error'), message: z.string() }),
  z.strictObject({ type: z.literal('http_error'), code: z.int(), message: z.string() }),
])
const mcpListTools = z.strictObject({
  id: z.string(),
  type: z.literal('mcp_list_tools'),
  server_label: z.string(),
  tools: z.array(mcpTool),
})
const mcpCall = z.strictObject({
  id: z.string(),
  type: z.literal('mcp_call'),
  server_label: z.string(),
  name: z.string(),
  arguments: z.string(),
  approval_request_id: z.string().nullable(),
  output: z.string().nullable(),
  error: mcpError.nullable(),
})
const mcpApprovalRequest = z.strictObject({
  id: z.string(),
  type: z.literal('mcp_approval_request'),
  server_label: z.string(),
  name: z.string(),
  arguments: z.string(),
})
const mcpApprovalResponse = z.strictObject({
  id: z.string(),
  type: z.literal('mcp_approval_response'),
  approval_request_id: z.string(),
  approve: z.boolean(),
  reason: z.string().nullable(),
})

export interface McpListToolsItem extends z.infer<typeof mcpListTools> {}
export interface McpCallItem extends z.infer<typeof mcpCall> {}
export interface McpApprovalRequestItem extends z.infer<typeof mcpApprovalRequest> {}
export interface McpApprovalResponseItem extends z.infer<typeof mcpApprovalResponse> {}
export type McpItem = McpListToolsItem | McpCallItem | McpApprovalRequestItem | McpApprovalResponseItem

/** An item as every event but `conversation.item.retrieved` carries it: without audio bytes. */
export type Item = MessageItem | FunctionCallItem | FunctionCallOutputItem | McpItem

const otherItems = [functionCall, functionCallOutput, mcpListTools, mcpCall, mcpApprovalRequest, mcpApprovalResponse] as const

export const itemSchema: z.ZodType<Item> = z.discriminatedUnion('type', [
  z.discriminatedUnion('role', [systemMessage, userMessage, assistantMessage]),
  ...otherItems,
])

// ---- items as `conversation.item.retrieved` carries them

const soundBytes = { audio: z.string().exactOptional(), format: z.enum(['pcm16', 'g711_ulaw', 'g711_alaw']).exactOptional() }
const retrievedInputAudio = inputAudio.extend(soundBytes)
/** `transcript` is absent once the item was truncated. */
const retrievedOutputAudio = outputAudio.extend({ transcript: z.string().exactOptional(), ...soundBytes })
const retrievedUserMessage = userMessage.extend({
  content: z.array(z.discriminatedUnion('type', [inputText, retrievedInputAudio, inputImage])),
})
const retrievedAssistantMessage = assistantMessage.extend({
  content: z.array(z.discriminatedUnion('type', [outputText, retrievedOutputAudio])),
})

export interface RetrievedUserMessageItem extends z.infer<typeof retrievedUserMessage> {}
export interface RetrievedAssistantMessageItem extends z.infer<typeof retrievedAssistantMessage> {}

/** An item with its sound: `audio` is base64 in the session's format. */
export type RetrievedItem =
  | SystemMessageItem
  | RetrievedUserMessageItem
  | RetrievedAssistantMessageItem
  | FunctionCallItem
  | FunctionCallOutputItem
  | McpItem

export const retrievedItemSchema: z.ZodType<RetrievedItem> = z.discriminatedUnion('type', [
  z.discriminatedUnion('role', [systemMessage, retrievedUserMessage, retrievedAssistantMessage]),
  ...otherItems,
])
