// How an answer is cut into deltas, and when each of them is sent, where the author wants it otherwise than the latency profile:
// pieces of a chosen size, delays, jitter, bursts and stalls. Pure: chance is a function of the seed, the response and the delta.

import { RealtimeKitError } from '../errors.ts'
import { graphemesOf, joinGraphemes } from './graphemes.ts'
import { splitTokens } from './tokens.ts'

/** How answers stream. Times are ms of the clock. */
export interface Streaming {
  /**
   * What one delta of text, transcript or arguments holds: a character (as readers count them), a word, a token (the default), or what
   * a function cuts a text into; joined, its pieces must be the text.
   */
  chunk?: 'character' | 'word' | 'token' | ((text: string) => readonly string[])
  /**
   * Before each delta but the first of a response: one delay, several in turn, or a function of the delta's number (from 1). Of spoken
   * answers: before each piece of sound. Default: as the latency says.
   */
  delayMs?: number | readonly number[] | ((delta: number) => number)
  /** Up to so much more before each, by chance; the same in each run of a seed. */
  jitterMs?: number
  /** So many deltas are sent at once, after the delays of all of them. */
  burst?: number
  /** A pause before the delta after so many; with `repeat` after each so many. */
  stall?: { after: number; ms: number; repeat?: boolean }
}

/** Streaming of one response. */
export interface StreamingPlan {
  split(text: string): readonly string[]
  /** Ms between delta `index - 1` and `index` (from 0); `naturalMs` is what the latency would give. */
  gapMs(index: number, naturalMs: number): number
}

/**
 * Makes the plan of one response; `response` tells the responses of a session apart.
 *
 * @example planStreaming({ delayMs: [10, 30] }, 1, 1).gapMs(2, 6) // 30
 */
export function planStreaming(streaming: Streaming, seed: number, response: number): StreamingPlan {
  const { delayMs, jitterMs = 0, burst = 1, stall } = streaming
  const delayOf = (index: number, naturalMs: number): number => {
    if (delayMs === undefined) return naturalMs
    if (typeof delayMs === 'number') return delayMs
    if (typeof delayMs === 'function') return delayBy(delayMs, index)
    return delayMs[(index - 1) % delayMs.length] ?? 0
  }
  const plainMs = (index: number, naturalMs: number): number =>
    delayOf(index, naturalMs) + (jitterMs === 0 ? 0 : jitterMs * chance(seed, response, index))
  const stallMs = (index: number): number => {
    if (!stall) return 0
    const isHere = stall.repeat ? index % stall.after === 0 : index === stall.after
    return isHere ? stall.ms : 0
  }
  return {
    split: splitterOf(streaming.chunk),
    gapMs(index, naturalMs) {
      if (index === 0) return 0
      if (burst <= 1) return plainMs(index, naturalMs) + stallMs(index)
      if (index % burst !== 0) return 0
      let sum = 0
      for (let one = index; one < index + burst; one++) sum += plainMs(one, naturalMs) + stallMs(one)
      return sum
    },
  }
}

function delayBy(delayMs: (delta: number) => number, index: number): number {
  const delay = asked('delayMs', () => delayMs(index))
  if (Number.isFinite(delay)) return Math.max(0, delay)
  throw new RealtimeKitError('RTK_OPTION', `streaming.delayMs gave ${String(delay)} for delta ${index}: milliseconds are needed.`)
}

/** What a function of the author gives. */
function asked<T>(option: string, question: () => T): T {
  try {
    return question()
  } catch (cause) {
    throw new RealtimeKitError('RTK_OPTION', `streaming.${option} threw ${String(cause)}`, { cause })
  }
}

function splitterOf(chunk: Streaming['chunk'] = 'token'): (text: string) => readonly string[] {
  if (chunk === 'character') return graphemesOf
  // Joined at the borders that readers see: a space before a word belongs to it.
  if (chunk === 'word') return (text) => joinGraphemes(text, text.match(/\s*\S+|\s+/gu) ?? [])
  if (chunk === 'token') return splitTokens
  return (text) => {
    const pieces = asked('chunk', () => chunk(text))
    if (!Array.isArray(pieces) || pieces.some((piece) => typeof piece !== 'string') || pieces.join('') !== text) {
      throw new RealtimeKitError(
        'RTK_OPTION',
        `streaming.chunk: the pieces must give the text when they are joined.\n  text: ${JSON.stringify(text)}\n  pieces: ${JSON.stringify(pieces)}`,
      )
    }
    return joinGraphemes(
      text,
      pieces.filter((piece: string) => piece !== ''),
    )
  }
}

/** A number from 0 to below 1 that depends on nothing but these. */
function chance(seed: number, response: number, index: number): number {
  let bits = (seed * 0x9e3779b1) ^ (response * 0x85ebca6b) ^ (index * 0xc2b2ae35)
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}
