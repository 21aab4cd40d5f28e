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

/** A part of an item, in ms from its beginning. */
export interface Passage {
  readonly itemId: string
  readonly fromMs: number
  toMs: number
}

/** Silence between two pieces of one item that an app may cause that sends them at the pace of their sound. */
export const hitchMs = 150
/** Sound that is missing or doubled between two pieces, and holds no word: what a resampler makes of a seam. */
const seamMs = 60

export class Playback {
  readonly #segments: Segment[] = []
  readonly #byItem = new Map<string, Segment[]>()
  readonly #offsets = new Map<string, number>()
  #endMs = 0
  #givenAtMs = Number.NEGATIVE_INFINITY
  /** Items that were stopped: what still comes of them is not played, but on a phone. */
  readonly #stopped = new Set<string>()
  readonly #resumes: boolean

  /** `resumes`: an item that was stopped sounds again when more of it comes, as on a phone. */
  constructor({ resumes = false }: { readonly resumes?: boolean } = {}) {
    this.#resumes = resumes
  }

  /**
   * Appends audio of an item at `nowMs`; it sounds when all before it has. Gives the time at which the loudspeaker falls silent.
   * `itemOffsetMs` is where it lies within the item; by default behind what came of it before.
   */
  play(nowMs: number, itemId: string, samples: Int16Array, rateHz: number, itemOffsetMs?: number): number {
    const durationMs = (samples.length / rateHz) * 1000
    const offset = itemOffsetMs ?? this.#offsets.get(itemId) ?? 0
    this.#offsets.set(itemId, offset + durationMs)
    if (durationMs === 0 || (this.#stopped.has(itemId) && !this.#resumes)) return this.#endMs
    this.#givenAtMs = nowMs
    const startMs = Math.max(nowMs, this.#endMs)
    const segment = { itemId, itemOffsetMs: offset, samples, rateHz, startMs, durationMs }
    this.#segments.push(segment)
    const same = this.#byItem.get(itemId)
    if (same) same.push(segment)
    else this.#byItem.set(itemId, [segment])
    this.#endMs = startMs + durationMs
    return this.#endMs
  }

  /** Cuts everything that has not sounded at `nowMs`; gives the ids of the items that lost something. */
  stop(nowMs: number): string[] {
    const cut = new Set<string>()
    // The last ones sound last.
    for (let at = this.#segments.length - 1; at >= 0; at--) {
      const segment = this.#segments[at]!
      if (segment.startMs + segment.durationMs <= nowMs) {
        if (segment.durationMs > 0) break
        continue
      }
      cut.add(segment.itemId)
      segment.durationMs = Math.max(0, nowMs - segment.startMs)
    }
    for (const itemId of cut) this.#stopped.add(itemId)
    this.#endMs = Math.min(this.#endMs, nowMs)
    return [...cut].reverse()
  }

  /** Whether sound of an item was cut, so that no more of it is to be waited for. */
  isStopped(itemId: string): boolean {
    return this.#stopped.has(itemId)
  }

  /** How far into an item the sound that was given reaches, heard or not, in ms. */
  givenMs(itemId: string): number {
    return this.#offsets.get(itemId) ?? 0
  }

  /** When sound was given last. */
  get givenAtMs(): number {
    return this.#givenAtMs
  }

  /** When it falls silent, if nothing is added. */
  get endMs(): number {
    return this.#endMs
  }

  isPlaying(nowMs: number): boolean {
    return nowMs < this.#endMs
  }

  /**
   * Start of the sound that is playing now, or plays next; undefined when silent. Pieces without a gap count as one, and those of one
   * item also where an app that sends them one by one was late.
   */
  runStartMs(nowMs: number): number | undefined {
    if (!this.isPlaying(nowMs)) return undefined
    let next: Segment | undefined
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const segment = this.#segments[i]!
      if (segment.durationMs === 0) continue
      const gapMs = next === undefined ? 0 : next.startMs - segment.startMs - segment.durationMs
      if (gapMs > (next?.itemId === segment.itemId ? hitchMs : 0.001)) break
      next = segment
    }
    return next?.startMs
  }

  /** Ms of an item heard until `nowMs`, counted from its beginning; undefined when nothing of it was ever played here. */
  heardMs(itemId: string, nowMs: number): number | undefined {
    let heard: number | undefined
    for (const segment of this.#byItem.get(itemId) ?? []) {
      const played = Math.min(segment.durationMs, nowMs - segment.startMs)
      heard = Math.max(heard ?? 0, played > 0 ? segment.itemOffsetMs + played : 0)
    }
    return heard
  }

  /** The parts of items that were heard until `nowMs`, in order; what followed on each other is one. */
  passages(nowMs: number): Passage[] {
    const passages: Passage[] = []
    for (const { itemId, itemOffsetMs: fromMs, startMs, durationMs } of this.#segments) {
      const playedMs = Math.min(durationMs, nowMs - startMs)
      if (playedMs <= 0) continue
      const last = passages.at(-1)
      if (last?.itemId === itemId && Math.abs(fromMs - last.toMs) <= seamMs) last.toMs = fromMs + playedMs
      else passages.push({ itemId, fromMs, toMs: fromMs + playedMs })
    }
    return passages
  }

  /** The item whose sound comes last; undefined while none was played. */
  get lastItemId(): string | undefined {
    return this.#segments.at(-1)?.itemId
  }

  /** Total ms of sound heard until `nowMs`. */
  totalMs(nowMs: number): number {
    return this.#segments.reduce((sum, s) => sum + Math.max(0, Math.min(s.durationMs, nowMs - s.startMs)), 0)
  }

  /** The pieces heard until `nowMs`, cut where they were stopped, and when each began. */
  pieces(nowMs: number): { itemId: string; startMs: number; samples: Int16Array; rateHz: number }[] {
    return this.#segments.map((segment) => {
      const { itemId, startMs, rateHz } = segment
      const ms = Math.max(0, Math.min(segment.durationMs, nowMs - startMs))
      return { itemId, startMs, samples: segment.samples.subarray(0, Math.round((ms / 1000) * rateHz)), rateHz }
    })
  }

