// The sound of a call, both directions on one time axis: the caller as the platform timed it, the agent as it was heard. Kept as it came
// (a byte a sample for G.711) and made into WAV files at the end.

import { createRequire } from 'node:module'
import { pcm } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import type { Pcm } from '../../audio/types.ts'
import { writeWav } from '../../audio/wav.ts'
import type { PhoneFormat } from '../telephony/platform.ts'
import { bytesPerMs, samplesOf } from './sound-path.ts'

/** The sound of a call. All three last equally long. */
export interface CallRecording {
  readonly caller: Pcm
  readonly agent: Pcm
  /** A stereo WAV file: the caller left, the agent right. */
  toWav(): Uint8Array
  callerWav(): Uint8Array
  agentWav(): Uint8Array
}

interface Stretch {
  readonly atMs: number
  readonly bytes: Uint8Array
}

export class CallRecorder {
  readonly #formats: { readonly caller: PhoneFormat; readonly agent: PhoneFormat }
  readonly #mostMs: number
  readonly #caller: Stretch[] = []
  readonly #agent: Stretch[] = []
  #callerEndMs = 0
  #agentEndMs = 0

  constructor(formats: { readonly caller: PhoneFormat; readonly agent: PhoneFormat }, mostMs: number) {
    this.#formats = formats
    this.#mostMs = mostMs
  }

  /** `atMs` since the call began; never before the end of what was heard last. */
  caller(bytes: Uint8Array, atMs: number): void {
    const startMs = Math.abs(atMs - this.#callerEndMs) < 15 ? this.#callerEndMs : Math.max(atMs, this.#callerEndMs)
    this.#callerEndMs = this.#keep(this.#caller, bytes, { startMs, format: this.#formats.caller }) ?? this.#callerEndMs
  }

  agent(bytes: Uint8Array, atMs: number): void {
    const startMs = Math.max(atMs, this.#agentEndMs)
    this.#agentEndMs = this.#keep(this.#agent, bytes, { startMs, format: this.#formats.agent }) ?? this.#agentEndMs
  }

  #keep(stretches: Stretch[], bytes: Uint8Array, at: { startMs: number; format: PhoneFormat }): number | undefined {
    if (at.startMs > this.#mostMs) return undefined
    stretches.push({ atMs: at.startMs, bytes })
    return at.startMs + bytes.length / bytesPerMs(at.format)
  }

  /** The recording so far. */
  get recording(): CallRecording {
    const lengthMs = Math.max(this.#callerEndMs, this.#agentEndMs)
    const rateHz = Math.max(this.#formats.caller.rateHz, this.#formats.agent.rateHz)
    const caller = resamplePcm(laid(this.#caller, this.#formats.caller, lengthMs), rateHz)
    const agent = resamplePcm(laid(this.#agent, this.#formats.agent, lengthMs), rateHz)
    return {
      caller,
      agent,
      toWav: () => stereoWav(caller, agent),
      callerWav: () => writeWav(caller),
      agentWav: () => writeWav(agent),
    }
  }
}

function laid(stretches: readonly Stretch[], format: PhoneFormat, lengthMs: number): Pcm {
  const perMs = format.rateHz / 1000
  const samples = new Int16Array(Math.ceil(lengthMs * perMs))
  for (const { atMs, bytes } of stretches) {
    const at = Math.round(atMs * perMs)
    const piece = samplesOf(bytes, format)
    samples.set(piece.subarray(0, Math.max(0, samples.length - at)), at)
  }
  return pcm(samples, format.rateHz)
}

/** Its type declarations are of an older TypeScript. */
interface WaveFileLike {
  fromScratch(channels: number, rateHz: number, bitDepth: string, samples: readonly Int16Array[]): void
  toBuffer(): Uint8Array
}

function loadWaveFile(): new () => WaveFileLike {
  const { WaveFile } = createRequire(import.meta.url)('wavefile') as { WaveFile: new () => WaveFileLike }
  return WaveFile
}

function stereoWav(left: Pcm, right: Pcm): Uint8Array {
  const file = new (loadWaveFile())()
  const length = Math.max(left.samples.length, right.samples.length)
  const channels = [left, right].map(({ samples }) => {
    const whole = new Int16Array(length)
    whole.set(samples)
    return whole
  })
  file.fromScratch(2, left.rateHz, '16', channels)
  return file.toBuffer()
}
