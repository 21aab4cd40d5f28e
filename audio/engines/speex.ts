// The Speex resampler as WASM, an alternative to our own filter. Loaded when asked for, never chosen by itself:
// what resampled a sound must not depend on what happened to be loaded before.

import { AudioEngineUnavailable, messageOf, RealtimeKitError } from '../../src/errors.ts'
import type { FloatResampler } from '../resample.ts'

/** The loaded Speex resampler. */
export interface SpeexResampler {
  /**
   * A streaming resampler, without delay in its output and exact at chunk borders.
   *
   * @param quality 0 to 10; 8 by default
   */
  create(fromHz: number, toHz: number, quality?: number): FloatResampler & { free(): void }
}

interface SpeexModule {
  readonly HEAPF32: Float32Array
  readonly HEAPU32: Uint32Array
  _malloc(bytes: number): number
  _free(pointer: number): void
  _speex_resampler_init(channels: number, fromHz: number, toHz: number, quality: number, error: number): number
  _speex_resampler_destroy(state: number): void
  _speex_resampler_skip_zeros(state: number): number
  _speex_resampler_reset_mem(state: number): number
  _speex_resampler_get_input_latency(state: number): number
  _speex_resampler_process_float(
    state: number,
    channel: number,
    input: number,
    inputCount: number,
    output: number,
    outputCount: number,
  ): number
}

let loading: Promise<SpeexResampler> | undefined

/**
 * Loads `@echogarden/speex-resampler-wasm`.
 *
 * @throws AudioEngineUnavailable when the package is missing or does not start
 * @throws RealtimeKitError RTK_AUDIO from `create` for rates or a quality that Speex refuses
 * @example
 * const speex = await loadSpeexResampler()
 * const resampler = speex.create(24_000, 16_000)
 */
export function loadSpeexResampler(): Promise<SpeexResampler> {
  loading ??= load()
  return loading
}

async function load(): Promise<SpeexResampler> {
  try {
    // The package has no types; what we use of it is above.
    const specifier: string = '@echogarden/speex-resampler-wasm/simd'
    const loaded: { default(): Promise<SpeexModule> } = await import(specifier)
    const module = await loaded.default()
    return { create: (fromHz, toHz, quality = 8) => new SpeexStream(module, fromHz, toHz, quality) }
  } catch (error) {
    loading = undefined
    const why = messageOf(error)
    throw new AudioEngineUnavailable('speex', why, 'npm install @echogarden/speex-resampler-wasm', { cause: error })
  }
}

/** Input goes through in pieces of this many samples, so that two fixed buffers are enough. */
const pieceSamples = 4096

class SpeexStream implements FloatResampler {
  readonly #speex: SpeexModule
  readonly #ratio: number
  readonly #state: number
  readonly #input: number
  readonly #output: number
  readonly #outputRoom: number
  /** Two counters that Speex reads and writes: samples offered and used, room offered and filled. */
  readonly #counts: number
  #isFreed = false
  #inputCount = 0
  #outputCount = 0

  constructor(speex: SpeexModule, fromHz: number, toHz: number, quality: number) {
    this.#speex = speex
    this.#ratio = toHz / fromHz
    this.#outputRoom = Math.ceil(pieceSamples * this.#ratio) + 64
    this.#counts = speex._malloc(8)
    this.#input = speex._malloc(pieceSamples * 4)
    this.#output = speex._malloc(this.#outputRoom * 4)
    this.#state = speex._speex_resampler_init(1, fromHz, toHz, quality, this.#counts)
    if (this.#state === 0) {
      throw new RealtimeKitError('RTK_AUDIO', `Speex has no resampler from ${fromHz} to ${toHz} Hz at quality ${quality}.`)
    }
    speex._speex_resampler_skip_zeros(this.#state)
  }

  push(samples: Float32Array | Int16Array): Float32Array {
    this.#inputCount += samples.length
    const output = this.#convert(samples)
    this.#outputCount += output.length
    return output
  }

  flush(): Float32Array {
    this.#checkUse()
    const missing = Math.ceil(this.#inputCount * this.#ratio - 1e-9) - this.#outputCount
    const latency = this.#speex._speex_resampler_get_input_latency(this.#state)
    const rest = this.#convert(new Float32Array(latency + Math.ceil(1 / this.#ratio))).slice(0, Math.max(0, missing))
    this.#speex._speex_resampler_reset_mem(this.#state)
    this.#speex._speex_resampler_skip_zeros(this.#state)
    this.#inputCount = this.#outputCount = 0
    return rest
  }

  /** Gives the memory back, once; the resampler is of no use afterwards. */
  free(): void {
    if (this.#isFreed) return
    this.#isFreed = true
    this.#speex._speex_resampler_destroy(this.#state)
    for (const pointer of [this.#counts, this.#input, this.#output]) this.#speex._free(pointer)
  }

  /** What was given back may belong to another resampler by now. */
  #checkUse(): void {
    if (this.#isFreed) throw new RealtimeKitError('RTK_AUDIO', 'This Speex resampler was freed; create another one.')
  }

  #convert(samples: Float32Array | Int16Array): Float32Array {
    this.#checkUse()
    const pieces: Float32Array[] = []
    let at = 0
    while (at < samples.length) {
      const { used, piece } = this.#convertPiece(samples.subarray(at, at + pieceSamples))
      pieces.push(piece)
      at += used
    }
    const output = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
    let written = 0
    for (const piece of pieces) {
      output.set(piece, written)
      written += piece.length
    }
    return output
  }

  /** The heap's views are read anew each time: they change when the memory grows. */
  #convertPiece(samples: Float32Array | Int16Array): { used: number; piece: Float32Array } {
    const speex = this.#speex
    speex.HEAPF32.set(samples, this.#input / 4)
    speex.HEAPU32.set([samples.length, this.#outputRoom], this.#counts / 4)
    speex._speex_resampler_process_float(this.#state, 0, this.#input, this.#counts, this.#output, this.#counts + 4)
    const [used = 0, filled = 0] = speex.HEAPU32.subarray(this.#counts / 4, this.#counts / 4 + 2)
    if (used === 0 && filled === 0) throw new RealtimeKitError('RTK_BUG', 'The Speex resampler took nothing and gave nothing.')
    return { used, piece: speex.HEAPF32.slice(this.#output / 4, this.#output / 4 + filled) }
  }
}
