// The part of a service that a scope names, with the methods that realtime, views and sessions share.

import type {
  ClientEventOf,
  ClientEventType,
  EventOf,
  EventType,
  Fault,
  Flow,
  FlowDefinition,
  Matching,
  PluginName,
  RealtimeView,
  Reply,
  Scripted,
  ServedResponse,
  ServerEventOf,
  ServerEventType,
  ServiceSession,
  Transcript,
} from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { checkCall, checkEventType, checkFields, nextResponseRules, waitRules } from './arguments.ts'
import type { Connection } from './connection.ts'
import { matchesPartially } from './partial-match.ts'
import { isPluginName } from './plugin-name.ts'
import { servedResponse } from './served-response.ts'
import type { Service } from './service.ts'
import { sessionOf } from './service-session.ts'
import { until, untilSession, untilSettled } from './service-waits.ts'
import { whatIsPending } from './settled.ts'
import { type Subject, type SubjectKind, subjectKey } from './subject.ts'
import { subjectFor } from './subject-of.ts'
import { isEvent } from './timeline.ts'
import { tracked } from './tracked-promise.ts'

/** Which sessions a view covers; asked anew at each use, so it may name sessions that do not exist yet. */
export interface Scope {
  readonly kind: SubjectKind
  readonly title: string
  includes(connection: Connection): boolean
}

export class View implements RealtimeView {
  declare protected readonly service: Service
  declare readonly scope: Scope

  constructor(service: Service, scope: Scope) {
    // Not enumerable: a report of Vitest that shows a session need not show the whole kit.
    Object.defineProperties(this, { service: { value: service }, scope: { value: scope } })
  }

