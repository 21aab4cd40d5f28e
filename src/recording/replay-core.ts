// A recorded session behind `SessionCore`: it takes what the app sends for the recorded events, and answers with what the service
// sent then. It decides nothing by itself: an event that is not in the recording ends the replay.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { ReplayRules } from '../api.ts'
import type { AnyClientEvent, AnyServerEvent } from '../protocol/any-events.ts'
import { decode, isEnvelope, parseJson } from '../protocol/decode.ts'
import type { Dialect } from '../protocol/dialect.ts'
import { encode } from '../protocol/encode.ts'
import type { Item } from '../protocol/items.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import { isAppend } from '../runtime/connection.ts'
import type { AnyDecoded, SessionCore } from '../runtime/session-core.ts'
import { type AudioBuffer, createAudioBuffer } from '../session/audio-buffer.ts'
import type { Effect } from '../session/effects.ts'
import type { Input } from '../session/inputs.ts'
import { Ignored } from './replay-compare.ts'
import { type AudioRule, commitMisfit, ReplayEar, type SoundMisfit } from './replay-ear.ts'
import type { ReplayIds } from './replay-ids.ts'
import { RecordedItems } from './replay-items.ts'
import { type Arrival, leftRecording, otherSound, type ReplayPlace } from './replay-message.ts'
import { ExpectedEvents } from './replay-order.ts'
import { ReplaySchedule } from './replay-schedule.ts'
import type { Answer, ClientStep, SessionScript } from './replay-script.ts'
import { isFormat, noEvent } from './replay-script.ts'
import type { Standing } from './replay-standstill.ts'
import { at, textAt } from './replay-values.ts'
import { ReplayWords } from './replay-words.ts'

type SessionEffect = Effect<AnyServerEvent>

/** Not one after which an SDK connects again. */
const leftCode = 1008
const dueTimer = 'replay'
const usualAudioRule: AudioRule = 'energy'

export interface ReplayCoreOptions {
  readonly script: SessionScript
  readonly place: ReplayPlace
  readonly rules: ReplayRules
  readonly ids: ReplayIds
  /** The session object until the recording says otherwise. */
  readonly config: SessionCore['config']
  /** Of recordings of simulated sessions, whose events are those of the GA API; the others are as they were on the wire. */
  readonly dialect: Dialect | undefined
  /** The event without its secrets: the recording has none. */
  redacted(event: AnyClientEvent): AnyClientEvent
  /** Whether anybody has told what he says. */
  mayKnowWords(): boolean
  /** Told when the app leaves the recording. */
  diverged(problem: Error): void
  /** Place on the timeline of what the app has just sent. */
  lastIndex(): number | undefined
}

