// A recorded session as a script: what the app sent, what the service sent, and which of the one set off which of the other.
// Made once, before the replay; nothing here changes while it runs.

import { wireRateHz } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { AnyClientEvent, AnyServerEvent } from '../protocol/any-events.ts'
import { isAppend } from '../runtime/connection.ts'
import type { RefusalNote } from '../runtime/refusal-note.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { ReplayCauses } from './replay-causes.ts'
import { isLoud, RecordedSound, type Stretch, stepMs } from './replay-sound.ts'
import { at, textAt } from './replay-values.ts'

/** Something that answers may wait for. Compared by identity. */
export interface Cause {
  /** When it happened in the recording. */
  readonly atMs: number
}

/** An event that the app sent; sound is no step of its own. */
export interface ClientStep extends Cause {
  /** Place in the recording. */
  readonly index: number
  /** Counts the client events of the session, from 1. */
  readonly count: number
  /** Counts the turns of the app, from 0: a `response.create` or a commit ends one. */
  readonly turn: number
  readonly event: AnyClientEvent
  /** Sound that a commit made an item of. */
  readonly sound?: Stretch
}

/** The user spoke, and turn detection heard it. */
export interface Speech {
  readonly index: number
  readonly onset: Cause
  readonly end: Cause
  readonly sound: Stretch
  /** The silence that ended it. */
  readonly silenceMs: number
  readonly itemId: string
}

/** So much sound had come, speech or not: what interpreters answer. */
export interface Heard extends Cause {
  readonly writtenMs: number
}

/** What the service did: an event that it sent, or that it closed the socket. */
export interface Answer {
  readonly index: number
  readonly atMs: number
  readonly cause: Cause
  readonly event?: AnyServerEvent
  readonly close?: { readonly code: number; readonly reason: string }
}

export interface SessionScript {
  readonly id: string
  readonly url: string
  readonly opening: Cause
  /** When the last of it happened. */
  readonly endMs: number
  readonly steps: readonly ClientStep[]
  readonly speeches: readonly Speech[]
  /** How much loud sound came after the last of them: noise, or a sentence that nobody heard to its end. */
  readonly loudAfterMs: number
  readonly heard: readonly Heard[]
  readonly answers: readonly Answer[]
  /** What the user typed, said or pressed, in order. */
  readonly words: ReadonlyMap<string, string>
  /** Place of the app's close, where it closed. */
  readonly leaving?: { readonly index: number; readonly code: number }
  /** The service did not take the socket: this is all of the session. */
  readonly refusal?: RefusalNote
}

/** Stands for the type of a message that was no event: bad JSON, binary. */
export const noEvent = '(no event)'

/** Makes the script of one session of a recording. */
export function scriptOf(
  session: { readonly id: string; readonly url: string },
  entries: readonly TimelineEntry[],
): SessionScript {
  const writer = new ScriptWriter(entries)
  for (const entry of entries) writer.read(entry)
  return { ...session, endMs: entries.at(-1)?.atMs ?? 0, ...writer.script }
}

interface OpenSpeech {
  readonly index: number
  readonly onset: Cause
  readonly startMs: number
  readonly itemId: string
}

class ScriptWriter {
  readonly #opening: Cause
  readonly #steps: ClientStep[] = []
  readonly #speeches: Speech[] = []
  readonly #heard: Heard[] = []
  readonly #answers: Answer[] = []
  readonly #words = new Map<string, string>()
  readonly #sound = new RecordedSound()
  readonly #causes: ReplayCauses
  /** When the app last sent anything. */
  #sentAtMs: number
  #turn = 0
  #speech: OpenSpeech | undefined
  #refusal: RefusalNote | undefined
  #leaving: SessionScript['leaving']

  constructor(entries: readonly TimelineEntry[]) {
    this.#opening = { atMs: entries[0]?.atMs ?? 0 }
    this.#sentAtMs = this.#opening.atMs
    this.#causes = new ReplayCauses(this.#opening, entries)
  }

