// What every bridge shows: one call between a telephone platform (phone-side.ts) and a Realtime service, from the first message of the
// platform to the files of the recording. The work of the call is in call.ts; platforms are in the bridges that extend this.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../errors.ts'
import type { BridgeLogLevel, BridgeOptions } from './bridge-options.ts'
import { Call } from './call.ts'
import type { BridgeMetrics } from './call-metrics.ts'
import type { CallRecording } from './call-recorder.ts'
import type { TranscriptLine } from './conversation-history.ts'
import type { CallFacts, PhoneListener, PhoneSide } from './phone-side.ts'
import { detectionOf, part } from './session-shape.ts'

/** Why a call is over. */
export interface BridgeEnd {
  readonly by: 'caller' | 'platform' | 'bridge' | 'model'
  readonly reason: string
}

/** A bridge at a glance, as `/stats` tells it: no numbers, no words of the caller. */
export interface BridgeState {
  readonly platform: string
  readonly callId: string
  readonly state: 'waiting' | 'connecting' | 'open' | 'suspended' | 'over'
  readonly isAgentBusy: boolean
  readonly vad: { readonly isOn: boolean; readonly isCallerSpeaking: boolean }
  readonly transcription: { readonly isOn: boolean; readonly model: string | null }
  readonly metrics: BridgeMetrics
}

/** Problems that are told; the others are counted. */
const mostProblems = 20

/** One call. A bridge is made for each socket of a platform and is over with it. */
export abstract class RealtimeBridge {
  readonly options: BridgeOptions
  /** Resolves when the call is over and its recording is written. Never rejects. */
  readonly ended: Promise<BridgeEnd>
  readonly problems: string[] = []
  protected abstract readonly phone: PhoneSide
  #call: Call | undefined
  #problemCount = 0
  #isSuspended = false
  #end: BridgeEnd | undefined
  #resolveEnded: (end: BridgeEnd) => void = () => {}

