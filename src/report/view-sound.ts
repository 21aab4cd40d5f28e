// The sound of one session as two tracks: what the app sent and what the service answered, each piece at the time when it sounded.

import { decodeBase64, encodeBase64 } from '../../audio/base64.ts'
import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { encodeMulaw } from '../../audio/g711.ts'
import { pcm } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import { peakMs, type ViewSound, type ViewTrack } from './view-data.ts'

/** Pieces that are nearer than this are one: frames of a microphone jitter. */
const gapMs = 40

/** Speech begins so long after its announced start at most, for all usual paddings. */
const maxPrefixMs = 500

interface Piece {
  startMs: number
  durationMs: number
  readonly trackMs: number
  readonly itemId: string
  readonly entry: number
}

/** One direction. Samples are kept as they come, since nobody knows yet how many there will be. */
export class SoundTrack {
  readonly #pieces: Piece[] = []
  readonly #chunks: { readonly samples: Int16Array; readonly rateHz: number }[] = []
  readonly #heard = new Map<string, number>()
  readonly #truncated = new Map<string, number>()
  #lengthMs = 0
  #endMs = 0

  get lengthMs(): number {
    return this.#lengthMs
  }

  /** Sound that had arrived at `atMs`, as a microphone's does: it sounded just before. */
  arrived(atMs: number, base64: string, format: WireAudioFormat, entry: number): void {
    this.#add('', base64, format, entry, (durationMs) => Math.max(this.#endMs, atMs - durationMs))
  }

  /** Sound that a loudspeaker got at `atMs`: it sounds when all before it has. */
  queued(atMs: number, itemId: string, base64: string, format: WireAudioFormat, entry: number): void {
    this.#add(itemId, base64, format, entry, () => Math.max(this.#endMs, atMs))
  }

