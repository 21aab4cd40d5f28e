// How one session hears: frames through the VAD engine, the words of committed audio, and those of speech that goes on.
// The words are known by time for what our caller said; else by matching what `speech()` made; else by an engine.

import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { recognizeKnown } from '../../audio/known-speech.ts'
import { energyEnvelope } from '../../audio/level.ts'
import { pcm } from '../../audio/pcm.ts'
import type {
  Pcm,
  RecognitionOptions,
  SpeechFrame,
  TranscriptionEngine,
  VadEngine,
  VadStream,
  WireAudioFormat,
} from '../../audio/types.ts'
import { Arrivals } from './arrivals.ts'
import { soundsFinished } from './end-of-turn.ts'
import { PartialWords } from './partial-words.ts'
import { RecognitionQueue } from './recognition-queue.ts'
import { truthStream } from './truth-stream.ts'
import type { Utterance, Utterances } from './utterances.ts'

export interface HeardAudio {
  readonly itemId: string
  readonly startSample: number
  readonly endSample: number
  readonly audio: Uint8Array
  readonly format: WireAudioFormat
  /** It came inside of an item: nobody knows when it was spoken. */
  readonly detached?: boolean
}

/** Audio for the VAD. */
export interface AudioToDetect {
  readonly audio: Uint8Array
  readonly format: WireAudioFormat
  /** Begins a new stream. */
  readonly restart: boolean
  /** Frames tell whether the words before them sound finished. */
  readonly judges?: boolean
}

/** Samples [start, end) of speech that goes on. */
export interface LiveStretch {
  readonly startSample: number
  readonly endSample: number
  readonly format: WireAudioFormat
}

/** Where the known speech lies in an item, in ms from its start. */
export interface SpeechBounds {
  readonly startMs: number
  readonly endMs: number
}

/** A frame that begins or renews speech, for every VAD engine. */
const voicedProbability = 0.5
/** How much later than an utterance its sound may end: engines hang on, apps send in batches. */
const hangoverMs = 700
/** Sound that comes slower than this share of its own time was none of the session's format; 16 kHz taken for 24 kHz is 0.67. */
const leastPace = 0.7

/** What the ears need of the service around them. */
export interface EarsWorld {
  readonly sessionId: string
  readonly utterances: Utterances
  readonly vad: VadEngine | 'truth'
  readonly recognizer: TranscriptionEngine | undefined
  finding(message: string): void
}

export class Ears {
  readonly arrivals = new Arrivals()
  readonly #world: EarsWorld
  readonly #words = new Map<string, string>()
  readonly #recognizing = new Map<string, Promise<string>>()
  readonly #recognizer: RecognitionQueue | undefined
  #stream: VadStream | undefined
  #streamKey = ''
  /** Where the stream began, in ms of the session's audio. */
  #streamOriginMs = 0
  /** When the last frame of speech ended, on the test's clock. */
  #voicedUntilMs: number | undefined
  /** The last one whose end was told to be none. */
  #unfinished: Utterance | undefined
  /** How many pieces of which stretch were told of. */
  #followed = { startSample: -1, count: 0 }
  readonly #bounds = new Map<string, SpeechBounds>()
  readonly #partials = new Map<string, readonly string[]>()
  readonly #listeners = new Map<string, (text: string) => void>()
  /** On the test's clock: what our caller said before belongs to items that there are. */
  #toldUntilMs = Number.NEGATIVE_INFINITY

  constructor(world: EarsWorld) {
    this.#world = world
    this.#recognizer = world.recognizer && new RecognitionQueue(world.recognizer)
  }

  /** Who listens, for those who ask. */
  get engineNames(): { readonly vad: string; readonly transcription: string } {
    const { vad, recognizer } = this.#world
    return { vad: vad === 'truth' ? vad : vad.name, transcription: recognizer?.name ?? 'known' }
  }

