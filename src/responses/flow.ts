// Where each conversation stands in a flow: which step the next turn takes, the path so far, and what is wrong when none fits.
// The graph itself is flow-steps.ts.

import type { FlowCoverage, FlowDefinition, FlowStep, Reply } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { checkFlow } from './flow-check.ts'
import { type FlowTurn, hasEnd, isEnd, isExpectedEvent, startOf, stepsOf, stepTold, takenBy, turnTold } from './flow-steps.ts'
import { expectedLines, type PathEntry, pathLines, wrongTurnHints } from './flow-text.ts'
import { FlowTracks } from './flow-tracks.ts'
import type { Score } from './score.ts'
import type { SelectionFacts } from './selection-facts.ts'

type Captured = Readonly<Record<string, string>>

/** A reply of the graph, and where it stands there, for messages: `booking.ask[0]: says "table"`. */
interface Placed {
  readonly reply: Reply
  readonly place: string
}

/** One session on its way. */
interface Walk {
  state: string
  captured: Captured
  /** The user input that was answered last, and how: a retry of the app gets the same answer. */
  answered: ({ readonly turn: number } & Placed) | undefined
  /** Answers the next response: an event of the app has asked for it. */
  owed: Placed | undefined
  opened: boolean
  readonly path: PathEntry[]
}

/** What a flow would do with a turn. */
type Move =
  | {
      readonly type: 'reply'
      readonly reply: Reply
      readonly place: string
      readonly captured: Captured
      readonly told: string
      readonly then: () => void
    }
  | { readonly type: 'none'; readonly told: string; readonly isWrong: boolean }

/** What being expected is worth, before and within the flow: more than a phrase, so that digressions are asked for by `priority`. */
const worth = { begins: 10, goesOn: 15 } as const

/** Sessions that are remembered. */
const maxWalks = 1000

export class FlowWalks {
  readonly name: string
  readonly definition: FlowDefinition
  readonly tracks: FlowTracks
  readonly #walks = new Map<string, Walk>()
  #last: Walk | undefined

  /** @throws RealtimeKitError RTK_REPLY for a definition that cannot be. */
  constructor(name: string, definition: FlowDefinition) {
    checkFlow(name, definition)
    this.name = name
    this.definition = definition
    this.tracks = new FlowTracks(definition)
  }

  /** How the flow scores for a turn. */
  judge(facts: SelectionFacts): Score {
    const move = this.#move(facts)
    if (move.type === 'none') return { score: 0, rejected: `flow: ${move.told}`, parts: [] }
    const points = this.#walk(facts.sessionId).path.length > 0 ? worth.goesOn : worth.begins
    return { score: points, parts: [{ criterion: 'flow', met: true, points, detail: move.told }] }
  }

  /** The answer to a turn that it takes. */
  answer(facts: SelectionFacts): (Placed & { readonly captured: Captured }) | undefined {
    const move = this.#move(facts)
    return move.type === 'reply' ? move : undefined
  }

  /** The turn was answered by the flow: it goes on. */
  advance(facts: SelectionFacts): void {
    const move = this.#move(facts)
    if (move.type === 'reply') move.then()
  }

  /** Whether a session is in the middle. */
  isUnderWay(sessionId: string): boolean {
    const walk = this.#walks.get(sessionId)
    return walk !== undefined && walk.path.length > 0 && !isEnd(this.definition, walk.state)
  }

  /** The error of a turn that leaves the flow; undefined when it does not. */
  wrongTurn(facts: SelectionFacts): RealtimeKitError | undefined {
    const move = this.#move(facts)
    if (move.type === 'reply' || !move.isWrong) return undefined
    const walk = this.#walk(facts.sessionId)
    const came = turnOf(facts)
    const lines = [
      `flow '${this.name}': turn ${facts.turn.number} leaves it.`,
      ...pathLines(walk.path),
      `  in state '${walk.state}' (- expected, + came):`,
      ...expectedLines(this.definition, walk.state),
      `    + ${turnTold(came)}`,
      ...wrongTurnHints(this.definition, walk.state, came),
    ]
    return new RealtimeKitError('RTK_FLOW', lines.join('\n'))
  }

  /** An event of the app: some states wait for one. */
  noteEvent(sessionId: string, event: { readonly type: string }): void {
    const walk = this.#walk(sessionId)
    const step = stepsOf(this.definition, walk.state).find((one) => isExpectedEvent(one, event))
    if (!step) return
    const place = this.#placeOf(walk.state, step)
    this.#take(walk, step, {}, `event ${event.type}`)
    if (step.reply !== undefined) walk.owed = { reply: step.reply, place }
  }

  /** Whether any state waits for an event of the app. */
  get watchesEvents(): boolean {
    return Object.values(this.definition.states).some((steps) => steps.some(({ event }) => event !== undefined))
  }

  get state(): string {
    return this.#last?.state ?? startOf(this.definition)
  }

  get captured(): Captured {
    return this.#last?.captured ?? {}
  }

