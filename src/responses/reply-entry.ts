// A reply of the book: what is known of it, whose it is, and which of two with one name is meant.

import type { Reply, ReplyConfig } from '../api.ts'
import type { CompiledCriteria } from './criteria.ts'
import type { FlowWalks } from './flow.ts'

/** Where a reply was added: a nearer level wins ties, and hides a reply of the same name. */
type ReplyLevel = 'file' | 'describe' | 'test'

/** The sessions that a reply is for (`realtime.for(…)`, or one session); compared by identity. */
export interface ReplyScope {
  /** For messages: `for({ instructions: /billing/i })`. */
  readonly title: string
  covers(sessionId: string): boolean
}

export interface ReplyOptions {
  /** Default 'test'. */
  readonly level?: ReplyLevel
  /** How deep the describe block is, for blocks within blocks. Default 0. */
  readonly depth?: number
  readonly scope?: ReplyScope
  /** The author's line, for messages. */
  readonly where?: string
  /** What it is chosen by (`when`, `priority`, the fixed part of its text), for a function that has no config of its own. */
  readonly chosenBy?: ReplyConfig
}

/** A reply of the book. */
export interface ReplyEntry {
  readonly name: string
  readonly reply: Reply
  /** The reply as a config; undefined when it is a function. */
  readonly config: ReplyConfig | undefined
  readonly criteria: CompiledCriteria
  /** The phrases that it waits for, for near misses. */
  readonly phrases: readonly string[]
  /** Chosen at most once, in order, before named replies. */
  readonly once: boolean
  readonly level: ReplyLevel
  readonly rank: number
  readonly order: number
  readonly scope: ReplyScope | undefined
  readonly where: string | undefined
  /** How often it was chosen. */
  readonly used: number
  /** Chooses and answers by itself; the entry's reply is not used. */
  readonly flow?: FlowWalks
}

/** What answers the output of a call. */
export interface ThenEntry {
  readonly name: string
  readonly reply: Reply
  /** How many `then`s lead here: 1 for the first. */
  readonly depth: number
  /** What the pattern caught that chose the reply it belongs to. */
  readonly captured?: Readonly<Record<string, string>>
}

const ranks: Readonly<Record<ReplyLevel, number>> = { file: 0, describe: 1, test: 1000 }

export function rankOf(level: ReplyLevel, depth: number): number {
  return ranks[level] + depth
}

export function covers(entry: ReplyEntry, sessionId: string): boolean {
  return entry.scope === undefined || entry.scope.covers(sessionId)
}

/** Of two replies of one name the nearer level is meant, then the one for fewer sessions, then the later. */
export function hides(entry: ReplyEntry, other: ReplyEntry): boolean {
  if (entry.rank !== other.rank) return entry.rank > other.rank
  return (entry.scope !== undefined) === (other.scope !== undefined) ? entry.order > other.order : entry.scope !== undefined
}
