// All replies of one LocalRealtime, in order, with what was used of them. The runtime owns one book per test;
// which reply is chosen is decided in select.ts, which only reads it.

import type { Reply } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { type CompiledCriteria, compileWhen, phrasesOf } from './criteria.ts'
import type { FlowWalks } from './flow.ts'
import type { MatchingMode } from './matching.ts'
import { nearName } from './near-name.ts'
import { covers, hides, type ReplyEntry, type ReplyOptions, rankOf, type ThenEntry } from './reply-entry.ts'
import { generated, noExtensions, type ReplyExtensions, withCustom } from './reply-extensions.ts'
import type { Selection } from './select.ts'
import type { SelectionFacts } from './selection-facts.ts'
import { unreachableReason } from './unreachable.ts'
import { checkReply } from './validate-reply.ts'

/** The same reply again and again while the user said nothing. */
export interface Loop {
  readonly name: string
  readonly count: number
  readonly turn: number
}

interface Owned extends ReplyEntry {
  order: number
  used: number
}

/** How far a session has come with the user's last input. */
interface Progress {
  turn: number
  readonly counts: Map<string, number>
  readonly called: Set<ReplyEntry>
  /** By response id. */
  readonly thens: Map<string, ThenEntry>
}

/** How often one reply may answer the same user input: plainly, and as a model that works through tool results. */
export const loopLimits = { plain: 3, withResults: 25 } as const

/** How many responses with calls a session remembers the `then` of. */
const maxOpenCalls = 1000

/** A reply that is for other sessions. */
export interface Elsewhere {
  readonly name: string
  /** `realtime.for({ model: 'x' })` */
  readonly title: string
}

export class ReplyBook {
  readonly #entries: Owned[] = []
  readonly #sessions = new Map<string, Progress>()
  readonly #matching: MatchingMode
  readonly #intents: readonly string[] | undefined
  readonly #extensions: ReplyExtensions
  #added = 0
  #onces = 0

  /**
   * @param matching Legacy matching is also lenient where the old system was (patterns that are none).
   * @param intents Names that `intents` may hold; without it any.
   */
  constructor(matching: MatchingMode = 'words', intents?: readonly string[], extensions: ReplyExtensions = noExtensions) {
    this.#extensions = extensions
    this.#matching = matching
    this.#intents = intents
  }

