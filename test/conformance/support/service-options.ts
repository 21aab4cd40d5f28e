// How the service under test answers: loud is speech, what is heard is always the same words, and a word of the user chooses the
// reply. `serve --config` reads this file, and in-process services take it as options. Everything here is deterministic.

import type { Reply, Turn } from 'vitest-realtime'
import { pcm, type TranscriptionEngine, type VadEngine } from 'vitest-realtime/audio'
import { heardWords } from './client-events.ts'

const frameMs = 32

/** A frame is speech when its first sample is loud: where speech starts and ends is exact. */
export const vad: VadEngine = {
  name: 'loudness',
  load: async () => {},
  open: (rateHz) => {
    const frameSamples = (rateHz * frameMs) / 1000
    let heard = 0
    return {
      push: (samples) => {
        const frames = []
        const before = heard
        heard += samples.length
        for (let end = Math.floor(before / frameSamples + 1) * frameSamples; end <= heard; end += frameSamples) {
          const sample = samples[Math.max(0, end - frameSamples - before)] ?? 0
          frames.push({ endSample: end, probability: Math.abs(sample) > 1000 ? 1 : 0 })
        }
        return frames
      },
      reset: () => {
        heard = 0
      },
    }
  },
}

export const transcription: TranscriptionEngine = {
  name: 'always-the-same',
  load: async () => {},
  transcribe: async () => ({ text: heardWords }),
}

/** Exactly a second of sound: 48,000 bytes. */
const second = pcm(Int16Array.from({ length: 24_000 }, (_, at) => 8000 * Math.sin(at / 12)))
const weather = { name: 'get_weather', arguments: { city: 'Rome' } }

export const responses: Readonly<Record<string, Reply>> = {
  short: { when: 'short', text: 'Hi there, friend.' },
  tone: { when: 'tone', text: 'One two three four five.', audio: second },
  call: { when: 'call one', call: weather, then: 'Sunny, as ever.' },
  calls: { when: 'call two', call: [weather, { name: 'get_time', arguments: {} }] },
  both: { when: 'look', text: 'Let me look.', call: weather },
  limited: { when: 'limited', text: 'This is cut', finish: 'max_output_tokens' },
  filtered: { when: 'filtered', text: 'This is not said', finish: 'content_filter' },
}

/** Everything else: a text without end where the metadata, or else the user, say `forever`; nothing at all for `nothing`. */
export function fallback(turn: Turn): string | AsyncIterable<string> {
  const wish = turn.metadata.topic ?? turn.text
  if (/forever|nothing/.test(wish)) return withoutEnd(turn.signal, /forever/.test(wish) ? ['Once upon a time'] : [])
  return `You said ${turn.text || 'no word'}.`
}

async function* withoutEnd(signal: AbortSignal, texts: readonly string[]): AsyncGenerator<string> {
  yield* texts
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}
