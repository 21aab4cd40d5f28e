// The answers of a service that nobody scripted (`serve`, `register`, or by hand): a call of the function that the user
// names, then a sentence with its result; else the smart examples.

import type { Turn } from '../api.ts'
import { isRecord, jsonOrText } from '../protocol/json.ts'
import type { ReplyRequest } from '../session/effects.ts'
import { once } from '../session/once.ts'
import { foldText, wordsOf } from './matching.ts'
import { ReplyBook } from './reply-book.ts'
import { argumentsFor } from './schema-example.ts'
import type { ScoreSettings } from './score.ts'
import { selectReply, type Unmatched } from './select.ts'
import { type SelectionFacts, selectionFacts } from './selection-facts.ts'
import { smartExamples } from './smart-examples.ts'

interface Tool {
  readonly name: string
  readonly description?: string
  readonly parameters?: unknown
  /** For tools of MCP servers. */
  readonly server?: string
}

/** How long a spoken result may be, in characters. */
const maxResultLength = 2000

/**
 * The answer of the default brain; it always has one. Names: `default-result`, `default-call`, or that of a smart example.
 *
 * @example selectReply(book, facts, { unmatched: () => defaultBrain(request, turn) })
 */
export function defaultBrain(request: ReplyRequest, turn: Turn, { intents }: Pick<ScoreSettings, 'intents'> = {}): Unmatched {
  const facts = selectionFacts('', request, turn)
  if (facts.results.length > 0) return { name: 'default-result', rule: 'default-brain', reply: resultSentence(facts.results) }
  const tool = toolToCall(request, facts.text)
  if (tool) {
    const args = argumentsFor(tool.parameters, facts.text)
    const call = { name: tool.name, arguments: args, ...(tool.server === undefined ? {} : { server: tool.server }) }
    return { name: 'default-call', rule: 'default-brain', reply: { call } }
  }
  // Whoever asks out of band gets an answer as well: the examples know no difference.
  const { name, reply, why } = selectReply(
    exampleBook(),
    { ...facts, outOfBand: false },
    intents === undefined ? {} : { intents },
  )
  return { name, reply: reply ?? '', rule: 'default-brain', candidates: why.candidates }
}

/** A sentence with everything that functions returned. */
function resultSentence(results: SelectionFacts['results']): string {
  const told = results.map(({ output }) => spokenValue(jsonOrText(output)).trim()).filter((one) => one !== '')
  if (told.length === 0) return 'That is done.'
  const text = told.join('; ').slice(0, maxResultLength)
  return `Here is what I found: ${text}${/[.!?…]$/.test(text) ? '' : '.'}`
}

/** The function or MCP tool that the user names and whose result is not there yet, or that `tool_choice` demands. */
function toolToCall(request: ReplyRequest, text: string): Tool | undefined {
  const { toolChoice, calledSinceUser } = request
  const called = new Set(calledSinceUser)
  const offered = toolsOf(request).filter((tool) => !called.has(tool.name))
  if (toolChoice === 'none') return undefined
  if (isRecord(toolChoice)) return offered.find((tool) => isDemanded(tool, toolChoice))
  const ranked = offered.map((tool) => ({ tool, score: naming(tool, text) })).sort((left, right) => right.score - left.score)
  const best = ranked[0]
  if (best && best.score > 0) return best.tool
  return toolChoice === 'required' && called.size === 0 ? offered[0] : undefined
}

function toolsOf({ tools, mcpTools }: ReplyRequest): Tool[] {
  const functions = tools.flatMap((tool): Tool[] => {
    const { type, name } = tool
    return type === 'function' && name !== undefined ? [{ ...tool, name }] : []
  })
  return [...functions, ...mcpTools]
}

/** `{ type: 'function', name }`, or `{ type: 'mcp', server_label, name? }`. */
function isDemanded(tool: Tool, { name, server_label }: Record<string, unknown>): boolean {
  return tool.server === server_label && (name === undefined || name === null || tool.name === name)
}

/** Words that a name or description shares with any other. */
const common = new Set(
  `a an and any are as at be by can do for from get has have how i if in into is it its me my new no not of on or our set
  so that the their then this to up use user users uses using was we what when where which who will with you your about
  all also call called caller customer current data default fetch find function given gives give help information into
  list look lookup make makes need please provide provides return returns run show tell tool value want would like just
  now some there here name names check specific based one`.split(/\s+/),
)

/** How many words of a tool's name (twice) and description (once) the user said. */
function naming({ name, description = '' }: Tool, text: string): number {
  const said = new Set(significant(text))
  const inName = significant(name.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2'))
  const inDescription = significant(description)
  return 2 * inName.filter((word) => said.has(word)).length + inDescription.filter((word) => said.has(word)).length
}

function significant(text: string): string[] {
  const words = wordsOf(foldText(text)).filter((word) => word.length > 1 && !common.has(word))
  return [...new Set(words.map((word) => (word.length > 3 ? word.replace(/(?<!s)s$/, '') : word)))]
}

function spokenValue(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(spokenValue).join(', ')
  if (!isRecord(value)) return String(value)
  const told = Object.entries(value).map(([key, inner]) => {
    const label = key
      .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .replaceAll('_', ' ')
      .toLowerCase()
    return `${label} ${spokenValue(inner)}`.trim()
  })
  return told.join(', ')
}

/** Only ever read: nothing that the examples answer is recorded in it. */
const exampleBook = once(() => {
  const book = new ReplyBook()
  for (const [name, reply] of Object.entries(smartExamples())) book.add(name, reply)
  return book
})
