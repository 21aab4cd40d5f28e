// `setImmediate` for a page: a turn of its event loop without the 4 ms that nested timers of browsers take.

import type { RealTime } from './patcher.ts'

export function createPageImmediates(): Pick<RealTime, 'setImmediate' | 'clearImmediate'> {
  const due = new Map<number, () => void>()
  const { port1, port2 } = new MessageChannel()
  let lastId = 0
  port1.onmessage = ({ data }: MessageEvent<number>) => {
    const run = due.get(data)
    due.delete(data)
    run?.()
  }
  const setImmediate = (run: (...args: unknown[]) => void, ...args: unknown[]): number => {
    due.set(++lastId, () => run(...args))
    port2.postMessage(lastId)
    return lastId
  }
  const clearImmediate = (id: number): void => void due.delete(id)
  return { setImmediate, clearImmediate } as unknown as ReturnType<typeof createPageImmediates>
}
