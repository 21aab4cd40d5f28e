// A real model as a reply: streams from any OpenAI-compatible chat endpoint, through the user's own `openai` package.

import type { Reply, ReplyConfig, Turn } from '../api.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { isRecord, jsonOrText } from '../protocol/json.ts'
import { chatMessages, chatToolChoice, chatTools } from './chat-messages.ts'

/** What is used of an `OpenAI` client. */
export interface ChatClient {
  readonly chat: { readonly completions: { create(body: any, options?: any): PromiseLike<any> } }
}

export interface ChatModelOptions {
  /** Where the endpoint is, such as `http://127.0.0.1:11434/v1`. Default: that of the client. */
  baseURL?: string
  /** Name of the model there. */
  model: string
  /** Default: `local`, since local servers want none. */
  apiKey?: string
  /** A client of yours: `new OpenAI({…})`, `new AzureOpenAI({…})`. `baseURL` and `apiKey` are then its own. */
  client?: ChatClient
  /** The system message. Default: the instructions in force for the response. */
  system?: string | ((turn: Turn) => string)
  /** Whether the model is offered the function tools of the app, and the tools of its MCP servers. Default true. */
  tools?: boolean
  /** Further fields of each request, such as `{ temperature: 0 }`. */
  request?: Record<string, unknown>
}

const optionNames = ['baseURL', 'model', 'apiKey', 'client', 'system', 'tools', 'request']

/**
 * A reply that a chat model gives: it streams text, calls functions of the app and tools of its MCP servers, and sees their results. The HTTP request is aborted
 * when the response is cancelled or interrupted. Needs the `openai` package, unless `client` is given.
 *
 * @throws RealtimeKitError RTK_OPTION for unknown or wrong options; as a reply, RTK_REPLY when the endpoint fails
 * @example
 * realtime.respond('model', chatModel({ baseURL: 'http://127.0.0.1:11434/v1', model: 'llama3.2' }))
 */
export function chatModel(options: ChatModelOptions): Reply {
  checkChatOptions(options)
  const { model, system, tools = true, request = {} } = options
  let client: Promise<ChatClient> | undefined
  return async function* answer(turn: Turn): AsyncGenerator<string | ReplyConfig> {
    client ??= clientOf(options)
    const instructions = typeof system === 'function' ? system(turn) : (system ?? turn.instructions)
    const offered = tools ? chatTools(turn) : []
    const body = {
      model,
      messages: chatMessages(turn, instructions),
      ...(offered.length === 0 ? {} : { tools: offered, tool_choice: chatToolChoice(turn) }),
      ...request,
      stream: true,
    }
    try {
      const chunks = await (await client).chat.completions.create(body, { signal: turn.signal })
      yield* piecesOf(chunks, turn.modalities.includes('audio'))
    } catch (cause) {
      if (turn.signal.aborted) return
      throw cause instanceof RealtimeKitError ? cause : endpointError(options, cause)
    }
  }
}

interface PendingCall {
  name: string
  json: string
}

/** Spoken answers come sentence by sentence, as a voice wants them; texts as the endpoint sends them. */
async function* piecesOf(chunks: AsyncIterable<unknown>, spoken: boolean): AsyncGenerator<string | ReplyConfig> {
  const calls = new Map<unknown, PendingCall>()
  let unsaid = ''
  let finish: unknown
  let isAnswer = false
  for await (const chunk of chunks) {
    const choice = firstChoice(chunk)
    if (!choice) continue
    isAnswer = true
    const { delta, finish_reason } = choice
    finish = finish_reason ?? finish
    if (!isRecord(delta)) continue
    const text = [delta.content, delta.refusal].find((one) => typeof one === 'string' && one !== '')
    if (typeof text === 'string') {
      const ready = spoken ? sentencesOf(unsaid + text) : { whole: unsaid + text, rest: '' }
      unsaid = ready.rest
      if (ready.whole !== '') yield ready.whole
    }
    if (Array.isArray(delta.tool_calls)) for (const part of delta.tool_calls) addCall(calls, part)
  }
  if (!isAnswer) throw new Error('what it sent is no stream of a chat completion')
  if (unsaid !== '') yield unsaid
  for (const { name, json } of calls.values()) yield { call: { name, arguments: argumentsOf(name, json) } }
  if (finish === 'length') yield { finish: 'max_output_tokens' }
  if (finish === 'content_filter') yield { finish: 'content_filter' }
}

