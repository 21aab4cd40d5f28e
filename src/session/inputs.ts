// What may happen to a session: everything that `step` is told. Data only.

import type { SpeechFrame, WordTime } from '../../audio/types.ts'
import type { ClientEvent } from '../protocol/client-events.ts'
import type { Fault } from '../protocol/faults.ts'
import type { McpCallItem } from '../protocol/items.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { Phase } from './active-response.ts'
import type { ListedTool } from './mcp-tools.ts'

/** A piece of what the pretend model says, in order. Consecutive `text` pieces go on in the same message item. */
export type ReplyPiece =
  /** `phase`: of the message item that it begins; default 'final_answer'. */
  | { readonly type: 'text'; readonly text: string; readonly audio?: SpokenAudio; readonly phase?: Phase }
  /** `server`: label of the MCP server; without it, a function of the app where it has one of that name. */
  | {
      readonly type: 'call'
      readonly name: string
      readonly arguments: string
      readonly callId?: string
      readonly server?: string
    }
  /** The message item ends: text that follows begins another one. */
  | { readonly type: 'close' }
  /** The model thinks for `ms` before what follows. */
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'end'; readonly finish: 'completed' | 'max_output_tokens' | 'content_filter' }
  | { readonly type: 'fail'; readonly error: { readonly type: string; readonly code: string | null; readonly message: string } }

/** Audio of a text piece, already in the output format of the response. */
export interface SpokenAudio {
  readonly bytes: Uint8Array
  readonly durationMs: number
  readonly words?: readonly WordTime[]
}

/** What a server offers: all of its tools, before the session's filter. */
export type McpToolsResult = { readonly type: 'listed'; readonly tools: readonly ListedTool[] } | { readonly type: 'failed' }

export type McpResult =
  | { readonly type: 'completed'; readonly output: string }
  | { readonly type: 'failed'; readonly error: NonNullable<McpCallItem['error']> }

/** What one speaker said without a break, in ms from the start of the item; times that are not known are left out. */
export interface SpeakerSegment {
  readonly speaker: string
  readonly text: string
  readonly startMs?: number
  readonly endMs?: number
}

export type TranscriptResult =
  | {
      readonly type: 'completed'
      readonly text: string
      readonly deltas?: readonly string[]
      /** In order; only models that tell speakers apart send them. */
      readonly segments?: readonly SpeakerSegment[]
      /** Language codes; only models that tell them do. */
      readonly languages?: readonly string[]
    }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }

/** `E`: the client events of the kind of session. */
export type Input<E = ClientEvent> =
  /** The socket is open: `session.created` follows. */
  | { readonly type: 'open' }
  | { readonly type: 'client-event'; readonly event: E }
  /** A message that `decode` refused; answered with the wire `error`. */
  | { readonly type: 'client-fault'; readonly fault: Fault }
  /** A timer of a `schedule` effect came due. */
  | { readonly type: 'timer'; readonly timer: string }
  /** Answer to `detect-speech`: probabilities of the frames completed by that audio. */
  | { readonly type: 'speech-frames'; readonly frames: readonly SpeechFrame[] }
  /** Answer to `ask-reply`; may come in several parts, the last of which holds `end` or `fail`. */
  | { readonly type: 'reply'; readonly responseId: string; readonly pieces: readonly ReplyPiece[] }
  /**
   * Answer to `follow-speech`: all that was said since `startSample`, in pieces that joined are the text. Dropped when the speech
   * that it is about was committed meanwhile.
   */
  | { readonly type: 'said'; readonly startSample: number; readonly pieces: readonly string[] }
  /** The beginning of an answer to `transcribe`, while whoever recognizes is still at work: the text so far. */
  | { readonly type: 'partial-transcript'; readonly itemId: string; readonly text: string }
  /** Answer to `transcribe`. */
  | { readonly type: 'transcript'; readonly itemId: string; readonly result: TranscriptResult }
  /** Answer to `list-mcp-tools`. */
  | { readonly type: 'mcp-tools'; readonly itemId: string; readonly result: McpToolsResult }
  /** Answer to `call-mcp-tool`. */
  | { readonly type: 'mcp-result'; readonly itemId: string; readonly result: McpResult }
  /** The test injects a server event (`session.send`, faults). */
  | { readonly type: 'inject'; readonly event: ServerEvent }
