// Compression, and bounds both ways: a client that does not read, and one that sends faster than it can be listened to.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { VadEngine } from '../../audio/types.ts'
import type { RealtimeOptions } from '../../src/api.ts'
import { Service } from '../../src/runtime/service.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { connectMemory } from '../../src/transports/memory.ts'
import { type RunningServer, startServer } from '../../src/transports/server.ts'
import { type Doorman, maxUnreadBytes, type Wire } from '../../src/transports/transport.ts'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function startWith(doorman: Doorman, deflate = false): Promise<RunningServer> {
  const server = await startServer({ doorman, deflate })
  ends.push(() => server.close())
  return server
}

function startService(options: RealtimeOptions): Service {
  const service = new Service({ name: 'flow', options: { timing: 'real', latency: 'instant', ...options } })
  service.start()
  ends.push(() => service.close())
  return service
}

const headers = { authorization: 'Bearer sk-any' }
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Opcode and compression of each frame that the service sent. */
function framesOf(bytes: Buffer): { isCompressed: boolean; length: number }[] {
  const frames = []
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]! & 0x7f
    const head = short === 126 ? 4 : short === 127 ? 10 : 2
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short
    frames.push({ isCompressed: (bytes[at]! & 0x40) !== 0, length })
    at += head + length
  }
  return frames
}

describe('permessage-deflate', () => {
  test('large frames are compressed, small ones are not', async () => {
    const texts = ['small', 'large '.repeat(1000), 'small again']
    const server = await startWith(
      () => ({
        accept: (wire) => ({
          onMessage: () => {
            for (const text of texts) wire.send(text)
          },
          onClose: () => {},
        }),
      }),
      true,
    )
    const socket = new WebSocket(server.url)
    let raw: IncomingMessage['socket'] | undefined
    socket.on('upgrade', (response: IncomingMessage) => {
      raw = response.socket
    })
    await once(socket, 'open')
    const chunks: Buffer[] = []
    raw?.on('data', (chunk) => chunks.push(chunk))
    const got: string[] = []
    const all = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        if (got.push(String(data)) === texts.length) resolve()
      })
    })
    socket.send('go')
    await all
    expect(socket.extensions).toBe('permessage-deflate')
    expect(got).toEqual(texts)
    const frames = framesOf(Buffer.concat(chunks))
    expect(frames.map(({ isCompressed }) => isCompressed)).toEqual([false, true, false])
    expect(frames[1]!.length).toBeLessThan(200)
    socket.terminate()
  })

  test('is not negotiated unless asked for', async () => {
    const server = await startWith(() => ({ accept: () => ({ onMessage: () => {}, onClose: () => {} }) }))
    const socket = new WebSocket(server.url)
    await once(socket, 'open')
    expect(socket.extensions).toBe('')
    socket.terminate()
  })

  test('a message may not grow beyond the limit by being inflated', async () => {
    const told: string[] = []
    const server = await startWith(
      () => ({
        maxMessageBytes: 1000,
        accept: () => ({
          onMessage: () => told.push('message'),
          onClose: (code) => told.push(`closed ${code}`),
          onOversize: () => told.push('too big'),
        }),
      }),
      true,
    )
    const socket = new WebSocket(server.url)
    await once(socket, 'open')
    socket.send('x'.repeat(70 * 1024 * 1024))
    const [code] = await once(socket, 'close')
    expect(code).toBe(1009)
    expect(told[0]).toBe('too big')
  })
})

