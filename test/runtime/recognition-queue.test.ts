import { afterEach, expect, test, vi } from 'vitest'
import { silence } from '../../audio/pcm.ts'
import type { Recognition, TranscriptionEngine } from '../../audio/types.ts'
import { realTime } from '../../src/runtime/clock/real-time.ts'
import { RecognitionQueue } from '../../src/runtime/recognition-queue.ts'

afterEach(() => void vi.restoreAllMocks())

const engineOf = (transcribe: () => Promise<unknown>): TranscriptionEngine => ({
  name: 'ear',
  load: async () => {},
  transcribe: transcribe as () => Promise<Recognition>,
})

test('an engine that never answers fails its sound when its time is over, and the next one is heard', async () => {
  const limits: number[] = []
  vi.spyOn(realTime, 'setTimeout').mockImplementation(((give: () => void, ms: number) => {
    limits.push(ms)
    if (limits.length === 1) queueMicrotask(give)
    return 1
  }) as never)
  const answers = [new Promise(() => {}), Promise.resolve({ text: 'still here' })]
  const queue = new RecognitionQueue(engineOf(() => answers.shift()!))
  const [lost, heard] = [queue.recognize(silence(2000)), queue.recognize(silence(100))]
  await expect(lost).rejects.toThrow("[RTK_ENGINE] Engine 'ear' failed: it gave no answer within 80 s.")
  expect(await heard).toEqual({ text: 'still here' })
  expect(limits).toEqual([80_000, 61_000])
})

test.each([[undefined], ['hello'], [{ words: [] }]])('an engine that gives %j fails its sound', async (found) => {
  const queue = new RecognitionQueue(engineOf(async () => found))
  await expect(queue.recognize(silence(100))).rejects.toThrow("Engine 'ear' failed: transcribe() must give { text }, got ")
})
