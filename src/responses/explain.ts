// Why a reply was chosen, as data for the timeline and as a table for messages.

import { RealtimeKitError } from '../errors.ts'
import type { ScorePart } from './criteria-checks.ts'
import { foldText, wordsOf } from './matching.ts'
import { nearName } from './near-name.ts'
import { show } from './option-check.ts'
import type { Elsewhere, Loop } from './reply-book.ts'
import type { ReplyEntry } from './reply-entry.ts'
import type { Score } from './score.ts'

/** One reply that was looked at: its score, or why it was rejected, and what each criterion gave. */
export interface Candidate extends Score {
  readonly name: string
  /** The phrases that it waits for. */
  readonly phrases?: readonly string[]
}

export interface Why {
  /** Name of the reply; `''` when unmatched. */
  readonly chosen: string
  readonly rule: 'then' | 'once' | 'named' | 'fallback' | 'default-brain' | 'unmatched'
  /** What was to be answered. */
  readonly asked: {
    readonly turn: number
    readonly text: string
    readonly keys?: string
    readonly outOfBand: boolean
    readonly metadata?: Readonly<Record<string, string>>
    /** Names of the functions whose output was to be answered. */
    readonly results: readonly string[]
  }
  readonly candidates: readonly Candidate[]
  /** Replies that are for other sessions. */
  readonly elsewhere?: readonly Elsewhere[]
  /** Why it won over another of the same score. */
  readonly tie?: string
  /** Odd things that fail nothing: for the timeline. */
  readonly findings?: readonly string[]
}

/**
 * The table of a selection, one line per reply: the chosen one first, then eligible ones by score, then rejected ones,
 * the nearest first. `expected` (the name a test asked for) is marked, and comes first.
 *
 * @example console.log(formatWhy(why, { expected: 'greeting' }))
 */
export function formatWhy(why: Why, options: { readonly expected?: string } = {}): string {
  const { expected } = options
  const rows = sorted(why, expected).map((one) => rowOf(one, why))
  const marked = expected ?? (why.rule === 'unmatched' ? rows[0]?.name : undefined)
  const nameWidth = Math.max(0, ...rows.map((row) => row.name.length))
  const scoreWidth = Math.max(0, ...rows.map((row) => row.score.length))
  const lines = rows.map(({ sign, name, score, told }) => {
    const line = `  ${sign} ${name.padEnd(nameWidth)}  ${score.padStart(scoreWidth)}  ${told}`.trimEnd()
    return name === marked && sign !== '>' ? `${line}  <<<<<` : line
  })
  const tie = why.tie === undefined ? [] : [`  '${why.chosen}' is ${why.tie}.`]
  return [headOf(why), ...lines, ...tie, ...mendOf(why, expected)].join('\n')
}

/** How the reply that a test asked for would have won. */
function mendOf(why: Why, expected: string | undefined): string[] {
  if (expected === undefined || expected === why.chosen) return []
  const wanted = why.candidates.find(({ name }) => name === expected)
  const winner = why.candidates.find(({ name }) => name === why.chosen)
  if (!wanted) {
    const other = why.elsewhere?.find(({ name }) => name === expected)
    if (other) return [`  '${expected}' was added to ${other.title}, which does not take in this session.`]
    if (why.rule === 'then' || why.rule === 'once') return []
    const near = nearName(
      expected,
      why.candidates.map(({ name }) => name),
    )
    return [`  No reply is named '${expected}'${near === undefined ? '.' : `. Did you mean '${near}'?`}`]
  }
  if (wanted.rejected !== undefined || !winner || why.rule !== 'named') return []
  const lacking = winner.score - wanted.score
  if (lacking === 0) return [`  '${expected}' scores as much: add it before '${winner.name}', or give it \`priority: 1\`.`]
  return [
    `  '${expected}' lacks ${lacking}: give it a \`priority\` above ${lacking}, or narrow the \`when\` of '${winner.name}'.`,
  ]
}

/** The error of a turn that no reply fits; thrown by the wait that it would have answered. */
export function noMatchError(why: Why): RealtimeKitError {
  const titles = [...new Set(why.elsewhere?.map(({ title }) => title))]
  const mend =
    why.candidates.length === 0 && titles.length > 0
      ? `Replies were added to ${titles.join(' and ')} only, which does not take in this session.`
      : why.candidates.length === 0
        ? 'No reply was added: call `realtime.respond(name, reply)` before the app asks.'
        : "Add a reply, loosen its `when`, or answer everything with `onUnmatched: 'fallback'`."
  return new RealtimeKitError('RTK_NO_MATCH', `${formatWhy(why)}\n${mend}`)
}

/** The error of a loop. */
export function loopError(loop: Loop): RealtimeKitError {
  const since = loop.turn === 0 ? 'although the user never said anything' : `since user input ${loop.turn}`
  const lines = [
    `reply '${loop.name}' was chosen ${loop.count} times ${since}.`,
    'The app seems to answer its own answers (a `response.create` after each `response.done`?).',
    'If it should repeat itself, say how often: give the reply `times`.',
  ]
  return new RealtimeKitError('RTK_LOOP', lines.join('\n'))
}