  /** For `console.log`. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `[${this.scope.title}]`
  }

  get [subjectKey](): Subject {
    return subjectFor(this.service, this.scope)
  }

  respond(name: string, reply: Reply): Scripted {
    return this.service.script.add(name, reply, this.scope, this.respond)
  }

  respondOnce(nameOrReply: string | Reply, reply?: Reply): Scripted {
    return this.service.script.addOnce(nameOrReply, reply, this.scope, this.respondOnce)
  }

  flow(name: string, definition: FlowDefinition): Flow {
    return this.service.script.addFlow(name, definition, this.scope, this.flow)
  }

  transcribeOnce(as: Transcript): void {
    this.service.transcripts.push(as, this.scope)
  }

  fail(fault: Fault | PluginName, when: { at?: EventType; times?: number; probability?: number } = {}): void {
    const faults = isPluginName(fault) ? this.service.plugins.faults(fault) : [fault]
    for (const one of faults) this.service.fail(one, when, this.scope)
  }

  emitted<K extends ServerEventType>(type: K): ServerEventOf<K>[] {
    checkEventType(`${this.#called}.emitted(…)`, type, 'server', 'received()')
    return this.#events('service', type) as ServerEventOf<K>[]
  }

  received<K extends ClientEventType>(type: K): ClientEventOf<K>[] {
    checkEventType(`${this.#called}.received(…)`, type, 'client', 'emitted()')
    return this.#events('app', type) as ClientEventOf<K>[]
  }

  #events(from: 'app' | 'service', type: string): unknown[] {
    const ids = new Set(this.#sessionIds)
    const entries = this.service.timeline.entries
    return entries.flatMap((entry) =>
      isEvent(entry) && entry.from === from && entry.event.type === type && ids.has(entry.sessionId) ? [entry.event] : [],
    )
  }

  /** Of all covered sessions; the whole service also covers what refused connections were told, which have no session. */
  get #sessionIds(): readonly string[] {
    const ids = this.connections.map((connection) => connection.id)
    return this.scope.kind === 'realtime' ? [...ids, ''] : ids
  }

  get connections(): readonly Connection[] {
    return this.service.connections.filter((connection) => this.scope.includes(connection))
  }

  get sessions(): readonly ServiceSession[] {
    return this.connections.map((connection) => sessionOf(this.service, connection))
  }

  get session(): ServiceSession {
    const open = this.connections.filter((connection) => connection.isOpen)
    const [only, second] = open
    if (second) {
      const list = open.map((connection) => `  ${connection.id}  ${connection.request.url.href}`).join('\n')
      throw new RealtimeKitError(
        'RTK_MANY_SESSIONS',
        `${this.scope.title}.session: ${open.length} sessions are open:\n${list}\nUse .sessions, or realtime.for({ … }).session.`,
      )
    }
    const last = only ?? this.connections.at(-1)
    if (!last) throw this.service.noSession(`${this.scope.title}.session`)
    return sessionOf(this.service, last)
  }

  get responses(): readonly ServedResponse[] {
    const ids = new Set(this.connections.map((connection) => connection.id))
    return this.service.responses.ofSessions(ids).map((response) => servedResponse(this.service, response))
  }

  nextResponse(which: { name?: string; outOfBand?: boolean; timeout?: number } = {}): Promise<ServedResponse> {
    checkCall(`${this.#called}.nextResponse(…)`, which, nextResponseRules)
    const what = `${this.#called}.nextResponse(${describe(which)})`
    return this.#tracked(what, this.#nextResponse(which, what), this.nextResponse)
  }

  async #nextResponse(which: { name?: string; outOfBand?: boolean; timeout?: number }, what: string): Promise<ServedResponse> {
    const response = await until(
      this.service,
      () =>
        this.service.responses.find(
          (candidate) =>
            !candidate.taken &&
            candidate.doneAtMs !== undefined &&
            this.#covers(candidate.sessionId) &&
            (which.name === undefined || candidate.name === which.name) &&
            (which.outOfBand === undefined || candidate.outOfBand === which.outOfBand),
        ),
      { what, ...timeoutOf(which), event: { type: 'response.done', from: this.connections } },
    )
    response.taken = true
    return servedResponse(this.service, response)
  }

  waitFor<K extends EventType>(
    type: K,
    matching?: Matching<EventOf<K>>,
    options: { timeout?: number } = {},
  ): Promise<EventOf<K>> {
    const what = `${this.#called}.waitFor('${type}')`
    checkEventType(`${this.#called}.waitFor(…)`, type, 'any')
    if (matching !== undefined) checkFields(`${this.#called}.waitFor(…)`, matching)
    checkCall(what, options, waitRules)
    const check = (): EventOf<K> | undefined => {
      for (const sessionId of this.#sessionIds) {
        const cursor = this.service.cursor(sessionId)
        const entries = this.service.timeline.entries
        for (let i = cursor; i < entries.length; i++) {
          const entry = entries[i]!
          if (!isEvent(entry) || entry.sessionId !== sessionId || entry.event.type !== type) continue
          if (matching !== undefined && !matchesPartially(entry.event, matching)) continue
          this.service.moveCursor(sessionId, i + 1)
          if (type === 'error') this.service.verdict.excuse(entry)
          return entry.event as EventOf<K>
        }
      }
      return undefined
    }
    const work = until(this.service, check, { what, ...timeoutOf(options), event: { type, from: this.connections } })
    return this.#tracked(what, work, this.waitFor)
  }

  waitForSession(options: { timeout?: number } = {}): Promise<ServiceSession> {
    const what = `${this.#called}.waitForSession()`
    checkCall(what, options, waitRules)
    const check = (): Connection | undefined => this.connections.find((connection) => connection.isOpen)
    return this.#tracked(
      what,
      untilSession(this.service, check, { what, ...timeoutOf(options) }).then((connection) =>
        sessionOf(this.service, connection),
      ),
      this.waitForSession,
    )
  }

  settled(options: { timeout?: number } = {}): Promise<void> {
    const what = `${this.#called}.settled()`
    checkCall(what, options, waitRules)
    const pending = (): string | undefined => whatIsPending(this.service, this.connections)
    return this.#tracked(what, untilSettled(this.service, pending, { what, ...timeoutOf(options) }), this.settled)
  }

  /** As the author wrote it, for messages. */
  get #called(): string {
    return this.scope.kind === 'session' ? 'session' : this.scope.title
  }

  #tracked<T>(what: string, work: Promise<T>, from: (...args: never[]) => unknown): Promise<T> {
    return tracked(what, work, from, this.service.context)
  }

  #covers(sessionId: string): boolean {
    return this.connections.some((connection) => connection.id === sessionId)
  }
}

function timeoutOf(options: { timeout?: number }): { timeoutMs?: number } {
  return options.timeout === undefined ? {} : { timeoutMs: options.timeout }
}

function describe(which: object): string {
  const fields = Object.entries(which).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : String(value)}`,
  )
  return fields.length ? `{ ${fields.join(', ')} }` : ''
}
