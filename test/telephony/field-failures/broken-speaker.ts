// How the app in broken-bridge.ts sends the agent's sound: as it comes, after a moment's sound has been collected, with a mark behind each
// piece. Its defects pace by hand what the platform paces by itself.

import type { Defects } from './defects.ts'

interface SpeakerWorld {
  send(message: object): void
  /** Notes a piece that goes out; gives the name of its mark. */
  sent(itemId: string, bytes: number): string
  markSent(): void
}

const bytesPerMs = 8
const frameMs = 20
/** An answer begins with so much sound, or so much later. */
const prebufferMs = 150
/** What the loop of frames has to do besides. */
const workMs = 4
const logEvery = 50
const logMs = 300

const comfort = Buffer.alloc(frameMs * bytesPerMs, 0xff).toString('base64')

export class BrokenSpeaker {
  readonly #has: Partial<Defects>
  readonly #world: SpeakerWorld
  #waiting: { itemId: string; payload: string }[] = []
  #frames: { itemId: string; payload: string }[] = []
  #collecting: ReturnType<typeof setTimeout> | undefined
  #pump: ReturnType<typeof setTimeout> | undefined
  #playsUntilMs = 0
  #frameCount = 0
  #lastItemId = ''

  constructor(has: Partial<Defects>, world: SpeakerWorld) {
    this.#has = has
    this.#world = world
  }

  begin(): void {
    if (this.#has.sendsComfortFrames) this.#sendComfort()
  }

  #sendComfort(): void {
    if (this.#playsUntilMs <= Date.now()) this.#world.send({ event: 'media', media: { payload: comfort } })
    this.#pump = setTimeout(() => this.#sendComfort(), frameMs)
  }

  play(itemId: string, payload: string): void {
    if (this.#has.pacesByTimer || this.#has.logsBetweenFrames) return this.#pace(itemId, payload)
    this.#waiting.push({ itemId, payload })
    const isPlaying = this.#playsUntilMs > Date.now()
    const waitingMs = this.#waiting.reduce((ms, { payload }) => ms + lengthOf(payload) / bytesPerMs, 0)
    if (isPlaying || waitingMs >= prebufferMs || this.#has.playsFirstPieceAtOnce) this.flush()
    else this.#collecting ??= setTimeout(() => this.flush(), prebufferMs)
  }

  flush(): void {
    clearTimeout(this.#collecting)
    this.#collecting = undefined
    for (const { itemId, payload } of this.#waiting.splice(0)) this.#send(itemId, payload)
  }

  #send(itemId: string, payload: string): void {
    const bytes = lengthOf(payload)
    this.#playsUntilMs = Math.max(Date.now(), this.#playsUntilMs) + bytes / bytesPerMs
    const name = this.#world.sent(itemId, bytes)
    const isFirst = itemId !== this.#lastItemId
    this.#lastItemId = itemId
    if (this.#has.marksAheadOfSound && isFirst) this.#mark(name)
    this.#world.send({ event: 'media', media: { payload } })
    this.#frameCount++
    if (!this.#has.marksAheadOfSound) this.#mark(name)
  }

  #mark(name: string): void {
    this.#world.markSent()
    this.#world.send({ event: 'mark', ...(this.#has.namelessMarks ? {} : { mark: { name } }) })
  }

  #pace(itemId: string, payload: string): void {
    const bytes = Buffer.from(payload, 'base64')
    for (let at = 0; at < bytes.length; at += frameMs * bytesPerMs)
      this.#frames.push({ itemId, payload: bytes.subarray(at, at + frameMs * bytesPerMs).toString('base64') })
    this.#pump ??= setTimeout(() => this.#next(), 0)
  }

  #next(): void {
    this.#pump = undefined
    const frame = this.#frames.shift()
    if (!frame) return
    this.#send(frame.itemId, frame.payload)
    const isLogging = this.#has.logsBetweenFrames && this.#frameCount % logEvery === 0
    this.#pump = setTimeout(() => this.#next(), frameMs + (this.#has.pacesByTimer ? workMs : isLogging ? logMs : 0))
  }

  /** Of an answer that nobody wants any more. */
  drop(): void {
    clearTimeout(this.#collecting)
    this.#collecting = undefined
    this.#waiting = []
    this.#frames = []
    this.#playsUntilMs = 0
    this.#frameCount = 0
  }

  end(): void {
    this.drop()
    clearTimeout(this.#pump)
  }
}

function lengthOf(payload: string): number {
  return Buffer.from(payload, 'base64').length
}
