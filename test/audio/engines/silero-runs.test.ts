import { describe, expect, test, vi } from 'vitest'
import type { OnnxRuntime, OnnxSession, OnnxTensor } from '../../../audio/engines/onnx-runtime.ts'
import { resolvePackage } from '../../../audio/engines/resolve-package.ts'
import { sileroEngine } from '../../../audio/engines/silero.ts'
import { type FrameRun, SileroRuns } from '../../../audio/engines/silero-runs.ts'
import { speechSegments } from '../../../audio/segments.ts'
import { corpus, framesOf } from '../support/vad-corpus.ts'

class Tensor implements OnnxTensor {
  readonly data: Float32Array
  readonly dims: readonly number[]
  constructor(_type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) {
    this.data = data as Float32Array
    this.dims = dims
  }
}

const runtime = { Tensor } as unknown as OnnxRuntime
const rateTensor = new Tensor('int64', new Float32Array(1), [])

/** A frame of one stream; its sound and its state are known by a number. */
function frame(value: number): FrameRun {
  const input = Float32Array.of(value, value)
  const state = { state: new Tensor('float32', Float32Array.of(value, value + 0.5), [2, 1, 1]) }
  return { input, inputTensor: new Tensor('float32', input, [1, 2]), rateTensor, state }
}

/** Probability: the frame's number. New state: the old one and 1. `slip` is what batches get wrong, those of `slips` frames or more. */
function fakeSession(batches: number[], slip = 0, slips = 2): OnnxSession {
  return {
    inputNames: ['input', 'sr', 'state'],
    async run(feeds) {
      const { data, dims } = feeds.input as Tensor
      const state = feeds.state as Tensor
      const count = dims[0]!
      batches.push(count)
      await new Promise((resolve) => setImmediate(resolve))
      const error = count >= slips ? slip : 0
      const output = new Tensor(
        'float32',
        Float32Array.from({ length: count }, (_, index) => data[index * 2]! + error),
        [count, 1],
      )
      return {
        output,
        stateN: new Tensor(
          'float32',
          state.data.map((value) => value + 1),
          state.dims,
        ),
      }
    },
  }
}

function runsOf(
  session: OnnxSession,
  options: { isExactInBatches?: boolean; open?: () => Promise<OnnxSession> } = {},
): SileroRuns {
  const { isExactInBatches = true, open = () => Promise.reject(new Error('not opened anew')) } = options
  return new SileroRuns({ name: 'silero-v6', runtime, open, isExactInBatches }, session)
}

const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

async function runAll(runs: SileroRuns, count: number): Promise<{ probability: number; state: number[] }[]> {
  const results = await Promise.all(many(count).map((value) => runs.next(frame(value))))
  return results.map(({ probability, state }) => ({ probability, state: [...state.state!.data] }))
}

const expected = (count: number) => many(count).map((value) => ({ probability: value, state: [value + 1, value + 1.5] }))

test('a frame runs alone, at once; those that come meanwhile run together', async () => {
  const batches: number[] = []
  const runs = runsOf(fakeSession(batches))
  expect(await runAll(runs, 1)).toEqual(expected(1))
  expect(await runAll(runs, 3)).toEqual(expected(3))
  // The first batch of two, and its frames alone beside it.
  expect(batches).toEqual([1, 1, 2, 1, 1])
  batches.length = 0
  expect(await runAll(runs, 3)).toEqual(expected(3))
  expect(batches).toEqual([1, 2])
})

test('many that wait at once run in batches of 64 at most; each stream gets its own result', async () => {
  const batches: number[] = []
  const runs = runsOf(fakeSession(batches))
  expect(await runAll(runs, 100)).toEqual(expected(100))
  batches.length = 0
  expect(await runAll(runs, 100)).toEqual(expected(100))
  expect(batches).toEqual([1, 64, 35])
})

test('each size of a batch is trusted by itself: one that gives other numbers ends them all', async () => {
  const batches: number[] = []
  const runs = runsOf(fakeSession(batches, 0.01, 20))
  expect(await runAll(runs, 11)).toEqual(expected(11))
  batches.length = 0
  expect(await runAll(runs, 11)).toEqual(expected(11))
  expect(batches).toEqual([1, 10])
  expect(await runAll(runs, 31)).toEqual(expected(31))
  batches.length = 0
  expect(await runAll(runs, 11)).toEqual(expected(11))
  expect(Math.max(...batches)).toBe(1)
})

test('where batches give other numbers than frames alone, their results are not used, and there are no more of them', async () => {
  const batches: number[] = []
  const runs = runsOf(fakeSession(batches, 0.01))
  const found = await runAll(runs, 64)
  expect(found).toEqual(expected(64))
  batches.length = 0
  expect(await runAll(runs, 64)).toEqual(expected(64))
  expect(Math.max(...batches)).toBe(1)
})

test('a model that is known to differ in batches never runs in them', async () => {
  const batches: number[] = []
  await runAll(runsOf(fakeSession(batches), { isExactInBatches: false }), 64)
  expect(Math.max(...batches)).toBe(1)
})

test('a run that fails is run again by a session opened anew, once for all frames that the first one lost', async () => {
  const dead: OnnxSession = { inputNames: [], run: () => Promise.reject(new Error('bad allocation')) }
  const batches: number[] = []
  const open = vi.fn(async () => fakeSession(batches))
  const runs = runsOf(dead, { open })
  expect(await runAll(runs, 40)).toEqual(expected(40))
  expect(open).toHaveBeenCalledTimes(1)
})

test('a run that fails twice fails its frames, batches too, and nobody waits for ever', async () => {
  const dead: OnnxSession = { inputNames: [], run: () => Promise.reject(new Error('bad allocation')) }
  const runs = runsOf(dead, { open: async () => dead })
  const results = await Promise.allSettled(many(40).map((value) => runs.next(frame(value))))
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  await expect(runs.next(frame(1))).rejects.toThrow(
    '[RTK_ENGINE] The voice activity engine failed: two runs in a row failed, the second one after a restart: bad allocation',
  )
})

test('a session that cannot be opened anew fails the frame', async () => {
  const dead: OnnxSession = { inputNames: [], run: () => Promise.reject(new Error('bad allocation')) }
  await expect(runsOf(dead).next(frame(1))).rejects.toThrow('after a restart: not opened anew')
})

describe.skipIf(resolvePackage('onnxruntime-node') === undefined)('the real model', { timeout: 120_000 }, () => {
  test.each(['silero-v6', 'silero-v4'] as const)(
    '%s: 40 streams at once hear what each hears alone, to the last digit',
    async (name) => {
      const engine = sileroEngine(name)
      const sounds = await corpus(20)
      const alone = []
      for (const audio of sounds) alone.push(await framesOf(engine, audio))
      const together = await Promise.all(many(40).map((index) => framesOf(engine, sounds[index % sounds.length]!)))
      for (const [index, frames] of together.entries()) expect(frames).toEqual(alone[index % sounds.length])
      const events = together.map((frames) => speechSegments(frames, 24_000))
      expect(events.flat().length).toBeGreaterThan(39)
    },
  )
})
