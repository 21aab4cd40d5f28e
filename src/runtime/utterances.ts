// What was said into the ears of the service, by time: the caller announces each utterance, and a stretch of input audio
// finds its words by when it arrived, whatever the app did to the bytes in between.

import type { WordTime } from '../../audio/types.ts'

/** One utterance of the caller, on the test's clock. Word times count from `beganMs`. */
export interface Utterance {
  readonly text: string
  readonly words: readonly WordTime[]
  /** When its first frame began. */
  readonly beganMs: number
  /** True bounds of the speech. */
  readonly startMs: number
  readonly endMs: number
  /** The session that it was said to; undefined while nobody can tell, which counts as any. */
  sessionId(): string | undefined
}

/** What was said in a stretch of time. */
export interface SaidWords {
  readonly text: string
  /** False where an utterance lies only partly in it. */
  readonly isWhole: boolean
  /** First and last moment of the utterances, as far as they lie in the stretch. */
  readonly startMs: number
  readonly endMs: number
  /** What was said before this moment is told. */
  readonly toldUntilMs: number
}

/** How far a committed stretch may miss the bounds of an utterance without word times and still have heard all of it. */
const slackMs = 350
/** How far word times may be off. */
const wordSlackMs = 100

export class Utterances {
  readonly all: Utterance[] = []

  add(utterance: Utterance): void {
    this.all.push(utterance)
  }

  /** Whether the caller's true speech to a session covers this moment: the `truth` VAD. */
  speaksAt(atMs: number, sessionId: string): boolean {
    return this.#to(sessionId).some((utterance) => atMs >= utterance.startMs && atMs <= utterance.endMs)
  }

  /** Whether the caller said any words to a session between two moments. */
  speaksBetween(startMs: number, endMs: number, sessionId: string): boolean {
    return this.#to(sessionId).some((utterance) => utterance.text && utterance.endMs > startMs && utterance.startMs < endMs)
  }

  /** The last true end of speech to a session up to `untilMs`. */
  lastEndMs(untilMs: number, sessionId: string): number | undefined {
    let last: number | undefined
    for (const utterance of this.#to(sessionId)) {
      if (utterance.startMs <= untilMs) last = Math.max(last ?? 0, soundEndMs(utterance, untilMs))
    }
    return last
  }

  /**
   * Words said to a session between two moments; undefined when none were. Whole utterances where they fit, else word by word; what
   * was said before `toldUntilMs` belongs to another stretch.
   */
  wordsBetween(startMs: number, endMs: number, sessionId: string, toldUntilMs = Number.NEGATIVE_INFINITY): SaidWords | undefined {
    const parts: SaidWords[] = []
    for (const utterance of this.#to(sessionId)) {
      if (utterance.endMs <= startMs || utterance.startMs >= endMs) continue
      const isWhole = liesWithin(utterance, startMs, endMs, toldUntilMs)
      const text = isWhole ? utterance.text : wordsWithin(utterance, Math.max(startMs, toldUntilMs), endMs)
      const bounds = { startMs: Math.max(startMs, utterance.startMs), endMs: Math.min(endMs, utterance.endMs) }
      if (text) parts.push({ text, isWhole, ...bounds, toldUntilMs: isWhole ? Math.max(endMs, wordsEndMs(utterance)) : endMs })
    }
    const [first] = parts
    if (!first) return undefined
    return {
      text: parts.map(({ text }) => text).join(' '),
      isWhole: parts.every(({ isWhole }) => isWhole),
      startMs: first.startMs,
      endMs: parts.at(-1)!.endMs,
      toldUntilMs: Math.max(...parts.map((part) => part.toldUntilMs)),
    }
  }

  /** The utterance to a session that began last, at this moment. */
  lastBegun(atMs: number, sessionId: string): Utterance | undefined {
    return this.#to(sessionId).findLast((utterance) => utterance.startMs <= atMs)
  }

  /**
   * Words to a session that began after `startMs` and are over at `endMs`, in pieces that joined are the text so far. Only of
   * utterances with word times.
   */
  piecesBetween(startMs: number, endMs: number, sessionId: string): string[] {
    const pieces: string[] = []
    for (const utterance of this.#to(sessionId)) {
      if (utterance.endMs <= startMs || utterance.startMs >= endMs) continue
      const heard = wordPieces(utterance).filter(({ word }) => {
        return middleMs(utterance, word) >= startMs && utterance.beganMs + word.endMs <= endMs
      })
      const [first, ...rest] = heard.map(({ piece }) => piece)
      if (first !== undefined) pieces.push(pieces.length ? ` ${first.trimStart()}` : first.trimStart(), ...rest)
    }
    return pieces
  }

  #to(sessionId: string): Utterance[] {
    return this.all.filter((utterance) => (utterance.sessionId() ?? sessionId) === sessionId)
  }
}

/** Each word with what stands before it in the text. */
function wordPieces({ text, words }: Utterance): { word: WordTime; piece: string }[] {
  let from = 0
  return words.map((word) => {
    const at = text.indexOf(word.text, from)
    const piece = at < 0 ? ` ${word.text}` : text.slice(from, at + word.text.length)
    if (at >= 0) from = at + word.text.length
    return { word, piece }
  })
}

/** End of the last sound until then: an utterance that went on had its last sound at the end of a word. */
function soundEndMs({ words, beganMs, startMs, endMs }: Utterance, untilMs: number): number {
  if (endMs <= untilMs) return endMs
  const ends = words.map((word) => beganMs + word.endMs).filter((end) => end <= untilMs && end >= startMs)
  return ends.at(-1) ?? untilMs
}

function middleMs(utterance: Utterance, word: WordTime): number {
  return utterance.beganMs + (word.startMs + word.endMs) / 2
}

/** Just after the middle of the last word, by which words are told apart; the end, where no words are known. */
function wordsEndMs(utterance: Utterance): number {
  const last = utterance.words.at(-1)
  return last ? middleMs(utterance, last) + 1 : utterance.endMs
}

function liesWithin(utterance: Utterance, startMs: number, endMs: number, toldUntilMs: number): boolean {
  const { words } = utterance
  if (!words.length) {
    const fromMs = Math.max(startMs, toldUntilMs) - slackMs
    return utterance.startMs >= fromMs && utterance.endMs <= endMs + slackMs
  }
  const fromMs = Math.max(startMs - wordSlackMs, toldUntilMs)
  return words.every((word) => {
    const atMs = middleMs(utterance, word)
    return atMs >= fromMs && atMs <= endMs + wordSlackMs
  })
}

function wordsWithin(utterance: Utterance, startMs: number, endMs: number): string {
  const inside = utterance.words.filter((word) => {
    const atMs = middleMs(utterance, word)
    return atMs >= startMs && atMs < endMs
  })
  return inside.map((word) => word.text).join(' ')
}
