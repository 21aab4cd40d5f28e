// One session, many sockets: what is sent to all, and what happens to each.

import { expect, test } from 'vitest'
import { SharedWire } from '../../src/runtime/shared-wire.ts'
import type { Wire } from '../../src/transports/transport.ts'

/** A socket that writes down what is done to it. */
function socket(bufferedBytes = 0): { wire: Wire; done: string[] } {
  const done: string[] = []
  const wire: Wire = {
    bufferedBytes,
    send: (text) => void done.push(`send ${text}`),
    close: (code, reason) => void done.push(`close ${code} ${reason}`),
    terminate: () => void done.push('terminate'),
    ping: (payload) => void done.push(`ping ${payload.length}`),
    pause: () => void done.push('pause'),
    resume: () => void done.push('resume'),
  }
  return { wire, done }
}

test('everything goes to the sockets that are attached at that moment', () => {
  const shared = new SharedWire()
  const [first, second] = [socket(), socket()]
  shared.send('nobody')
  const leave = shared.attach(first.wire)
  shared.send('one')
  shared.attach(second.wire)
  shared.ping(new Uint8Array(4))
  leave()
  shared.send('two')
  shared.close(1000, 'bye')
  shared.send('after')
  expect(first.done).toEqual(['send one', 'ping 4'])
  expect(second.done).toEqual(['ping 4', 'send two', 'close 1000 bye'])
})

test('a line that is cut is cut for those who come later, too', () => {
  const shared = new SharedWire()
  const [first, second] = [socket(), socket()]
  shared.attach(first.wire)
  shared.pause()
  shared.attach(second.wire)
  shared.resume()
  shared.terminate()
  expect(first.done).toEqual(['pause', 'resume', 'terminate'])
  expect(second.done).toEqual(first.done)
})

test('as much waits as waits for the slowest reader', () => {
  const shared = new SharedWire()
  expect(shared.bufferedBytes).toBe(0)
  for (const bytes of [3, 7, 5]) shared.attach(socket(bytes).wire)
  expect(shared.bufferedBytes).toBe(7)
})