describe('a client that does not read', () => {
  const chunk = 'x'.repeat(8 * 1024 * 1024)

  async function fill(wire: Wire, isOver: () => boolean): Promise<number> {
    let sent = 0
    while (!isOver()) {
      wire.send(chunk)
      sent += chunk.length
      await tick()
    }
    return sent
  }

  test('over a real socket: its transport tells once when more waits than is kept', async () => {
    const overflows: number[] = []
    let wire: Wire | undefined
    const server = await startWith(() => ({
      accept: (opened) => {
        wire = opened
        return { onMessage: () => {}, onClose: () => {}, onOverflow: (bytes) => overflows.push(bytes) }
      },
    }))
    const socket = new WebSocket(server.url)
    await once(socket, 'open')
    socket.pause()
    await fill(wire!, () => overflows.length > 0)
    wire!.send(chunk)
    await tick()
    expect(overflows).toHaveLength(1)
    expect(overflows[0]).toBeGreaterThan(maxUnreadBytes)
    expect(overflows[0]).toBeLessThan(maxUnreadBytes + 2 * chunk.length)
    socket.terminate()
  })

  test('in memory likewise', async () => {
    const overflows: number[] = []
    let wire: Wire | undefined
    const client = connectMemory(
      () => ({
        accept: (opened) => {
          wire = opened
          return { onMessage: () => {}, onClose: () => {}, onOverflow: (bytes) => overflows.push(bytes) }
        },
      }),
      { url: 'wss://x' },
    )
    await client.opened
    client.pause()
    await fill(wire!, () => overflows.length > 0)
    expect(overflows).toHaveLength(1)
    expect(overflows[0]).toBeGreaterThan(maxUnreadBytes)
  })

  test('loses its session, by name', async () => {
    const service = startService({})
    const server = await startWith(service.door)
    const socket = new WebSocket(`${server.url}?model=gpt-realtime`, { headers })
    await once(socket, 'message')
    socket.pause()
    const [connection] = service.connections
    const event = { type: 'response.output_text.delta', delta: chunk }
    while (connection!.isOpen) {
      service.inject(connection!, event as never)
      await tick()
    }
    const notes = service.timeline.entries.flatMap((entry) => (isEvent(entry) ? [] : [entry.note]))
    expect(notes).toContainEqual(expect.objectContaining({ type: 'finding', code: 'app_does_not_read' }))
    expect(notes.at(-1)).toMatchObject({
      type: 'closed',
      code: 1008,
      by: 'service',
      reason: expect.stringMatching(/^The client reads too slowly/),
    })
    socket.terminate()
  })
})

test('a reply without end waits for a client that reads slowly', async () => {
  let pieces = 0
  const service = startService({
    responses: {
      endless: async function* () {
        while (pieces < 5000) yield `${'word '.repeat(4000)}${++pieces}`
      },
    },
  })
  const server = await startWith(service.door)
  const socket = new WebSocket(`${server.url}?model=gpt-realtime`, { headers })
  await once(socket, 'message')
  socket.send(JSON.stringify({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } }))
  socket.send(JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [] } }))
  socket.send(JSON.stringify({ type: 'response.create' }))
  await once(socket, 'message')
  socket.pause()
  const [connection] = service.connections
  while (!connection?.drained()) await tick()
  let before: number
  do {
    before = pieces
    for (let turn = 0; turn < 300; turn++) await tick()
  } while (pieces !== before)
  expect(pieces).toBeLessThan(1000)
  expect(connection.isOpen).toBe(true)
  socket.resume()
  while (pieces <= before) await tick()
  socket.terminate()
})

/** An engine that answers when the test says so. */
function slowVad(): { engine: VadEngine; release: () => void } {
  let release = (): void => {}
  const engine: VadEngine = {
    name: 'slow',
    load: async () => {},
    open: () => ({
      push: () =>
        new Promise((resolve) => {
          release = () => resolve([])
        }),
      reset: () => {},
    }),
  }
  return { engine, release: () => release() }
}

const append = (bytes: number): string =>
  JSON.stringify({ type: 'input_audio_buffer.append', audio: Buffer.alloc(bytes).toString('base64') })

describe('a client that floods while voice activity detection is at work', () => {
  test('over a real socket it is slowed down: what it sends waits at its own end', async () => {
    const { engine, release } = slowVad()
    const service = startService({ vad: engine })
    const server = await startWith(service.door)
    const socket = new WebSocket(`${server.url}?model=gpt-realtime`, { headers })
    await once(socket, 'message')
    const count = 60
    for (let index = 0; index < count; index++) socket.send(append(1_000_000))
    const appends = (): number => service.timeline.events.filter(({ event }) => event.type === 'input_audio_buffer.append').length
    while (appends() < 2) await tick()
    for (let turn = 0; turn < 200; turn++) await tick()
    // Of 80 MB some few have been read, the rest is still the client's.
    expect(appends()).toBeLessThan(10)
    expect(socket.bufferedAmount).toBeGreaterThan(30_000_000)
    while (appends() < count) {
      release()
      await tick()
    }
    expect(service.connections[0]!.isOpen).toBe(true)
    socket.terminate()
  })

  test('in process it cannot be slowed down: too much ends the session, by name', async () => {
    const { engine } = slowVad()
    const service = startService({ vad: engine })
    const client = service.run(() =>
      connectMemory(service.door, { url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime', headers }),
    )
    const closed = new Promise<{ code: number; reason: string }>((resolve) => {
      client.onClose = (code, reason) => resolve({ code, reason })
    })
    await client.opened
    const text = append(6_000_000)
    for (let index = 0; index < 20; index++) client.send(text)
    expect(await closed).toEqual({ code: 1008, reason: 'The client sends too fast: too much waits to be heard.' })
    const notes = service.timeline.entries.flatMap((entry) => (isEvent(entry) ? [] : [entry.note]))
    expect(notes).toContainEqual(expect.objectContaining({ type: 'finding', code: 'app_floods' }))
  })
})
