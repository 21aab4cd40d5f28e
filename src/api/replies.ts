// Public types of what the pretend model says: replies, when they fit, and the responses that they gave.

import type { Pcm } from '../../audio/types.ts'
import type { ServerEventOf } from './events.ts'
import type { PluginName } from './plugins.ts'

/** The turn that a reply answers; given to reply functions and predicates. */
export interface Turn {
  /** User inputs of the default conversation so far; the first is 1. */
  readonly number: number
  /** What the user typed, or said (also when the app configured no transcription). */
  readonly text: string
  /** Keys pressed on a phone, when the turn is keys. */
  readonly keys?: string
  /** What the app's function returned, parsed as JSON where it is JSON; for replies under `then`. */
  readonly result?: any
  /**
   * What the groups of the matched pattern of `when` caught, by name and by number ('1', '2'); in a flow, what the steps so far caught
   * (their slots). Empty for predicates.
   */
  readonly captured: Readonly<Record<string, string>>
  readonly metadata: Record<string, string>
  readonly instructions: string
  /** Function tools of the app as it declared them. */
  readonly tools: readonly { name: string; description?: string; parameters?: unknown }[]
  /** Tools of MCP servers that the response may call, as far as they were listed; `server` is the `server_label`. */
  readonly mcpTools: readonly { server: string; name: string; description?: string; parameters?: unknown }[]
  readonly toolChoice: unknown
  /** What the response is asked for in. */
  readonly modalities: readonly ('text' | 'audio')[]
  /** The session that asks. */
  readonly session: { readonly id: string; readonly model: string; readonly voice: string }
  /**
   * The messages of `items`, oldest first, in words: what the user said, and of an answer that was truncated what sounded before the
   * cut, as the live model knows its own sound.
   */
  readonly conversation: readonly { role: string; text: string }[]
  /**
   * Calls so far, oldest first, parsed as JSON where they are JSON; `result` once the app or the MCP server has answered. `approved`:
   * what the app said to an MCP call that needed approval; false for one that therefore never ran.
   */
  readonly calls: readonly { name: string; arguments: any; result?: any; approved?: boolean }[]
  /** The items that the model sees, oldest first, as they are on the wire. */
  readonly items: readonly any[]
  /** Aborted when the response is cancelled or interrupted. */
  readonly signal: AbortSignal
}

/** When a reply is eligible: all that is given must be met. What is met adds to the reply's score; the highest score wins. */
export interface Criteria {
  /** A phrase (whole words, any case) or a pattern in what the user said. */
  says?: string | RegExp
  /** Any of these words or phrases. */
  keywords?: string[]
  /** None of these words or phrases. */
  excludedKeywords?: string[]
  /** Any of the detected intents, such as 'greeting' or 'farewell'. */
  intents?: string[]
  /** First and last turn (user inputs of the default conversation, from 1) that it is for. */
  minTurn?: number
  maxTurn?: number
  /** Keys pressed on a phone, such as '1' or '42#'. */
  keys?: string
  /** Something in the instructions in force for the response. */
  instructions?: string | RegExp
  /** These pairs in the `metadata` of the response. */
  metadata?: Record<string, string>
  /** Whether the response is out of band (`conversation: 'none'`). */
  outOfBand?: boolean
  /** The response offers a function tool of this name. */
  tool?: string
  /** The response is asked for in these. */
  modalities?: ('text' | 'audio')[]
  /** Whether function tools are offered at all. */
  requiresFunctionCall?: boolean
  /** Patterns over the user's words and the detected intents: a bonus, or a requirement with `requirePattern`. */
  patterns?: (string | RegExp)[]
  requirePattern?: boolean
  /** All keywords must be there, not any. */
  requireAll?: boolean
  /** A criterion of a plugin: what it wants. */
  [criterion: PluginName]: unknown
}

export type When = string | RegExp | Criteria | ((turn: Turn) => boolean)

export interface Call {
  name: string
  arguments?: object | ((turn: Turn) => object)
  /** `server_label` of the MCP server whose tool it is. Without it: the app's function of that name, else the first server that lists one. */
  server?: string
}

export interface ReplyConfig {
  /** What is said; spoken by the embedded voice when the response asks for audio. Several texts are a message item each. */
  text?: string | string[] | ((turn: Turn) => string | string[])
  /** Said before the rest in a message item of its own, as reasoning models do: "Let me look that up." */
  preamble?: string | ((turn: Turn) => string)
  /** Sound to play instead of the embedded voice: `speech()`, any Pcm, or the path of a WAV file. */
  audio?: Pcm | string
  /** A generator of a plugin makes the reply, from the turn and `with`; instead of all that a reply says. */
  generate?: PluginName
  with?: unknown
  /** Calls of the app's functions, or of the tools of its MCP servers. */
  call?: Call | Call[]
  /** Answers the response that follows the output of `call`. */
  then?: Reply
  when?: When
  /** How often it may be chosen; unlimited by default. */
  times?: number
  /** Added to the score; default 0. */
  priority?: number
  /** The model thinks this long before it starts. Virtual ms; default 0. */
  delayMs?: number
  /** How the response ends; default 'completed'. */
  finish?: 'completed' | 'max_output_tokens' | 'content_filter'
}

/**
 * A text, a config, or a function of the turn that gives one of them, or streams texts and configs (a custom model). Streamed texts go
 * on in one message item.
 */
export type Reply = string | ReplyConfig | ((turn: Turn) => Reply | Promise<Reply> | AsyncIterable<string | ReplyConfig>)

/** A reply that was added; `used` are the responses that it gave. */
export interface Scripted {
  readonly name: string
  readonly used: readonly ServedResponse[]
  remove(): void
}

/** One response of the service. */
export interface ServedResponse {
  readonly id: string
  /** Name of the reply that was chosen; `name.then` for a `then`. */
  readonly name: string
  readonly status: 'in_progress' | 'completed' | 'cancelled' | 'incomplete' | 'failed'
  readonly text: string
  /** Calls of functions and of MCP tools; `output` once the app or the server has answered, `error` of an MCP call that failed. */
  readonly calls: readonly { name: string; arguments: any; output?: any; error?: string }[]
  readonly usage: ServerEventOf<'response.done'>['response']['usage']
  readonly metadata: Record<string, string>
  readonly outOfBand: boolean
  readonly createdAtMs: number
  readonly firstAudioAtMs?: number
  /** How it was chosen: the score of each candidate, or why it was rejected. */
  readonly why: unknown
}
