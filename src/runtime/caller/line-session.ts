// Which session a line leads to. With one open session that is no question; with several, the events that the app got and the
// frames that arrived tell.

/** What is looked at. */
export interface SessionTraces {
  openSessions(): readonly string[]
  /** The session that sent an event. */
  senderOf(eventId: string): string | undefined
  /** Calls `listener` for each append of an app; returns the way to stop. */
  onAppend(listener: (sessionId: string, audio: string) => void): () => void
}

/** Frames that may still be on their way. */
const maxOnTheWay = 64
/** For so many frames after the first one that arrived, it may arrive in another session too. */
const watchedFrames = 8

export class LineSession {
  readonly #traces: SessionTraces
  readonly #onTheWay = new Set<string>()
  #known: string | undefined
  #stop: (() => void) | undefined
  /** The frame that told, while it is watched. */
  #witness: string | undefined
  #watchedFor = 0
  #isShared = false

  constructor(traces: SessionTraces) {
    this.#traces = traces
  }

  /** Undefined while none is open, or several and nothing has told yet. */
  get id(): string | undefined {
    const open = this.#traces.openSessions()
    if (this.#known !== undefined && open.includes(this.#known)) return this.#known
    return open.length === 1 ? open[0] : undefined
  }

  /** Whether the app gives its frames to several sessions: an agent and captions, say. */
  get isShared(): boolean {
    return this.#isShared && this.#isKnown()
  }

  /** The app got an event of the service. */
  sawEvent(eventId: unknown): void {
    if (this.#isKnown() || typeof eventId !== 'string') return
    this.#known = this.#traces.senderOf(eventId) ?? this.#known
  }

  /** The app was given a frame, as base64 of the wire. Silence is sent by many, so only sound tells whose it is. */
  sends(audio: string): void {
    if (this.#witness !== undefined && ++this.#watchedFor > watchedFrames) this.#forget()
    if (this.#isKnown() || this.#traces.openSessions().length < 2 || isUniform(audio)) return
    this.#onTheWay.add(audio)
    if (this.#onTheWay.size > maxOnTheWay) this.#onTheWay.delete(this.#onTheWay.values().next().value!)
    this.#stop ??= this.#traces.onAppend((sessionId, arrived) => this.#arrives(sessionId, arrived))
  }

  #arrives(sessionId: string, audio: string): void {
    if (this.#witness === undefined) {
      if (!this.#onTheWay.has(audio)) return
      this.#known = sessionId
      this.#isShared = false
      this.#witness = audio
      this.#watchedFor = 0
      this.#onTheWay.clear()
    } else if (audio === this.#witness && sessionId !== this.#known) {
      this.#isShared = true
      this.#forget()
    }
  }

  #forget(): void {
    this.#witness = undefined
    this.#stop?.()
    this.#stop = undefined
  }

  #isKnown(): boolean {
    return this.#known !== undefined && this.#traces.openSessions().includes(this.#known)
  }
}

/** Digital silence: one byte again and again, but for the last group. An empty frame is a question of ours, and no silence. */
function isUniform(audio: string): boolean {
  const body = audio.slice(0, -4)
  return body !== '' && body === body.slice(0, 4).repeat(body.length / 4)
}