export class ReplayCore implements SessionCore {
  readonly id: string
  readonly script: SessionScript
  config: SessionCore['config']
  readonly #options: ReplayCoreOptions
  readonly #ids: ReplayIds
  readonly #expected: ExpectedEvents
  readonly #ear: ReplayEar
  readonly #schedule: ReplaySchedule
  readonly #words: ReplayWords
  readonly #items = new RecordedItems()
  /** What the app calls its events, by the step that they were taken for. */
  readonly #eventIds = new Map<ClientStep, string>()
  #count = 0
  /** Of `script.heard`, how much has come. */
  #heard = 0
  #isOver = false
  constructor(options: ReplayCoreOptions) {
    const { script, rules, ids } = options
    this.script = script
    this.#options = options
    this.#ids = ids
    this.config = options.config
    this.id = options.config.id
    this.#ear = new ReplayEar(script, rules.audio ?? usualAudioRule)
    const { place, mayKnowWords } = options
    const areCompared = rules.audio === 'transcript'
    this.#words = new ReplayWords({ place, ear: this.#ear, words: script.words, areCompared, mayKnowWords })
    this.#expected = new ExpectedEvents(script.steps, {
      order: rules.order ?? 'turn',
      ids,
      ignored: new Ignored(rules.ignore ?? []),
      awaitsService: ({ index }) => this.#schedule.isBehind(index),
    })
    this.#schedule = new ReplaySchedule(script.answers, rules.timing ?? 'recorded')
    this.#follow(this.config)
  }

  get items(): readonly Item[] {
    return this.#items.all
  }

  get inputFormat(): WireAudioFormat {
    return this.#ear.format
  }

  get outputFormat(): WireAudioFormat | undefined {
    const format = at(this.config, 'audio.output.format')
    if (isFormat(format)) return format
    return this.config.type === 'translation' ? this.inputFormat : undefined
  }

  get buffer(): AudioBuffer {
    return createAudioBuffer(this.inputFormat, this.writtenMs)
  }

  get writtenMs(): number {
    return this.#ear.sound.writtenMs
  }

  get detectsTurns(): boolean {
    return this.#ear.left.length > 0 || (at(this.config, 'audio.input.turn_detection') ?? undefined) !== undefined
  }

  get hearsSpeech(): boolean {
    return this.#ear.isSpeaking
  }

  get pending(): string | undefined {
    if (this.#isOver) return undefined
    const { waiting } = this.#schedule
    return waiting === 0 ? undefined : `the recording '${this.#name}' has ${waiting} more events to send to session ${this.id}`
  }

  get owed(): string | undefined {
    const { next } = this.#expected
    if (this.#isOver) return undefined
    if (next) return `the recording '${this.#name}' waits for ${next.event.type} (#${next.index}), which the app has not sent`
    const speech = this.#ear.next
    return speech && `the recording '${this.#name}' waits for the user to speak (#${speech.index})`
  }

  readonly owedAfterSound = undefined

  /** What was recorded of the app and has not come, one line each. */
  get left(): string[] {
    if (this.#isOver) return []
    const left = [
      ...this.#expected.left.map(({ index, event }) => ({ index, what: `${event.type} was not sent` })),
      ...this.#ear.left.map(({ index }) => ({ index, what: 'speech of the user was not heard' })),
    ]
    return left.toSorted((one, other) => one.index - other.index).map(({ index, what }) => `#${index} ${what}`)
  }

  /** Where it stands, for whoever asks why nothing happens; undefined once it is over. */
  get standing(): Standing | undefined {
    if (this.#isOver) return undefined
    const { next, left } = this.#expected
    const { script } = this
    return {
      place: this.#options.place,
      taken: script.steps.length - left.length,
      recorded: script.steps.length,
      isSending: this.#schedule.waiting > 0 || this.#words.areWaitedFor,
      ...(next && { next, upon: this.#schedule.answersTo(next) }),
      ...(this.#ear.next && { speech: this.#ear.next, heardMs: this.#ear.heardMs, writtenMs: this.writtenMs }),
      ...(script.answers.length > 0 && { last: script.answers.at(-1)! }),
      ...(script.leaving && { leaving: script.leaving }),
    }
  }

  get #name(): string {
    return this.#options.place.name
  }

  decode(text: string): AnyDecoded {
    const { dialect } = this.#options
    if (dialect) {
      const decoded = dialect.decode(text)
      if ('event' in decoded) return decoded
    }
    // What the service refuses is in the recording too, with its refusal.
    const value = parseJson(text)
    if (isEnvelope(value)) return { event: value as unknown as AnyClientEvent }
    return decode(text)
  }

  encode(event: AnyServerEvent): readonly string[] {
    const { dialect } = this.#options
    return dialect ? dialect.encode(event as ServerEvent) : [encode(event)]
  }

  append(audio: string): AnyClientEvent {
    return this.config.type === 'translation'
      ? { type: 'session.input_audio_buffer.append', audio }
      : { type: 'input_audio_buffer.append', audio }
  }

  step(input: Input<AnyClientEvent>, nowMs: number): readonly SessionEffect[] {
    if (this.#isOver) return []
    const effects: SessionEffect[] = []
    const problem = this.#take(input, nowMs)
    if (problem) return this.#leave(problem)
    this.#answer(nowMs, effects)
    return effects
  }

  #take(input: Input<AnyClientEvent>, nowMs: number): Error | undefined {
    switch (input.type) {
      case 'open':
        this.#schedule.came(this.script.opening, nowMs)
        return undefined
      case 'client-event':
        if (isAppend(input.event)) return this.#hear(input.event.audio, nowMs)
        return this.#match(input.event, nowMs)
      case 'client-fault':
        return this.#match({ type: noEvent } as unknown as AnyClientEvent, nowMs)
      case 'transcript':
        return this.#words.compare(input)
      default:
        return undefined
    }
  }

  #hear(audio: string, nowMs: number): Error | undefined {
    for (const heard of this.#ear.push(audio)) {
      if (typeof heard === 'object') return this.#otherSound(heard, this.#ear.next?.index)
      const speech = heard === 'end' ? this.#lastSpeech : this.#ear.next
      if (speech) this.#schedule.came(heard === 'end' ? speech.end : speech.onset, nowMs)
    }
    for (; this.#heard < this.script.heard.length; this.#heard++) {
      const heard = this.script.heard[this.#heard]!
      // A tenth less of it is the same sound.
      if (heard.writtenMs * 0.9 > this.writtenMs) break
      this.#schedule.came(heard, nowMs)
    }
    return undefined
  }

  get #lastSpeech() {
    const { speeches } = this.script
    return speeches[speeches.length - this.#ear.left.length - 1]
  }

  #match(event: AnyClientEvent, nowMs: number): Error | undefined {
    this.#count++
    const fit = this.#expected.take(this.#options.redacted(event))
    if ('misfit' in fit) {
      const arrival: Arrival = { event, count: this.#count, index: this.#options.lastIndex() }
      return leftRecording(this.#options.place, arrival, fit.misfit)
    }
    const { step, names } = fit
    for (const [recorded, live] of names) this.#ids.bind(recorded, live)
    this.#bindMade(step, event)
    const eventId = textAt(event, 'event_id')
    if (eventId !== undefined) this.#eventIds.set(step, eventId)
    const sound = event.type === 'input_audio_buffer.commit' ? this.#ear.sound.commit() : undefined
    this.#words.followed(sound)
    if (event.type === 'input_audio_buffer.clear') this.#ear.sound.drop()
    if (sound && step.sound?.audio) {
      const misfit = commitMisfit(step.sound, sound, this.#options.rules.audio ?? usualAudioRule)
      if (misfit) return this.#otherSound({ speech: misfit }, step.index)
    }
    this.#schedule.came(step, nowMs)
    return undefined
  }

  /** The app names an item now that the service named in the recording. */
  #bindMade(step: ClientStep, event: AnyClientEvent): void {
    const live = textAt(event, 'item.id')
    if (live === undefined || textAt(step.event, 'item.id') !== undefined) return
    const made = this.#schedule.answersTo(step).find((answer) => textAt(answer.event, 'item.id') !== undefined)
    const recorded = textAt(made?.event, 'item.id')
    if (recorded !== undefined) this.#ids.bind(recorded, live)
  }

  #otherSound({ speech }: SoundMisfit, index: number | undefined): Error {
    return otherSound(this.#options.place, speech, index)
  }

  #leave(problem: Error): readonly SessionEffect[] {
    this.#isOver = true
    this.#options.diverged(problem)
    return [
      { type: 'unschedule', timer: dueTimer },
      { type: 'close', code: leftCode, reason: `The app left the recording '${this.#name}'.` },
    ]
  }

  #answer(nowMs: number, effects: SessionEffect[]): void {
    while (!this.#words.areWaitedFor) {
      const answer = this.#schedule.take(nowMs)
      if (!answer) break
      this.#send(answer, effects)
    }
    const { dueMs } = this.#schedule
    if (dueMs !== undefined && !this.#words.areWaitedFor)
      effects.push({ type: 'schedule', timer: dueTimer, atMs: dueMs, deadline: 'service' })
  }

  #send(answer: Answer, effects: SessionEffect[]): void {
    if (answer.close) {
      effects.push({ type: 'close', ...answer.close })
      return
    }
    if (!answer.event) return
    const event = this.#addressed(this.#ids.liveEvent(answer.event), answer)
    const config = configIn(event)
    if (config) {
      this.config = config
      this.#follow(config)
    }
    this.#items.observe(event)
    effects.push({ type: 'send', event })
    if (event.type === 'input_audio_buffer.committed') this.#words.listen(answer, event.item_id, effects)
  }

  /** An error names the event that it refuses as the app names it now. */
  #addressed(event: AnyServerEvent, { cause, event: recorded }: Answer): AnyServerEvent {
    if (event.type !== 'error') return event
    const step = this.script.steps.find((one) => one === cause)
    const wasNamed = textAt(recorded, 'error.event_id') !== undefined
    const isNamed = wasNamed || (step !== undefined && textAt(step.event, 'event_id') === undefined)
    const eventId = isNamed && step ? (this.#eventIds.get(step) ?? null) : null
    return { ...event, error: { ...event.error, event_id: eventId } }
  }

  #follow(config: SessionCore['config']): void {
    const format = at(config, 'audio.input.format')
    if (isFormat(format)) this.#ear.format = format
  }
}

/** The session object of a greeting or an update, where it is one of today's API. */
export function configIn(event: AnyServerEvent | undefined): SessionCore['config'] | undefined {
  if (event?.type !== 'session.created' && event?.type !== 'session.updated') return undefined
  const { session } = event
  const isWhole = typeof at(session, 'audio.input') === 'object' && textAt(session, 'id') !== undefined
  return isWhole ? session : undefined
}