  /** Gives audio to the VAD; probabilities of the frames that it completes. A promise where the engine needs time. */
  detect({ audio, format, restart, judges = false }: AudioToDetect): readonly SpeechFrame[] | Promise<readonly SpeechFrame[]> {
    const samples = decodeWireAudio(audio, format)
    const rateHz = wireRateHz(format)
    const stream = this.#openStream(rateHz, restart, samples.length)
    const frames = stream.push(samples)
    if (!judges) return frames
    if (frames instanceof Promise) return frames.then((late) => this.#judged(late, rateHz))
    return this.#judged(frames, rateHz)
  }

  #openStream(rateHz: number, restart: boolean, firstSamples: number): VadStream {
    const key = String(rateHz)
    if (this.#stream && !restart && key === this.#streamKey) return this.#stream
    this.#streamKey = key
    this.#streamOriginMs = this.arrivals.endMs - (firstSamples * 1000) / rateHz
    this.#voicedUntilMs = undefined
    const { vad, utterances, sessionId } = this.#world
    const speaksAt = (atMs: number): boolean => utterances.speaksAt(atMs, sessionId)
    this.#stream = vad === 'truth' ? truthStream(rateHz, this.arrivals, speaksAt) : vad.open(rateHz)
    return this.#stream
  }

  /** The frames of silence after speech, with what is known of the words before them. */
  #judged(frames: readonly SpeechFrame[], rateHz: number): readonly SpeechFrame[] {
    return frames.map((frame) => {
      const atMs = this.arrivals.timeOf(this.#streamOriginMs + (frame.endSample * 1000) / rateHz)
      if (frame.probability >= voicedProbability) this.#voicedUntilMs = atMs
      if (frame.probability >= voicedProbability || this.#voicedUntilMs === undefined) return frame
      const isFinished = this.#isFinished(atMs, this.#voicedUntilMs)
      return isFinished === undefined ? frame : { ...frame, isFinished }
    })
  }

  /** Only for speech of our caller: other sound than that of the last utterance has words that nobody knows. */
  #isFinished(atMs: number, voicedUntilMs: number): boolean | undefined {
    const said = this.#world.utterances.lastBegun(atMs, this.#world.sessionId)
    if (!said || said.endMs + hangoverMs < voicedUntilMs) return undefined
    if (atMs < said.endMs) return false
    const isFinished = soundsFinished(said.text)
    if (isFinished === false) this.#tellUnfinished(said)
    return isFinished
  }

  #tellUnfinished(said: Utterance): void {
    if (this.#unfinished === said) return
    this.#unfinished = said
    this.#world.finding(`semantic_vad takes "${said.text}" as unfinished: it waits as long as its eagerness allows`)
  }

  /** What our caller has said of speech that goes on, in pieces; undefined when there is no news of it. */
  follow({ startSample, endSample, format }: LiveStretch): readonly string[] | undefined {
    const rateHz = wireRateHz(format)
    const startMs = (startSample * 1000) / rateHz
    const endMs = (endSample * 1000) / rateHz
    if (!this.arrivals.cameInRealTime(startMs, endMs)) return undefined
    const saidFromMs = Math.max(this.arrivals.timeOf(startMs), this.#toldUntilMs)
    const pieces = this.#world.utterances.piecesBetween(saidFromMs, this.arrivals.timeOf(endMs), this.#world.sessionId)
    const before = this.#followed.startSample === startSample ? this.#followed.count : 0
    if (pieces.length <= before) return undefined
    this.#followed = { startSample, count: pieces.length }
    return pieces
  }

  /** Finds the words of audio that became a user item; `known` and `pending` answer afterwards. */
  listen(heard: HeardAudio): void {
    const rateHz = wireRateHz(heard.format)
    const byTime = heard.detached ? undefined : this.#said(heard, rateHz)
    const said = byTime && this.#isDistorted(heard) ? undefined : byTime
    // What was told while it was said stands.
    if (said?.isSure || (said && this.#followed.startSample === heard.startSample)) {
      this.#know(heard.itemId, said.text)
      return
    }
    const sound = pcm(decodeWireAudio(heard.audio, heard.format), rateHz)
    const words = recognizeKnown(sound)?.text ?? said?.text
    if (words === undefined) this.#recognize(heard, sound)
    else this.#know(heard.itemId, words)
  }

  /** What our caller said, by time: sure where whole utterances came as they were spoken. */
  #said({ itemId, startSample, endSample }: HeardAudio, rateHz: number): { text: string; isSure: boolean } | undefined {
    const { utterances, sessionId } = this.#world
    const startMs = (startSample * 1000) / rateHz
    const endMs = (endSample * 1000) / rateHz
    const [saidFromMs, saidToMs] = [this.arrivals.timeOf(startMs), this.arrivals.timeOf(endMs)]
    const said = utterances.wordsBetween(saidFromMs, saidToMs, sessionId, this.#toldUntilMs)
    if (!said) return undefined
    this.#toldUntilMs = Math.max(this.#toldUntilMs, said.toldUntilMs)
    const first = Math.max(0, said.startMs - saidFromMs)
    this.#bounds.set(itemId, { startMs: first, endMs: Math.max(first, Math.min(said.endMs - saidFromMs, endMs - startMs)) })
    return { text: said.text, isSure: said.isWhole && this.arrivals.cameInRealTime(startMs, endMs) }
  }

  /** Whether what our caller says comes as too little sound: as if it were spoken much faster. No model understands that. */
  #isDistorted({ itemId, startSample, endSample, format }: HeardAudio): boolean {
    const rateHz = wireRateHz(format)
    const pace = this.arrivals.paceOf((startSample * 1000) / rateHz, (endSample * 1000) / rateHz)
    if (pace >= leastPace) return false
    const name = `${format.type}, ${rateHz} Hz`
    this.#world.finding(
      `the caller's speech came as noise (item ${itemId}): each second of it is ${Math.round(pace * 1000)} ms of sound in the session's ` +
        `input format (${name}). The bytes that the app appends are of another format or rate: a phone has audio/pcmu, 8000 Hz`,
    )
    return true
  }

  #know(itemId: string, words: string): void {
    this.#words.set(itemId, words)
  }