  get path(): readonly string[] {
    return (this.#last?.path ?? []).map(({ from, to, came }) => `${from} → ${to}  ${came}`)
  }

  /** Turns and events that were taken, in all sessions. */
  get moves(): number {
    return [...this.#walks.values()].reduce((sum, { path }) => sum + path.length, 0)
  }

  get finished(): boolean {
    const begun = this.#begun()
    return begun.length > 0 && begun.every(({ state }) => isEnd(this.definition, state))
  }

  /** What the user may do now. */
  get expected(): readonly FlowStep[] {
    return stepsOf(this.definition, this.state)
  }

  get coverage(): FlowCoverage {
    return this.tracks.coverage
  }

  /** The coverage in lines, for the story of a red test. */
  get story(): string {
    const { states, steps, missing } = this.coverage
    const head = `Flow '${this.name}': ${steps.taken} of ${steps.all} steps taken, ${states.visited} of ${states.all} states visited.`
    const walks = this.#begun().flatMap(({ path }) => pathLines(path))
    return [head, ...walks, ...(missing.length === 0 ? [] : ['  never taken:', ...missing.map((one) => `    ${one}`)])].join('\n')
  }

  /** The error of a conversation that stopped in the middle, or never began; undefined when all is well. */
  problem(): RealtimeKitError | undefined {
    const { definition, name } = this
    if (definition.unfinished === 'allow' || !hasEnd(definition)) return undefined
    const begun = this.#begun()
    const open = begun.find(({ state }) => !isEnd(definition, state))
    if (begun.length > 0 && !open) return undefined
    const mend = "Play it to an end, or set `unfinished: 'allow'`."
    if (!open) {
      const first = expectedLines(definition, startOf(definition)).join('\n')
      return new RealtimeKitError('RTK_FLOW', `flow '${name}' never began. It waits for:\n${first}\n${mend}`)
    }
    const lines = [
      `flow '${name}' stopped in the middle, in state '${open.state}'.`,
      ...pathLines(open.path),
      '  it still waits for:',
      ...expectedLines(definition, open.state),
      mend,
    ]
    return new RealtimeKitError('RTK_FLOW', lines.join('\n'))
  }

  #begun(): Walk[] {
    return [...this.#walks.values()].filter(({ path }) => path.length > 0)
  }

  #walk(sessionId: string): Walk {
    const known = this.#walks.get(sessionId)
    if (known) return known
    const state = startOf(this.definition)
    const walk: Walk = { state, captured: {}, answered: undefined, owed: undefined, opened: false, path: [] }
    this.#walks.set(sessionId, walk)
    const [oldest] = this.#walks.keys()
    if (this.#walks.size > maxWalks && oldest !== undefined) this.#walks.delete(oldest)
    return walk
  }

  #move(facts: SelectionFacts): Move {
    const walk = this.#walk(facts.sessionId)
    const none = (told: string, isWrong = false): Move => ({ type: 'none', told, isWrong })
    if (facts.outOfBand) return none('the response is out of band')
    const { owed, captured } = walk
    if (owed !== undefined) {
      const then = () => {
        walk.owed = undefined
        walk.answered = { turn: facts.turn.number, ...owed }
      }
      return { type: 'reply', ...owed, captured, told: `state '${walk.state}', after an event`, then }
    }
    if (facts.results.length > 0) {
      const names = facts.results.map(({ name }) => name).join(', ')
      return none(`it answers turns of the user; the output of ${names} is answered by a \`then\` beside its \`call\``)
    }
    return this.#moveByTurn(walk, facts, none)
  }

  #moveByTurn(walk: Walk, facts: SelectionFacts, none: (told: string, isWrong: boolean) => Move): Move {
    const came = turnOf(facts)
    const { number } = facts.turn
    const isSilent = came.text === '' && came.keys === undefined
    const { opening } = this.definition
    if (opening !== undefined && !walk.opened && walk.path.length === 0 && isSilent) {
      const then = () => {
        walk.opened = true
        this.#last = walk
      }
      return { type: 'reply', reply: opening, place: `${this.name}.opening`, captured: {}, told: 'the opening', then }
    }
    // The app asks again for an answer that it did not get.
    if (!isSilent && walk.answered?.turn === number) {
      return {
        type: 'reply',
        reply: walk.answered.reply,
        place: walk.answered.place,
        captured: walk.captured,
        told: `state '${walk.state}', asked again`,
        then: () => {},
      }
    }
    for (const step of stepsOf(this.definition, walk.state)) {
      const caught = takenBy(step, came)
      if (caught === undefined || step.reply === undefined) continue
      const { reply } = step
      const place = this.#placeOf(walk.state, step)
      const then = () => {
        this.#take(walk, step, caught, turnTold(came))
        walk.answered = { turn: number, reply, place }
      }
      const told = `'${walk.state}' → '${step.to ?? walk.state}'`
      return { type: 'reply', reply, place, captured: { ...walk.captured, ...caught }, told, then }
    }
    const expected = stepsOf(this.definition, walk.state).map(stepTold)
    const waits = expected.length === 0 ? 'is the end: nothing more' : `waits for ${expected.join(', or ')}`
    return none(`state '${walk.state}' ${waits}`, true)
  }

  #placeOf(state: string, step: FlowStep): string {
    return `${this.name}.${state}[${stepsOf(this.definition, state).indexOf(step)}]: ${stepTold(step)}`
  }

  #take(walk: Walk, step: FlowStep, caught: Captured, came: string): void {
    const to = step.to ?? walk.state
    walk.path.push({ from: walk.state, to, came })
    walk.state = to
    walk.captured = { ...walk.captured, ...caught }
    this.tracks.take(step, to)
    this.#last = walk
  }
}

function turnOf(facts: SelectionFacts): FlowTurn {
  return { text: facts.text, keys: facts.turn.keys }
}
