// How phone.dial reaches an app: a server object, a URL of this process, one that is elsewhere; and what it refuses.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import selfsigned from 'selfsigned'
import { describe } from 'vitest'
import { createLocalRealtime, expect, test, useLocalRealtime } from 'vitest-realtime'
import { createBridge } from '../examples/src/twilio-bridge.ts'
import { runVitest } from '../support/run-vitest.ts'
import { smallApp } from './support/small-app.ts'

const dialling = { voice: '/incoming-call', authToken: 'secret' }

test('a server that listens is dialled by its URL, in virtual time', async ({ realtime, phone, clock }) => {
  realtime.respondOnce('greeting', 'Hello, this is the harbour hotel.')
  realtime.respond('rooms', { when: 'room', text: 'We have one.' })
  const server = createBridge({ authToken: 'secret' }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const call = await phone.dial(`http://127.0.0.1:${port}`, dialling)
  await call.hears('harbour hotel.')
  await call.pauses(500)
  await call.says('Is there a room?')
  await call.hears('We have one.')
  await call.hangsUp()
  expect(clock.now()).toBeGreaterThan(4000)
  expect(call).toHaveNoFindings()
  server.close()
})

test('a server with TLS needs no certificate in process', async ({ phone }) => {
  const { server } = smallApp()
  const { private: key, cert } = await selfsigned.generate([{ name: 'commonName', value: 'app.test' }])
  const secure = https.createServer({ key, cert })
  secure.on('upgrade', (...args) => server.emit('upgrade', ...args))
  const call = await phone.dial(secure, { stream: '/media' })
  expect(call.isOpen).toBe(true)
})

test('nobody listens there', async ({ phone }) => {
  const dialled = phone.dial('http://127.0.0.1:1', dialling)
  await expect(dialled).rejects.toThrow('nothing in this process listens there, and another process cannot follow virtual time')
})

describe('real time', () => {
  test.override('realtimeOptions', { timing: 'real' })
  test('nobody answers at a URL', async ({ phone }) => {
    await expect(phone.dial('http://127.0.0.1:1', dialling)).rejects.toThrow('[RTK_CALL] phone.dial(…): the app did not answer')
    await expect(phone.dial('http://127.0.0.1:1', { stream: '/media' })).rejects.toThrow('no socket came about')
  })
})

test.for([
  ['no app', undefined, {}, "the app's http.Server, or its URL"],
  ['a handler', () => {}, {}, 'give http.createServer(app)'],
  ['a path', '/voice', {}, 'Give the server, or its whole URL'],
  ['an unknown option', smallApp().server, { voise: '/voice' }, 'voice'],
  ['an unknown platform', smallApp().server, { platform: 'twillio', stream: '/media' }, 'twilio'],
  ['a loss of 20', smallApp().server, { stream: '/media', network: { loss: 20 } }, 'a share from 0 to 1'],
  ['nothing to dial', smallApp().server, {}, 'where does the call go?'],
  ['a number as a parameter', smallApp().server, { stream: '/media', parameters: { n: 1 } }, 'an object of texts by name'],
] as const)('%s is an error that says what to give', async ([, app, options, why], { phone }) => {
  const dialled = async () => phone.dial(app as never, options as never)
  await expect(dialled()).rejects.toThrow(why)
})

describe('through useLocalRealtime', () => {
  const realtime = useLocalRealtime({ responses: { greeting: 'Hello.' } })
  test('the handle dials too', async () => {
    const call = await realtime.phone.dial(createBridge({ authToken: 'secret' }), dialling)
    await call.hears('Hello.')
    expect(realtime).toHaveHeard('Hello.')
  })
})

test('without Vitest’s fixtures: createLocalRealtime', async () => {
  await using realtime = createLocalRealtime({ responses: { greeting: 'Hello.' } })
  await realtime.run(async () => {
    const call = await realtime.phone.dial(createBridge({ authToken: 'secret' }), dialling)
    await call.hears('Hello.')
    await call.hangsUp()
  })
})

test('the same call is the same in every run', { timeout: 60_000 }, async () => {
  const digests = new Set<string>()
  for (let run = 0; run < 20; run++) {
    await using realtime = createLocalRealtime({
      epoch: 1_800_000_000_000,
      responses: { answer: 'Yes, of course, I have noted that down for you.' },
    })
    const log = await realtime.run(async () => {
      const noisy = { noiseDbfs: -60, network: { jitterMs: 30, loss: 0.02 }, seed: 7 }
      const call = await realtime.phone.dial(createBridge({ authToken: 'secret' }), { ...dialling, ...noisy })
      await call.hears('of course')
      await call.interrupts('A table for two please', { afterMs: 900 })
      await call.hears('noted')
      await call.presses('12')
      await realtime.settled()
      await call.hangsUp()
      return JSON.stringify([realtime.timeline.toString(), call.messages, call.metrics])
    })
    digests.add(createHash('sha256').update(log).digest('hex'))
  }
  expect(digests.size).toBe(1)
})

test('a strict call makes its test red at once', async () => {
  const run = await runVitest({
    'strict.case.ts': `
      import { test } from 'vitest-realtime'
      import { smallApp } from '${import.meta.dirname}/support/small-app.ts'
      test('strict', async ({ phone }) => {
        const app = smallApp({ onMessage: ({ event }, socket) => event === 'start' && socket.send('hello') })
        const call = await phone.dial(app.server, { stream: '/media', strict: true })
        await call.hears('anything')
      })
      test('lenient', async ({ phone }) => {
        const app = smallApp({ onMessage: ({ event }, socket) => event === 'start' && socket.send('hello') })
        const call = await phone.dial(app.server, { stream: '/media' })
        await call.pauses(100)
      })
    `,
  })
  expect(run.test('strict').messages.join()).toContain('phone.dial(…, { strict: true }): warning 31951 at 0 ms')
  expect(run.test('lenient').state).toBe('passed')
})
