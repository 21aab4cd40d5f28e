// What the author scripted for one service: the book of replies, with scopes, levels and the author's lines.

import type { Flow, FlowDefinition, RealtimeOptions, Reply, Scripted, ServedResponse } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { unusedOnceError } from '../responses/explain.ts'
import { FlowWalks } from '../responses/flow.ts'
import { intentNames } from '../responses/intents.ts'
import { ReplyBook } from '../responses/reply-book.ts'
import type { ReplyEntry, ReplyScope } from '../responses/reply-entry.ts'
import { atAuthorsLine, authorLine } from './author-line.ts'
import type { Connection } from './connection.ts'
import { servedResponse } from './served-response.ts'
import type { Service } from './service.ts'
import { isEvent } from './timeline.ts'
import type { Scope } from './view.ts'

/** A reply that a file or describe block adds for each of its tests. */
export interface DefaultReply {
  readonly name: string
  readonly reply: Reply
  readonly level: 'file' | 'describe'
  readonly depth: number
}

export class Script {
  readonly book: ReplyBook
  readonly #service: Service
  readonly #scopes = new WeakMap<Scope, ReplyScope>()
  /** Responses that each entry gave, in order. */
  readonly #served = new Map<ReplyEntry, Set<string>>()

  constructor(service: Service) {
    this.#service = service
    const { matching, intents = {} } = service.options
    const known = matching === 'legacy' ? undefined : [...new Set([...intentNames, ...Object.keys(intents)])]
    this.book = new ReplyBook(matching, known, service.plugins)
  }

  /** `from`: the public method, so that the author's line is the one that called it. */
  add(name: string, reply: Reply, scope: Scope, from: (...args: never[]) => unknown): Scripted {
    const entry = atAuthorsLine(from, () => this.book.add(name, reply, { ...this.#scopeOf(scope), ...whereOf(from) }))
    this.#tellUnreachable(entry)
    return this.#scripted(entry)
  }

  addOnce(nameOrReply: string | Reply, reply: Reply | undefined, scope: Scope, from: (...args: never[]) => unknown): Scripted {
    const options = { ...this.#scopeOf(scope), ...whereOf(from) }
    if (reply === undefined) return this.#scripted(atAuthorsLine(from, () => this.book.addOnce(nameOrReply, options)))
    if (typeof nameOrReply !== 'string') {
      throw new RealtimeKitError('RTK_REPLY', `respondOnce(name, reply): the name must be a text, got ${typeof nameOrReply}.`)
    }
    return this.#scripted(atAuthorsLine(from, () => this.book.addOnce(reply, { ...options, name: nameOrReply })))
  }

  addFlow(name: string, definition: FlowDefinition, scope: Scope, from: (...args: never[]) => unknown): Flow {
    const flow = atAuthorsLine(from, () => new FlowWalks(name, definition))
    const entry = atAuthorsLine(from, () => this.book.addFlow(flow, { ...this.#scopeOf(scope), ...whereOf(from) }))
    if (flow.watchesEvents) this.#watch(flow, (sessionId) => this.#covers(scope, sessionId))
    const face = Object.create(null, {
      ...Object.getOwnPropertyDescriptors(this.#scripted(entry)),
      ...Object.fromEntries(
        (['coverage', 'state', 'finished', 'path', 'captured'] as const).map((key) => [
          key,
          { enumerable: true, get: () => flow[key] },
        ]),
      ),
    }) as Flow
    flowsOf.set(face, flow)
    return face
  }

  /** Tells a flow what the app sends; only those that wait for events are told. */
  #watch(flow: FlowWalks, covers: (sessionId: string) => boolean): void {
    this.#service.timeline.subscribe((entry) => {
      if (!isEvent(entry) || entry.from !== 'app' || !covers(entry.sessionId)) return
      if (this.flows.includes(flow)) flow.noteEvent(entry.sessionId, entry.event)
    })
  }

  /** Flows in force. */
  get flows(): readonly FlowWalks[] {
    return this.book.flows
  }

  /** Replies and flows of the options, for all sessions. */
  addOptions({ responses = {}, flows = {} }: RealtimeOptions): void {
    for (const [name, reply] of Object.entries(responses)) this.addDefault({ name, reply, level: 'file', depth: 0 })
    for (const [name, definition] of Object.entries(flows)) this.#addDefaultFlow(name, definition)
  }

  #addDefaultFlow(name: string, definition: FlowDefinition): void {
    const flow = new FlowWalks(name, definition)
    this.book.addFlow(flow, { level: 'file' })
    if (flow.watchesEvents) this.#watch(flow, () => true)
  }

  addDefault({ name, reply, level, depth }: DefaultReply): void {
    this.#tellUnreachable(this.book.add(name, reply, { level, depth }))
  }

  #tellUnreachable(entry: ReplyEntry): void {
    const reason = this.book.unreachable(entry)
    if (reason === undefined) return
    const where = entry.where === undefined ? '' : ` (${entry.where})`
    this.#service.report({
      code: 'unreachable_reply',
      message: `Reply '${entry.name}'${where} can never be chosen: ${reason}.`,
      mend: 'Give it a `when` or a higher `priority`, or remove it.',
    })
  }

  noteServed(entry: ReplyEntry | undefined, responseId: string): void {
    if (!entry) return
    const ids = this.#served.get(entry)
    if (ids) ids.add(responseId)
    else this.#served.set(entry, new Set([responseId]))
  }

  /** Drops what is kept of a response, for a process that runs for long. */
  forgetResponse(responseId: string): void {
    for (const ids of this.#served.values()) ids.delete(responseId)
  }

  /** The problem of `respondOnce` replies that nothing used, if any. */
  unusedProblem(): RealtimeKitError | undefined {
    return unusedOnceError(this.book.entries)
  }

  #scripted(entry: ReplyEntry): Scripted {
    const served = this.#served
    const service = this.#service
    return {
      name: entry.name,
      get used(): readonly ServedResponse[] {
        const responses = [...(served.get(entry) ?? [])]
          .map((id) => service.responses.get(id))
          .filter((response) => response !== undefined)
        return responses.map((response) => servedResponse(service, response))
      },
      remove: () => this.book.remove(entry),
    }
  }

  #scopeOf(scope: Scope): { scope?: ReplyScope } {
    if (scope.kind === 'realtime') return {}
    let known = this.#scopes.get(scope)
    if (!known) {
      known = { title: scope.title, covers: (sessionId) => this.#covers(scope, sessionId) }
      this.#scopes.set(scope, known)
    }
    return { scope: known }
  }

  #covers(scope: Scope, sessionId: string): boolean {
    const connection: Connection | undefined = this.#service.connection(sessionId)
    return connection !== undefined && scope.includes(connection)
  }
}

const flowsOf = new WeakMap<object, FlowWalks>()

/** What stands behind the public face of a flow; undefined for anything else. */
export function walksOf(flow: unknown): FlowWalks | undefined {
  return typeof flow === 'object' && flow !== null ? flowsOf.get(flow) : undefined
}

function whereOf(from: (...args: never[]) => unknown): { where?: string } {
  const where = authorLine(from)
  return where === undefined ? {} : { where }
}