/** The error of `respondOnce` replies that nothing used; undefined when all were. */
export function unusedOnceError(entries: readonly ReplyEntry[]): RealtimeKitError | undefined {
  const unused = entries.filter((entry) => entry.once && entry.used === 0)
  if (unused.length === 0) return undefined
  const onces = entries.filter((entry) => entry.once)
  const nameWidth = Math.max(...onces.map((entry) => entry.name.length))
  const rows = onces.map((entry) => {
    const state = entry.used === 0 ? 'unused' : 'used  '
    return `  ${state}  ${entry.name.padEnd(nameWidth)}  ${preview(entry)}${entry.where === undefined ? '' : `  ${entry.where}`}`.trimEnd()
  })
  const head = `${unused.length} of ${onces.length} \`respondOnce\` ${onces.length === 1 ? 'reply was' : 'replies were'} never used`
  return new RealtimeKitError(
    'RTK_UNUSED_REPLY',
    [head, ...rows, 'Remove it, or find out why the app asked for fewer responses.'].join('\n'),
  )
}

function headOf({ rule, chosen, asked }: Why): string {
  const what = askedFor(asked)
  if (rule === 'unmatched') return `no reply fits ${what}`
  if (rule === 'then') return `'${chosen}' answers ${what}: the \`then\` of a call comes first`
  if (rule === 'once') return `'${chosen}' answers ${what}: \`respondOnce\` comes before named replies`
  if (rule === 'named') return `'${chosen}' answers ${what}`
  return `no reply fits ${what}; answered by ${rule === 'fallback' ? 'the fallback' : 'the default brain'} ('${chosen}')`
}

function askedFor({ turn, text, keys, outOfBand, metadata, results }: Why['asked']): string {
  if (outOfBand) return `an out-of-band response${metadata === undefined ? '' : ` with metadata ${JSON.stringify(metadata)}`}`
  if (results.length > 0) return `turn ${turn}, the output of ${results.join(', ')}`
  if (keys !== undefined) return `turn ${turn}, keys ${keys}`
  return text === '' ? `turn ${turn}, nothing new from the user` : `turn ${turn}, user: ${show(text)}`
}

interface Row {
  readonly sign: '>' | ' '
  readonly name: string
  readonly score: string
  readonly told: string
}

function rowOf(candidate: Candidate, why: Why): Row {
  const { name, score, rejected, parts } = candidate
  const gains = parts.filter((part) => part.met).map(gainOf)
  if (rejected === undefined) {
    const isChosen = name === why.chosen && (why.rule === 'named' || why.rule === 'once' || why.rule === 'default-brain')
    return { sign: isChosen ? '>' : ' ', name, score: String(score), told: gains.length === 0 ? 'no criteria' : gains.join(', ') }
  }
  const but = gains.length === 0 ? '' : `  (met: ${gains.join(', ')})`
  return { sign: ' ', name, score: '-', told: `${rejected}${but}` }
}

function gainOf({ criterion, points, detail }: ScorePart): string {
  const worth = points === 0 ? '' : ` ${points > 0 ? '+' : ''}${points}`
  return `${criterion}${detail === '' ? '' : ` ${detail}`}${worth}`
}

function sorted(why: Why, expected: string | undefined): Candidate[] {
  const place = (one: Candidate) => {
    if (one.name === why.chosen && one.rejected === undefined) return 0
    if (one.name === expected) return 1
    return one.rejected === undefined ? 2 : 3
  }
  return why.candidates
    .map((one) => ({ one, place: place(one), nearness: one.rejected === undefined ? one.score : nearness(one, why.asked.text) }))
    .sort((left, right) => left.place - right.place || right.nearness - left.nearness)
    .map(({ one }) => one)
}

/** How near a rejected reply came: what it met, less what it missed; words that it shares with what was said count too. */
function nearness({ parts, phrases = [] }: Candidate, text: string): number {
  const missed = parts.filter((part) => !part.met).length
  const met = parts.reduce((sum, part) => (part.met ? sum + Math.max(part.points, 1) : sum), 0)
  return met - 4 * (missed === 0 ? 2 : missed) + 8 * likeness(phrases, text)
}

/** The share of the phrases' words that were said, in part or whole, 0 to 1. */
function likeness(phrases: readonly string[], text: string): number {
  const wanted = new Set(phrases.flatMap((phrase) => wordsOf(foldText(phrase))))
  const said = wordsOf(foldText(text))
  const shared = [...wanted].filter((word) => said.some((one) => one.startsWith(word) || word.startsWith(one)))
  return wanted.size === 0 ? 0 : shared.length / wanted.size
}

function preview({ reply }: ReplyEntry): string {
  if (typeof reply === 'string') return show(reply)
  if (typeof reply === 'function') return 'a function'
  if (typeof reply.text === 'string') return show(reply.text)
  return reply.call === undefined
    ? 'a config'
    : `calls ${[reply.call]
        .flat()
        .map((call) => call.name)
        .join(', ')}`
}
