// When the input audio of a session was spoken, from when it arrived. Positions are ms of audio since the session began.

/** What is looked at to tell how long audio had been on its way: sound that arrives later. */
const lookAheadMs = 10_000
/** How many arrivals are kept: more than half an hour of 20 ms frames. The oldest half goes. */
const maxKept = 100_000

export class Arrivals {
  #ends: number[] = []
  #times: number[] = []

  /** Notes that audio up to `endMs` was there at `atMs`. */
  note(endMs: number, atMs: number): void {
    this.#ends.push(endMs)
    this.#times.push(atMs)
    if (this.#ends.length < maxKept) return
    this.#ends = this.#ends.slice(maxKept / 2)
    this.#times = this.#times.slice(maxKept / 2)
  }

  /** How much audio has come. */
  get endMs(): number {
    return this.#ends.at(-1) ?? 0
  }

  /**
   * When the sound at this position was spoken at the latest: it comes in real time at best, so what arrives in one heap (an
   * app that batches frames, or records first) was spoken one piece after the other until the heap came.
   */
  timeOf(positionMs: number): number {
    const first = this.#indexOf(positionMs)
    let time = Number.POSITIVE_INFINITY
    for (let i = Math.max(0, first); i < this.#ends.length; i++) {
      const restMs = this.#ends[i]! - positionMs
      if (i > first && restMs > lookAheadMs) break
      time = Math.min(time, this.#times[i]! - Math.max(0, restMs))
    }
    return Number.isFinite(time) ? time : 0
  }

  /** Whether the sound between two positions came as it was spoken, not faster. */
  cameInRealTime(startMs: number, endMs: number): boolean {
    const first = this.#indexOf(startMs)
    const last = this.#indexOf(endMs)
    if (last < 0) return false
    const tookMs = this.#times[last]! - this.#times[first]!
    return tookMs >= (this.#ends[last]! - this.#ends[first]!) / 2
  }

  /**
   * Ms of sound for each ms in which the sound between two positions came, its longest pause left out: 1 as it is spoken, more in
   * heaps, less where samples of a lower rate, or bytes of a smaller format, are taken for what they are not.
   */
  paceOf(startMs: number, endMs: number): number {
    const first = Math.max(0, this.#indexOf(startMs))
    const last = this.#indexOf(endMs)
    let tookMs = 0
    let pauseMs = 0
    for (let i = first + 1; i <= last; i++) {
      const gapMs = this.#times[i]! - this.#times[i - 1]!
      tookMs += gapMs
      pauseMs = Math.max(pauseMs, gapMs)
    }
    return tookMs === pauseMs ? 1 : (this.#ends[last]! - this.#ends[first]!) / (tookMs - pauseMs)
  }

  /** The arrival that brought this position; the last one for what has not come. */
  #indexOf(positionMs: number): number {
    let low = 0
    let high = this.#ends.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#ends[middle]! < positionMs) low = middle + 1
      else high = middle
    }
    return high < 0 ? -1 : low
  }
}
