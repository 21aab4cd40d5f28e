// A response while it is in progress, and how it looks on the wire. What happens to it is response-life.ts.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { Item } from '../protocol/items.ts'
import type { ResponseObject, ResponseStatus, ResponseStatusDetails, ResponseUsage } from '../protocol/responses.ts'
import type { Metadata, Modality, Tool, ToolChoice, Voice } from '../protocol/session-fields.ts'
import type { AppendLog } from './append-log.ts'
import type { ReplyRequest } from './effects.ts'
import type { ResponseProfile } from './latency.ts'
import type { ResponsePlan } from './response-plan.ts'
import type { ResponseInput } from './usage.ts'

/** What is in force for one response: the session's settings under the overrides of `response.create`. */
export interface ResponseSettings {
  readonly instructions: string
  readonly modalities: readonly Modality[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  readonly format: WireAudioFormat
  readonly voice: Voice
  /** How fast the voice speaks; 1 is its own pace. */
  readonly speed: number
  readonly maxOutputTokens: number | 'inf'
  readonly metadata: Metadata | null
}

/** What a message is for: said before something else is done, or the answer. */
export type Phase = 'commentary' | 'final_answer'

/** The item that is being sent. */
export type OpenItem =
  | {
      readonly type: 'message'
      readonly id: string
      readonly spoken: boolean
      readonly text: string
      readonly sound: AppendLog<Uint8Array>
      readonly soundBytes: number
      readonly phase: Phase
      /** Sound for after `output_audio.done`: `behavior.trailingAudio`. */
      readonly late?: { readonly bytes: Uint8Array; readonly durationMs: number }
    }
  | { readonly type: 'function_call'; readonly id: string; readonly callId: string; readonly name: string; readonly text: string }
  | {
      readonly type: 'mcp_call'
      readonly id: string
      readonly server: string
      readonly name: string
      readonly text: string
      readonly needsApproval: boolean
      /** The server is at work: the response waits. */
      readonly running: boolean
    }

export interface ActiveResponse {
  readonly id: string
  /** The how-manieth response of the session, from 1. */
  readonly number: number
  readonly outOfBand: boolean
  readonly settings: ResponseSettings
  readonly profile: ResponseProfile
  readonly request: ReplyRequest
  readonly input: ResponseInput
  /** Replaces the conversation as context. */
  readonly inputItems: readonly Item[] | undefined
  /** MCP servers were at work when it was accepted, or are: its reply is asked for anew when they have answered. */
  readonly waitsToAsk: boolean
  /** When `response.created` is due, or was sent. */
  readonly createdAtMs: number
  readonly created: boolean
  readonly plan: ResponsePlan
  /** Index of the first step of the plan that was not taken yet. */
  readonly nextStep: number
  /** Whether the last piece of the reply has come. */
  readonly replyEnded: boolean
  /** When its timer is due, if it runs. */
  readonly timerMs: number | undefined
  /** Since when an MCP call holds it up. */
  readonly waitsSinceMs: number | undefined
  /** How long MCP calls have held it up: the rest of its plan is that late. */
  readonly lagMs: number
  /** An MCP call of it has ended: its result wants an answer. */
  readonly ranMcp: boolean
  /** Items that were sent whole. */
  readonly output: readonly Item[]
  readonly open: OpenItem | undefined
  readonly textTokens: number
  readonly audioMs: number
}

export interface ResponseOutcome {
  readonly status: ResponseStatus
  readonly details: ResponseStatusDetails | null
  readonly usage: ResponseUsage | null
}

export const inProgress: ResponseOutcome = { status: 'in_progress', details: null, usage: null }

/** A custom voice is told by its id: in a response the reference has texts only. */
export function voiceName(voice: Voice): string {
  return typeof voice === 'string' ? voice : voice.id
}

/** The response as `response.created` and `response.done` carry it. */
export function responseObject(response: ActiveResponse, conversationId: string, outcome: ResponseOutcome): ResponseObject {
  const { settings } = response
  return {
    object: 'realtime.response',
    id: response.id,
    status: outcome.status,
    status_details: outcome.details,
    output: [...response.output],
    conversation_id: response.outOfBand ? null : conversationId,
    output_modalities: [...settings.modalities],
    max_output_tokens: settings.maxOutputTokens,
    audio: { output: { format: settings.format, voice: voiceName(settings.voice) } },
    usage: outcome.usage,
    metadata: settings.metadata,
  }
}
