// speech(): a sentence as sound, with what is known about it. The voice itself is engines/flite.ts, loaded on first use.

import { isNode } from '../src/builtins.ts'
import { RealtimeKitError } from '../src/errors.ts'
import { kindName } from './checks.ts'
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711.ts'
import { rememberSpeech } from './known-speech.ts'
import { pcm, samplesIn } from './pcm.ts'
import { PromiseCache } from './promise-cache.ts'
import { resamplePcm } from './resample.ts'
import type { Pcm, VoiceSettings } from './types.ts'
import { shiftWord } from './word-times.ts'

export interface SpeechOptions extends VoiceSettings {
  /** Samples per second; 24,000 by default, 8,000 for G.711. */
  readonly rateHz?: number
  /** `pcmu` and `pcma`: as it sounds after G.711 (16-bit samples at 8,000 Hz). */
  readonly format?: 'pcm16' | 'pcmu' | 'pcma'
  /** Silence before the first sound; 200 ms by default. */
  readonly leadMs?: number
  /** Silence after the last sound; 700 ms by default, enough for a server VAD to end the turn. */
  readonly trailMs?: number
}

const remembered = new PromiseCache<Pcm>(128)

/**
 * Says a sentence with the embedded voice: offline, and equal in every run.
 *
 * `speechSpan` holds the true bounds (lead and trail excluded), `words` approximate word times: the voice tells
 * its single sounds, which are dealt out to the words by their letters, pauses always between words.
 * The first new sentence of a process takes about 100 ms, a known one less than 1 ms.
 *
 * @throws RealtimeKitError RTK_OPTION for a text that is none, an unknown voice, speed, pitch, format or rate
 * @throws AudioEngineUnavailable when the voice cannot run here
 * @example
 * const question = await speech('A table for two, please', { voice: 'rms' })
 * question.speechSpan // { startMs: 200, endMs: 1630 }
 */
export async function speech(text: string, options: SpeechOptions = {}): Promise<Pcm> {
  if (typeof text !== 'string') throw new RealtimeKitError('RTK_OPTION', `speech(text) takes a text, got ${kindName(text)}.`)
  const settings = checkOptions(options)
  const audio = await remembered.get(JSON.stringify([text, settings]), () => make(text, settings))
  rememberSpeech(audio)
  // Samples of their own for each caller: nobody can change another one's sound.
  return pcm(audio.samples.slice(), audio.rateHz, audio)
}

type Settings = Required<Omit<SpeechOptions, 'pitchHz'>> & Pick<SpeechOptions, 'pitchHz'>

function checkOptions(options: SpeechOptions): Settings {
  const { format = 'pcm16', leadMs = 200, trailMs = 700, voice = 'slt', speed = 1 } = options
  if (format !== 'pcm16' && format !== 'pcmu' && format !== 'pcma') {
    throw new RealtimeKitError(
      'RTK_OPTION',
      `speech() has the formats 'pcm16', 'pcmu' and 'pcma', got ${JSON.stringify(format)}.`,
    )
  }
  const rateHz = options.rateHz ?? (format === 'pcm16' ? 24_000 : 8000)
  if (format !== 'pcm16' && rateHz !== 8000) {
    throw new RealtimeKitError('RTK_OPTION', `G.711 ('${format}') has 8000 samples a second, got rateHz ${rateHz}.`)
  }
  if (!Number.isInteger(rateHz) || rateHz < 8000 || rateHz > 192_000) {
    throw new RealtimeKitError('RTK_OPTION', `rateHz must be a whole number from 8000 to 192000, got ${String(rateHz)}.`)
  }
  if (!(leadMs >= 0 && trailMs >= 0 && leadMs + trailMs < Number.POSITIVE_INFINITY)) {
    throw new RealtimeKitError(
      'RTK_OPTION',
      `leadMs and trailMs must be 0 or more, got ${String(leadMs)} and ${String(trailMs)}.`,
    )
  }
  const { pitchHz } = options
  return { format, rateHz, leadMs, trailMs, voice, speed, ...(pitchHz === undefined ? {} : { pitchHz }) }
}

async function make(text: string, { rateHz, format, leadMs, trailMs, ...how }: Settings): Promise<Pcm> {
  const { synthesizeWhole } = isNode() ? await import('./engines/flite.ts') : await import('./engines/page-voice.ts')
  const whole = await synthesizeWhole(text, how)
  const framed = withEdges(resamplePcm(whole, rateHz), leadMs, trailMs)
  return format === 'pcm16' ? framed : pcm(throughG711(framed.samples, format), rateHz, framed)
}

/** Sets the silence around the speech to exactly lead and trail; the voice's own quiet edges stay within them. */
function withEdges(whole: Pcm, leadMs: number, trailMs: number): Pcm {
  const { rateHz, speechSpan } = whole
  if (!speechSpan) return pcm(new Int16Array(samplesIn(leadMs + trailMs, rateHz)), rateHz, { text: whole.text, words: [] })
  const shiftMs = leadMs - speechSpan.startMs
  const endMs = speechSpan.endMs + shiftMs
  const samples = new Int16Array(samplesIn(endMs + trailMs, rateHz))
  const shift = samplesIn(shiftMs, rateHz)
  const source = whole.samples.subarray(Math.max(0, -shift), samples.length - shift)
  samples.set(source, Math.max(0, shift))
  return pcm(samples, rateHz, {
    text: whole.text,
    words: whole.words?.map((word) => shiftWord(word, shiftMs)),
    speechSpan: { startMs: leadMs, endMs },
  })
}

function throughG711(samples: Int16Array, format: 'pcmu' | 'pcma'): Int16Array {
  return format === 'pcmu' ? decodeMulaw(encodeMulaw(samples)) : decodeAlaw(encodeAlaw(samples))
}
