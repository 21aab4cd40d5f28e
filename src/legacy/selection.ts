// Which response a turn would get, without a session and without side effects.

import { formatWhy } from '../responses/explain.ts'
import type { MatchingMode } from '../responses/matching.ts'
import { ReplyBook } from '../responses/reply-book.ts'
import { selectReply } from '../responses/select.ts'
import type { SelectionFacts } from '../responses/selection-facts.ts'
import { smartExamples } from '../responses/smart-examples.ts'
import type { RegisteredResponse } from './registered-response.ts'
import { LocalResponseConfig, type SelectionCriteriaOptions } from './response-config.ts'

/** What is to be answered. */
export interface SelectionRequest {
  modalities?: ('text' | 'audio')[]
  /** Functions on offer. */
  tools?: readonly object[]
  /** 'none' takes the functions away. */
  toolChoice?: string | object
}

export interface SelectedResponse {
  /** Key of the config; 'default' where none fits. */
  readonly name: string
  readonly config: LocalResponseConfig
  /** Of the responses that fit. */
  readonly scores: Readonly<Record<string, number>>
  /** Why the others do not. */
  readonly rejected: Readonly<Record<string, string>>
  /** The whole table, for messages. */
  readonly explanation: string
}

export function selectFrom(
  responses: ReadonlyMap<string, RegisteredResponse>,
  defaultConfig: LocalResponseConfig,
  user: { readonly text: string; readonly turn: number; readonly matching: MatchingMode },
  request: SelectionRequest,
): SelectedResponse {
  const book = new ReplyBook(user.matching)
  for (const [name, { chosenBy }] of responses) book.add(name, chosenBy)
  const { name, why } = selectReply(book, factsOf(user, request), { matching: user.matching })
  const fits = why.candidates.filter((one) => one.rejected === undefined)
  const others = why.candidates.filter((one) => one.rejected !== undefined)
  return Object.freeze({
    name: name || 'default',
    config: responses.get(name)?.config ?? defaultConfig,
    scores: Object.freeze(Object.fromEntries(fits.map((one) => [one.name, one.score]))),
    rejected: Object.freeze(Object.fromEntries(others.map((one) => [one.name, one.rejected ?? '']))),
    explanation: formatWhy(why),
  })
}

function factsOf(user: { text: string; turn: number }, request: SelectionRequest): SelectionFacts {
  const { modalities = ['text', 'audio'], tools = [], toolChoice = 'auto' } = request
  const offered = toolChoice === 'none' ? [] : tools.map(nameOf)
  return {
    sessionId: '',
    responseId: '',
    turn: {
      number: user.turn,
      text: user.text,
      metadata: {},
      instructions: '',
      tools: tools.map((tool) => ({ name: nameOf(tool) })),
      mcpTools: [],
      toolChoice,
      modalities,
      captured: {},
      session: { id: '', model: '', voice: '' },
      conversation: [],
      calls: [],
      items: [],
      signal: new AbortController().signal,
    },
    text: user.text,
    outOfBand: false,
    modalities,
    tools: offered,
    mcpTools: [],
    toolChoice,
    results: [],
  }
}

function nameOf(tool: object): string {
  const { name, function: nested } = tool as { name?: string; function?: { name?: string } }
  return name ?? nested?.name ?? ''
}

/** The ten examples as responses of a client. */
export function smartResponses(matching: MatchingMode): Map<string, RegisteredResponse> {
  return new Map(
    Object.entries(smartExamples(matching)).map(([name, example]) => {
      const { text, when = {}, priority, call } = example
      const functionCall =
        call && !Array.isArray(call) ? { functionCall: { name: call.name, arguments: call.arguments ?? {} } } : {}
      // As the old system had it: the one example that is typed faster.
      const pace = matching === 'legacy' && name === 'greeting' ? { charDelayMs: 30 } : {}
      const selectionCriteria: SelectionCriteriaOptions = { ...criteriaOf(when), priority }
      const config = new LocalResponseConfig({ text, ...functionCall, ...pace, selectionCriteria })
      return [name, { config, chosenBy: { text, when, priority, times: Number.MAX_SAFE_INTEGER } }]
    }),
  )
}

type Criteria = NonNullable<ReturnType<typeof smartExamples>['greeting']['when']>

function criteriaOf(when: Criteria): SelectionCriteriaOptions {
  const criteria = {
    requiredKeywords: when.keywords,
    excludedKeywords: when.excludedKeywords,
    requiredIntents: when.intents,
    minTurnCount: when.minTurn,
    maxTurnCount: when.maxTurn,
    requiredModalities: when.modalities,
    requiresFunctionCall: when.requiresFunctionCall,
    contextPatterns: when.patterns?.map((pattern) => (typeof pattern === 'string' ? pattern : pattern.source)),
  }
  return Object.fromEntries(Object.entries(criteria).filter(([, value]) => value !== undefined))
}
