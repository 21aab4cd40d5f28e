// One call at work: the parts of a bridge joined for as long as the call lasts. What the model says comes in by model-events.ts, what the
// telephone says by realtime-bridge.ts.

import { decodeBase64 } from '../../audio/base64.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { messageOf } from '../errors.ts'
import { BargeIn } from './barge-in.ts'
import {
  type BridgeLogLevel,
  type BridgeOptions,
  backendOf,
  greetingOf,
  mostAgentQueueMs,
  mostRecordedMs,
} from './bridge-options.ts'
import { CallMetrics } from './call-metrics.ts'
import { CallRecorder } from './call-recorder.ts'
import { CallerAudio } from './caller-audio.ts'
import { ConversationHistory } from './conversation-history.ts'
import { FunctionCalls, type FunctionResult } from './function-calls.ts'
import { endCallFunction, endOf, Goodbye } from './goodbye.ts'
import { Keypad } from './keypad.ts'
import { answerModelEvent } from './model-events.ts'
import { ModelLine } from './model-line.ts'
import type { BridgeEvent } from './model-link.ts'
import type { CallFacts, PhoneSide } from './phone-side.ts'
import { ResponseGate } from './response-gate.ts'
import { type Detection, detectionOf, noDetection, sessionOf } from './session-shape.ts'
import { bytesOf } from './sound-path.ts'
import { Speaker } from './speaker.ts'

export interface CallWorld {
  readonly facts: CallFacts
  readonly phone: PhoneSide
  readonly options: BridgeOptions
  readonly log: (level: BridgeLogLevel, line: string) => void
  onEvent(event: BridgeEvent): void
  /** The call is over from our side. */
  onEnd(by: 'bridge' | 'model', reason: string): void
}

const retry = { attempts: 3, retryMs: 250 }
const rotateAfterMs = 55 * 60_000
const queueMs = 20_000
const prebufferMs = 150
const highWaterBytes = 1024 * 1024
const keypad = { interDigitMs: 1500, submitKey: '#', maxDigits: 20 }
/** The shortest sound that the service takes as a turn. */
const shortestTurnMs = 100
const fillerMs = 1500
const fillerInstructions = 'In a few words, ask the caller to wait a moment while you look it up.'
/** The longest that an apology may take. */
const apologyMs = 15_000

export class Call {
  readonly world: CallWorld
  readonly startedAtMs = Date.now()
  readonly metrics = new CallMetrics()
  readonly history = new ConversationHistory()
  readonly recorder: CallRecorder | undefined
  readonly line: ModelLine
  readonly ear: CallerAudio
  readonly speaker: Speaker
  readonly gate: ResponseGate
  readonly functions: FunctionCalls
  readonly goodbye: Goodbye
  readonly keypad: Keypad
  readonly bargeIn: BargeIn
  /** Answers that had sound. */
  readonly spoken = new Set<string>()
  detection: Detection = noDetection
  session: Record<string, unknown>
  configured: Record<string, unknown> = {}
  isCallerSpeaking = false
  /** The platform is not told of this turn: it would stop the agent by itself. */
  isTurnHidden = false
  /** When the caller's last speech ended, until an answer is heard. */
  awaitedSinceMs: number | undefined
  #isGreetingProtected: boolean
  #hadActiveResponse = false
  #committedMs = 0
  #keyCount = 0
  #isOver = false
  #farewell: ReturnType<typeof setTimeout> | undefined

  constructor(world: CallWorld) {
    const { options, facts } = world
    this.world = world
    this.session = options.session ?? {}
    this.#isGreetingProtected = greetingOf(options)?.isInterruptible === false
    const { inputFormat: caller, outputFormat: agent } = facts
    if (options.record) this.recorder = new CallRecorder({ caller, agent }, mostRecordedMs)
    this.functions = this.#createFunctions()
    this.goodbye = this.#createGoodbye()
    this.line = this.#createLine()
    this.gate = new ResponseGate((event) => this.line.send(event))
    this.ear = this.#createEar()
    this.speaker = this.#createSpeaker()
    const { line, gate, speaker, history, metrics } = this
    this.bargeIn = new BargeIn({ format: agent, line, gate, speaker, history, metrics })
    this.keypad = new Keypad({ ...keypad, ...options.keypad, onEntry: (keys) => this.#tellKeys(keys) })
  }

  open(): void {
    this.line.open()
  }

  #createLine(): ModelLine {
    const { options } = this.world
    return new ModelLine({
      ...retry,
      ...options.reconnect,
      backend: backendOf(options),
      session: () => this.#sessionNow(),
      history: () => this.history.events,
      rotateAfterMs: options.rotateAfterMs ?? rotateAfterMs,
      isBetweenTurns: () => !this.isCallerSpeaking && !this.isBusy && !this.functions.isRunning,
      listener: {
        ready: (session, how) => this.#modelReady(session, how),
        event: (event) => this.#modelSays(event),
        down: (reason) => this.#modelDown(reason),
        dead: (reason) => this.#modelDead(reason),
      },
    })
  }

  /** A listener of the app that throws ends neither the call nor the process. */
  #modelSays(event: BridgeEvent): void {
    try {
      this.world.onEvent(event)
      answerModelEvent(this, event)
    } catch (error) {
      this.world.log('error', `${event.type} cannot be worked on: ${messageOf(error)}`)
    }
  }

