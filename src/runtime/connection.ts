// Drives one session of any kind: decode, note on the timeline, step, carry out the effects, in order. Its rules are its `core`.
// Work that takes real time (VAD inference) stops the queue of this session and freezes the clock until its answer is in.

import type { SpeechFrame } from '../../audio/types.ts'
import { builtin } from '../builtins.ts'
import type { AnyClientEvent, AnyServerEvent } from '../protocol/any-events.ts'
import { messageTooBig } from '../protocol/connect-faults.ts'
import { decodeBinary, parseJson } from '../protocol/decode.ts'
import type { ErrorEvent } from '../protocol/server-events.ts'
import type { Effect } from '../session/effects.ts'
import type { Input } from '../session/inputs.ts'
import type { UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'
import type { ConnectionWorld } from './connection-world.ts'
import { diagnoseClose } from './diagnosis.ts'
import type { Ears } from './ears.ts'
import { Inflow, isBehind, untilRead } from './inflow.ts'
import { currentLine } from './line-scope.ts'
import type { SessionCore } from './session-core.ts'
import { SessionTimers } from './session-timers.ts'
import type { TimelineEntry } from './timeline.ts'

/** Tells of each event that a session sends, before the test's faults touch it; our own suite validates them all. */
const sentEvents = builtin('node:diagnostics_channel')?.channel('vitest-realtime:sent')

type SessionInput = Input<AnyClientEvent>
type SessionEffect = Effect<AnyServerEvent>

interface Pending {
  readonly input: SessionInput
  readonly cause: number | undefined
  /** When it came; it may have waited for an engine since. */
  readonly atMs: number
}
type DetectSpeech = Extract<Effect, { type: 'detect-speech' }>
type Schedule = Extract<Effect, { type: 'schedule' }>

export class Connection implements WireListener {
  readonly id: string
  /** The simulated phone call in which the app opened it. */
  readonly phoneLine: string | undefined
  readonly request: UpgradeRequest
  readonly ears: Ears
  readonly core: SessionCore
  isOpen = true
  /** A fault of the test cut the line, and the socket does not know. */
  isHalfOpen = false
  readonly #world: ConnectionWorld
  readonly #wire: Wire
  readonly #queue: Pending[] = []
  readonly #timers: SessionTimers
  #isDraining = false
  #isBlocked = false
  /** Made when an engine first falls behind. */
  #inflow: Inflow | undefined
  #lastCause: number | undefined

  constructor(options: {
    world: ConnectionWorld
    wire: Wire
    request: UpgradeRequest
    core: SessionCore
    ears: Ears
  }) {
    this.#world = options.world
    this.#wire = options.wire
    this.request = options.request
    this.phoneLine = currentLine()
    this.core = options.core
    this.id = options.core.id
    this.ears = options.ears
    this.#timers = new SessionTimers(options.world.clock)
  }

  /** The socket is open: the session greets. */
  open(): void {
    this.#note({ type: 'connected', url: this.request.url.href })
    this.input({ type: 'open' })
    this.#timers.ping(() => this.#ping())
  }

  onMessage(data: string | Uint8Array): void {
    if (!this.isOpen || this.isHalfOpen) return
    this.#world.clock.activity()
    if (isLonger(data, this.#world.maxMessageBytes)) return this.#tooBig(data.length)
    if (this.#isBlocked && !this.#mayWait(data.length)) return this.#flooded()
    if (typeof data !== 'string') {
      const cause = this.#note({ type: 'garbage', bytes: data.byteLength }).index
      this.input({ type: 'client-fault', fault: decodeBinary() }, cause)
      return
    }
    const decoded = this.core.decode(data)
    if ('event' in decoded) {
      const entry = this.#world.timeline.append({ atMs: this.#now(), sessionId: this.id, from: 'app', event: decoded.event })
      this.input({ type: 'client-event', event: this.#processed(decoded.event) }, entry.index)
    } else {
      this.input({ type: 'client-fault', fault: decoded.fault }, this.#noteRefused(data).index)
    }
  }

  /** More waits for the app than is kept: it does not read. */
  onOverflow(bufferedBytes: number): void {
    const message = `The app does not read: ${bufferedBytes} bytes wait for it. The session was closed.`
    this.#world.report(
      this,
      { code: 'app_does_not_read', message, mend: 'Read the socket, also while the app is busy.' },
      undefined,
    )
    this.close(1008, `The client reads too slowly: ${bufferedBytes} bytes wait for it.`)
  }

  /** The transport met a message so long that it has closed the socket itself. */
  onOversize(): void {
    if (!this.isOpen) return
    const close = messageTooBig(1009, this.#world.maxMessageBytes)
    this.#reportClose(close, undefined)
    this.#end(close.code, close.reason, 'service')
  }

  onClose(code: number, reason: string): void {
    if (!this.isOpen) return
    this.#end(code, reason, 'app')
  }

  /** Something happened to the session; what it leads to is carried out before this returns, unless an engine is at work. */
  input(input: SessionInput, cause?: number): void {
    if (!this.isOpen) return
    this.#queue.push({ input, cause, atMs: this.#now() })
    this.#drain()
  }

  /** Audio that the caller speaks straight into the service's ear: no event of the app, so none on the timeline. */
  hear(audio: string): void {
    this.input({ type: 'client-event', event: this.#processed(this.core.append(audio)) })
  }

  /** Ends the session from our side; 1006 drops the line. */
  close(code: number, reason: string): void {
    if (!this.isOpen) return
    if (code === 1006) return this.terminate()
    this.#reconnect()
    this.#wire.close(code, reason)
    this.#end(code, reason, 'service')
  }

  terminate(): void {
    if (!this.isOpen) return
    this.#reconnect()
    this.#wire.terminate()
    this.#end(1006, '', 'service')
  }

  /** The model of the session, for messages. */
  get modelName(): string | undefined {
    const { config } = this.core
    return 'model' in config ? config.model : undefined
  }

  /** Resolves when the client has read what was sent, for replies without end; undefined where it is not behind, or in process. */
  drained(): Promise<void> | undefined {
    return isBehind(this.#wire, this.request) ? untilRead(this.#wire, this.request, () => this.isOpen) : undefined
  }

  /** When what is planned of a response will have been sent, in ms of the clock; in the past where nothing is planned. */
  plannedUntilMs(responseId: string): number {
    return this.core.plannedUntilMs?.(responseId, this.#now()) ?? Number.NEGATIVE_INFINITY
  }

  /** From now on nothing passes in either direction, and neither end is told. */
  halfOpen(): void {
    this.isHalfOpen = true
    this.#wire.pause?.()
  }

  /** Sends a text that is no event: for faults. */
  sendText(text: string): void {
    if (this.isOpen) this.#wire.send(text)
  }

  /** Sends an event as it is: for `session.send` and what faults put on the wire. */
  send(event: AnyServerEvent): void {
    if (!this.isOpen) return
    const entry = { atMs: this.#now(), sessionId: this.id, from: 'service', event } as const
    const cause = this.#lastCause
    this.#world.timeline.append(cause === undefined ? entry : { ...entry, cause })
    this.#world.clock.activity()
    for (const text of this.core.encode(event)) this.#wire.send(text)
  }

  /** A line that was cut by the test is whole again at its end, or the end could not be told. */
  #reconnect(): void {
    if (this.isHalfOpen) this.#wire.resume?.()
  }

  /** What the session hears of an event that brings sound; the timeline has it as it was sent. */
  #processed<E extends AnyClientEvent>(event: E): E {
    const { process } = this.#world
    return process && isAppend(event) ? { ...event, audio: process(event.audio, this.core.inputFormat) } : event
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
    const effects = this.core.step(input, this.#now())
    // On the line of a call silence arrives by itself.
    const mayHear = input.type === 'timer' || (input.type === 'client-event' && isAppend(input.event))
    if (mayHear && this.core.writtenMs > this.ears.arrivals.endMs) this.ears.arrivals.note(this.core.writtenMs, atMs)
    for (const effect of effects) {
      // A fault of the test may have closed the socket in between.
      if (this.isOpen) this.#apply(effect, cause)
    }
  }

  #apply(effect: SessionEffect, cause: number | undefined): void {
    switch (effect.type) {
      case 'send':
        if (sentEvents?.hasSubscribers) sentEvents.publish({ sessionId: this.id, event: effect.event })
        for (const event of this.#world.outgoing(this, effect.event)) {
          if (typeof event === 'string') this.#wire.send(event)
          else this.send(event)
        }
        if (effect.event.type === 'error') this.#world.refused(this, effect.event as ErrorEvent, cause)
        return
      case 'schedule':
        return this.#schedule(effect, cause)
      case 'unschedule':
        return this.#timers.unset(effect.timer)
      case 'detect-speech':
        return this.#detectSpeech(effect, cause)
      case 'follow-speech':
        return this.#world.follow(this, effect)
      case 'heard':
        return this.ears.listen(effect)
      case 'transcribe':
        return this.#world.transcribe(this, effect)
      case 'list-mcp-tools':
      case 'call-mcp-tool':
      case 'stop-mcp-call':
        return this.#world.askServers(this, effect)
      case 'ask-reply':
        return this.#world.answer(this, effect.request)
      case 'stop-reply':
        return this.#world.stopAnswer(effect.responseId)
      case 'close':
        this.#reportClose(effect, cause)
        return this.close(effect.code, effect.reason)
    }
  }

  /** Apart from `#apply`: a function that makes a closure pays for it at each call. */
  #schedule(effect: Schedule, cause: number | undefined): void {
    this.#timers.set(effect, () => this.input({ type: 'timer', timer: effect.timer }, cause))
  }

  #ping(): void {
    if (!this.isHalfOpen) this.#wire.ping(new Uint8Array(4))
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
        if (this.#queue.length === 0) this.#inflow?.settle()
      },
      (error: unknown) => this.#engineFailed(error),
    )
  }

  #frames(effect: DetectSpeech): ReturnType<Ears['detect']> | undefined {
    try {
      return this.ears.detect(effect)
    } catch (error) {
      this.#engineFailed(error)
      return undefined
    }
  }

  #engineFailed(error: unknown): void {
    this.#isBlocked = false
    this.#world.engineFailed(error, this.ears.engineNames.vad)
    this.close(1011, 'voice activity engine failed')
  }

  /** The answer goes before all that came meanwhile: inputs of a session keep their order. */
  #heardFrames(frames: readonly SpeechFrame[], cause: number | undefined): void {
    if (frames.length) this.#queue.unshift({ input: { type: 'speech-frames', frames }, cause, atMs: this.#now() })
  }

  #tooBig(bytes: number): void {
    const close = messageTooBig(this.#world.oversizeCloseCode, this.#world.maxMessageBytes)
    this.#reportClose(close, this.#note({ type: 'garbage', bytes }).index)
    this.close(close.code, close.reason)
  }

  #mayWait(bytes: number): boolean {
    this.#inflow ??= new Inflow(this.#wire, this.request.transport)
    return this.#inflow.admit(bytes)
  }

  /** Engines are behind, and what waits for them is too much to keep. */
  #flooded(): void {
    const message = 'The app sends sound much faster than it can be listened to. The session was closed.'
    this.#world.report(this, { code: 'app_floods', message, mend: 'Send sound at the pace at which it is spoken.' }, undefined)
    this.close(1008, 'The client sends too fast: too much waits to be heard.')
  }

  #reportClose(close: { readonly code: number; readonly reason: string }, cause: number | undefined): void {
    const diagnosis = diagnoseClose(close)
    if (diagnosis) this.#world.report(this, diagnosis, cause)
  }

  #noteRefused(text: string): TimelineEntry {
    const value = parseJson(text)
    if (!isTyped(value)) return this.#note({ type: 'garbage', bytes: text.length })
    return this.#world.timeline.append({ atMs: this.#now(), sessionId: this.id, from: 'app', event: value as AnyClientEvent })
  }

  #note(note: Extract<TimelineEntry, { note: unknown }>['note']): TimelineEntry {
    return this.#world.timeline.append({ atMs: this.#now(), sessionId: this.id, from: 'kit', note })
  }

  #end(code: number, reason: string, by: 'app' | 'service'): void {
    this.isOpen = false
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

/** Whether an event brings sound of the user. */
export function isAppend(event: AnyClientEvent | AnyServerEvent): event is Extract<AnyClientEvent, { audio: string }> {
  return event.type === 'input_audio_buffer.append' || event.type === 'session.input_audio_buffer.append'
}

function isTyped(value: unknown): value is { type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** Counts the bytes of a text only where its length alone does not tell. */
function isLonger(data: string | Uint8Array, maxBytes: number): boolean {
  if (data.length > maxBytes) return true
  return typeof data === 'string' && data.length * 3 > maxBytes && new TextEncoder().encode(data).length > maxBytes
}
