// Drives one session: decode, note on the timeline, step, carry out the effects, in order. The one mutable field is `state`.
// Work that takes real time (VAD inference) stops the queue of this session and freezes the clock until its answer is in.

import { channel } from 'node:diagnostics_channel'
import type { SpeechFrame } from '../../audio/types.ts'
import { decodeBinary, parseJson } from '../protocol/decode.ts'
import type { Dialect } from '../protocol/dialect.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import { writtenMs } from '../session/audio-buffer.ts'
import type { Effect, ReplyRequest } from '../session/effects.ts'
import type { Input } from '../session/inputs.ts'
import type { SessionState } from '../session/state.ts'
import { step } from '../session/step.ts'
import type { UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import type { Clock, ClockEntry } from './clock/clock.ts'
import type { Ears } from './ears.ts'
import type { Timeline, TimelineEntry } from './timeline.ts'

/** Tells of each event that a session sends, before the test's faults touch it; our own suite validates them all. */
const sentEvents = channel('vitest-realtime:sent')

/** The live service pings this often, whatever else goes on. */
const pingEveryMs = 20_260

interface Pending {
  readonly input: Input
  readonly cause: number | undefined
  /** When it came; it may have waited for an engine since. */
  readonly atMs: number
}
type DetectSpeech = Extract<Effect, { type: 'detect-speech' }>

/** What a connection needs of the service that it belongs to. */
export interface ConnectionWorld {
  readonly clock: Clock
  readonly timeline: Timeline
  /** How events look on this wire: GA, beta or Azure. */
  readonly dialect: Dialect
  /** Asked for each `ask-reply` effect; the answer comes back through `connection.input`. */
  answer(connection: Connection, request: ReplyRequest): void
  stopAnswer(responseId: string): void
  /** Asked for each `transcribe` effect. */
  transcribe(connection: Connection, request: Extract<Effect, { type: 'transcribe' }>): void
  /** May change, drop or multiply what is sent (faults of the test). */
  outgoing(connection: Connection, event: ServerEvent): readonly (ServerEvent | string)[]
  closed(connection: Connection): void
  /** The core threw: a defect of the kit. */
  broke(error: unknown): void
  /** An engine at work for a session failed. */
  engineFailed(error: unknown): void
}

export class Connection implements WireListener {
  readonly id: string
  readonly request: UpgradeRequest
  readonly ears: Ears
  state: SessionState
  isOpen = true
  readonly #world: ConnectionWorld
  readonly #wire: Wire
  readonly #queue: Pending[] = []
  readonly #timers = new Map<string, ClockEntry>()
  #isDraining = false
  #isBlocked = false
  #lastCause: number | undefined

  constructor(options: {
    world: ConnectionWorld
    wire: Wire
    request: UpgradeRequest
    state: SessionState
    id: string
    ears: Ears
  }) {
    this.#world = options.world
    this.#wire = options.wire
    this.request = options.request
    this.state = options.state
    this.id = options.id
    this.ears = options.ears
  }

  /** The socket is open: the session greets. */
  open(): void {
    this.#note({ type: 'connected', url: this.request.url.href })
    this.input({ type: 'open' })
    this.#pingLater()
  }

  onMessage(data: string | Uint8Array): void {
    if (!this.isOpen) return
    this.#world.clock.activity()
    if (typeof data !== 'string') {
      const cause = this.#note({ type: 'garbage', bytes: data.byteLength }).index
      this.input({ type: 'client-fault', fault: decodeBinary() }, cause)
      return
    }
    const decoded = this.#world.dialect.decode(data)
    if ('event' in decoded) {
      const entry = this.#world.timeline.append({ atMs: this.#now(), sessionId: this.id, from: 'app', event: decoded.event })
      this.input({ type: 'client-event', event: decoded.event }, entry.index)
    } else {
      this.input({ type: 'client-fault', fault: decoded.fault }, this.#noteRefused(data).index)
    }
  }

  onClose(code: number, reason: string): void {
    if (!this.isOpen) return
    this.#end(code, reason, 'app')
  }

  /** Something happened to the session; what it leads to is carried out before this returns, unless an engine is at work. */
  input(input: Input, cause?: number): void {
    if (!this.isOpen) return
    this.#queue.push({ input, cause, atMs: this.#now() })
    this.#drain()
  }

  /** Audio that the caller speaks straight into the service's ear: no event of the app, so none on the timeline. */
  hear(audio: string): void {
    this.input({ type: 'client-event', event: { type: 'input_audio_buffer.append', audio } })
  }

  /** Ends the session from our side. */
  close(code: number, reason: string): void {
    if (!this.isOpen) return
    this.#wire.close(code, reason)
    this.#end(code, reason, 'service')
  }

  terminate(): void {
    if (!this.isOpen) return
    this.#wire.terminate()
    this.#end(1006, '', 'service')
  }

  /** Sends an event as it is: for `session.send` and what faults put on the wire. */
  send(event: ServerEvent): void {
    if (!this.isOpen) return
    const cause = this.#lastCause
    this.#world.timeline.append({
      atMs: this.#now(),
      sessionId: this.id,
      from: 'service',
      event,
      ...(cause === undefined ? {} : { cause }),
    })
    this.#world.clock.activity()
    for (const text of this.#world.dialect.encode(event)) this.#wire.send(text)
  }

  /** Nobody waits for a ping: it pulls no time. */
  #pingLater(): void {
    if (!this.isOpen) return
    const ping = (): void => {
      this.#wire.ping(new Uint8Array(4))
      this.#pingLater()
    }
    this.#timers.set('ping', this.#world.clock.at(this.#now() + pingEveryMs, ping, 'idle'))
  }

  #drain(): void {
    if (this.#isDraining) return
    this.#isDraining = true
    try {
      while (!this.#isBlocked && this.isOpen) {
        const next = this.#queue.shift()
        if (!next) break
        this.#take(next)
      }
    } catch (error) {
      // One broken session must not take the others of this process with it.
      this.#world.broke(error)
      this.close(1011, 'internal error')
    } finally {
      this.#isDraining = false
    }
  }

  #take({ input, cause, atMs }: Pending): void {
    this.#lastCause = cause
    const { state, effects } = step(this.state, input, this.#now())
    this.state = state
    if (isAppend(input)) this.ears.arrivals.note(writtenMs(state.buffer), atMs)
    for (const effect of effects) {
      // A fault of the test may have closed the socket in between.
      if (this.isOpen) this.#apply(effect, cause)
    }
  }

  #apply(effect: Effect, cause: number | undefined): void {
    switch (effect.type) {
      case 'send':
        if (sentEvents.hasSubscribers) sentEvents.publish({ sessionId: this.id, event: effect.event })
        for (const event of this.#world.outgoing(this, effect.event)) {
          if (typeof event === 'string') this.#wire.send(event)
          else this.send(event)
        }
        return
      case 'schedule':
        return this.#schedule(effect.timer, effect.atMs, effect.deadline, cause)
      case 'unschedule':
        return this.#unschedule(effect.timer)
      case 'detect-speech':
        return this.#detectSpeech(effect, cause)
      case 'heard':
        return this.ears.listen(effect)
      case 'transcribe':
        return this.#world.transcribe(this, effect)
      case 'ask-reply':
        return this.#world.answer(this, effect.request)
      case 'stop-reply':
        return this.#world.stopAnswer(effect.responseId)
      case 'close':
        return this.close(effect.code, effect.reason)
    }
  }

  #schedule(timer: string, atMs: number, deadline: 'service' | 'idle', cause: number | undefined): void {
    this.#unschedule(timer)
    const fire = (): void => {
      this.#timers.delete(timer)
      this.input({ type: 'timer', timer }, cause)
    }
    this.#timers.set(timer, this.#world.clock.at(atMs, fire, deadline))
  }

  #unschedule(timer: string): void {
    const entry = this.#timers.get(timer)
    if (!entry) return
    this.#world.clock.cancel(entry)
    this.#timers.delete(timer)
  }

  #detectSpeech(effect: DetectSpeech, cause: number | undefined): void {
    const frames = this.#frames(effect)
    if (!frames) return
    if (!(frames instanceof Promise)) return this.#heardFrames(frames, cause)
    this.#isBlocked = true
    void this.#world.clock.hold(frames).then(
      (late) => {
        this.#isBlocked = false
        this.#heardFrames(late, cause)
        this.#drain()
      },
      (error: unknown) => this.#engineFailed(error),
    )
  }

  #frames({ audio, format, restart }: DetectSpeech): ReturnType<Ears['detect']> | undefined {
    try {
      return this.ears.detect(audio, format, restart)
    } catch (error) {
      this.#engineFailed(error)
      return undefined
    }
  }

  #engineFailed(error: unknown): void {
    this.#isBlocked = false
    this.#world.engineFailed(error)
    this.close(1011, 'voice activity engine failed')
  }

  /** The answer goes before all that came meanwhile: inputs of a session keep their order. */
  #heardFrames(frames: readonly SpeechFrame[], cause: number | undefined): void {
    if (frames.length) this.#queue.unshift({ input: { type: 'speech-frames', frames }, cause, atMs: this.#now() })
  }

  #noteRefused(text: string): TimelineEntry {
    const value = parseJson(text)
    if (!isTyped(value)) return this.#note({ type: 'garbage', bytes: text.length })
    return this.#world.timeline.append({ atMs: this.#now(), sessionId: this.id, from: 'app', event: value as ServerEvent })
  }

  #note(note: Extract<TimelineEntry, { note: unknown }>['note']): TimelineEntry {
    return this.#world.timeline.append({ atMs: this.#now(), sessionId: this.id, from: 'kit', note })
  }

  #end(code: number, reason: string, by: 'app' | 'service'): void {
    this.isOpen = false
    for (const entry of this.#timers.values()) this.#world.clock.cancel(entry)
    this.#timers.clear()
    this.#queue.length = 0
    this.#note({ type: 'closed', code, reason, by })
    this.#world.clock.activity()
    this.#world.closed(this)
  }

  #now(): number {
    return this.#world.clock.now()
  }
}

function isAppend(input: Input): boolean {
  return input.type === 'client-event' && input.event.type === 'input_audio_buffer.append'
}

function isTyped(value: unknown): value is { type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