  #add(itemId: string, base64: string, format: WireAudioFormat, entry: number, place: (durationMs: number) => number): void {
    const bytes = decodeBase64(base64)
    if (!bytes || bytes.length === 0) return
    const rateHz = wireRateHz(format)
    const samples = decodeWireAudio(bytes, format)
    const durationMs = (samples.length / rateHz) * 1000
    if (!(durationMs > 0)) return
    const startMs = place(durationMs)
    const last = this.#pieces.at(-1)
    if (last && last.itemId === itemId && startMs - (last.startMs + last.durationMs) < gapMs) last.durationMs += durationMs
    else this.#pieces.push({ startMs, durationMs, trackMs: this.#lengthMs, itemId, entry })
    this.#chunks.push({ samples, rateHz })
    this.#lengthMs += durationMs
    const end = this.#pieces.at(-1)
    this.#endMs = end ? end.startMs + end.durationMs : startMs
  }

  /** So much of an item was heard by `atMs`; `stopped`: the rest never sounds. */
  heard(atMs: number, itemId: string, heardMs: number, stopped: boolean): void {
    const before = this.#heard.get(itemId) ?? 0
    this.#heard.set(itemId, heardMs)
    if (heardMs > 0) this.#delay(itemId, before, heardMs, atMs)
    if (stopped) this.#endMs = Math.min(this.#endMs, atMs)
  }

  /**
   * Apps and telephones play what they got later, or run out of it: what sounds at `atMs` tells how late. All from the last known
   * position on moves there. At the end of what there is, nobody knows when it was reached.
   */
  #delay(itemId: string, knownMs: number, heardMs: number, atMs: number): void {
    let offsetMs = 0
    const own = this.#pieces.flatMap((piece, at) => {
      if (piece.itemId !== itemId) return []
      const one = { piece, at, offsetMs }
      offsetMs += piece.durationMs
      return [one]
    })
    const holds = (positionMs: number) => own.findLast((one) => one.offsetMs <= positionMs)
    const here = holds(heardMs)
    if (!here || heardMs >= offsetMs - 1) return
    const lateMs = atMs - (here.piece.startMs + heardMs - here.offsetMs)
    const from = holds(knownMs)
    if (!from || lateMs <= gapMs) return
    const withinMs = knownMs - from.offsetMs
    for (const { piece, offsetMs: startsMs } of own) if (startsMs > knownMs) piece.startMs += lateMs
    if (withinMs <= 0) from.piece.startMs += lateMs
    else this.#split(from.at, withinMs, lateMs)
    this.#endMs = Math.max(...this.#pieces.slice(own[0]?.at).map((piece) => piece.startMs + piece.durationMs))
  }

  /** A piece becomes two, with a pause between them. */
  #split(at: number, withinMs: number, pauseMs: number): void {
    const piece = this.#pieces[at]
    if (!piece) return
    const [startMs, trackMs] = [piece.startMs + withinMs + pauseMs, piece.trackMs + withinMs]
    this.#pieces.splice(at + 1, 0, { ...piece, startMs, trackMs, durationMs: piece.durationMs - withinMs })
    piece.durationMs = withinMs
  }

  /** The app told the service so. What was heard may be something else. */
  truncated(atMs: number, itemId: string, truncatedMs: number): void {
    this.#truncated.set(itemId, truncatedMs)
    this.#endMs = Math.min(this.#endMs, atMs)
  }

  /** The moment at which this much of the track had sounded: positions of the service count sound, not time. */
  atMs(trackMs: number): number {
    const piece = this.#pieces.findLast((one) => one.trackMs <= trackMs + 0.5)
    return piece ? piece.startMs + trackMs - piece.trackMs : trackMs
  }

  /** The same for the beginning of speech. It is announced with some sound from before: where that lies before a pause, it is left out. */
  beginMs(trackMs: number): number {
    const at = this.#pieces.findLastIndex((one) => one.trackMs <= trackMs + 0.5)
    const [piece, next] = [this.#pieces[at], this.#pieces[at + 1]]
    if (!piece || !next) return this.atMs(trackMs)
    const endMs = piece.startMs + piece.durationMs
    return next.trackMs - trackMs <= maxPrefixMs && next.startMs - endMs > maxPrefixMs ? next.startMs : this.atMs(trackMs)
  }

  /** The track as data; `soundHz` undefined leaves the samples out. */
  toView(soundHz: number | undefined, label: (itemId: string) => string): ViewTrack {
    const sounds = this.#soundsOf(label)
    const rateHz = soundHz ?? 8000
    const mulaw = soundHz === undefined || this.#lengthMs === 0 ? {} : { mulaw: encodeBase64(this.#mulaw(soundHz)) }
    return { sounds, peaks: encodeBase64(this.#peaks()), rateHz, ...mulaw }
  }

  #soundsOf(label: (itemId: string) => string): ViewSound[] {
    const before = new Map<string, number>()
    return this.#pieces.map(({ startMs, durationMs, trackMs, itemId, entry }) => {
      const offsetMs = before.get(itemId) ?? 0
      before.set(itemId, offsetMs + durationMs)
      const within = (limitMs: number) => Math.min(Math.max(0, limitMs - offsetMs), durationMs)
      const truncatedMs = this.#truncated.get(itemId)
      const heardMs = this.#heard.get(itemId) ?? truncatedMs
      return {
        ...{ startMs, durationMs, trackMs, label: label(itemId), entry },
        ...(heardMs === undefined ? {} : { heardMs: within(heardMs) }),
        ...(truncatedMs === undefined ? {} : { truncatedMs: within(truncatedMs) }),
      }
    })
  }

  #peaks(): Uint8Array {
    const peaks = new Uint8Array(Math.ceil(this.#lengthMs / peakMs) + 1)
    let startMs = 0
    for (const { samples, rateHz } of this.#chunks) {
      for (let at = 0; at < samples.length; at++) {
        const bin = Math.floor((startMs + (at * 1000) / rateHz) / peakMs)
        const level = Math.abs(samples[at]!) >> 7
        if (level > peaks[bin]!) peaks[bin] = Math.min(level, 255)
      }
      startMs += (samples.length * 1000) / rateHz
    }
    return peaks
  }

  #mulaw(rateHz: number): Uint8Array {
    const parts = runsOfRate(this.#chunks).map(({ samples, rateHz: from }) =>
      encodeMulaw(resamplePcm(pcm(samples, from), rateHz).samples),
    )
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}

/** Chunks of one rate joined, so that a resampler meets no borders. */
function runsOfRate(chunks: readonly { readonly samples: Int16Array; readonly rateHz: number }[]) {
  const runs: { rateHz: number; parts: Int16Array[] }[] = []
  for (const { samples, rateHz } of chunks) {
    const last = runs.at(-1)
    if (last?.rateHz === rateHz) last.parts.push(samples)
    else runs.push({ rateHz, parts: [samples] })
  }
  return runs.map(({ rateHz, parts }) => {
    const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      samples.set(part, at)
      at += part.length
    }
    return { rateHz, samples }
  })
}

/** The best rate at which so much sound fits into the budget; undefined when it does not even at that of a telephone. */
export function soundRate(totalMs: number, maxBytes: number): number | undefined {
  return [24_000, 16_000, 8000].find((rateHz) => ((totalMs / 1000) * rateHz * 4) / 3 <= maxBytes)
}
