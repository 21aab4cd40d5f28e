// Lets a recording answer the app of a service: the n-th recorded session answers the n-th session that connects
// (those that were open at the same time may change places, where their URLs tell them apart).

import type { ReplayRules, Tape } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import type { AnyClientEvent } from '../protocol/any-events.ts'
import { dialectOf } from '../protocol/dialect.ts'
import { isAppend } from '../runtime/connection.ts'
import type { Refusal, Replaying } from '../runtime/replaying.ts'
import type { Service } from '../runtime/service.ts'
import type { SessionCore } from '../runtime/session-core.ts'
import { isEvent, type Note, type TimelineEntry } from '../runtime/timeline.ts'
import { createSession, sessionConfig } from '../session/state.ts'
import type { UpgradeRequest } from '../transports/transport.ts'
import { checkIgnore } from './ignore-check.ts'
import type { Recording } from './recording.ts'
import { Redactor } from './redactor.ts'
import { checkReplayable } from './replay-check.ts'
import { configIn, ReplayCore } from './replay-core.ts'
import { ReplayIds } from './replay-ids.ts'
import { ignorableUrlParts, otherUrl, type ReplayPlace, unusedRecording } from './replay-message.ts'
import { type SessionScript, scriptOf } from './replay-script.ts'
import { goesOn, standstillError } from './replay-standstill.ts'
import { tapeOf } from './tape.ts'

/** One that has a place on the deck. */
interface Loaded {
  readonly recording: Recording
  readonly rules: ReplayRules
  readonly scripts: readonly SessionScript[]
  /** Those that have begun, by their place; refused ones have no core. */
  readonly begun: Map<number, ReplayCore | undefined>
}

/**
 * Puts a recording into a service; several answer one after the other.
 *
 * @throws RealtimeKitError RTK_RECORDING for a recording without a session, or with answers that are none; RTK_OPTION for a name in
 *   `ignore` that is no field's
 */
export function startReplay(service: Service, recording: Recording, rules: ReplayRules = {}): Tape {
  const { header } = recording
  const redacted = redaction(recording)
  const scripts = header.sessions.map((session, place) => scriptOf(session, entriesOf(recording, place).map(redacted.entry)))
  if (scripts.length === 0) {
    throw new RealtimeKitError('RTK_RECORDING', `The recording '${header.name}' holds no session: there is nothing to replay.`)
  }
  checkReplayable(header.name, scripts)
  checkIgnore(rules.ignore ?? [], { entries: recording.entries, also: ignorableUrlParts, takesTypes: false })
  const deck = service.replaying instanceof ReplayDeck ? service.replaying : new ReplayDeck(service)
  service.replaying = deck
  deck.load({ recording, rules, scripts, begun: new Map() })
  return tapeOf(header.name, scripts)
}

/** What the app sends is compared without its secrets; a recording of an older kit may have kept some that are known by now. */
function redaction({ header }: Recording): {
  event(event: AnyClientEvent): AnyClientEvent
  entry(entry: TimelineEntry): TimelineEntry
} {
  const redactor = new Redactor()
  const hasSecrets = Object.keys(header.redactions).length > 0
  const event = (one: AnyClientEvent): AnyClientEvent =>
    hasSecrets && !isAppend(one) ? (redactor.value(one, one.type) as AnyClientEvent) : one
  const entry = (one: TimelineEntry): TimelineEntry =>
    isEvent(one) && one.from === 'app' ? ({ ...one, event: event(one.event as AnyClientEvent) } as TimelineEntry) : one
  return { event, entry }
}

/** Sessions that the service refused have no id: the next one without begins where the last one was closed. */
function entriesOf({ header, entries }: Recording, place: number): TimelineEntry[] {
  const { id } = header.sessions[place]!
  const own = entries.filter(({ sessionId }) => sessionId === id)
  if (id !== '') return own
  const before = header.sessions.slice(0, place).filter((session) => session.id === '').length
  const starts = own.flatMap((entry, index) => (!isEvent(entry) && opens(entry.note) ? [index] : []))
  return own.slice(starts[before], starts[before + 1])
}

function opens({ type }: Note): boolean {
  return type === 'connected' || type === 'refused'
}

export class ReplayDeck implements Replaying {
  readonly #service: Service
  readonly #loaded: Loaded[] = []
  #hasDiverged = false

  constructor(service: Service) {
    this.#service = service
  }

  load(loaded: Loaded): void {
    this.#loaded.push(loaded)
  }

