// One stream of sound through a shared Silero session: rate, framing, context, order, and what stands out of the noise.

import { createFloatResampler, type FloatResampler } from '../resample.ts'
import type { SpeechFrame, VadStream } from '../types.ts'
import type { OnnxTensor } from './onnx-runtime.ts'
import type { LoadedSilero } from './silero.ts'
import { framed, SoundEdges } from './sound-edges.ts'
import { VoiceGate } from './voice-gate.ts'

/** The model's own rates with their frames of 32 ms. */
const native = { low: { rateHz: 8000, frame: 256 }, high: { rateHz: 16_000, frame: 512 } } as const

export class SileroStream implements VadStream {
  readonly #silero: LoadedSilero
  readonly #inputHz: number
  readonly #modelHz: number
  readonly #frame: number
  readonly #context: number
  /** Context, then the frame; reused for each run. */
  readonly #input: Float32Array
  readonly #inputTensor: OnnxTensor
  readonly #rateTensor: OnnxTensor
  #resampler: FloatResampler
  #state: Record<string, OnnxTensor>
  #filled = 0
  #frameCount = 0
  #generation = 0
  readonly #edges = new SoundEdges()
  #gate = new VoiceGate()
  #queue: Promise<unknown> = Promise.resolve()

  constructor(silero: LoadedSilero, rateHz: number) {
    const { contextShare, hasLowSide } = silero.shape
    const { Tensor } = silero.runtime
    this.#silero = silero
    const { rateHz: modelHz, frame } = hasLowSide && rateHz < native.high.rateHz ? native.low : native.high
    this.#inputHz = rateHz
    this.#modelHz = modelHz
    this.#frame = frame
    this.#context = frame * contextShare
    this.#input = new Float32Array(this.#context + frame)
    this.#resampler = createFloatResampler(rateHz, modelHz)
    this.#inputTensor = new Tensor('float32', this.#input, [1, this.#input.length])
    this.#rateTensor = new Tensor('int64', BigInt64Array.of(BigInt(modelHz)), [])
    this.#state = freshState(silero)
  }

  /** Pushes run one after another, in the order of the calls. */
  push(samples: Int16Array): Promise<readonly SpeechFrame[]> {
    const generation = this.#generation
    const copy = samples.slice()
    const result = this.#queue.then(() => this.#run(copy, generation))
    this.#queue = result.catch(() => undefined)
    return result
  }

  /** What is under way for the stream before gives no more frames. */
  reset(): void {
    this.#generation++
    this.#queue = this.#queue.then(() => {
      this.#resampler = createFloatResampler(this.#inputHz, this.#modelHz)
      this.#state = freshState(this.#silero)
      this.#input.fill(0)
      this.#filled = 0
      this.#frameCount = 0
      this.#edges.reset()
      this.#gate = new VoiceGate()
    })
  }

  async #run(samples: Int16Array, generation: number): Promise<SpeechFrame[]> {
    const converted = this.#resampler.push(samples)
    const frames: SpeechFrame[] = []
    let at = 0
    while (at < converted.length && generation === this.#generation) {
      const take = Math.min(this.#frame - this.#filled, converted.length - at)
      for (let index = 0; index < take; index++)
        this.#input[this.#context + this.#filled + index] = converted[at + index]! / 32_768
      this.#filled += take
      at += take
      if (this.#filled === this.#frame) frames.push(await this.#nextFrame())
    }
    return frames
  }

  async #nextFrame(): Promise<SpeechFrame> {
    const { probability, state } = await this.#silero.runs.next({
      input: this.#input,
      inputTensor: this.#inputTensor,
      rateTensor: this.#rateTensor,
      state: this.#state,
    })
    this.#state = state
    let energy = 0
    const edges = this.#edges.next(this.#frame, (start, end) => {
      const power = meanPower(this.#input, this.#context + start, this.#context + end)
      energy += power * (end - start)
      return power
    })
    this.#input.copyWithin(0, this.#frame)
    this.#filled = 0
    this.#frameCount++
    const ratio = this.#inputHz / this.#modelHz
    const heard = this.#gate.next(probability, energy / this.#frame)
    return framed(Math.round(this.#frameCount * this.#frame * ratio), heard, edges, this.#frame, ratio)
  }
}

function freshState({ runtime: { Tensor }, shape }: LoadedSilero): Record<string, OnnxTensor> {
  const state: Record<string, OnnxTensor> = {}
  for (const [name, width] of Object.entries(shape.state))
    state[name] = new Tensor('float32', new Float32Array(2 * width), [2, 1, width])
  return state
}

function meanPower(samples: Float32Array, start: number, end: number): number {
  let sum = 0
  for (let index = start; index < end; index++) sum += samples[index]! * samples[index]!
  return sum / (end - start)
}
