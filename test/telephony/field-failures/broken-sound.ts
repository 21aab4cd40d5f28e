// The little that the app in broken-bridge.ts knows of sound.

import { decodeMulaw, encodeMulaw, rmsDbfs, silence } from 'vitest-realtime/audio'

export const secondOfSilence = Buffer.alloc(8000, 0xff).toString('base64')
const quietDbfs = -55

/** Whether a frame is not quite silent. */
export function isLoud(payload: string): boolean {
  return rmsDbfs(decodeMulaw(Buffer.from(payload, 'base64'))) > quietDbfs
}

/** 16 bit samples at 8 kHz: what a 24 kHz session hears three times too fast. */
export function samplesOfWrongRate(payload: string): string {
  const { buffer, byteOffset, byteLength } = decodeMulaw(Buffer.from(payload, 'base64'))
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

const rows = [697, 770, 852, 941]
const columns = [1209, 1336, 1477]

/** The sound of a key, as a telephone makes it. */
export function toneOf(key: string): string {
  const at = '123456789*0#'.indexOf(key)
  const { samples } = silence(120, { rateHz: 8000 })
  for (const index of samples.keys()) {
    const seconds = index / 8000
    const wave = (hertz: number): number => Math.sin(2 * Math.PI * hertz * seconds)
    samples[index] = 6000 * (wave(rows[Math.floor(at / 3)] ?? 697) + wave(columns[at % 3] ?? 1209))
  }
  return Buffer.from(encodeMulaw(samples)).toString('base64')
}
