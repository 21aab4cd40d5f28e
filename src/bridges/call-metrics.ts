// Figures of one call, in ms of the app's clock.

/** Where an answer was cut, and how much of it had been given. */
export interface TruncationFigure {
  readonly itemId: string
  readonly heardMs: number
  readonly givenMs: number
}

/** Figures of a call so far. */
export interface BridgeMetrics {
  /** From the end of the caller's speech to the first sound heard, per answer that followed speech. */
  readonly responseMs: readonly number[]
  /** From the start of the call to the first sound heard; null before it. */
  readonly greetingMs: number | null
  /** From the start of the caller's interruption to the platform's being told to stop, per interruption. */
  readonly bargeInMs: readonly number[]
  readonly truncations: readonly TruncationFigure[]
  /** The agent's sound ran out inside of an answer. */
  readonly underruns: number
  /** Sound of the caller that no session got. */
  readonly droppedCallerBytes: number
  /** Sound of the agent that no caller got: interrupted, or too much of it. */
  readonly discardedAgentBytes: number
  readonly framesIn: number
  readonly framesOut: number
  readonly reconnects: number
  readonly rotations: number
  /** Messages of the platform that could not be used. */
  readonly problems: number
}

/** Lists keep their latest entries. */
const mostEntries = 1000

export class CallMetrics {
  readonly responseMs: number[] = []
  readonly bargeInMs: number[] = []
  readonly truncations: TruncationFigure[] = []
  greetingMs: number | null = null
  droppedCallerBytes = 0
  discardedAgentBytes = 0
  framesIn = 0
  framesOut = 0
  problems = 0

  note<Entry>(list: Entry[], entry: Entry): void {
    list.push(entry)
    if (list.length > mostEntries) list.shift()
  }

  snapshot(more: Pick<BridgeMetrics, 'underruns' | 'reconnects' | 'rotations'>): BridgeMetrics {
    const { responseMs, bargeInMs, truncations, greetingMs } = this
    const { droppedCallerBytes, discardedAgentBytes, framesIn, framesOut, problems } = this
    return {
      responseMs: [...responseMs],
      greetingMs,
      bargeInMs: [...bargeInMs],
      truncations: [...truncations],
      droppedCallerBytes,
      discardedAgentBytes,
      framesIn,
      framesOut,
      problems,
      ...more,
    }
  }
}
