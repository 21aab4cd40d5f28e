// Sounds, files and ways to send sound, for the tests of rows about audio.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { onTestFinished } from 'vitest'
import type { Pcm } from 'vitest-realtime'
import { pcm } from 'vitest-realtime/audio'

/** Whatever is said, the answer is no matter. */
export const fine = { fallback: 'Fine.', onUnmatched: 'fallback' } as const

export function tone(hz: number, { rateHz, ms = 1000, level = 8000 }: { rateHz: number; ms?: number; level?: number }): Pcm {
  const count = Math.round((rateHz * ms) / 1000)
  return pcm(
    Int16Array.from({ length: count }, (_, index) => Math.round(level * Math.sin((2 * Math.PI * hz * index) / rateHz))),
    rateHz,
  )
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-row-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

export function append(app: OpenAIRealtimeWS, audio: Pcm): void {
  for (const piece of audio.frames(100)) app.send({ type: 'input_audio_buffer.append', audio: piece.base64 })
}

/** Changes of sign in a second. */
export function crossings({ samples, durationMs }: Pcm): number {
  const changes = samples.filter((sample, index) => index > 0 && sample >= 0 !== samples[index - 1]! >= 0).length
  return (changes * 1000) / durationMs
}
