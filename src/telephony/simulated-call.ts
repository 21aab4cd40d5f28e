// What a test holds of a call: a caller on a phone line.

import type { PhoneCall, PhoneEnd, PhoneFinding, PhoneMessage, PhoneMetrics, PhonePlatform } from '../api/phone.ts'
import { RealtimeKitError } from '../errors.ts'
import { checkCall, checkKeys, checkMs, waitRules } from '../runtime/arguments.ts'
import { CallerPerson, type CallerWorld } from '../runtime/caller/caller.ts'
import { wordlessMend } from '../runtime/caller/heard-text.ts'
import { graceMs } from '../runtime/caller/microphone.ts'
import type { Service } from '../runtime/service.ts'
import { type Subject, subjectKey } from '../runtime/subject.ts'
import { tracked } from '../runtime/tracked-promise.ts'
import { type CallFacts, interruptionsOf, metricsOf } from './call-metrics.ts'
import { recordingOf } from './call-recording.ts'
import type { PhoneLine } from './phone-line.ts'
import type { PhoneMouth } from './phone-mouth.ts'

/** From one key to the next. */
const betweenKeysMs = 200

interface Parts {
  readonly service: Service
  readonly world: CallerWorld
  readonly line: PhoneLine
  readonly mouth: PhoneMouth
  readonly platform: PhonePlatform
}

export class SimulatedCall extends CallerPerson implements PhoneCall {
  readonly platform: PhonePlatform
  readonly #service: Service
  readonly #line: PhoneLine
  readonly #mouth: PhoneMouth

  constructor({ service, world, line, mouth, platform }: Parts) {
    super(
      world,
      mouth.telephone((keys) => this.presses(keys)),
    )
    this.platform = platform
    this.#service = service
    this.#line = line
    this.#mouth = mouth
  }

  get id(): string {
    return this.#line.log.callId
  }

  get isOpen(): boolean {
    return this.#line.end === undefined
  }

  get end(): PhoneEnd | undefined {
    return this.#line.end
  }

  get findings(): readonly PhoneFinding[] {
    return this.#line.log.findings
  }

  get messages(): readonly PhoneMessage[] {
    return this.#line.log.messages
  }

  get metrics(): PhoneMetrics {
    const { playout, discardedBytes } = this.#line.playback
    const { underruns, underrunMs } = playout
    return metricsOf(this.#facts, { underruns, underrunMs, discardedBytes })
  }

  get recording(): PhoneCall['recording'] {
    const { nowMs, startedMs, endedMs } = this.#facts
    return recordingOf({ fromMs: startedMs, toMs: endedMs ?? nowMs, said: this.#mouth.said, playback: this.playback })
  }

  presses(keys: string): Promise<void> {
    checkKeys('call.presses(…)', keys)
    return tracked('call.presses(…)', this.#press(keys), this.presses)
  }

  hangsUp(): Promise<void> {
    this.#mustBeOpen('hangsUp()')
    return tracked(
      'call.hangsUp()',
      this.#settleLine(() => this.#line.hangUp()),
      this.hangsUp,
    )
  }

  drops(how: { halfOpen?: boolean } = {}): Promise<void> {
    this.#mustBeOpen('drops()')
    return tracked(
      'call.drops()',
      this.#settleLine(() => this.#line.drop(how)),
      this.drops,
    )
  }

  losesConnection({ resumeAfterMs }: { resumeAfterMs?: number } = {}): Promise<void> {
    this.#mustBeOpen('losesConnection()')
    if (!this.#line.canResume)
      throw new RealtimeKitError(
        'RTK_CALL',
        `call.losesConnection(): ${this.platform} cannot resume a call. There, call.drops() ends it.`,
      )
    return tracked(
      'call.losesConnection()',
      this.#settleLine(() => this.#line.loseConnection(resumeAfterMs)),
      this.losesConnection,
    )
  }

  mutes(ms: number): Promise<void> {
    checkMs('call.mutes(…)', 'ms', ms)
    this.#mustBeOpen('mutes(…)')
    this.#line.caller.mute(ms)
    return this.pauses(ms)
  }

  holds(ms: number): Promise<void> {
    checkMs('call.holds(…)', 'ms', ms)
    this.#mustBeOpen('holds(…)')
    const work = this.#service.clock.wait(this.#line.caller.hold(ms), { timeoutMs: ms + graceMs, what: 'call.holds(…)' })
    return tracked('call.holds(…)', work, this.holds)
  }

  ended(options: { timeout?: number } = {}): Promise<PhoneEnd> {
    checkCall('call.ended(…)', options, waitRules)
    return tracked('call.ended()', this.#awaitEnd(options.timeout ?? 30_000), this.ended)
  }

  async #awaitEnd(timeoutMs: number): Promise<PhoneEnd> {
    try {
      return await this.#service.clock.wait(this.#line.over, { timeoutMs, what: 'call.ended()' })
    } catch (error) {
      if (!(error instanceof RealtimeKitError) || error.code !== 'RTK_WAIT') throw error
      const text = error.message.replace(/^\[\w+\] /, '').replace(/\nNext is an app timer at [\d.]+ ms\.$/, '')
      throw new RealtimeKitError(
        'RTK_WAIT',
        `${text}\nNobody has ended the call: neither the app, nor the caller (call.hangsUp()).`,
      )
    }
  }

  /** The line is dead: who waits to hear something is told. */
  lineEnded(): void {
    this.#mouth.close()
    this.lookAgain()
  }

  wordsFound(): void {
    this.lookAgain()
  }

  override get [subjectKey](): Subject {
    const base = super[subjectKey]
    return {
      ...base,
      kind: 'call',
      title: `call ${this.id}`,
      phone: () => ({
        id: this.id,
        interruptions: interruptionsOf(this.#facts),
        findings: this.findings,
        end: this.end,
        responseMs: this.metrics.responseMs,
        wordlessMend: wordlessMend(this.#line.playback.wordlessMs),
      }),
    }
  }

  get #facts(): CallFacts {
    const { end, caller } = this.#line
    const { playout, clears } = this.#line.playback
    const nowMs = this.#service.clock.now()
    return {
      nowMs,
      startedMs: caller.originMs,
      endedMs: end?.atMs,
      runs: this.playback.runs(nowMs),
      speeches: this.#mouth.said,
      clears,
      playoutEndMs: playout.playback.endMs,
    }
  }

  async #press(keys: string): Promise<void> {
    this.#mustBeOpen('presses(…)')
    const { clock } = this.#service
    for (const key of keys) {
      this.#line.key(key)
      const next = new Promise<void>((resolve) => {
        clock.at(clock.now() + betweenKeysMs, resolve, 'caller')
      })
      await clock.wait(next, { timeoutMs: betweenKeysMs + graceMs, what: 'call.presses(…)' })
    }
  }

  /** Does it, and lets what it sets off reach the app. */
  async #settleLine(work: () => void): Promise<void> {
    const { clock } = this.#service
    work()
    await clock.wait(clock.quiet(), { timeoutMs: 30_000, what: 'the call’s end' })
  }

  #mustBeOpen(what: string): void {
    const { end } = this.#line
    if (!end) return
    throw new RealtimeKitError(
      'RTK_CALL',
      `call.${what}: the call is over: ${end.reason} (by the ${end.by}, at ${Math.round(end.atMs)} ms).`,
    )
  }
}
