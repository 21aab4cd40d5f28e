// What a loudspeaker has really played: audio arrives faster than real time, sounds one after the other, and can be stopped.
// Knows the clock only as a number; the caller sets the deadlines.

/** A piece of audio in the loudspeaker. `itemOffsetMs` is where it starts within its item. */
interface Segment {
  readonly itemId: string
  readonly itemOffsetMs: number
  readonly samples: Int16Array
  readonly rateHz: number
  startMs: number
  durationMs: number
}

export class Playback {
  readonly #segments: Segment[] = []
  readonly #offsets = new Map<string, number>()
  #endMs = 0
  /** Items that were stopped: what still comes of them is not played. */
  readonly #stopped = new Set<string>()

  /** Appends audio of an item at `nowMs`; it sounds when all before it has. Gives the time at which the loudspeaker falls silent. */
  play(nowMs: number, itemId: string, samples: Int16Array, rateHz: number): number {
    const durationMs = (samples.length / rateHz) * 1000
    const offset = this.#offsets.get(itemId) ?? 0
    this.#offsets.set(itemId, offset + durationMs)
    if (durationMs === 0 || this.#stopped.has(itemId)) return this.#endMs
    const startMs = Math.max(nowMs, this.#endMs)
    this.#segments.push({ itemId, itemOffsetMs: offset, samples, rateHz, startMs, durationMs })
    this.#endMs = startMs + durationMs
    return this.#endMs
  }

  /** Cuts everything that has not sounded at `nowMs`; gives the ids of the items that lost something. */
  stop(nowMs: number): string[] {
    const cut = new Set<string>()
    for (const segment of this.#segments) {
      if (segment.startMs + segment.durationMs <= nowMs) continue
      cut.add(segment.itemId)
      segment.durationMs = Math.max(0, nowMs - segment.startMs)
    }
    for (const itemId of cut) this.#stopped.add(itemId)
    this.#endMs = Math.min(this.#endMs, nowMs)
    return [...cut]
  }

  /** When it falls silent, if nothing is added. */
  get endMs(): number {
    return this.#endMs
  }

  isPlaying(nowMs: number): boolean {
    return nowMs < this.#endMs
  }

  /** Start of the sound that is playing now, or plays next; undefined when silent. Pieces without a gap count as one. */
  runStartMs(nowMs: number): number | undefined {
    if (!this.isPlaying(nowMs)) return undefined
    let start: number | undefined
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const segment = this.#segments[i]!
      if (segment.durationMs === 0) continue
      if (start !== undefined && segment.startMs + segment.durationMs < start - 0.001) break
      start = segment.startMs
    }
    return start
  }

  /** Ms of an item heard until `nowMs`, counted from its beginning; undefined when nothing of it was ever played here. */
  heardMs(itemId: string, nowMs: number): number | undefined {
    let heard: number | undefined
    for (const segment of this.#segments) {
      if (segment.itemId !== itemId) continue
      const played = Math.min(segment.durationMs, nowMs - segment.startMs)
      heard = Math.max(heard ?? 0, played > 0 ? segment.itemOffsetMs + played : 0)
    }
    return heard
  }

  /** Ids of the items that were played, in order. */
  get itemIds(): readonly string[] {
    return [...new Set(this.#segments.map((segment) => segment.itemId))]
  }

  /** Total ms of sound heard until `nowMs`. */
  totalMs(nowMs: number): number {
    return this.#segments.reduce((sum, s) => sum + Math.max(0, Math.min(s.durationMs, nowMs - s.startMs)), 0)
  }

  /** The pieces heard until `nowMs`, cut where they were stopped. */
  pieces(nowMs: number): { samples: Int16Array; rateHz: number }[] {
    return this.#segments.map((segment) => {
      const ms = Math.max(0, Math.min(segment.durationMs, nowMs - segment.startMs))
      return { samples: segment.samples.subarray(0, Math.round((ms / 1000) * segment.rateHz)), rateHz: segment.rateHz }
    })
  }
}
