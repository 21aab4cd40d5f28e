// How a sentence of the embedded voice is told to be the same in a page and in Node.

import type { Pcm } from 'vitest-realtime'

export const voiceMark = {
  says: { sentence: 'A table for two, please.', rms: 5 },
  /** What Node says; page-voice.test.ts holds it against Node. */
  inNode: {
    sha256: 'fa03e8ea00d9b2debf67b6714cf25aa4821de95c12f63869345321b25edbe847',
    samples: 59_616,
    startMs: 200,
    endMs: 1784,
  },
  async of(sound: Pcm) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', sound.samples.slice().buffer))
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
    const { startMs = 0, endMs = 0 } = sound.speechSpan ?? {}
    return { sha256, samples: sound.samples.length, startMs, endMs }
  },
}
