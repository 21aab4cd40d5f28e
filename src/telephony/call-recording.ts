// A call as sound: the caller on the left, what the caller heard on the right, in step.

import { createRequire } from 'node:module'
import { clampToInt16, pcm } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import type { Pcm } from '../../audio/types.ts'
import type { PhoneCall } from '../api/phone.ts'
import type { Playback } from '../runtime/caller/playback.ts'

/** Sound that the caller made, and when it began. */
export interface SaidSound {
  readonly beganMs: number
  readonly sound: Pcm
}

interface Call {
  readonly fromMs: number
  readonly toMs: number
  readonly said: readonly SaidSound[]
  readonly playback: Playback
}

const rateHz = 8000

export function recordingOf({ fromMs, toMs, said, playback }: Call): PhoneCall['recording'] {
  const place = (sounds: readonly SaidSound[]): Pcm => {
    const whole = new Int16Array(Math.max(0, Math.round(((toMs - fromMs) * rateHz) / 1000)))
    for (const { beganMs, sound } of sounds) {
      const { samples } = resamplePcm(sound, rateHz)
      const at = Math.round(((beganMs - fromMs) * rateHz) / 1000)
      for (let index = Math.max(0, -at); index < samples.length && at + index < whole.length; index++) {
        whole[at + index] = clampToInt16(whole[at + index]! + samples[index]!)
      }
    }
    return pcm(whole, rateHz)
  }
  const caller = place(said)
  const pieces = playback.pieces(toMs)
  const heard = place(pieces.map((piece) => ({ beganMs: piece.startMs, sound: pcm(piece.samples, piece.rateHz) })))
  return { caller, heard, toWav: () => stereo(caller, heard) }
}

interface StereoFile {
  fromScratch(channels: number, rateHz: number, depth: string, samples: Int16Array[]): void
  toBuffer(): Uint8Array
}

function stereo(left: Pcm, right: Pcm): Uint8Array {
  // Loaded when a recording is written: most tests write none.
  const { WaveFile }: { WaveFile: new () => StereoFile } = createRequire(import.meta.url)('wavefile')
  const wav = new WaveFile()
  wav.fromScratch(2, rateHz, '16', [left.samples, right.samples])
  return wav.toBuffer()
}
