// What may happen to a session: everything that `step` is told. Data only.

import type { SpeechFrame, WordTime } from '../../audio/types.ts'
import type { ClientEvent } from '../protocol/client-events.ts'
import type { Fault } from '../protocol/faults.ts'
import type { ServerEvent } from '../protocol/server-events.ts'

/** A piece of what the pretend model says, in order. Consecutive `text` pieces go on in the same message item. */
export type ReplyPiece =
  | { readonly type: 'text'; readonly text: string; readonly audio?: SpokenAudio }
  | { readonly type: 'call'; readonly name: string; readonly arguments: string; readonly callId?: string }
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

export type TranscriptResult =
  | { readonly type: 'completed'; readonly text: string; readonly deltas?: readonly string[] }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }

export type Input =
  /** The socket is open: `session.created` follows. */
  | { readonly type: 'open' }
  | { readonly type: 'client-event'; readonly event: ClientEvent }
  /** A message that `decode` refused; answered with the wire `error`. */
  | { readonly type: 'client-fault'; readonly fault: Fault }
  /** A timer of a `schedule` effect came due. */
  | { readonly type: 'timer'; readonly timer: string }
  /** Answer to `detect-speech`: probabilities of the frames completed by that audio. */
  | { readonly type: 'speech-frames'; readonly frames: readonly SpeechFrame[] }
  /** Answer to `ask-reply`; may come in several parts, the last of which holds `end` or `fail`. */
  | { readonly type: 'reply'; readonly responseId: string; readonly pieces: readonly ReplyPiece[] }
  /** Answer to `transcribe`. */
  | { readonly type: 'transcript'; readonly itemId: string; readonly result: TranscriptResult }
  /** The test injects a server event (`session.send`, faults). */
  | { readonly type: 'inject'; readonly event: ServerEvent }