  #createEar(): CallerAudio {
    const { facts, options } = this.world
    return new CallerAudio({
      format: facts.inputFormat,
      line: this.line,
      queueMs: options.queueMs ?? queueMs,
      highWaterBytes: options.highWaterBytes ?? highWaterBytes,
      onDropped: (bytes) => {
        this.metrics.droppedCallerBytes += bytes
      },
    })
  }

  #createSpeaker(): Speaker {
    const { facts, phone, options } = this.world
    return new Speaker({
      format: facts.outputFormat,
      phone,
      highWaterBytes: options.highWaterBytes ?? highWaterBytes,
      queueMs: mostAgentQueueMs,
      prebufferMs: options.prebufferMs ?? prebufferMs,
      ...(this.recorder && { onHeard: ({ bytes, atMs }) => this.recorder?.agent(bytes, atMs - this.startedAtMs) }),
      onFirstSound: (_, atMs) => this.#firstSound(atMs),
      onDropped: (bytes) => {
        this.metrics.discardedAgentBytes += bytes
      },
      onIdle: () => this.#quiet(),
    })
  }

  #createFunctions(): FunctionCalls {
    const { facts, options } = this.world
    const { tool = 'end_call' } = options.endCall ?? {}
    const own = tool === false ? [] : [endCallFunction(tool)]
    const { callId, from, parameters = {} } = facts
    return new FunctionCalls({
      functions: [...(options.functions ?? []), ...own],
      timeoutMs: options.functionTimeoutMs ?? 30_000,
      ...(options.filler && { slowAfterMs: options.filler.afterMs ?? fillerMs }),
      onSlow: () => this.#askToWait(),
      context: () => ({ callId, parameters, ...(from === undefined ? {} : { from }) }),
      send: (event) => this.line.send(event),
      onSettled: ({ responseId, wantsAnswer, results }) => this.#functionsSettled(responseId, wantsAnswer, results),
    })
  }

  /** Only into silence: behind an answer or a turn the results may be there, and this would be said in their place. */
  #askToWait(): void {
    const { instructions = fillerInstructions } = this.world.options.filler ?? {}
    if (!this.gate.isBusy && !this.isCallerSpeaking) this.gate.request({ instructions, tool_choice: 'none' })
  }

  #createGoodbye(): Goodbye {
    const { phone, options } = this.world
    return new Goodbye(options.endCall ?? {}, {
      askForGoodbye: () => this.gate.request(),
      isQuiet: () => !this.isBusy,
      hangUp: (reason) => this.hangUp(reason),
      transfer: (target, reason) => {
        if (!phone.transfer) return this.hangUp(reason)
        phone.transfer(target, reason)
        this.world.onEnd('bridge', reason)
      },
    })
  }

  /** Whether the agent speaks or is about to. */
  get isBusy(): boolean {
    return this.speaker.isBusy || this.gate.isBusy
  }

  #sessionNow(): Record<string, unknown> {
    const { inputFormat, outputFormat } = this.world.facts
    const { tools } = this.functions
    return sessionOf(this.session, {
      inputFormat,
      outputFormat,
      tools,
      isTranscribed: this.world.options.transcribe ?? true,
      isProtected: this.#isGreetingProtected,
      wasProtected: greetingOf(this.world.options)?.isInterruptible === false,
    })
  }

  /** Sends the session again, after `session` has changed. */
  updateSession(): void {
    this.line.send({ type: 'session.update', session: this.#sessionNow() })
  }

  /** `session.updated`: what is in force. */
  sessionIs(session: Record<string, unknown>): void {
    this.configured = session
    this.detection = detectionOf(session)
  }

  #modelReady(session: Record<string, unknown>, how: 'first' | 'again'): void {
    this.sessionIs(session)
    if (how === 'first') return this.#begin()
    this.world.log('info', 'the model is back')
    this.gate.reset()
    this.bargeIn.restart()
    this.isCallerSpeaking = false
    this.ear.restart()
    this.#committedMs = 0
    const isOwed = this.#hadActiveResponse || this.history.awaitsAnswer
    this.#hadActiveResponse = false
    if (isOwed) this.gate.request()
    else this.gate.release({ isAnswered: false })
  }

  #begin(): void {
    const { phone, options } = this.world
    phone.ready()
    const greeting = greetingOf(options)
    if (greeting) this.gate.request(greeting.instructions === undefined ? undefined : { instructions: greeting.instructions })
    this.ear.flush()
  }

  #modelDown(reason: string): void {
    this.world.log('warning', `the model is lost: ${reason}`)
    this.#hadActiveResponse = this.gate.activeId !== undefined
  }

  #modelDead(reason: string): void {
    const { phone, options, facts, log } = this.world
    log('error', `there is no model: ${reason}`)
    const leave = (): void => {
      phone.fail(reason)
      this.world.onEnd('model', reason)
    }
    if (!options.apology) return leave()
    phone.ready()
    this.#afterApology = leave
    this.#farewell = setTimeout(leave, apologyMs)
    const { outputFormat } = facts
    this.speaker.announce(bytesOf(resamplePcm(options.apology, outputFormat.rateHz).samples, outputFormat))
  }
  #afterApology: (() => void) | undefined

  #firstSound(atMs: number): void {
    const { metrics } = this
    metrics.greetingMs ??= atMs - this.startedAtMs
    if (this.awaitedSinceMs !== undefined) metrics.note(metrics.responseMs, atMs - this.awaitedSinceMs)
    this.awaitedSinceMs = undefined
  }

  /** Nothing sounds any more. */
  #quiet(): void {
    if (this.#afterApology) return this.#afterApology()
    this.turnEnded()
  }

  /** A response is over: what it leaves to be done. */
  turnEnded(): void {
    this.#endProtection()
    this.goodbye.quiet()
    this.line.turnEnded()
  }

  /** The greeting was heard, or there is none to be heard: from now on the caller is answered, and may interrupt. */
  #endProtection(): void {
    if (!this.#isGreetingProtected || this.isBusy || this.functions.isRunning) return
    this.#isGreetingProtected = false
    this.updateSession()
    // What the caller said meanwhile.
    if (this.history.awaitsAnswer && !this.isCallerSpeaking) this.gate.request()
  }

  #functionsSettled(responseId: string, wantsAnswer: boolean, results: readonly FunctionResult[]): void {
    const end = results.map(endOf).find((one) => one !== undefined)
    if (end) return this.goodbye.begin(end, { hasSpoken: this.spoken.has(responseId) })
    if (wantsAnswer) this.gate.request()
  }

  /** Sound of the caller. Gives false when it is none. */
  hear(base64: string, atMs: number | undefined): boolean {
    const now = Date.now()
    const bytes = this.recorder ? decodeBase64(base64) : undefined
    if (!this.ear.push(base64, now)) return false
    this.metrics.framesIn++
    if (bytes) this.recorder?.caller(bytes, atMs ?? now - this.startedAtMs)
    return true
  }

  /** The platform stops sending sound: where the service ends no turns, this does. */
  inputStopped(): void {
    if (this.detection.isOn) return this.ear.paused()
    if (this.ear.appendedMs - this.#committedMs < shortestTurnMs) return
    this.#committedMs = this.ear.appendedMs
    this.line.send({ type: 'input_audio_buffer.commit' })
    this.gate.request()
  }

  press(keys: string): boolean {
    const isKnown = this.keypad.press(keys)
    if (isKnown && this.world.options.keypad?.stopsPlayback) this.interrupt()
    return isKnown
  }

  #tellKeys(keys: string): void {
    const id = `keypad_${++this.#keyCount}`
    this.history.keypad(id)
    const content = [{ type: 'input_text', text: `The caller pressed ${keys}.` }]
    this.line.send({ type: 'conversation.item.create', item: { id, type: 'message', role: 'user', content } })
    this.gate.request()
  }

  get mayBeInterrupted(): boolean {
    return !this.#isGreetingProtected
  }

  /** The caller takes the turn, where that is allowed. */
  interrupt(sinceMs = Date.now()): void {
    if (this.#isGreetingProtected) return
    const isCancelled = this.detection.interrupts && this.isCallerSpeaking
    if (this.bargeIn.interrupt({ sinceMs, isCancelled })) this.goodbye.interrupted()
  }

  hangUp(reason: string): void {
    if (this.#isOver) return
    this.world.phone.hangUp(reason)
    this.world.onEnd('bridge', reason)
  }

  close(): void {
    this.#isOver = true
    clearTimeout(this.#farewell)
    this.#afterApology = undefined
    for (const part of [this.goodbye, this.keypad, this.functions, this.speaker, this.ear, this.line]) part.close()
  }
}