  #recognize(heard: HeardAudio, sound: Pcm): void {
    if (!this.#recognizer) {
      this.#hearNothing(heard, sound)
      return
    }
    const work = this.#transcribe(this.#recognizer, heard, sound)
    // Whoever asks for the words is told of a failure; nobody may ask.
    work.catch(() => {})
    this.#recognizing.set(heard.itemId, work)
  }

  async #transcribe(recognizer: RecognitionQueue, heard: HeardAudio, sound: Pcm): Promise<string> {
    const told = { text: '' }
    const { text, deltas } = await recognizer
      .recognize(sound, () => this.#partialOptions(heard.itemId, told))
      .finally(() => this.#listeners.delete(heard.itemId))
    if (!text.startsWith(told.text)) this.#tellTakenBack(heard.itemId, told.text, text)
    if (text.trim() === '') this.#hearNothing(heard, sound)
    else this.#know(heard.itemId, text)
    // Partial results of another text than the one that stands in the end would contradict it.
    if (deltas && deltas.join('') === text) this.#partials.set(heard.itemId, deltas)
    return text
  }

  #partialOptions(itemId: string, told: { text: string }): RecognitionOptions {
    const listener = this.#listeners.get(itemId)
    if (!listener) return {}
    const words = new PartialWords()
    const onPartial = (text: string): void => {
      const sure = this.#words.has(itemId) ? undefined : words.take(text)
      if (sure === undefined) return
      told.text = sure
      listener(sure)
    }
    return { onPartial }
  }

  #tellTakenBack(itemId: string, told: string, text: string): void {
    this.#world.finding(
      `the engine '${this.engineNames.transcription}' told "${told}" twice and heard "${text}" in the end: the deltas of item ${itemId} ` +
        'are not its transcript. What onPartial gets twice in a row must stand',
    )
  }

  /** Tells what an engine has heard of an item while it works, from the item's beginning; before its turn has come. */
  onPartial(itemId: string, listener: (text: string) => void): void {
    this.#listeners.set(itemId, listener)
  }

  /** A finding, unless nobody spoke, or our caller did and the app cut the first word. */
  #hearNothing(heard: HeardAudio, sound: Pcm): void {
    const { itemId } = heard
    this.#know(itemId, '')
    if (isSilent(sound) || (!heard.detached && this.#callerSpoke(heard))) return
    const length = `${Math.round(sound.durationMs)} ms`
    this.#world.finding(
      `speech without known words was heard (${length}, item ${itemId}): let the caller say it, or set a transcription engine`,
    )
  }

  #callerSpoke({ startSample, endSample, format }: HeardAudio): boolean {
    const [fromMs, toMs] = [startSample, endSample].map((sample) => this.arrivals.timeOf((sample * 1000) / wireRateHz(format)))
    return this.#world.utterances.speaksBetween(fromMs!, toMs!, this.#world.sessionId)
  }

  /** The words of a user item, when they are known already. */
  known(itemId: string): string | undefined {
    return this.#words.get(itemId)
  }

  /** The partial results by which an engine found the words of a user item. */
  partialsOf(itemId: string): readonly string[] | undefined {
    return this.#partials.get(itemId)
  }

  /** Where the caller's speech lies in a user item, when it is known by time. */
  boundsOf(itemId: string): SpeechBounds | undefined {
    return this.#bounds.get(itemId)
  }

  /** The recognition under way for an item, if any. */
  pending(itemId: string): Promise<string> | undefined {
    return this.#words.has(itemId) ? undefined : this.#recognizing.get(itemId)
  }
}

/** -50 dBFS: no speech into a microphone is so quiet. */
const faintest = 1e-5

function isSilent({ samples, rateHz }: Pcm): boolean {
  return energyEnvelope(samples, rateHz).every((power) => power < faintest)
}
