// One call at work: the parts of a bridge joined for as long as the call lasts. What the model says comes in by model-events.ts, what the
// telephone says by realtime-bridge.ts.

import { decodeBase64 } from '../../audio/base64.ts'
import { messageOf } from '../errors.ts'
import { Apology } from './apology.ts'
import { BargeIn } from './barge-in.ts'
import type { BridgeLogLevel, BridgeOptions } from './bridge-options.ts'
import { type BridgeSettings, mostAgentQueueMs, mostRecordedMs, settingsOf } from './bridge-settings.ts'
import { CallMetrics } from './call-metrics.ts'
import { CallRecorder } from './call-recorder.ts'
import { CallSession } from './call-session.ts'
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
import { shortestTurnMs } from './session-shape.ts'
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
  readonly session: CallSession
  /** Answers that had sound. */
  readonly spoken = new Set<string>()
  isCallerSpeaking = false
  /** The platform is not told of this turn: it would stop the agent by itself. */
  isTurnHidden = false
  /** When the caller's last speech ended, until an answer is heard. */
  awaitedSinceMs: number | undefined
  readonly #settings: BridgeSettings
  readonly #apology: Apology
  #hadActiveResponse = false
  #committedMs = 0
  #keyCount = 0
  #isOver = false

  constructor(world: CallWorld) {
    const { options, facts } = world
    this.world = world
    this.#settings = settingsOf(options)
    const { inputFormat: caller, outputFormat: agent } = facts
    if (options.record) this.recorder = new CallRecorder({ caller, agent }, mostRecordedMs)
    this.functions = this.#createFunctions()
    this.session = this.#createSession()
    this.goodbye = this.#createGoodbye()
    this.line = this.#createLine()
    this.gate = new ResponseGate((event) => this.line.send(event))
    this.ear = this.#createEar()
    this.speaker = this.#createSpeaker()
    const { line, gate, speaker, history, metrics } = this
    this.bargeIn = new BargeIn({ format: agent, line, gate, speaker, history, metrics })
    this.keypad = new Keypad({ ...this.#settings.keypad, onEntry: (keys) => this.#tellKeys(keys) })
    this.#apology = new Apology(speaker, agent)
  }

  // ---- parts

  #createFunctions(): FunctionCalls {
    const { facts, options } = this.world
    const { endCallTool, functionTimeoutMs, filler } = this.#settings
    const own = endCallTool === undefined ? [] : [endCallFunction(endCallTool)]
    const { callId, from, parameters = {} } = facts
    return new FunctionCalls({
      functions: [...(options.functions ?? []), ...own],
      timeoutMs: functionTimeoutMs,
      ...(filler && { slowAfterMs: filler.afterMs, onSlow: () => this.#askToWait(filler.instructions) }),
      context: () => ({ callId, parameters, ...(from === undefined ? {} : { from }) }),
      send: (event) => this.line.send(event),
      onSettled: ({ responseId, wantsAnswer, results }) => this.#functionsSettled(responseId, wantsAnswer, results),
    })
  }

  #createSession(): CallSession {
    const { facts, options } = this.world
    const { greeting, isTranscribed } = this.#settings
    return new CallSession({
      wanted: options.session ?? {},
      inputFormat: facts.inputFormat,
      outputFormat: facts.outputFormat,
      tools: this.functions.tools,
      isTranscribed,
      isGreetingProtected: greeting?.isInterruptible === false,
    })
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

  #createLine(): ModelLine {
    const { backend, reconnect, rotateAfterMs } = this.#settings
    return new ModelLine({
      ...reconnect,
      backend,
      session: () => this.session.update,
      history: () => this.history.events,
      rotateAfterMs,
      isBetweenTurns: () => !this.isCallerSpeaking && !this.isBusy && !this.functions.isRunning,
      listener: {
        ready: (session, how) => this.#modelReady(session, how),
        event: (event) => this.#modelSays(event),
        down: (reason) => this.#modelDown(reason),
        dead: (reason) => this.#modelDead(reason),
      },
    })
  }

  #createEar(): CallerAudio {
    const { callerQueueMs: queueMs, highWaterBytes } = this.#settings
    return new CallerAudio({
      format: this.world.facts.inputFormat,
      line: this.line,
      queueMs,
      highWaterBytes,
      onDropped: (bytes) => {
        this.metrics.droppedCallerBytes += bytes
      },
    })
  }

  #createSpeaker(): Speaker {
    const { facts, phone } = this.world
    const { highWaterBytes, prebufferMs } = this.#settings
    return new Speaker({
      format: facts.outputFormat,
      phone,
      highWaterBytes,
      queueMs: mostAgentQueueMs,
      prebufferMs,
      ...(this.recorder && { onHeard: ({ bytes, atMs }) => this.recorder?.agent(bytes, atMs - this.startedAtMs) }),
      onFirstSound: (_, atMs) => this.#firstSound(atMs),
      onDropped: (bytes) => {
        this.metrics.discardedAgentBytes += bytes
      },
      onIdle: () => this.#quiet(),
    })
  }

  // ---- life

  open(): void {
    this.line.open()
  }

  hangUp(reason: string): void {
    if (this.#isOver) return
    this.world.phone.hangUp(reason)
    this.world.onEnd('bridge', reason)
  }

  close(): void {
    this.#isOver = true
    for (const part of [this.#apology, this.goodbye, this.keypad, this.functions, this.speaker, this.ear, this.line]) part.close()
  }

  // ---- the model

  #modelReady(session: Record<string, unknown>, how: 'first' | 'again'): void {
    this.session.confirmed(session)
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
    const { greeting } = this.#settings
    this.world.phone.ready()
    if (greeting) this.gate.request(greeting.instructions === undefined ? undefined : { instructions: greeting.instructions })
    this.ear.flush()
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

  #modelDown(reason: string): void {
    this.world.log('warning', `the model is lost: ${reason}`)
    this.#hadActiveResponse = this.gate.activeId !== undefined
  }

  #modelDead(reason: string): void {
    const { phone, options, log } = this.world
    log('error', `there is no model: ${reason}`)
    const leave = (): void => {
      phone.fail(reason)
      this.world.onEnd('model', reason)
    }
    if (!options.apology) return leave()
    phone.ready()
    this.#apology.begin(options.apology, leave)
  }

  /** Sends the session again; `patch` is wanted of it from now on. */
  updateSession(patch: Record<string, unknown> = {}): void {
    this.session.patch(patch)
    this.line.send({ type: 'session.update', session: this.session.update })
  }

  // ---- the agent

  /** Whether the agent speaks or is about to. */
  get isBusy(): boolean {
    return this.speaker.isBusy || this.gate.isBusy
  }

  #firstSound(atMs: number): void {
    const { metrics } = this
    metrics.greetingMs ??= atMs - this.startedAtMs
    if (this.awaitedSinceMs !== undefined) metrics.note(metrics.responseMs, atMs - this.awaitedSinceMs)
    this.awaitedSinceMs = undefined
  }

  /** Nothing sounds any more. */
  #quiet(): void {
    if (!this.#apology.quiet()) this.turnEnded()
  }

  /** A response is over: what it leaves to be done. */
  turnEnded(): void {
    this.#endProtection()
    this.goodbye.quiet()
    this.line.turnEnded()
  }

  /** The greeting was heard, or there is none to be heard: from now on the caller is answered, and may interrupt. */
  #endProtection(): void {
    if (!this.session.isProtected || this.isBusy || this.functions.isRunning) return
    this.session.endProtection()
    this.updateSession()
    // What the caller said meanwhile.
    if (this.history.awaitsAnswer && !this.isCallerSpeaking) this.gate.request()
  }

  #functionsSettled(responseId: string, wantsAnswer: boolean, results: readonly FunctionResult[]): void {
    const end = results.map(endOf).find((one) => one !== undefined)
    if (end) return this.goodbye.begin(end, { hasSpoken: this.spoken.has(responseId) })
    if (wantsAnswer) this.gate.request()
  }

  /** Only into silence: behind an answer or a turn the results may be there, and this would be said in their place. */
  #askToWait(instructions: string): void {
    if (!this.gate.isBusy && !this.isCallerSpeaking) this.gate.request({ instructions, tool_choice: 'none' })
  }

  // ---- the caller

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
    if (this.session.detection.isOn) return this.ear.paused()
    if (this.ear.appendedMs - this.#committedMs < shortestTurnMs) return
    this.#committedMs = this.ear.appendedMs
    this.line.send({ type: 'input_audio_buffer.commit' })
    this.gate.request()
  }

  press(keys: string): boolean {
    const isKnown = this.keypad.press(keys)
    if (isKnown && this.#settings.keypad.stopsPlayback) this.interrupt()
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
    return !this.session.isProtected
  }

  /** The caller takes the turn, where that is allowed. */
  interrupt(sinceMs = Date.now()): void {
    if (!this.mayBeInterrupted) return
    const isCancelled = this.session.detection.interrupts && this.isCallerSpeaking
    if (this.bargeIn.interrupt({ sinceMs, isCancelled })) this.goodbye.interrupted()
  }
}
