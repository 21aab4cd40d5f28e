// What a telephone line sounds like: quiet noise all the time, and a sentence every ten seconds.

import { noise, speech } from 'vitest-realtime/audio'

/** 24 kHz mono samples of `ms` of a line. */
export async function spokenLine(ms: number): Promise<Int16Array> {
  const { samples } = noise(ms, { levelDbfs: -60 })
  const { samples: sentence } = await speech('A table for two at eight tonight, please.')
  for (let start = 24_000; start + sentence.length < samples.length; start += 240_000) {
    for (const [index, sample] of sentence.entries()) samples[start + index] = (samples[start + index] ?? 0) + sample
  }
  return samples
}