  constructor(options: BridgeOptions = {}) {
    this.options = options
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  /** What the platform's side tells. */
  protected readonly listener: PhoneListener = {
    started: (facts) => this.#start(facts),
    audio: (base64, atMs) => {
      if (this.#call?.hear(base64, atMs) === false) this.#problem('the sound of a message is no base64')
    },
    inputStopped: () => this.#call?.inputStopped(),
    key: (digits) => {
      if (this.#call?.press(digits) === false) this.#problem(`'${digits.slice(0, 20)}' is no key`)
    },
    marked: (name) => this.#call?.speaker.reached(name),
    playbackFinished: () => this.#call?.speaker.finished(),
    suspended: () => this.#suspend(),
    resumed: () => {
      this.#isSuspended = false
    },
    ended: (by, reason) => this.#finish({ by, reason }),
    problem: (what) => this.#problem(what),
  }

  /** The platform's id of the call; empty before it began. */
  get callId(): string {
    return this.#call?.world.facts.callId ?? ''
  }

  get facts(): CallFacts | undefined {
    return this.#call?.world.facts
  }

  get isOver(): boolean {
    return this.#end !== undefined
  }

  get metrics(): BridgeMetrics {
    const call = this.#call
    if (!call) return { ...emptyMetrics, problems: this.#problemCount }
    const { underruns } = call.speaker
    return { ...call.metrics.snapshot({ underruns, ...call.line.figures }), problems: this.#problemCount }
  }

  /** What was said so far, as far as it was heard. */
  get transcript(): readonly TranscriptLine[] {
    return this.#call?.history.transcript ?? []
  }

  /** The sound so far; undefined without the option `record`. */
  get recording(): CallRecording | undefined {
    return this.#call?.recorder?.recording
  }

  /** The session in force, as the service confirmed it. */
  get session(): Record<string, unknown> {
    return this.#call?.session.inForce ?? {}
  }

  get state(): BridgeState {
    const call = this.#call
    const { model } = part(part(part(this.session, 'audio'), 'input'), 'transcription')
    return {
      platform: this.phone.platform,
      callId: this.callId,
      state: this.#end ? 'over' : this.#isSuspended ? 'suspended' : !call ? 'waiting' : call.line.isReady ? 'open' : 'connecting',
      isAgentBusy: call?.isBusy ?? false,
      vad: { isOn: detectionOf(this.session).isOn, isCallerSpeaking: call?.isCallerSpeaking ?? false },
      transcription: { isOn: typeof model === 'string', model: typeof model === 'string' ? model : null },
      metrics: this.metrics,
    }
  }

  /**
   * Changes the session, as on a handoff to another agent; formats and functions stay.
   *
   * @example
   * bridge.updateSession({ instructions: 'You are the billing department.' })
   */
  updateSession(patch: Record<string, unknown>): void {
    this.#call?.updateSession(patch)
  }

  /** Asks the model to speak now, or when it has ended what it says. `response` as in `response.create`. */
  requestResponse(response?: Record<string, unknown>): void {
    this.#call?.gate.request(response)
  }

  /** Ends the call. */
  hangUp(reason = 'The agent ended the call.'): void {
    if (this.#end) return
    if (this.#call) this.#call.hangUp(reason)
    else {
      this.phone.hangUp(reason)
      this.#finish({ by: 'bridge', reason })
    }
  }

  #start(facts: CallFacts): void {
    if (this.#call || this.#end) return this.#problem('the call began twice')
    this.#call = new Call({
      facts,
      phone: this.phone,
      options: this.options,
      log: (level, line) => this.log(level, line),
      onEvent: (event) => this.options.onEvent?.(event, this),
      onEnd: (by, reason) => this.#finish({ by, reason }),
    })
    this.log('info', 'the call began')
    this.#call.open()
  }

  #suspend(): void {
    this.#isSuspended = true
    this.#call?.interrupt()
  }

  #problem(what: string): void {
    this.#problemCount++
    if (this.problems.length >= mostProblems) return
    this.problems.push(what)
    this.log('warning', what)
  }

  protected log(level: BridgeLogLevel, line: string): void {
    this.options.log?.(level, `${this.phone.platform} ${this.callId}: ${line}`)
  }

  #finish(end: BridgeEnd): void {
    if (this.#end) return
    this.#end = end
    this.#call?.close()
    this.log('info', `the call is over by the ${end.by}: ${end.reason}`)
    void this.#write().then(() => {
      this.#tellEnded()
      this.#resolveEnded(end)
    })
  }

  /** A listener of the app that throws is told, and ends nothing else. */
  #tellEnded(): void {
    try {
      this.options.onEnded?.(this)
    } catch (error) {
      this.log('error', `onEnded threw: ${messageOf(error)}`)
    }
  }

  async #write(): Promise<void> {
    const { record } = this.options
    const recording = this.recording
    if (typeof record !== 'object' || !recording) return
    try {
      const folder = join(record.directory, this.callId.replaceAll(/[^\w-]/g, '_') || 'call')
      await mkdir(folder, { recursive: true })
      await Promise.all([
        writeFile(join(folder, 'caller_audio.wav'), recording.callerWav()),
        writeFile(join(folder, 'bot_audio.wav'), recording.agentWav()),
        writeFile(join(folder, 'stereo_recording.wav'), recording.toWav()),
        writeFile(join(folder, 'transcript.json'), `${JSON.stringify(this.transcript, null, 2)}\n`),
        writeFile(join(folder, 'call_metadata.json'), `${JSON.stringify({ end: this.#end, metrics: this.metrics }, null, 2)}\n`),
      ])
    } catch (error) {
      this.log('error', `the recording cannot be written: ${messageOf(error)}`)
    }
  }
}

const emptyMetrics: BridgeMetrics = {
  responseMs: [],
  greetingMs: null,
  bargeInMs: [],
  truncations: [],
  droppedCallerBytes: 0,
  discardedAgentBytes: 0,
  framesIn: 0,
  framesOut: 0,
  problems: 0,
  underruns: 0,
  reconnects: 0,
  rotations: 0,
}
