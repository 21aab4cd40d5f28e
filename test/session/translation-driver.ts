// A translation session with a test's clock and the runtime's part played by hand: loud sound is speech, replies and words come
// when the test says so. What was sent is kept with its time.

import { encodeBase64 } from '../../audio/base64.ts'
import { createIds, idEpochUnixSeconds } from '../../src/protocol/ids.ts'
import type { TranslationClientEvent, TranslationServerEvent } from '../../src/protocol/translation-events.ts'
import type { ReplyPiece } from '../../src/session/inputs.ts'
import {
  type CreateTranslationOptions,
  createTranslation,
  type TranslationEffect,
  type TranslationInput,
  type TranslationState,
} from '../../src/session/translation-state.ts'
import { translationStep } from '../../src/session/translation-step.ts'
import { assertStrictTranslationEvent, assertValidTranslationEvent } from '../support/server-event-schema.ts'
import { end, pcm, spoken, text } from './session-driver.ts'

type Asked = Extract<TranslationEffect, { type: 'ask-reply' }>['request']

export class TranslationDriver {
  state: TranslationState
  nowMs = 0
  readonly sent: { readonly atMs: number; readonly event: TranslationServerEvent }[] = []
  readonly effects: TranslationEffect[] = []
  readonly asked: Asked[] = []
  closed: { readonly code: number; readonly reason: string } | undefined
  readonly #timers = new Map<string, number>()
  #vadSamples = 0
  #rest = new Uint8Array(0)

  constructor(options: Partial<CreateTranslationOptions> = {}) {
    const ids = createIds(1, () => idEpochUnixSeconds + Math.floor(this.nowMs / 1000))
    this.state = createTranslation({ ids, model: 'gpt-realtime-translate', unixSeconds: idEpochUnixSeconds, ...options })
  }

  open(): this {
    this.input({ type: 'open' })
    return this
  }

  client(event: TranslationClientEvent): this {
    this.input({ type: 'client-event', event })
    return this
  }

  /** Sound at the pace of the clock, in pieces of `pieceMs`; loud unless the level is 0. */
  hears(ms: number, level = 0, pieceMs = 20): this {
    for (let at = 0; at < ms; at += pieceMs) {
      this.append(pcm(Math.min(pieceMs, ms - at), level))
      this.wait(Math.min(pieceMs, ms - at))
    }
    return this
  }

  append(bytes: Uint8Array): this {
    return this.client({ type: 'session.input_audio_buffer.append', audio: encodeBase64(bytes) })
  }

  /** Speech, and the silence that ends it. */
  says(ms = 1000): this {
    return this.hears(ms, 9000).hears(800)
  }

  /** The answer to the request of that number, the last one by default: a spoken text. */
  reply(words: string, durationMs = 1000, which = this.asked.length - 1): this {
    return this.pieces([text(words, spoken(durationMs)), end], which)
  }

  pieces(pieces: readonly ReplyPiece[], which = this.asked.length - 1): this {
    const request = this.asked[which]
    if (!request) throw new Error(`no reply was asked for (${which})`)
    this.input({ type: 'reply', responseId: request.responseId, pieces })
    return this
  }

  input(input: TranslationInput): void {
    const queue = [input]
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { state, effects } = translationStep(this.state, next, this.nowMs)
      this.state = state
      for (const effect of effects) queue.unshift(...this.#carryOut(effect))
    }
  }

  /** Lets the clock run, firing timers on the way. */
  wait(ms: number): this {
    const untilMs = this.nowMs + ms
    for (;;) {
      const [due] = [...this.#timers].sort(([, a], [, b]) => a - b)
      if (!due || due[1] > untilMs) break
      this.#timers.delete(due[0])
      this.nowMs = Math.max(this.nowMs, due[1])
      this.input({ type: 'timer', timer: due[0] })
    }
    this.nowMs = untilMs
    return this
  }

  get types(): string[] {
    return this.sent.map(({ event }) => event.type)
  }

  of<T extends TranslationServerEvent['type']>(type: T): Extract<TranslationServerEvent, { type: T }>[] {
    return this.sent.flatMap(({ event }) => (event.type === type ? [event as Extract<TranslationServerEvent, { type: T }>] : []))
  }

  /** When events of a type were sent. */
  times(type: TranslationServerEvent['type']): number[] {
    return this.sent.flatMap(({ event, atMs }) => (event.type === type ? [atMs] : []))
  }

  /** The deltas of a side, joined as clients join them. */
  said(side: 'input' | 'output'): string {
    return this.of(`session.${side}_transcript.delta`)
      .map(({ delta }) => delta)
      .join('')
  }

  #carryOut(effect: TranslationEffect): TranslationInput[] {
    this.effects.push(effect)
    switch (effect.type) {
      case 'send':
        assertValidTranslationEvent(effect.event)
        assertStrictTranslationEvent(effect.event)
        this.sent.push({ atMs: this.nowMs, event: effect.event })
        return []
      case 'schedule':
        this.#timers.set(effect.timer, effect.atMs)
        return []
      case 'unschedule':
        this.#timers.delete(effect.timer)
        return []
      case 'ask-reply':
        this.asked.push(effect.request)
        return []
      case 'close':
        this.closed = effect
        this.#timers.clear()
        return []
      case 'detect-speech':
        return this.#frames(effect.audio)
      default:
        return []
    }
  }

  /** Frames of 32 ms; one whose first sample is loud is speech. */
  #frames(audio: Uint8Array): TranslationInput[] {
    const bytes = new Uint8Array([...this.#rest, ...audio])
    const frames = []
    let start = 0
    for (; bytes.byteLength - start >= 1536; start += 1536) {
      this.#vadSamples += 768
      frames.push({ endSample: this.#vadSamples, probability: bytes[start] === 0 && bytes[start + 1] === 0 ? 0.02 : 0.95 })
    }
    this.#rest = bytes.slice(start)
    return frames.length ? [{ type: 'speech-frames', frames }] : []
  }
}

/** An update that asks for the words of the speaker. */
export const transcribed: TranslationClientEvent = {
  type: 'session.update',
  session: { audio: { input: { transcription: { model: 'gpt-realtime-whisper' } } } },
}

/** An open session whose speaker has said something for which no reply has come. */
export function spokenTo(): TranslationDriver {
  return new TranslationDriver().open().says()
}
