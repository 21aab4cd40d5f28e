// What the choice of a reply depends on, and nothing else of the session.

import type { Turn } from '../api.ts'
import type { ReplyRequest } from '../session/effects.ts'

export interface SelectionFacts {
  readonly sessionId: string
  readonly responseId: string
  /** The turn as reply functions see it. */
  readonly turn: Turn
  /** The user's words that no answer has followed yet; `''` when there is nothing new. */
  readonly text: string
  readonly outOfBand: boolean
  readonly modalities: readonly ('text' | 'audio')[]
  /** Names of the functions and MCP tools that may be called; none when `tool_choice` is 'none'. */
  readonly tools: readonly string[]
  readonly mcpTools: ReplyRequest['mcpTools']
  readonly toolChoice: unknown
  /** Function outputs that this response answers. */
  readonly results: ReplyRequest['results']
}

/**
 * Facts of a response that a session asks for. Words that were answered before select nothing again, so `text` is empty
 * (and predicates see it so) when the last user item is older than the last answer.
 */
export function selectionFacts(sessionId: string, request: ReplyRequest, turn: Turn): SelectionFacts {
  const { responseId, outOfBand, modalities, results, toolChoice } = request
  const isAnswered = request.userItem === undefined
  const mcpTools = toolChoice === 'none' ? [] : request.mcpTools
  const tools = toolChoice === 'none' ? [] : [...turn.tools, ...mcpTools].map((tool) => tool.name)
  return {
    sessionId,
    responseId,
    turn: isAnswered ? withoutText(turn) : turn,
    text: isAnswered ? '' : turn.text,
    outOfBand,
    modalities,
    tools,
    mcpTools,
    toolChoice,
    results,
  }
}

/** The turn with its other properties as they are: those that are made when they are looked at stay so. */
function withoutText(turn: Turn): Turn {
  const text = { value: '', enumerable: true }
  return Object.create(Object.prototype, { ...Object.getOwnPropertyDescriptors(turn), text })
}