function firstChoice(chunk: unknown): Record<string, unknown> | undefined {
  if (!isRecord(chunk) || !Array.isArray(chunk.choices)) return undefined
  const [choice]: unknown[] = chunk.choices
  return isRecord(choice) ? choice : undefined
}

/** Arguments come in parts; the first one of each call has its name. */
function addCall(calls: Map<unknown, PendingCall>, part: unknown): void {
  if (!isRecord(part) || !isRecord(part.function)) return
  const call = calls.get(part.index) ?? { name: '', json: '' }
  calls.set(part.index, call)
  if (typeof part.function.name === 'string') call.name += part.function.name
  if (typeof part.function.arguments === 'string') call.json += part.function.arguments
}

function argumentsOf(name: string, json: string): object {
  const value = json.trim() === '' ? {} : jsonOrText(json)
  if (isRecord(value)) return value
  throw new RealtimeKitError('RTK_REPLY', `chatModel: the model called ${name} with arguments that are no JSON object: ${json}`)
}

/** What ends with a sentence, and the beginning of the next. */
function sentencesOf(text: string): { whole: string; rest: string } {
  const ends = [...text.matchAll(/[.!?…]["')\]]*\s+|[。！？]|\n+/gu)]
  const last = ends.at(-1)
  const at = last === undefined ? 0 : last.index + last[0].length
  return { whole: text.slice(0, at), rest: text.slice(at) }
}

async function clientOf({ client, baseURL, apiKey = 'local' }: ChatModelOptions): Promise<ChatClient> {
  if (client) return client
  try {
    const { OpenAI } = await import('openai')
    // A failure is told at once: waits between retries would only hide it.
    return new OpenAI({ apiKey, baseURL, maxRetries: 0 })
  } catch (cause) {
    throw new RealtimeKitError('RTK_REPLY', 'chatModel needs the `openai` package, or a `client`: npm install openai', { cause })
  }
}

function endpointError({ baseURL, client, model }: ChatModelOptions, cause: unknown): RealtimeKitError {
  const where = baseURL ?? (client && 'baseURL' in client ? String(client.baseURL) : 'the endpoint of its client')
  const why = messageOf(cause)
  const mend = 'Is the server running, and does it know the model?'
  return new RealtimeKitError('RTK_REPLY', `chatModel '${model}' at ${where} failed: ${why}\n${mend}`, { cause })
}

function checkChatOptions(options: unknown): asserts options is ChatModelOptions {
  const refuse = (what: string): never => {
    throw new RealtimeKitError('RTK_OPTION', `chatModel(…): ${what}`)
  }
  if (!isRecord(options)) return refuse('needs { baseURL, model }')
  const unknown = Object.keys(options).find((key) => !optionNames.includes(key))
  if (unknown !== undefined) refuse(`\`${unknown}\` is no option.\n  allowed: ${optionNames.join(', ')}`)
  if (typeof options.model !== 'string' || options.model === '') refuse('`model` must be the name of a model')
  const { baseURL, client, tools, request } = options
  if (tools !== undefined && typeof tools !== 'boolean') refuse('`tools` must be true or false')
  if (request !== undefined && !isRecord(request)) refuse('`request` must be an object of further fields')
  if (client !== undefined && !isChatClient(client)) refuse('`client` must be a client with `chat.completions.create`')
  if (typeof baseURL === 'string' && !/^https?:/.test(URL.parse(baseURL)?.protocol ?? ''))
    refuse(`\`baseURL\` must be a URL such as http://127.0.0.1:11434/v1, got '${baseURL}'`)
  if (typeof baseURL !== 'string' && client === undefined) {
    refuse('`baseURL` must be the URL of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1, or give a `client`')
  }
}

function isChatClient(client: unknown): boolean {
  const { chat } = Object(client)
  return typeof chat?.completions?.create === 'function'
}
