// What a session wants done: everything that `step` answers. Data only; runtime/connection.ts carries it out, in order.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { Item } from '../protocol/items.ts'
import type { ServerEvent } from '../protocol/server-events.ts'

/**
 * Who a deadline belongs to: `service` pulls virtual time; `idle` (idle timeout, expiry) fires only on the way or by
 * `clock.advance`.
 */
export type Deadline = 'service' | 'idle'

/** A tool of an MCP server that the model may call. */
export interface McpToolOffer {
  /** Its `server_label`. */
  readonly server: string
  readonly name: string
  readonly description?: string
  /** JSON Schema of its arguments. */
  readonly parameters: unknown
}

/** What a response was asked for: enough to choose a reply without looking into the session. */
export interface ReplyRequest {
  readonly responseId: string
  /** `conversation: "none"`. */
  readonly outOfBand: boolean
  readonly metadata: Readonly<Record<string, string>>
  /** In force for this response: the session's, or the override of `response.create`. */
  readonly instructions: string
  readonly tools: readonly {
    readonly type: string
    readonly name?: string
    readonly description?: string
    readonly parameters?: unknown
  }[]
  /** Listed tools of the MCP servers among `tools`. */
  readonly mcpTools: readonly McpToolOffer[]
  readonly toolChoice: unknown
  readonly modalities: readonly ('text' | 'audio')[]
  readonly outputFormat: WireAudioFormat
  readonly voice: string
  /** `audio.output.speed`; 1 is the voice's own pace. */
  readonly speed: number
  /** The items that the model sees, oldest first (`input` of the request where given). */
  readonly context: readonly Item[]
  /** Items of the default conversation, oldest first. */
  readonly conversation: readonly Item[]
  /** User inputs of the default conversation so far; the first is 1. */
  readonly turn: number
  /** The last user item of the context, when it is newer than the last assistant message. */
  readonly userItem?: Item
  /** Names of the functions that were called since the last user item of the context, the latest first. */
  readonly calledSinceUser: readonly string[]
  /** Function outputs at the end of the context that no response has answered yet, with the call they belong to. */
  readonly results: readonly {
    readonly callId: string
    readonly name: string
    readonly output: string
    readonly callResponseId?: string
  }[]
  readonly askedBy: 'client' | 'turn-detection' | 'translation' | 'mcp'
}

/** `E`: the server events of the kind of session. */
export type Effect<E = ServerEvent> =
  | { readonly type: 'send'; readonly event: E }
  | { readonly type: 'schedule'; readonly timer: string; readonly atMs: number; readonly deadline: Deadline }
  | { readonly type: 'unschedule'; readonly timer: string }
  /**
   * Audio for the VAD, in the input format; answered by `speech-frames`. `restart` begins a new stream (turn
   * detection changed). `judges`: frames are to tell whether the words before them sound finished.
   */
  | {
      readonly type: 'detect-speech'
      readonly audio: Uint8Array
      readonly format: WireAudioFormat
      readonly restart: boolean
      readonly judges?: boolean
    }
  /**
   * A streaming model listens to speech that goes on: samples [start, end) of the audio written since the session began. Answered by
   * `said` when there is news.
   */
  | {
      readonly type: 'follow-speech'
      readonly startSample: number
      readonly endSample: number
      readonly format: WireAudioFormat
    }
  /**
   * User audio became an item: samples [start, end) of the audio written since the session began, at the input format's rate.
   * `detached`: it came inside an item (`conversation.item.create`, `input`), so its samples count from its own start.
   */
  | {
      readonly type: 'heard'
      readonly itemId: string
      readonly startSample: number
      readonly endSample: number
      readonly audio: Uint8Array
      readonly format: WireAudioFormat
      readonly detached?: boolean
    }
  /** The app asked for a transcript of that item; always after its `heard`. */
  | {
      readonly type: 'transcribe'
      readonly itemId: string
      readonly model: string
      readonly language: string | null
      readonly prompt: string | null
    }
  | { readonly type: 'ask-reply'; readonly request: ReplyRequest }
  /** What tools has the MCP server of that label? Answered by `mcp-tools`. */
  | { readonly type: 'list-mcp-tools'; readonly itemId: string; readonly server: string }
  /** Calls a tool; `arguments` is JSON text. Answered by `mcp-result`. */
  | {
      readonly type: 'call-mcp-tool'
      readonly itemId: string
      readonly server: string
      readonly name: string
      readonly arguments: string
    }
  /** The response ended before its call did: nobody listens to the result. */
  | { readonly type: 'stop-mcp-call'; readonly itemId: string }
  /** The response ended before its reply did (cancelled, interrupted): nobody listens to the rest. */
  | { readonly type: 'stop-reply'; readonly responseId: string }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
