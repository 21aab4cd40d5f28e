// Clients that speak to a server as people do: at real-time pace, each at a phase of its own, and when the server told what of it.

import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { speech } from 'vitest-realtime/audio'
import { WebSocket } from 'ws'

const rateHz = 24_000
export const appendMs = 20
const appendSamples = (rateHz * appendMs) / 1000
/** Between two sentences: long enough that each is a turn, and that its answer has begun. */
const gapMs = 1400
/** How long after the last sound its events may come. */
const patienceMs = 20_000

/** Sentences with silence between them, as the messages that carry them. */
export interface Track {
  readonly appends: readonly string[]
  /** Where the sentences end, in ms of the track. */
  readonly endsMs: readonly number[]
}

/** What came to one client; times in ms after they were due. */
export interface ClientFigures {
  readonly events: ReadonlyMap<string, number>
  /** One for each turn: from the end of the sentence and its silence, and from the last sound that the server names. */
  readonly stops: readonly { readonly index: number; readonly afterSpeechMs: number; readonly afterSoundMs: number }[]
  /** How late appends were sent: this process's own share of the lag. */
  readonly latestAppendMs: number
}

/** A turn takes exactly one of each. */
export const turnEvents = [
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'response.created',
  'response.done',
] as const

/** As many tracks as there are sentences: the same ones, each begins with another. */
export async function tracksOf(sentences: readonly string[]): Promise<readonly Track[]> {
  const spoken = await Promise.all(sentences.map((text) => speech(text, { rateHz, leadMs: gapMs / 2, trailMs: gapMs / 2 })))
  return spoken.map((_, first) => {
    const order = [...spoken.slice(first), ...spoken.slice(0, first)]
    let atMs = 0
    const endsMs = order.map(({ durationMs, speechSpan }) => {
      atMs += durationMs
      return atMs - durationMs + (speechSpan?.endMs ?? Number.NaN)
    })
    return { appends: appendsOf(order.map(({ samples }) => samples)), endsMs }
  })
}

function appendsOf(sounds: readonly Int16Array[]): string[] {
  const bytes = Buffer.concat(sounds.map((sound) => Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength)))
  const appends: string[] = []
  for (let at = 0; at < bytes.length; at += appendSamples * 2) {
    const audio = bytes.subarray(at, at + appendSamples * 2).toString('base64')
    appends.push(JSON.stringify({ type: 'input_audio_buffer.append', audio }))
  }
  return appends
}

export class SpeakingClient {
  readonly #socket: WebSocket
  readonly #track: Track
  readonly #silenceMs: number
  readonly #events = new Map<string, number>()
  readonly #stops: ClientFigures['stops'][number][] = []
  #startMs = 0
  #sent = 0
  #latestAppendMs = 0

  private constructor(socket: WebSocket, track: Track, silenceMs: number) {
    this.#socket = socket
    this.#track = track
    this.#silenceMs = silenceMs
    socket.on('message', (data: Buffer) => this.#take(data.toString()))
  }

  /** Connects, and is configured. */
  static async open(url: string, track: Track, settings: { silenceMs: number; modality: string }): Promise<SpeakingClient> {
    const { silenceMs, modality } = settings
    const headers = { authorization: 'Bearer sk-bench' }
    const socket = new WebSocket(`${url}?model=gpt-realtime`, { headers, perMessageDeflate: false })
    const client = new SpeakingClient(socket, track, silenceMs)
    await once(socket, 'open')
    const turnDetection = { type: 'server_vad', silence_duration_ms: silenceMs }
    const session = { type: 'realtime', output_modalities: [modality], audio: { input: { turn_detection: turnDetection } } }
    socket.send(JSON.stringify({ type: 'session.update', session }))
    await client.#until(() => client.#events.has('session.updated'))
    return client
  }

  /** @param startMs when the first append is due, by `performance.now()` */
  begin(startMs: number): void {
    this.#startMs = startMs
  }

  /** Sends what is due. False once there is no more. */
  speak(nowMs: number): boolean {
    const { appends } = this.#track
    for (; this.#sent < appends.length; this.#sent++) {
      // A microphone gives a piece of sound once it is over.
      const dueMs = this.#startMs + (this.#sent + 1) * appendMs
      if (dueMs > nowMs) return true
      this.#latestAppendMs = Math.max(this.#latestAppendMs, nowMs - dueMs)
      this.#socket.send(appends[this.#sent]!)
    }
    return false
  }

  /** Waits for the events of all its turns, a second more for those that should not come, and hangs up. */
  async end(): Promise<ClientFigures> {
    const turns = this.#track.endsMs.length
    await this.#until(() => turnEvents.every((type) => (this.#events.get(type) ?? 0) >= turns))
    await pause(1000)
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
    return { events: this.#events, stops: this.#stops, latestAppendMs: this.#latestAppendMs }
  }

  async #until(isTrue: () => boolean): Promise<void> {
    const endMs = performance.now() + patienceMs
    while (!isTrue() && performance.now() < endMs) await pause(5)
  }

  #take(text: string): void {
    const nowMs = performance.now()
    const type = /^\{"type":"([^"]+)"/.exec(text)?.[1] ?? String((JSON.parse(text) as { type: string }).type)
    const index = this.#events.get(type) ?? 0
    this.#events.set(type, index + 1)
    if (type !== 'input_audio_buffer.speech_stopped') return
    const { audio_end_ms: endMs } = JSON.parse(text) as { audio_end_ms: number }
    const saidMs = this.#track.endsMs[index] ?? Number.NaN
    const soundMs = Math.ceil(endMs / appendMs) * appendMs
    this.#stops.push({
      index,
      afterSpeechMs: nowMs - this.#startMs - saidMs - this.#silenceMs,
      afterSoundMs: nowMs - this.#startMs - soundMs,
    })
  }
}

/** Lets all of them speak at once; resolves when the last has said everything. */
export async function speakTogether(clients: readonly SpeakingClient[], arrivalMs: number): Promise<void> {
  const startMs = performance.now() + 50
  for (const [index, client] of clients.entries()) client.begin(startMs + index * arrivalMs)
  let speaking = [...clients]
  while (speaking.length > 0) {
    const nowMs = performance.now()
    speaking = speaking.filter((client) => client.speak(nowMs))
    await pause(1)
  }
}