  get script(): Omit<SessionScript, 'id' | 'url' | 'endMs'> {
    return {
      opening: this.#opening,
      steps: this.#steps,
      speeches: this.#speeches,
      loudAfterMs: this.#loudAfterMs(),
      heard: this.#heard,
      answers: this.#answers,
      words: this.#words,
      ...(this.#leaving && { leaving: this.#leaving }),
      ...(this.#refusal && { refusal: this.#refusal }),
    }
  }

  #loudAfterMs(): number {
    const last = this.#speeches.at(-1)
    return last ? this.#sound.between(last.sound.endMs, this.#sound.writtenMs).outline.filter(isLoud).length * stepMs : 0
  }

  read(entry: TimelineEntry): void {
    const { index, atMs } = entry
    if (!isEvent(entry)) {
      const { note } = entry
      if (note.type === 'refused') this.#refusal = note
      if (note.type === 'closed' && note.by === 'app') this.#leaving = { index, code: note.code }
      if (note.type === 'closed' && note.by === 'service') {
        const { code, reason } = note
        this.#answers.push({ index, atMs, cause: this.#causes.last, close: { code, reason } })
      }
      if (note.type === 'garbage' && note.by !== 'service')
        this.#sent(index, atMs, { type: noEvent } as unknown as AnyClientEvent)
      return
    }
    if (entry.from === 'app') this.#received(index, atMs, entry.event as AnyClientEvent)
    else this.#answered(index, atMs, entry.event as AnyServerEvent)
  }

  #received(index: number, atMs: number, event: AnyClientEvent): void {
    this.#sentAtMs = atMs
    if (isAppend(event)) this.#sound.append(event.audio)
    else this.#sent(index, atMs, event)
  }

  #sent(index: number, atMs: number, event: AnyClientEvent): void {
    const endsTurn = event.type === 'response.create' || event.type === 'input_audio_buffer.commit'
    const sound = event.type === 'input_audio_buffer.commit' ? this.#sound.commit() : undefined
    const step = { index, atMs, event, count: this.#steps.length + 1, turn: this.#turn, ...(sound && { sound }) }
    if (event.type === 'input_audio_buffer.clear') this.#sound.drop()
    if (endsTurn) this.#turn++
    this.#steps.push(step)
    this.#causes.sent(step)
  }

  #answered(index: number, atMs: number, event: AnyServerEvent): void {
    const { type } = event
    if (type === 'session.created' || type === 'session.updated') {
      const format = at(event, 'session.audio.input.format')
      if (isFormat(format)) this.#sound.format = format
    }
    if (type === 'input_audio_buffer.speech_started') this.#begin(index, event.audio_start_ms, event.item_id)
    if (type === 'input_audio_buffer.speech_stopped') this.#end(event.audio_end_ms)
    if (type === 'input_audio_buffer.committed') this.#sound.drop()
    if (type.startsWith('session.output_') || type === 'session.input_transcript.delta') this.#interpreted()
    if (type === 'conversation.item.input_audio_transcription.completed') this.#words.set(event.item_id, event.transcript)
    this.#answers.push({ index, atMs, event, cause: this.#causes.of(event, index) })
  }

  #begin(index: number, startMs: number, itemId: string): void {
    const onset = { atMs: this.#sentAtMs }
    this.#speech = { index, onset, startMs, itemId }
    this.#causes.spoke(onset)
  }

  #end(endMs: number): void {
    const speech = this.#speech
    if (!speech) return
    this.#speech = undefined
    const end = { atMs: this.#sentAtMs }
    const sound = this.#sound.between(speech.startMs, endMs)
    const silenceMs = endMs - (sound.speech?.endMs ?? endMs - fallbackSilenceMs)
    const { index, onset, itemId } = speech
    this.#speeches.push({ index, onset, itemId, end, sound, silenceMs })
    this.#causes.stopped(end)
  }

  /** Interpreters answer while sound goes on: so much of it has come. */
  #interpreted(): void {
    const writtenMs = this.#sound.writtenMs
    if (this.#heard.at(-1)?.writtenMs === writtenMs) return
    const heard = { atMs: this.#sentAtMs, writtenMs }
    this.#heard.push(heard)
    this.#causes.heard(heard)
  }
}

/** Of turn detection, where the sound itself is not in the recording. */
const fallbackSilenceMs = 200

export function isFormat(value: unknown): value is WireAudioFormat {
  const type = textAt(value, 'type')
  if (type === 'audio/pcm') return typeof at(value, 'rate') === 'number' && wireRateHz(value as WireAudioFormat) > 0
  return type === 'audio/pcmu' || type === 'audio/pcma'
}
