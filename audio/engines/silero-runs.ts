// The frames of all streams on one model: alone as they come, together where many wait at once, and what is done when a run fails.

import { AudioEngineFailed, messageOf } from '../../src/errors.ts'
import type { OnnxRuntime, OnnxSession, OnnxTensor } from './onnx-runtime.ts'

/** One frame of one stream. The input and the state are those of a batch of one: [1, n] and [2, 1, width]. */
export interface FrameRun {
  readonly input: Float32Array
  readonly inputTensor: OnnxTensor
  readonly rateTensor: OnnxTensor
  readonly state: Readonly<Record<string, OnnxTensor>>
}

export interface FrameResult {
  readonly probability: number
  readonly state: Record<string, OnnxTensor>
}

interface Waiting {
  readonly run: FrameRun
  readonly resolve: (result: FrameResult) => void
  readonly reject: (error: unknown) => void
}

/** A model, and how it is opened anew. */
export interface RunnableModel {
  readonly name: string
  readonly runtime: OnnxRuntime
  readonly open: () => Promise<OnnxSession>
  /** Whether a frame in a batch may give what it gives alone: v4 differs in the seventh digit, later versions do not. */
  readonly isExactInBatches: boolean
}

/** Two frames in a batch cost two thirds of two runs, six a third of six; more change little. */
const smallestBatch = 2
const largestBatch = 64

/** Runs of one session. The first frame runs at once; those that come meanwhile wait, and run together. */
export class SileroRuns {
  readonly #model: RunnableModel
  #session: OnnxSession
  #reopening: Promise<void> | undefined
  #running = 0
  #waiting: Waiting[] = []
  /** Told by the first batch of each size, which is run alone as well: processors differ in how they add. */
  #isExact: boolean
  readonly #exactSizes = new Set<number>()

  constructor(model: RunnableModel, session: OnnxSession) {
    this.#model = model
    this.#session = session
    this.#isExact = model.isExactInBatches
  }

  /** Fails with AudioEngineFailed when a session opened anew cannot run the frame either. */
  next(run: FrameRun): Promise<FrameResult> {
    if (!this.#isExact || (this.#running === 0 && this.#waiting.length === 0)) return this.#counted(this.#alone(run))
    return new Promise((resolve, reject) => this.#waiting.push({ run, resolve, reject }))
  }

  async #counted<T>(work: Promise<T>): Promise<T> {
    this.#running++
    try {
      return await work
    } finally {
      this.#running--
      if (this.#running === 0) this.#takeWaiting()
    }
  }

  #takeWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (let at = 0; at < waiting.length; at += largestBatch) {
      const group = waiting.slice(at, at + largestBatch)
      if (group.length < smallestBatch || !this.#isExact) {
        for (const { run, resolve, reject } of group) this.#counted(this.#alone(run)).then(resolve, reject)
      } else void this.#counted(this.#settle(group))
    }
  }

  async #settle(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#together(group.map(({ run }) => run))
      for (const [index, { resolve }] of group.entries()) resolve(results[index]!)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  async #together(runs: readonly FrameRun[]): Promise<readonly FrameResult[]> {
    const results = this.#split(await this.#run(this.#joined(runs)), runs.length)
    if (this.#exactSizes.has(runs.length)) return results
    const alone = await Promise.all(runs.map((run) => this.#alone(run)))
    if (alone.every((one, index) => isSame(one, results[index]!))) this.#exactSizes.add(runs.length)
    else this.#isExact = false
    return alone
  }

  async #alone({ inputTensor, rateTensor, state }: FrameRun): Promise<FrameResult> {
    const outputs = await this.#run({ input: inputTensor, sr: rateTensor, ...state })
    return { probability: outputs.output?.data[0] ?? 0, state: nextState(outputs) }
  }

  /** Once more with a session opened anew: memory may have run out, a thread may have died. */
  async #run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, OnnxTensor>>> {
    const session = this.#session
    try {
      return await session.run(feeds)
    } catch {
      try {
        await this.#reopen(session)
        return await this.#session.run(feeds)
      } catch (cause) {
        throw new AudioEngineFailed(
          this.#model.name,
          `two runs in a row failed, the second one after a restart: ${messageOf(cause)}`,
          {
            told: 'The voice activity engine failed',
            cause,
          },
        )
      }
    }
  }

  /** Once for all frames that `failed` has lost. */
  #reopen(failed: OnnxSession): Promise<void> {
    if (this.#session !== failed) return Promise.resolve()
    this.#reopening ??= this.#model
      .open()
      .then((session) => {
        this.#session = session
      })
      .finally(() => {
        this.#reopening = undefined
      })
    return this.#reopening
  }

  #joined(runs: readonly FrameRun[]): Record<string, OnnxTensor> {
    const { Tensor } = this.#model.runtime
    const [first] = runs
    const width = first!.input.length
    const input = new Float32Array(runs.length * width)
    for (const [index, run] of runs.entries()) input.set(run.input, index * width)
    const feeds: Record<string, OnnxTensor> = { input: new Tensor('float32', input, [runs.length, width]), sr: first!.rateTensor }
    for (const name of Object.keys(first!.state)) {
      const states = runs.map(({ state }) => state[name]!.data)
      feeds[name] = new Tensor('float32', joinedLayers(states), [2, runs.length, states[0]!.length / 2])
    }
    return feeds
  }

  #split(outputs: Readonly<Record<string, OnnxTensor>>, count: number): readonly FrameResult[] {
    const { Tensor } = this.#model.runtime
    const layers = Object.entries(nextState(outputs))
    return Array.from({ length: count }, (_, index) => {
      const state: Record<string, OnnxTensor> = {}
      for (const [name, { data }] of layers) {
        const own = ofStream(data, index, count)
        state[name] = new Tensor('float32', own, [2, 1, own.length / 2])
      }
      return { probability: outputs.output?.data[index] ?? 0, state }
    })
  }
}

/** v4 answers with `hn` and `cn`, later versions with `stateN`. */
function nextState({ output: _, ...states }: Readonly<Record<string, OnnxTensor>>): Record<string, OnnxTensor> {
  const state: Record<string, OnnxTensor> = {}
  for (const [name, tensor] of Object.entries(states)) state[name.replace(/[nN]$/, '')] = tensor
  return state
}

/** Each state has two layers; those of a batch lie layer by layer. */
function joinedLayers(states: readonly Float32Array[]): Float32Array {
  const width = states[0]!.length / 2
  const joined = new Float32Array(2 * width * states.length)
  for (const [index, state] of states.entries()) {
    joined.set(state.subarray(0, width), index * width)
    joined.set(state.subarray(width), (states.length + index) * width)
  }
  return joined
}

function ofStream(layers: Float32Array, index: number, count: number): Float32Array {
  const width = layers.length / 2 / count
  const own = new Float32Array(2 * width)
  own.set(layers.subarray(index * width, (index + 1) * width))
  own.set(layers.subarray((count + index) * width, (count + index + 1) * width), width)
  return own
}

function isSame(one: FrameResult, other: FrameResult): boolean {
  if (one.probability !== other.probability) return false
  return Object.entries(one.state).every(([name, { data }]) =>
    data.every((value, index) => value === other.state[name]!.data[index]),
  )
}
