// Drives one session in a test: keeps its state and its time, fires its timers, checks each event that it sends against
// the strict schemas.

import type { SpeechFrame } from '../../audio/types.ts'
import type { ClientEvent } from '../../src/protocol/client-events.ts'
import { createIds, idEpochUnixSeconds } from '../../src/protocol/ids.ts'
import type { ServerEvent, ServerEventOf, ServerEventType } from '../../src/protocol/server-events.ts'
import type { Effect } from '../../src/session/effects.ts'
import type { Input, ReplyPiece, SpokenAudio } from '../../src/session/inputs.ts'
import { type CreateSessionOptions, createSession, type SessionState } from '../../src/session/state.ts'
import { step } from '../../src/session/step.ts'
import { assertStrictServerEvent, assertValidServerEvent } from '../support/server-event-schema.ts'

type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>

export type DriverOptions = Partial<CreateSessionOptions> & {
  readonly seed?: number
  /** Answers `detect-speech`: samples that are not zero are speech. Default false: frames are given by hand. */
  readonly vad?: boolean
  /** Instead of the session's own: tests of tests plant their bugs here. */
  readonly step?: typeof step
}

export class SessionDriver {
  state: SessionState
  nowMs = 0
  readonly events: ServerEvent[] = []
  readonly effects: Effect[] = []
  readonly timers = new Map<string, number>()
  readonly #vad: boolean
  readonly #step: typeof step
  #frameRest: Uint8Array = new Uint8Array(0)
  #vadSamples = 0

  constructor({ seed = 1, vad = false, step: ownStep = step, ...options }: DriverOptions = {}) {
    const ids = createIds(seed, () => idEpochUnixSeconds + this.nowMs / 1000)
    this.#vad = vad
    this.#step = ownStep
    this.state = createSession({ ids, unixSeconds: idEpochUnixSeconds, model: 'gpt-realtime', latency: 'instant', ...options })
    this.input({ type: 'open' })
  }

  /** Tells the session what happened and carries out what it wants; gives the events that it sent at once. */
  input(input: Input): ServerEvent[] {
    const before = this.events.length
    // What an effect brings about comes after the effects beside it.
    const waiting = [input]
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { state, effects } = this.#step(this.state, next, this.nowMs)
      this.state = state
      for (const effect of effects) waiting.push(...this.#carryOut(effect))
    }
    return this.events.slice(before)
  }

  client(event: ClientEvent): ServerEvent[] {
    return this.input({ type: 'client-event', event })
  }

