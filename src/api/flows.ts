// Public types of flows: conversations with a plan.

import type { ClientEventType } from './events.ts'
import type { Reply, Scripted } from './replies.ts'

/** One way on from a state. It expects exactly one of `says`, `keys`, `silence` and `event`, or, without them, any words. */
export interface FlowStep {
  /**
   * What the user says or types: a phrase (whole words, any case), any of several, or a pattern. Groups of a pattern are slots: the
   * replies of this step and of later ones see them in `turn.captured`.
   */
  says?: string | readonly string[] | RegExp
  /** Keys pressed on a phone, such as '1', or a pattern over them. */
  keys?: string | RegExp
  /** The app asks for a response although the user has said nothing new: an idle timeout, a "still there?". */
  silence?: true
  /** An event of the app: its type, or fields that it has. The flow goes on when it comes; `reply` then answers the next response. */
  event?: ClientEventType | ({ type: ClientEventType } & Record<string, unknown>)
  /** The answer. Needed for everything but an event. */
  reply?: Reply
  /** The state after it. Default: the same one. `'end'` needs no entry among the states. */
  to?: string
  /** What `caller.plays(flow)` says or presses here. Needed where `says` or `keys` is a pattern, and where both are missing. */
  caller?: string
}

export interface FlowDefinition {
  /** Each state with its ways on, the first that fits is taken. A state without any is an end. */
  states: Readonly<Record<string, readonly FlowStep[]>>
  /** Default: the first state. */
  start?: string
  /** What is said when the app asks for a response before the user said anything. */
  opening?: Reply
  /** Whether a test is red when a conversation stops in the middle of the flow, or never began it. Default 'fail'. */
  unfinished?: 'fail' | 'allow'
}

/** How much of the graph was walked, in all sessions of the test. */
export interface FlowCoverage {
  readonly states: { readonly visited: number; readonly all: number }
  readonly steps: { readonly taken: number; readonly all: number }
  /** Steps that were never taken, as text: `ask: says "cancel" → cancelling`. */
  readonly missing: readonly string[]
}

/** A flow that was added. */
export interface Flow extends Scripted {
  readonly coverage: FlowCoverage
  /** The state of the session that walked last; the start before that. */
  readonly state: string
  /** Whether every session that began it has come to an end, and at least one has. */
  readonly finished: boolean
  /** The steps of that session, as text: `ask → seats  says "A table"`. */
  readonly path: readonly string[]
  /** What the groups of patterns have caught in that session. */
  readonly captured: Readonly<Record<string, string>>
}
