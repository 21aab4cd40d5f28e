// Real work of the app stops virtual time: it completes under a watchdog of 30 virtual seconds, at 0 ms of the clock.

import { execFile } from 'node:child_process'
import crypto from 'node:crypto'
import dns from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import { Worker } from 'node:worker_threads'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer, WebSocket as WsClient } from 'ws'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { type RemoteServer, startRemoteServer } from './support/remote-server.ts'
import { type ClockOfTest, realSleep, turns, withClock } from './support/with-clock.ts'

let remote: RemoteServer
const uninstall = installAppTime()
beforeAll(async () => {
  remote = await startRemoteServer(60)
})
afterAll(async () => {
  uninstall()
  await remote.close()
})

/** On a busy machine work may take longer than the second after which the clock gives up waiting. */
function withPatientClock<T>(work: (test: ClockOfTest) => Promise<T>): Promise<T> {
  return withClock(work, { freezeMs: 15_000 })
}

function portOf(server: http.Server | WebSocketServer): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function listen(server: http.Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

/** Does `work` while the test waits and a watchdog of 30 s runs: what came first, and when by the clock. */
async function underWatchdog(
  work: (test: ClockOfTest) => Promise<unknown>,
  test: ClockOfTest,
): Promise<[outcome: string, atMs: number]> {
  const { clock } = test
  const { promise, resolve } = Promise.withResolvers<string>()
  const watchdog = setTimeout(() => resolve('watchdog'), 30_000)
  work(test).then(
    () => resolve('done'),
    (error) => resolve(String(error)),
  )
  const outcome = await clock.wait(promise, { timeoutMs: 60_000, what: 'it' })
  clearTimeout(watchdog)
  return [outcome, clock.now()]
}

const works: Record<string, (test: ClockOfTest) => Promise<unknown>> = {
  fetch: () => fetch(remote.url).then((response) => response.text()),
  'fetch with a signal of 30 s': () =>
    fetch(remote.url, { signal: AbortSignal.timeout(30_000) }).then((response) => response.text()),
  'http.get': () =>
    new Promise((resolve, reject) =>
      http.get(remote.url, (response) => response.resume().on('end', resolve)).on('error', reject),
    ),
  'reading files': async () => {
    for (let round = 0; round < 20; round++) await fs.promises.readFile('package-lock.json')
  },
  'a child process': () => new Promise((resolve) => execFile(process.execPath, ['-e', 'setTimeout(() => {}, 50)'], resolve)),
  gzip: () => new Promise((resolve) => zlib.gzip(Buffer.alloc(8e6), resolve)),
  scrypt: () => new Promise((resolve) => crypto.scrypt('a', 'b', 64, resolve)),
  'random bytes and a key': async () => {
    await new Promise((resolve) => crypto.randomBytes(1e6, resolve))
    await crypto.subtle.generateKey(
      { name: 'RSA-OAEP', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true,
      ['encrypt', 'decrypt'],
    )
  },
  DNS: () => dns.promises.lookup('localhost'),
  'a dynamic import': () => import('./support/lazy.ts'),
  'a worker under hold': ({ clock }) =>
    clock.hold(
      new Promise((resolve) => {
        const worker = new Worker('setTimeout(() => require("node:worker_threads").parentPort.postMessage(1), 60)', {
          eval: true,
        })
        worker.once('message', resolve)
      }),
    ),
  'work of the kit under holdWhile': ({ clock }) => clock.holdWhile('the reply', () => realSleep(60)),
}

describe('completes before any virtual timeout', () => {
  test.each(Object.entries(works))('%s', (_name, work) =>
    withPatientClock(async (test) => {
      expect(await underWatchdog(work, test)).toEqual(['done', 0])
      expect(test.findings).toEqual([])
    }),
  )

  test.concurrent.each(Object.entries(works))('concurrent: %s', (_name, work) =>
    withPatientClock(async (test) => {
      expect(await underWatchdog(work, test)).toEqual(['done', 0])
    }),
  )
})

describe('what is no work', () => {
  test('the same worker without hold is not seen: the watchdog comes first', () =>
    withPatientClock(async (test) => {
      const work = () =>
        new Promise((resolve) => {
          const worker = new Worker('setTimeout(() => require("node:worker_threads").parentPort.postMessage(1), 200)', {
            eval: true,
          })
          worker.once('message', resolve)
        })
      expect(await underWatchdog(work, test)).toEqual(['watchdog', 30_000])
    }))

  test('a stream of events that stays open', () =>
    withPatientClock(async (test) => {
      const stop = new AbortController()
      const stream = await fetch(`${remote.url}/events`, { signal: stop.signal })
      await stream.body?.getReader().read()
      const sleep = () => new Promise((resolve) => setTimeout(resolve, 1000))
      expect(await underWatchdog(sleep, test)).toEqual(['done', 1000])
      expect(test.findings).toEqual([])
      stop.abort()
    }))

  test('synchronous cryptography, and streams of zlib that rest', () =>
    withPatientClock(async (test) => {
      const resting = zlib.createGzip()
      const kept = Array.from({ length: 50 }, () => crypto.randomBytes(16))
      crypto.scryptSync('a', 'b', 16)
      await turns(1)
      const sleep = () => new Promise((resolve) => setTimeout(resolve, 1000))
      expect(await underWatchdog(sleep, test)).toEqual(['done', 1000])
      expect([test.findings, kept.length]).toEqual([[], 50])
      resting.destroy()
    }))

  test('a request that a server of this test answers, however long it sleeps on the clock', () =>
    withPatientClock(async (test) => {
      const server = http.createServer((_request, response) => setTimeout(() => response.end('x'), 4000))
      await listen(server)
      const work = () => fetch(`http://127.0.0.1:${portOf(server)}`).then((response) => response.text())
      expect(await underWatchdog(work, test)).toEqual(['done', 4000])
      server.close()
      expect(test.findings).toEqual([])
    }))

  test('a request that the kit says it serves', () =>
    withPatientClock(async (test) => {
      const { clock } = test
      const served = clock.serving()
      const answer = () => {
        served()
        clock.work.end('request')
      }
      clock.at(2000, answer, 'service')
      clock.work.start('request', { name: 'GET x', kind: 'http' })
      const work = () => new Promise<void>((resolve) => clock.at(2000, resolve, 'service'))
      expect(await underWatchdog(work, test)).toEqual(['done', 2000])
    }))
})

describe('a WebSocket handshake is work until it is open', () => {
  const clients = {
    ws: (url: string) =>
      new Promise<{ close(): void }>((resolve, reject) => {
        const socket = new WsClient(url)
        socket.on('open', () => resolve(socket))
        socket.on('error', reject)
      }),
    global: (url: string) =>
      new Promise<{ close(): void }>((resolve, reject) => {
        const socket = new WebSocket(url)
        socket.addEventListener('open', () => resolve(socket))
        socket.addEventListener('error', reject)
      }),
  }

  test.each(Object.entries(clients))('%s', (_name, connect) =>
    withPatientClock(async (test) => {
      const server = http.createServer()
      const sockets = new WebSocketServer({ noServer: true })
      // The answer takes real time, as from another process.
      server.on('upgrade', (request, socket, head) => {
        void realSleep(40).then(() =>
          sockets.handleUpgrade(request, socket, head, (accepted) => sockets.emit('connection', accepted)),
        )
      })
      await listen(server)
      const work = async () => {
        const socket = await connect(`ws://127.0.0.1:${portOf(server)}/x`)
        await new Promise((resolve) => setTimeout(resolve, 700))
        socket.close()
      }
      expect(await underWatchdog(work, test)).toEqual(['done', 700])
      for (const client of sockets.clients) client.terminate()
      server.close()
      expect(test.findings).toEqual([])
    }),
  )

  test('that is refused is over', () =>
    withPatientClock(async (test) => {
      const server = http.createServer((_request, response) => response.writeHead(401).end('no'))
      await listen(server)
      const url = `ws://127.0.0.1:${portOf(server)}/x`
      const work = async () => {
        for (const connect of Object.values(clients)) await connect(url).catch(() => {})
        await new Promise((resolve) => setTimeout(resolve, 700))
      }
      expect(await underWatchdog(work, test)).toEqual(['done', 700])
      expect(test.findings).toEqual([])
      server.close()
    }))
})
