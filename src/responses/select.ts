// Which reply answers a response: the `then` of the call just answered; then `respondOnce` in order; then named
// replies by score; then what an unmatched turn gets. Reads the book and changes nothing (ReplyBook.record does).

import type { Call, Reply } from '../api.ts'
import type { RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { asksForOutOfBand, compilePattern } from './criteria.ts'
import type { PreparedFacts } from './criteria-checks.ts'
import type { Candidate, Why } from './explain.ts'
import { capturesOf } from './flow-steps.ts'
import type { ReplyBook } from './reply-book.ts'
import type { ReplyEntry, ThenEntry } from './reply-entry.ts'
import { prepareFacts, type ScoreSettings, scoreReply } from './score.ts'
import type { SelectionFacts } from './selection-facts.ts'

/** An answer for turns that no reply of the book fits. */
export interface Unmatched {
  readonly name: string
  readonly reply: Reply
  readonly rule: 'fallback' | 'default-brain'
  readonly candidates?: readonly Candidate[]
}

export interface SelectionSettings extends ScoreSettings {
  /** Asked when no reply fits; without it (or when it has nothing) the turn stays unmatched. */
  readonly unmatched?: () => Unmatched | undefined
}

/** What was chosen. `reply` is absent exactly when `why.rule` is 'unmatched'. */
export interface Selection {
  /** Name of the reply, `x.then` for a `then`; `''` when unmatched. */
  readonly name: string
  readonly reply: Reply | undefined
  /** The entry of the book, for named and once replies. */
  readonly entry: ReplyEntry | undefined
  readonly then: ThenEntry | undefined
  readonly why: Why
  /** What the pattern of its `when` caught, or its flow. */
  readonly captured?: Readonly<Record<string, string>>
  /** Where its reply stands in the graph of a flow, for messages. */
  readonly place?: string
  /** More than "no reply fits": the turn leaves a flow. */
  readonly problem?: RealtimeKitError
}

/**
 * Chooses a reply, without side effects.
 *
 * @throws RealtimeKitError RTK_REPLY when a predicate of the author throws.
 * @example
 * const selection = selectReply(book, selectionFacts(sessionId, request, turn))
 * if (selection.reply !== undefined) book.record(selection, facts)
 */
export function selectReply(book: ReplyBook, facts: SelectionFacts, settings: SelectionSettings = {}): Selection {
  const selection = choose(book, facts, settings)
  const elsewhere = book.elsewhereFor(facts.sessionId)
  return elsewhere.length === 0 ? selection : { ...selection, why: { ...selection.why, elsewhere } }
}

function choose(book: ReplyBook, facts: SelectionFacts, settings: SelectionSettings): Selection {
  const then = book.thenOf(facts)
  if (then) {
    const captured = then.captured === undefined ? {} : { captured: then.captured }
    return { name: then.name, reply: then.reply, entry: undefined, then, why: explain(facts, then.name, 'then', []), ...captured }
  }

  const prepared = prepareFacts(facts, settings)
  const queue = judgeAll(book.onceFor(facts.sessionId), book, prepared)
  const first = queue.findIndex(isEligible)
  const once = queue[first]
  if (once) return chosen(once.entry, facts, 'once', queue.slice(0, first + 1))

  const named = judgeAll(book.namedFor(facts.sessionId), book, prepared)
  const best = named.filter(isEligible).reduce<Judged | undefined>(better, undefined)
  const candidates = [...queue, ...named].map(({ candidate }) => candidate)
  const problem = best && best.candidate.score > 0 ? undefined : leftFlow(named, facts, best !== undefined)
  const other = best && !problem ? undefined : settings.unmatched?.()
  if (problem && !other) {
    const why = explain(facts, '', 'unmatched', candidates)
    return { name: '', reply: undefined, entry: undefined, then: undefined, why, problem }
  }
  if (best && !problem) return chosen(best.entry, facts, 'named', [...queue, ...named], tieOf(best, named))

  if (!other)
    return { name: '', reply: undefined, entry: undefined, then: undefined, why: explain(facts, '', 'unmatched', candidates) }
  const why = explain(facts, other.name, other.rule, [...candidates, ...(other.candidates ?? [])])
  return { name: other.name, reply: other.reply, entry: undefined, then: undefined, why, ...(problem && { problem }) }
}

interface Judged {
  readonly entry: ReplyEntry
  readonly candidate: Candidate
}

function judgeAll(entries: readonly ReplyEntry[], book: ReplyBook, prepared: PreparedFacts): Judged[] {
  return entries.map((entry) => ({ entry, candidate: judge(entry, book, prepared) }))
}

/**
 * The error of a turn that no flow takes. A flow under way comes before replies to anything, which score nothing; one that has not
 * begun, or has ended, comes after them.
 */
function leftFlow(judged: readonly Judged[], facts: SelectionFacts, isAnswered: boolean): RealtimeKitError | undefined {
  const flows = judged.flatMap(({ entry }) => entry.flow ?? [])
  const flow = flows.find((one) => one.isUnderWay(facts.sessionId)) ?? (isAnswered ? undefined : flows[0])
  return flow?.wrongTurn(facts)
}

/** Scores one reply of the book, after the rules that no criterion expresses. */
function judge(entry: ReplyEntry, book: ReplyBook, prepared: PreparedFacts): Candidate {
  const { name, criteria, config, phrases } = entry
  const barred = bar(entry, book, prepared.facts)
  if (barred !== undefined) return { name, phrases, score: 0, rejected: barred, parts: [] }
  if (entry.flow) return { name, phrases, ...entry.flow.judge(prepared.facts) }
  const text = typeof config?.text === 'function' ? '' : [config?.text ?? ''].flat().join(' ')
  return { name, phrases, ...scoreReply(name, criteria, config?.priority ?? 0, text, prepared) }
}

function isEligible({ candidate }: Judged): boolean {
  return candidate.rejected === undefined
}

function bar(entry: ReplyEntry, book: ReplyBook, facts: SelectionFacts): string | undefined {
  const { config, criteria, used } = entry
  if (config?.times !== undefined && used >= config.times) return `used up: \`times: ${config.times}\``
  if (facts.outOfBand && !asksForOutOfBand(criteria)) {
    return 'the response is out of band, and takes only replies with `outOfBand: true` or `metadata` in their `when`'
  }
  if (config?.call !== undefined && facts.toolChoice === 'none')
    return "it calls, but `tool_choice` is 'none': the model may only speak"
  if (config?.call !== undefined && !facts.outOfBand && book.hasCalled(entry, facts)) {
    return facts.results.length === 0
      ? 'it has made its call for this user input already'
      : 'it has made its call for this user input already; give it a `then` to answer the output'
  }
  return undefined
}

function chosen(
  entry: ReplyEntry,
  facts: SelectionFacts,
  rule: 'once' | 'named',
  judged: readonly Judged[],
  tie?: string,
): Selection {
  const candidates = judged.map(({ candidate }) => candidate)
  const why = explain(facts, entry.name, rule, candidates, { ...(tie === undefined ? {} : { tie }), ...findingsOf(entry, facts) })
  if (entry.flow) return { name: entry.name, reply: undefined, ...entry.flow.answer(facts), entry, then: undefined, why }
  const captured = capturedBy(entry, facts)
  return { name: entry.name, reply: entry.reply, entry, then: undefined, why, ...(captured === undefined ? {} : { captured }) }
}

/** What the patterns of a `when` catch; undefined without patterns. */
function capturedBy({ criteria }: ReplyEntry, { text, turn }: SelectionFacts): Selection['captured'] {
  const { says, instructions, patterns = [] } = criteria
  const sources = [
    ...(instructions instanceof RegExp ? [{ pattern: instructions, text: turn.instructions }] : []),
    ...patterns.flatMap((one) => ({ pattern: compilePattern(one), text })),
    ...(says instanceof RegExp ? [{ pattern: says, text }] : []),
  ]
  if (sources.length === 0) return undefined
  return Object.assign({}, ...sources.map(({ pattern, text: where }) => pattern && capturesOf(pattern, where)))
}

/** The first of the best: candidates come by level, then in the order added. */
function better(best: Judged | undefined, one: Judged): Judged {
  return best && best.candidate.score >= one.candidate.score ? best : one
}

function tieOf(best: Judged, judged: readonly Judged[]): string | undefined {
  const rival = judged.find((one) => one !== best && isEligible(one) && one.candidate.score === best.candidate.score)
  if (!rival) return undefined
  const why = best.entry.rank === rival.entry.rank ? 'added first' : `added at ${best.entry.level} level`
  return `level with '${rival.entry.name}', but ${why}`
}

/** What the real model would not do: a call of what the response does not offer, or none where `tool_choice` demands one. */
function findingsOf(entry: ReplyEntry, facts: SelectionFacts): { findings?: readonly string[] } {
  if (!entry.config) return {}
  const calls = entry.config.call === undefined ? [] : [entry.config.call].flat()
  const findings = [unknownCalls(entry.name, calls, facts), unmetChoice(entry.name, calls, facts)].filter(
    (one) => one !== undefined,
  )
  return findings.length === 0 ? {} : { findings }
}

function unknownCalls(name: string, calls: readonly Call[], { tools, mcpTools }: SelectionFacts): string | undefined {
  const isOffered = (call: Call): boolean =>
    call.server === undefined
      ? tools.includes(call.name)
      : mcpTools.some((tool) => tool.server === call.server && tool.name === call.name)
  const unknown = calls.filter((call) => !isOffered(call)).map(callTitle)
  if (unknown.length === 0) return undefined
  const offered = tools.length === 0 ? 'none' : tools.join(', ')
  return `reply '${name}' calls ${unknown.join(', ')}, which the app does not offer (offered: ${offered})`
}

function unmetChoice(name: string, calls: readonly Call[], { toolChoice }: SelectionFacts): string | undefined {
  if (toolChoice === 'required' && calls.length === 0) return `reply '${name}' calls nothing, but \`tool_choice\` is 'required'`
  if (!isRecord(toolChoice)) return undefined
  const { name: wanted, server_label: server } = toolChoice
  const fits = (call: Call): boolean =>
    (wanted === undefined || wanted === null || call.name === wanted) && (call.server === undefined || call.server === server)
  if (calls.some(fits)) return undefined
  const demanded = [server, wanted].filter((part) => typeof part === 'string').join('/')
  return `reply '${name}' does not call ${demanded}, which \`tool_choice\` demands`
}

function callTitle({ name, server }: Call): string {
  return server === undefined ? name : `${server}/${name}`
}

function explain(
  facts: SelectionFacts,
  name: string,
  rule: Why['rule'],
  candidates: readonly Candidate[],
  notes: Pick<Why, 'tie' | 'findings'> = {},
): Why {
  const { turn, text, outOfBand } = facts
  const results = facts.results.map((result) => result.name)
  const { keys, metadata } = turn
  const more = { ...(keys === undefined ? {} : { keys }), ...(Object.keys(metadata).length === 0 ? {} : { metadata }) }
  const asked = { turn: turn.number, text, ...more, outOfBand, results }
  return { chosen: name, rule, asked, candidates, ...notes }
}