  /** Why a reply can never be chosen, as far as that is certain now. */
  unreachable(entry: ReplyEntry): string | undefined {
    return unreachableReason(entry, this.#entries, this.#matching)
  }

  /**
   * Adds a named reply; one of the same name, level and scope is replaced in its place.
   *
   * @throws RealtimeKitError RTK_REPLY for unknown keys and wrong types.
   * @example book.add('greeting', { when: 'hello', text: 'Hi!' })
   */
  add(name: string, reply: Reply, options: ReplyOptions = {}): ReplyEntry {
    if (typeof name !== 'string' || name === '')
      throw new RealtimeKitError('RTK_REPLY', 'a reply needs a name: respond(name, reply)')
    if (reply === undefined) {
      throw new RealtimeKitError(
        'RTK_REPLY',
        `reply '${name}' is missing: respond(name, reply), or respondOnce(reply) for one without a name`,
      )
    }
    const entry = this.#make(name, reply, false, options)
    const place = this.#placeOf(entry)
    const replaced = this.#entries[place]
    if (replaced?.flow) throw flowInTheWay(replaced, 'reply')
    if (replaced) {
      entry.order = replaced.order
      this.#entries[place] = entry
    } else this.#entries.push(entry)
    return entry
  }

  /**
   * Adds a flow under its name. Unlike a reply it replaces nothing: conversations may be in the middle of it.
   *
   * @throws RealtimeKitError RTK_REPLY where something of that name is there already
   */
  addFlow(flow: FlowWalks, options: ReplyOptions = {}): ReplyEntry {
    const entry = { ...this.#make(flow.name, flowReply, false, options), flow }
    const other = this.#entries[this.#placeOf(entry)]
    if (other) throw flowInTheWay(other, 'flow')
    this.#entries.push(entry)
    return entry
  }

  /** Flows in force: of one name only the nearest, as with replies. */
  get flows(): readonly FlowWalks[] {
    const hidden = (flow: ReplyEntry): boolean =>
      this.#entries.some((one) => !one.once && one.name === flow.name && one.rank > flow.rank && one.scope === flow.scope)
    return this.#entries.flatMap((entry) => (entry.flow && !hidden(entry) ? entry.flow : []))
  }

  /** Where the entry stands that a new one replaces; -1 for none. */
  #placeOf({ name, rank, scope }: ReplyEntry): number {
    return this.#entries.findIndex((one) => !one.once && one.name === name && one.rank === rank && one.scope === scope)
  }

  /** Adds a reply for the next response that it fits, in order, before named ones. Its name is by default `once-1`, `once-2` … */
  addOnce(reply: Reply, options: ReplyOptions & { readonly name?: string } = {}): ReplyEntry {
    this.#onces += 1
    const entry = this.#make(options.name ?? `once-${this.#onces}`, reply, true, options)
    this.#entries.push(entry)
    return entry
  }

  /** Takes a reply out; a reply of the same name that it hid is back. Removing twice does nothing. */
  remove(entry: ReplyEntry): void {
    const place = this.#entries.indexOf(entry)
    if (place >= 0) this.#entries.splice(place, 1)
  }

  get entries(): readonly ReplyEntry[] {
    return this.#entries
  }

  /** The `respondOnce` queue of a session: unused ones in order. */
  onceFor(sessionId: string): readonly ReplyEntry[] {
    return this.#entries.filter((one) => one.once && one.used === 0 && covers(one, sessionId))
  }

  /** Names of replies that are for other sessions, with the part of the service that they were added to. */
  elsewhereFor(sessionId: string): readonly Elsewhere[] {
    return this.#entries.flatMap(({ name, scope }) =>
      scope === undefined || scope.covers(sessionId) ? [] : { name, title: scope.title },
    )
  }

  /** Named replies for a session, best rank first, then as added; of one name only the nearest. */
  namedFor(sessionId: string): readonly ReplyEntry[] {
    const nearest = new Map<string, ReplyEntry>()
    for (const entry of this.#entries) {
      if (entry.once || !covers(entry, sessionId)) continue
      const other = nearest.get(entry.name)
      if (other === undefined || hides(entry, other)) nearest.set(entry.name, entry)
    }
    return [...nearest.values()].sort((left, right) => right.rank - left.rank || left.order - right.order)
  }

  /** Whether a reply with `call` has called for the user's last input already. */
  hasCalled(entry: ReplyEntry, facts: SelectionFacts): boolean {
    const progress = this.#sessions.get(facts.sessionId)
    return progress?.turn === facts.turn.number && progress.called.has(entry)
  }

  /** The `then` of the call just answered. */
  thenOf(facts: SelectionFacts): ThenEntry | undefined {
    const thens = this.#sessions.get(facts.sessionId)?.thens
    const answered = facts.results.findLast((result) => result.callResponseId !== undefined && thens?.has(result.callResponseId))
    return answered?.callResponseId === undefined ? undefined : thens?.get(answered.callResponseId)
  }

  /** Notes that a selection was served; tells when that makes a loop. */
  record(selection: Selection, facts: SelectionFacts): Loop | undefined {
    const { entry, reply, then } = selection
    const owned = this.#entries.find((one) => one === entry)
    if (owned) owned.used += 1
    entry?.flow?.advance(facts)
    if (reply !== undefined && typeof reply === 'object' && reply.then !== undefined) this.noteThen(selection, facts, reply.then)
    if (facts.outOfBand || reply === undefined) return undefined
    const progress = this.#progress(facts)
    if (entry?.config?.call !== undefined) progress.called.add(entry)
    if (entry?.once || entry?.flow || entry?.config?.times !== undefined) return undefined
    const isProgress = facts.results.length > 0
    const counter = `${isProgress ? 'results' : 'plain'}:${selection.name}`
    const count = (progress.counts.get(counter) ?? 0) + 1
    progress.counts.set(counter, count)
    const limit = isProgress ? loopLimits.withResults : loopLimits.plain
    const isLoop = count >= limit || (then !== undefined && then.depth >= loopLimits.withResults)
    return isLoop ? { name: selection.name, count: Math.max(count, then?.depth ?? 0), turn: facts.turn.number } : undefined
  }