  begin(request: UpgradeRequest): SessionCore | Refusal | undefined {
    if (this.#hasDiverged) return undefined
    const loaded = this.#loaded.find(({ begun, scripts }) => begun.size < scripts.length)
    if (!loaded) return this.#refuse(this.#oneMore())
    const choice = this.#choose(loaded, request.url)
    if (choice instanceof Error) return this.#refuse(choice)
    const { script, place } = choice
    const { refusal } = script
    const core = refusal ? undefined : this.#core(loaded, script, place)
    loaded.begun.set(place.session - 1, core)
    return refusal ?? core
  }

  /** The next session; where several were open at the same time, the first of them that was asked for by such a URL. */
  #choose({ recording, rules, scripts, begun }: Loaded, url: URL): { script: SessionScript; place: ReplayPlace } | Error {
    const left = scripts.flatMap((script, at) => (begun.has(at) ? [] : [{ script, at }]))
    const choices = left.filter(({ script }, at) =>
      rules.order === 'strict' ? at === 0 : left.slice(0, at).every((before) => before.script.endMs >= script.opening.atMs),
    )
    let wrong: Error | undefined
    for (const { script, at } of choices) {
      const place = { name: recording.header.name, session: at + 1, sessions: scripts.length }
      const problem = otherUrl(place, new URL(script.url, 'wss://api.openai.com'), url, rules.ignore ?? [])
      if (!problem) return { script, place }
      wrong ??= problem
    }
    return wrong ?? this.#oneMore()
  }

  problem(): Error | undefined {
    if (this.#hasDiverged) return undefined
    for (const { recording, begun, scripts } of this.#loaded) {
      const parts = scripts.flatMap(({ url }, place) => {
        const name = `session ${place + 1}`
        if (!begun.has(place)) return [`${name} (${url}) was not asked for`]
        return (begun.get(place)?.left ?? []).map((line) => (scripts.length > 1 ? `${name}: ${line}` : line))
      })
      if (parts.length > 0) return unusedRecording(recording.header.name, parts)
    }
    return undefined
  }

  standstill(quietMs: number): Error | undefined {
    if (this.#hasDiverged) return goesOn(quietMs)
    const open = this.#service.connections.filter(({ isOpen }) => isOpen)
    const standings = open.flatMap(({ core }) => (core instanceof ReplayCore ? (core.standing ?? []) : []))
    if (standings.length === 0 || standings.some(({ isSending }) => isSending)) return undefined
    return standstillError(standings, quietMs)
  }

  #core({ recording, rules }: Loaded, script: SessionScript, place: ReplayPlace): ReplayCore {
    const service = this.#service
    const { source } = recording.header
    const minutes = service.options.limits?.sessionMinutes ?? 60
    const ids = new ReplayIds(service.ids, () => service.unixSeconds() + minutes * 60)
    return new ReplayCore({
      script,
      place,
      rules,
      ids,
      config: this.#firstConfig(script, ids),
      dialect:
        source === 'simulation'
          ? dialectOf(recording.header.profile, { tokensPerMinute: service.options.limits?.tokensPerMinute })
          : undefined,
      redacted: redaction(recording).event,
      mayKnowWords: () => service.utterances.all.some(({ text }) => text !== ''),
      diverged: (problem) => this.#diverged(problem),
      lastIndex: () => service.timeline.entries.at(-1)?.index,
    })
  }

  /** As the recorded service greeted; where it refused the client, as a service would have. */
  #firstConfig({ answers, url }: SessionScript, ids: ReplayIds): SessionCore['config'] {
    const created = answers.find(({ event }) => event?.type === 'session.created')?.event
    const config = created && configIn(ids.liveEvent(created))
    if (config) return config
    const model = new URL(url, 'wss://api.openai.com').searchParams.get('model') ?? 'gpt-realtime'
    const service = this.#service
    return sessionConfig(createSession({ ids: service.ids, unixSeconds: service.unixSeconds(), kind: 'realtime', model }))
  }

  #diverged(problem: Error): void {
    this.#hasDiverged = true
    this.#service.verdict.report(problem)
  }

  #refuse(problem: Error): undefined {
    this.#diverged(problem)
    return undefined
  }

  #oneMore(): Error {
    const sessions = this.#loaded.reduce((sum, { scripts }) => sum + scripts.length, 0)
    const names = this.#loaded.map(({ recording }) => `'${recording.header.name}'`).join(', ')
    return new RealtimeKitError(
      'RTK_RECORDING',
      `The app opened session ${sessions + 1}, and ${sessions === 1 ? 'one is' : `${sessions} are`} recorded in ${names}.\n` +
        'If the app connects again because it lost its connection, look at the timeline for why; else record it anew.',
    )
  }
}
