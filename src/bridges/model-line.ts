// The model's side of a call as one line, whatever happens to its sockets: a lost one is opened again, one that nears the end of its
// session is replaced between two turns, and the conversation so far is told to the new one.

import { messageOf } from '../errors.ts'
import { type BridgeEvent, type LinkLost, ModelLink, type RealtimeBackend } from './model-link.ts'

export interface LineListener {
  /** A session is configured, and knows the conversation so far. */
  ready(session: Record<string, unknown>, how: 'first' | 'again'): void
  event(event: BridgeEvent): void
  /** The session is lost; another one is on its way. */
  down(reason: string): void
  /** There is no session any more, and none will come. */
  dead(reason: string): void
}

export interface LineSettings {
  readonly backend: () => RealtimeBackend
  readonly session: () => Record<string, unknown>
  /** Events that tell a new session the conversation so far. */
  readonly history: () => readonly BridgeEvent[]
  readonly attempts: number
  /** Before the first further attempt; doubles with each. */
  readonly retryMs: number
  /** Age at which a session is replaced. */
  readonly rotateAfterMs: number
  /** Whether nobody speaks and nothing is under way. */
  readonly isBetweenTurns: () => boolean
  readonly listener: LineListener
}

/** How long a rotation waits for a pause, before it is done all the same. */
const rotationPatienceMs = 4 * 60_000
const mostWaiting = 100
/** A session that has lived so long was a good one: attempts are counted anew. */
const steadyMs = 5000

export class ModelLine {
  readonly #settings: LineSettings
  #link: ModelLink | undefined
  #failures = 0
  #readyAtMs: number | undefined
  #hasBeenReady = false
  readonly #waiting: BridgeEvent[] = []
  #isClosed = false
  #isRotationDue = false
  #rotations = 0
  #reconnects = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #rotation: ReturnType<typeof setTimeout> | undefined

  constructor(settings: LineSettings) {
    this.#settings = settings
  }

  get isReady(): boolean {
    return this.#link?.isReady === true
  }

  get bufferedBytes(): number {
    return this.#link?.bufferedBytes ?? 0
  }

  get figures(): { readonly rotations: number; readonly reconnects: number } {
    return { rotations: this.#rotations, reconnects: this.#reconnects }
  }

  open(): void {
    const { backend, session, listener } = this.#settings
    if (this.#isClosed) return
    let link: ModelLink
    const isCurrent = (): boolean => this.#link === link
    try {
      link = new ModelLink(backend(), session(), {
        ready: (configured) => isCurrent() && this.#becomeReady(configured),
        event: (event) => isCurrent() && listener.event(event),
        lost: (lost) => isCurrent() && this.#lose(lost),
      })
    } catch (error) {
      // No key, or a URL that is none.
      return listener.dead(messageOf(error))
    }
    this.#link = link
  }

  /** Items wait for a session; all else is about one that is there, or about nothing. */
  send(event: BridgeEvent): void {
    if (this.isReady) this.#link?.send(event)
    else if (event.type === 'conversation.item.create' && this.#waiting.length < mostWaiting) this.#waiting.push(event)
  }

  /** A turn is over: the time to replace a session that is old. */
  turnEnded(): void {
    if (this.#isRotationDue && this.isReady && this.#settings.isBetweenTurns()) this.#rotate()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
    clearTimeout(this.#rotation)
    this.#link?.close()
    this.#link = undefined
  }

  #becomeReady(session: Record<string, unknown>): void {
    const how = this.#hasBeenReady ? 'again' : 'first'
    this.#hasBeenReady = true
    this.#readyAtMs = Date.now()
    if (how === 'again') for (const event of this.#settings.history()) this.#link?.send(event)
    for (const event of this.#waiting.splice(0)) this.#link?.send(event)
    this.#scheduleRotation(this.#settings.rotateAfterMs, () => {
      this.#isRotationDue = true
      this.#scheduleRotation(rotationPatienceMs, () => this.#rotate())
      this.turnEnded()
    })
    this.#settings.listener.ready(session, how)
  }

  #scheduleRotation(ms: number, work: () => void): void {
    clearTimeout(this.#rotation)
    this.#rotation = setTimeout(work, ms)
    this.#rotation.unref?.()
  }

  #rotate(): void {
    this.#isRotationDue = false
    this.#rotations++
    clearTimeout(this.#rotation)
    const old = this.#link
    this.#link = undefined
    old?.close()
    this.open()
  }

  #lose({ reason, isFinal }: LinkLost): void {
    const { listener, attempts, retryMs } = this.#settings
    this.#link = undefined
    // One that is dropped as soon as it is there is no success: it would be opened for ever.
    if (this.#readyAtMs !== undefined && Date.now() - this.#readyAtMs >= steadyMs) this.#failures = 0
    this.#readyAtMs = undefined
    clearTimeout(this.#rotation)
    if (isFinal || this.#failures >= attempts) return listener.dead(reason)
    const wait = retryMs * 2 ** this.#failures
    this.#failures++
    this.#reconnects++
    this.#retry = setTimeout(() => this.open(), wait)
    listener.down(reason)
  }
}
