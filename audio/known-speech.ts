// Sentences that `speech()` made, known again in sound that went through an app: by the outline of their energy.
// Level, telephone coding, moderate noise, resampling and silence around do not matter; another speed or voice does.

import { type HeardPart, heardPart, islandsOf, matchOutline, type Outline, outlineOf, stepCount } from './outline.ts'
import { slicePcm } from './pcm.ts'
import { resampleRoughly } from './resample.ts'
import type { Pcm, WordTime } from './types.ts'
import { shiftWord } from './word-times.ts'

/** What was known again. Word times count from the start of the sound that was given. */
export interface KnownRecognition {
  readonly text: string
  readonly words: readonly WordTime[]
  /** Likeness of the least alike sentence found, 0.96 to 1. */
  readonly score: number
}

interface KnownSentence {
  readonly key: string
  readonly text: string
  /** Counted from the start of the outline. */
  readonly words: readonly WordTime[]
  readonly outline: Outline
}

interface Found {
  readonly sentence: KnownSentence
  readonly score: number
  readonly startMs: number
}

/** The rate at which sounds are compared: sound of this rate need not be converted. */
export const outlineHz = 8000
const maxSentences = 512
/** A right sentence scores more, cut by turn detection, over the phone, in 20 dB of noise too; a wrong one of like words mostly less. */
const minScore = { short: 0.975, long: 0.96 }
/** Outlines shorter than 800 ms are much alike. */
const shortSteps = 40
/** A voice swells before its first sound and dies away after its last one; short words are told apart by that too. */
const edgeMs = 160
/** Pauses between sentences, 400 ms; within a sentence they are shorter. */
const pauseSteps = 20

/** Sentences to know again, at most 512: the oldest are forgotten. */
export class SpeechMemory {
  readonly #sentences = new Map<string, KnownSentence>()
  readonly #leastScore: number
  readonly #sureScore: number

  /**
   * `leastScore`: how alike a sound must be at least; more where much is known that was never said here. Default 0.
   * `sureScore`: so alike that no other sentence is looked at; by default all are.
   */
  constructor({ leastScore = 0, sureScore = 2 }: { readonly leastScore?: number; readonly sureScore?: number } = {}) {
    this.#leastScore = leastScore
    this.#sureScore = sureScore
  }

  /** Makes a sentence known; sounds without text and bounds are passed over. */
  remember(audio: Pcm): void {
    const { text, speechSpan: span, words = [] } = audio
    if (!text || !span) return
    const key = JSON.stringify([text, Math.round(span.endMs - span.startMs), words.at(-1)?.startMs])
    if (this.#sentences.has(key)) return
    const spoken = slicePcm(audio, Math.max(0, span.startMs - edgeMs), span.endMs + edgeMs)
    const outline = outlineOf(resampleRoughly(spoken, outlineHz), 0)
    this.#sentences.set(key, { key, text, words: spoken.words ?? [], outline })
    if (this.#sentences.size > maxSentences) this.#sentences.delete(this.#sentences.keys().next().value!)
  }

  forget(): void {
    this.#sentences.clear()
  }

  /** What is said again is looked at first. */
  #renew(sentence: KnownSentence): void {
    this.#sentences.delete(sentence.key)
    this.#sentences.set(sentence.key, sentence)
  }

  /** The sentences that a sound holds, in their order; undefined when it holds none. */
  recognize(audio: Pcm): KnownRecognition | undefined {
    if (this.#sentences.size === 0) return undefined
    const found = findAll(resampleRoughly(audio, outlineHz), [...this.#sentences.values()].reverse(), this.#sureScore)
    if (!found) return undefined
    const score = Math.min(...found.map((one) => one.score))
    if (score < this.#leastScore) return undefined
    if (score >= this.#sureScore) for (const { sentence } of found) this.#renew(sentence)
    return {
      text: found.map(({ sentence }) => sentence.text).join(' '),
      words: found.flatMap(({ sentence, startMs }) => sentence.words.map((word) => shiftWord(word, startMs))),
      score,
    }
  }
}

const memory = new SpeechMemory()

/**
 * Makes a sentence known in this process, among the last 512. `speech()` does it; sounds without text and bounds are passed over.
 *
 * @example
 * rememberSpeech(pcm(samples, 16_000, { text: 'Two, please', speechSpan: { startMs: 200, endMs: 910 } }))
 */
export function rememberSpeech(audio: Pcm): void {
  memory.remember(audio)
}

/** Forgets all sentences. */
export function forgetSpeech(): void {
  memory.forget()
}

/**
 * The sentences of `speech()` that a sound holds, in their order; undefined when it holds none.
 *
 * @example
 * recognizeKnown(committedAudio)?.text // 'A table for two, please'
 */
export function recognizeKnown(audio: Pcm): KnownRecognition | undefined {
  return memory.recognize(audio)
}

/** All the sound as one sentence; else each part of it between longer pauses. Every part must be known. Of equals, the first. */
function findAll(audio: Pcm, sentences: readonly KnownSentence[], sureScore: number): Found[] | undefined {
  // Outlines half a step apart: a sentence begins anywhere between the steps.
  const heard = [0, 10].map((offsetMs) => ({ offsetMs, outline: outlineOf(audio, offsetMs) }))
  for (const quietSteps of [Number.POSITIVE_INFINITY, pauseSteps]) {
    const islands = islandsOf(heard[0]!.outline, quietSteps)
    const found = islands.map((island) =>
      findBest(
        heard.map(({ offsetMs, outline }) => ({ offsetMs, part: heardPart(outline, island) })),
        sentences,
        sureScore,
      ),
    )
    if (found.length > 0 && found.every((match) => match !== undefined)) return found
  }
  return undefined
}

function findBest(
  heard: readonly { readonly offsetMs: number; readonly part: HeardPart }[],
  sentences: readonly KnownSentence[],
  sureScore: number,
): Found | undefined {
  let best: Found | undefined
  for (const sentence of sentences) {
    if (best && best.score >= sureScore) return best
    for (const { offsetMs, part } of heard) {
      const match = matchOutline(sentence.outline, part)
      const least = stepCount(sentence.outline) < shortSteps ? minScore.short : minScore.long
      if (!match || match.score < least || match.score <= (best?.score ?? 0)) continue
      best = { sentence, score: match.score, startMs: offsetMs + match.step * 20 }
    }
  }
  return best
}