  /** The stretches of time in which something sounded until `nowMs`, and what: pieces of one item without a gap are one. */
  runs(nowMs: number): PlayedRun[] {
    const runs: PlayedRun[] = []
    for (const { itemId, startMs, durationMs } of this.#segments) {
      const endMs = Math.min(startMs + durationMs, nowMs)
      if (endMs <= startMs) continue
      const last = runs.at(-1)
      if (last && last.itemId === itemId && startMs - last.endMs < 0.001) last.endMs = endMs
      else runs.push({ itemId, startMs, endMs })
    }
    return runs
  }

  /** What sounded between two moments, at a rate, without a filter; undefined for silence. */
  soundBetween(fromMs: number, toMs: number, rateHz: number): Int16Array | undefined {
    let mix: Int16Array | undefined
    for (let at = this.#segments.length - 1; at >= 0; at--) {
      const segment = this.#segments[at]!
      const endMs = segment.startMs + segment.durationMs
      if (endMs <= fromMs && segment.durationMs > 0) break
      if (segment.startMs >= toMs || endMs <= fromMs) continue
      mix ??= new Int16Array(Math.round(((toMs - fromMs) * rateHz) / 1000))
      const first = Math.max(0, Math.ceil(((segment.startMs - fromMs) * rateHz) / 1000))
      const last = Math.min(mix.length, Math.ceil(((endMs - fromMs) * rateHz) / 1000))
      for (let index = first; index < last; index++) {
        const sourceMs = fromMs + (index * 1000) / rateHz - segment.startMs
        mix[index] = segment.samples[Math.floor((sourceMs * segment.rateHz) / 1000)] ?? 0
      }
    }
    return mix
  }
}

/** A stretch of time in which an item sounded. */
export interface PlayedRun {
  readonly itemId: string
  readonly startMs: number
  endMs: number
}
