import { afterEach, beforeEach, expect, test } from 'vitest'
import { type GlobalWebSocketWrap, wrapGlobalWebSocket } from '../../src/transports/global-websocket.ts'

/** Stands for Node's class, so that nothing connects. */
class Original {
  readonly args: unknown[]
  constructor(...args: unknown[]) {
    this.args = args
  }
}
/** Stands for msw's: a proxy that makes something else. */
function mock(over: unknown): unknown {
  return new Proxy(over as new () => object, { construct: () => ({ isMock: true }) })
}

const ours = 'wss://api.openai.com/v1/realtime'
const foreign = 'wss://elsewhere.example/'
const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
const descriptor = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true, enumerable: false })
const set = (value: unknown): unknown => Object.defineProperty(globalThis, 'WebSocket', descriptor(value))
const made = (url: string): any => new globalThis.WebSocket(url, 'realtime')
let consumed = 0
const wraps: GlobalWebSocketWrap[] = []
const doorman = () => ({ status: 503, body: {} })

function wrap(): GlobalWebSocketWrap {
  const internal = {
    run: <T>(work: () => T) => work(),
    consume: () => {
      consumed += 1
      return true
    },
  }
  const wrapped = wrapGlobalWebSocket({ internal, doorman: (url) => (url.href === ours ? doorman : undefined) })
  if (!wrapped) throw new Error('not wrapped')
  wraps.push(wrapped)
  return wrapped
}

beforeEach(() => {
  consumed = 0
  set(Original)
})
afterEach(() => {
  for (const one of wraps.splice(0)) one.restore()
  if (before) Object.defineProperty(globalThis, 'WebSocket', before)
})

test('a wanted URL gets the original even when a mock lies between, and leaves the internal context', () => {
  set(mock(Original))
  wrap()
  expect(made(ours)).toBeInstanceOf(Original)
  expect(made(ours).args).toEqual([ours, 'realtime'])
  expect(consumed).toBe(2)
  expect(made(foreign)).toEqual({ isMock: true })
  expect(consumed).toBe(2)
})

test.each([ours.replace('wss:', 'https:'), new URL(ours)])('a URL may be written in any way: %s', (url) => {
  set(mock(Original))
  wrap()
  expect(made(url as string)).toBeInstanceOf(Original)
})

test('looks like the class: instanceof, subclasses, statics', () => {
  wrap()
  expect(made(ours)).toBeInstanceOf(globalThis.WebSocket)
  class Mine extends (globalThis.WebSocket as unknown as typeof Original) {
    readonly isMine = true
  }
  expect(new Mine(ours)).toMatchObject({ isMine: true, args: [ours] })
  expect(new Mine(foreign)).toBeInstanceOf(Mine)
  expect(globalThis.WebSocket.name).toBe('Original')
})

test('reads a lazy global only when it is read, and puts it back unread', () => {
  let reads = 0
  const lazy = {
    configurable: true,
    enumerable: false,
    get() {
      reads += 1
      set(Original)
      return Original
    },
  }
  Object.defineProperty(globalThis, 'WebSocket', lazy)
  const first = wrap()
  first.restore()
  expect(reads).toBe(0)
  expect(Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')?.get).toBe(lazy.get)
  wrap()
  expect(made(ours)).toBeInstanceOf(Original)
  expect(wraps.at(-1)?.isOutermost).toBe(true)
  expect(reads).toBe(1)
})

test('heals when somebody restores it after it is gone', () => {
  const first = wrap()
  const saved = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket') as PropertyDescriptor
  set(mock(globalThis.WebSocket))
  first.restore()
  expect(made(foreign)).toEqual({ isMock: true })
  Object.defineProperty(globalThis, 'WebSocket', saved)
  expect(globalThis.WebSocket).toBe(Original)
  expect(Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')).toEqual(descriptor(Original))
})

test('an assignment wins, and is left alone afterwards', () => {
  const first = wrap()
  class Fake {}
  globalThis.WebSocket = Fake as never
  expect(made(ours)).toBeInstanceOf(Fake)
  first.restore()
  expect(globalThis.WebSocket).toBe(Fake)
})

test('a reference kept after the gate is gone makes the original', () => {
  const first = wrap()
  const kept = globalThis.WebSocket
  first.restore()
  expect(new kept(ours)).toBeInstanceOf(Original)
  expect(consumed).toBe(0)
})