  /** Keeps what answers the calls of a response: also for the `then` of a config that a reply function returned. */
  noteThen(selection: Selection, facts: SelectionFacts, then: Reply): void {
    const depth = (selection.then?.depth ?? 0) + 1
    const { thens } = this.#progress(facts)
    const captured = selection.captured === undefined ? {} : { captured: selection.captured }
    thens.set(facts.responseId, { name: `${selection.name}.then`, reply: then, depth, ...captured })
    const [oldest] = thens.keys()
    if (thens.size > maxOpenCalls && oldest !== undefined) thens.delete(oldest)
  }

  /** `respondOnce` replies that nothing used, for teardown. */
  get unusedOnce(): readonly ReplyEntry[] {
    return this.#entries.filter((one) => one.once && one.used === 0)
  }

  /** Forgets what a closed session needed. */
  forgetSession(sessionId: string): void {
    this.#sessions.delete(sessionId)
  }

  #make(name: string, reply: Reply, once: boolean, options: ReplyOptions): Owned {
    checkReply(name, reply, this.#matching)
    const { level = 'test', depth = 0, scope, where, chosenBy } = options
    if (chosenBy) checkReply(name, chosenBy, this.#matching)
    const config = typeof reply === 'string' ? { text: reply } : typeof reply === 'function' ? chosenBy : reply
    this.#added += 1
    const rank = rankOf(level, depth)
    const place = `reply '${name}'`
    const criteria = withCustom(compileWhen(config?.when), this.#extensions, place)
    this.#checkIntents(name, criteria)
    const given = config?.generate === undefined ? reply : generated(config, this.#extensions, place)
    const phrases = phrasesOf(criteria)
    return { name, reply: given, config, criteria, phrases, once, level, rank, order: this.#added, scope, where, used: 0 }
  }

  #checkIntents(name: string, { intents = [] }: CompiledCriteria): void {
    const known = this.#intents
    const unknown = known && intents.find((intent) => !known.includes(intent))
    if (unknown === undefined) return
    const near = nearName(unknown, known ?? [])
    const mend = near === undefined ? '' : `Did you mean '${near}'? `
    throw new RealtimeKitError(
      'RTK_REPLY',
      `reply '${name}': no intent is named '${unknown}'. ${mend}Its words belong into the option \`intents\`.\n  known: ${known?.join(', ')}`,
    )
  }

  /** The state of a session; what counts per user input starts anew with each. */
  #progress(facts: SelectionFacts): Progress {
    const turn = facts.turn.number
    const known = this.#sessions.get(facts.sessionId)
    const progress = known ?? { turn, counts: new Map(), called: new Set(), thens: new Map() }
    if (!known) this.#sessions.set(facts.sessionId, progress)
    if (progress.turn !== turn) {
      progress.turn = turn
      progress.counts.clear()
      progress.called.clear()
    }
    return progress
  }
}

function flowInTheWay({ name, where, flow }: ReplyEntry, added: 'reply' | 'flow'): RealtimeKitError {
  const there = `a ${flow ? 'flow' : 'reply'} of that name is there already${where === undefined ? '' : ` (${where})`}`
  const mend = `Give one of them another name, or take the other away first: \`remove()\`.`
  return new RealtimeKitError(
    'RTK_REPLY',
    `${added} '${name}': ${there}. Flows replace nothing, and nothing replaces them.\n  ${mend}`,
  )
}

/** Stands in the book for a flow, which has its own replies. */
const flowReply: Reply = () => ''