  /** Writes a user's text into the conversation. */
  say(text: string): ServerEvent[] {
    const item = { type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text }] }
    return this.client({ type: 'conversation.item.create', item })
  }

  /** Answers the latest `ask-reply`. */
  reply(...pieces: ReplyPiece[]): ServerEvent[] {
    return this.replyTo(this.asked().request.responseId, ...pieces)
  }

  replyTo(responseId: string, ...pieces: ReplyPiece[]): ServerEvent[] {
    return this.input({ type: 'reply', responseId, pieces })
  }

  append(bytes: Uint8Array): ServerEvent[] {
    return this.client({ type: 'input_audio_buffer.append', audio: Buffer.from(bytes).toString('base64') })
  }

  /** Frames of 32 ms at 24 kHz with these probabilities, as if the detector had just heard them. */
  frames(...probabilities: number[]): ServerEvent[] {
    const frames: SpeechFrame[] = []
    for (const probability of probabilities) {
      this.#vadSamples += 768
      frames.push({ endSample: this.#vadSamples, probability })
    }
    return this.input({ type: 'speech-frames', frames })
  }

  /** Moves time, firing timers on the way in order of their due times. */
  advance(ms: number): ServerEvent[] {
    const endMs = this.nowMs + ms
    const before = this.events.length
    for (let next = this.#nextTimer(endMs); next; next = this.#nextTimer(endMs)) {
      const [timer, dueMs] = next
      this.timers.delete(timer)
      this.nowMs = Math.max(this.nowMs, dueMs)
      this.input({ type: 'timer', timer })
    }
    this.nowMs = endMs
    return this.events.slice(before)
  }

  /** The latest question for a reply. */
  asked(): EffectOf<'ask-reply'> {
    const asked = this.effectsOf('ask-reply').at(-1)
    if (!asked) throw new Error('no reply was asked for')
    return asked
  }

  effectsOf<Type extends Effect['type']>(type: Type): EffectOf<Type>[] {
    return this.effects.filter((effect): effect is EffectOf<Type> => effect.type === type)
  }

  sent<Type extends ServerEventType>(type: Type): ServerEventOf<Type>[] {
    return this.events.filter((event): event is ServerEventOf<Type> => event.type === type)
  }

  /** The latest event of that type. */
  last<Type extends ServerEventType>(type: Type): ServerEventOf<Type> {
    const event = this.sent(type).at(-1)
    if (!event) throw new Error(`no ${type} was sent; sent: ${typesOf(this.events).join(', ')}`)
    return event
  }

  #nextTimer(endMs: number): [timer: string, dueMs: number] | undefined {
    let next: [timer: string, dueMs: number] | undefined
    for (const timer of this.timers) if (timer[1] <= endMs && timer[1] < (next?.[1] ?? Number.POSITIVE_INFINITY)) next = timer
    return next
  }

  #carryOut(effect: Effect): Input[] {
    this.effects.push(effect)
    if (effect.type === 'send') this.#receive(effect.event)
    if (effect.type === 'schedule') this.timers.set(effect.timer, effect.atMs)
    if (effect.type === 'unschedule') this.timers.delete(effect.timer)
    return effect.type === 'detect-speech' && this.#vad ? this.#detect(effect) : []
  }

  #receive(event: ServerEvent): void {
    assertStrictServerEvent(event)
    assertValidServerEvent(event)
    const [first, second] = Object.keys(event)
    if (first !== 'type' || second !== 'event_id') throw new Error(`${event.type} begins with ${first}, ${second}`)
    this.events.push(event)
  }

  #detect({ audio, format, restart }: EffectOf<'detect-speech'>): Input[] {
    if (restart) {
      this.#frameRest = new Uint8Array(0)
      this.#vadSamples = 0
    }
    const isPcm = format.type === 'audio/pcm'
    const frameSamples = ((isPcm ? format.rate : 8000) * 32) / 1000
    const frameBytes = isPcm ? 2 * frameSamples : frameSamples
    const bytes = Buffer.concat([this.#frameRest, audio])
    const frames: SpeechFrame[] = []
    let start = 0
    for (; bytes.byteLength - start >= frameBytes; start += frameBytes) {
      this.#vadSamples += frameSamples
      frames.push({
        endSample: this.#vadSamples,
        probability: isLoud(bytes.subarray(start, start + frameBytes), isPcm ? 2 : 1) ? 0.9 : 0.05,
      })
    }
    this.#frameRest = bytes.subarray(start)
    return frames.length ? [{ type: 'speech-frames', frames }] : []
  }
}

export function typesOf(events: readonly ServerEvent[]): string[] {
  return events.map((event) => event.type)
}

/** Types in order, runs of the same type once. */
export function shape(events: readonly ServerEvent[]): string[] {
  return typesOf(events).filter((type, index, all) => type !== all[index - 1])
}

/** PCM16 at 24 kHz: silence, or a tone-like constant. */
export function pcm(ms: number, level = 0): Uint8Array {
  return new Uint8Array(new Int16Array(ms * 24).fill(level).buffer)
}

/** More than half of its samples are not zero. */
function isLoud(bytes: Uint8Array, sampleBytes: number): boolean {
  let loudBytes = 0
  for (let at = 0; at < bytes.byteLength; at += sampleBytes) {
    if (bytes[at] !== 0 || bytes[at + sampleBytes - 1] !== 0) loudBytes += sampleBytes
  }
  return loudBytes * 2 > bytes.byteLength
}

/** Sound of an answer, in PCM16 at 24 kHz. */
export function spoken(durationMs: number, words?: SpokenAudio['words']): SpokenAudio {
  return { bytes: pcm(durationMs, 1000), durationMs, ...(words && { words }) }
}

export const end: ReplyPiece = { type: 'end', finish: 'completed' }

export function text(value: string, audio?: SpokenAudio): ReplyPiece {
  return { type: 'text', text: value, ...(audio && { audio }) }
}
