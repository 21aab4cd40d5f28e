// The media stream, message by message, against an app without a model.

import { expect, test } from 'vitest-realtime'
import { beep, smallApp } from './support/small-app.ts'

const stream = { stream: '/media' }

/** Sends what it is given once the stream has started. */
function speaking(...messages: (object | string | Uint8Array)[]) {
  return smallApp({
    onMessage({ event, streamSid }, socket) {
      if (event !== 'start') return
      for (const message of messages) {
        const isRaw = typeof message === 'string' || message instanceof Uint8Array
        socket.send(isRaw ? message : JSON.stringify({ streamSid, ...message }))
      }
    },
  })
}

test('connected, start, media, key, stop: numbers are texts, one sequence for all', async ({ phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { ...stream, parameters: { token: 't-41' } })
  await call.pauses(70)
  await call.presses('5')
  await call.hangsUp()
  const [connected, start, ...rest] = app.messages
  expect(connected).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' })
  const sid = expect.stringMatching(/^MZ[0-9a-f]{32}$/)
  expect(start).toEqual({
    event: 'start',
    sequenceNumber: '1',
    start: {
      accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      streamSid: sid,
      callSid: call.id,
      tracks: ['inbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { token: 't-41' },
    },
    streamSid: sid,
  })
  const media = rest.filter(({ event }) => event === 'media')
  expect(media.slice(0, 3)).toEqual(
    [1, 2, 3].map((n) => ({
      event: 'media',
      sequenceNumber: String(n + 1),
      media: {
        track: 'inbound',
        chunk: String(n),
        timestamp: String((n - 1) * 20),
        payload: Buffer.alloc(160, 0xff).toString('base64'),
      },
      streamSid: start.streamSid,
    })),
  )
  expect(rest.find(({ event }) => event === 'dtmf')).toMatchObject({ dtmf: { track: 'inbound_track', digit: '5' } })
  expect(rest.map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual(rest.map((_, at) => at + 2))
  expect(rest.at(-1)).toMatchObject({ event: 'stop', stop: { callSid: call.id, accountSid: start.start.accountSid } })
  expect(app.closes).toEqual([1000])
})

test('marks come back when what was before them has been heard, clear gives the rest back', async ({ phone, clock }) => {
  const app = speaking(
    { event: 'mark', mark: { name: 'at once' } },
    { event: 'media', media: { payload: beep(300) } },
    { event: 'mark', mark: { name: 'heard' } },
    { event: 'media', media: { payload: beep(1000) } },
    { event: 'mark', mark: { name: 'cut' } },
  )
  const call = await phone.dial(app.server, stream)
  await call.pauses(600)
  const marks = (): string[] => app.messages.flatMap((message) => (message.event === 'mark' ? [message.mark.name] : []))
  expect(marks()).toEqual(['at once', 'heard'])
  app.socket().send(JSON.stringify({ event: 'clear', streamSid: app.messages[1].streamSid }))
  await call.pauses(20)
  expect(marks()).toEqual(['at once', 'heard', 'cut'])
  expect(call.heard.durationMs).toBeCloseTo(600, 0)
  expect(call.metrics.discardedBytes).toBe(5600)
  expect(call).toHaveNoFindings()
  expect(clock.now()).toBe(620)
})

test('an echoed mark takes its time on the network', async ({ phone }) => {
  const app = speaking({ event: 'media', media: { payload: beep(100) } }, { event: 'mark', mark: { name: 'late' } })
  const call = await phone.dial(app.server, { ...stream, network: { markEchoMs: 55 } })
  await call.pauses(150)
  expect(app.messages.filter(({ event }) => event === 'mark')).toEqual([])
  await call.pauses(10)
  expect(app.messages.filter(({ event }) => event === 'mark')).toHaveLength(1)
})

test.for([
  ['no JSON', '{"event":', 31_951, undefined],
  ['no event', { type: 'session.update' }, 31_951, 'event'],
  ['an unknown event', { event: 'hangup' }, 31_951, 'event'],
  ['null', 'null', 31_951, 'event'],
  ['a list', '[1]', 31_951, 'event'],
  ['media without sound', { event: 'media' }, 31_951, 'media'],
  ['sound that is a number', { event: 'media', media: { payload: 7 } }, 31_951, 'media.payload'],
  ['no base64', { event: 'media', media: { payload: '***' } }, 31_950, 'media.payload'],
  ['a binary frame', Buffer.from([1, 2, 3]), 31_950, undefined],
  ['a mark without a name', { event: 'mark' }, 31_951, 'mark'],
  ['another stream', { event: 'clear', streamSid: 'MZ0' }, 31_951, 'streamSid'],
  ['no stream', { event: 'clear', streamSid: null }, 31_951, 'streamSid'],
  ['too much', { event: 'clear', why: 'interrupted' }, 31_951, 'why'],
  ['an event like a method', { event: 'constructor' }, 31_951, 'event'],
] as const)('%s is a finding, and the call goes on', async ([, message, code, path], { phone }) => {
  const app = speaking(message, { event: 'mark', mark: { name: 'alive' } })
  const call = await phone.dial(app.server, stream)
  await call.pauses(40)
  expect(call.findings).toEqual([expect.objectContaining({ code, level: 'warning', atMs: 0, ...(path && { path }) })])
  expect(app.messages.map(({ event }) => event)).toContain('mark')
  expect(call.isOpen).toBe(true)
})

test('a finding of one kind is told once per stream', async ({ phone }) => {
  const app = speaking('x', 'y', { event: 'nothing' }, Buffer.from([1]), Buffer.from([2]))
  const call = await phone.dial(app.server, stream)
  await call.pauses(20)
  expect(call.findings.map(({ code }) => code)).toEqual([31_951, 31_950])
  expect(() => expect(call).toHaveNoFindings()).toThrowErrorMatchingInlineSnapshot(`
    [Error: [1mexpect(call).toHaveNoFindings()[22m

    Subject: call CAb7cf3c25632b92409d3fb64afebede10

    warning 31951 (+0ms): not JSON: Unexpected token 'x', "x" is not valid JSON
    warning 31950 (+0ms): a binary frame of 1 bytes: Twilio takes JSON text only

    The call (virtual time):
    [2m    #4 +0ms · ! The phone: warning 31951 at 0 ms: not JSON: Unexpected token 'x', "x" is not valid JSON[22m
    [2m    #5 +0ms · phone  app → platform  something else[22m
    [2m    #6 +0ms · phone  app → platform  something else[22m
    [2m    #7 +0ms · phone  app → platform  something else[22m
    [2m    #8 +0ms · ! The phone: warning 31950 at 0 ms: a binary frame of 1 bytes: Twilio takes JSON text only[22m
      > #9 +0ms · phone  app → platform  something else
        (+4 earlier: realtime.timeline.toString())

    On the real platform these are errors of the call in its log, or sound that nobody hears.]
  `)
})

test('more than ten minutes of sound are discarded, once told', async ({ phone }) => {
  const payload = beep(60_000)
  const app = speaking(...Array.from({ length: 12 }, () => ({ event: 'media', media: { payload } })))
  const call = await phone.dial(app.server, stream)
  await call.pauses(20)
  expect(call.findings.map(({ code }) => code)).toEqual([31_931])
  expect(call.metrics.discardedBytes).toBe(2 * 480_000)
})

test('the app ends the call by closing its socket: what it had queued is not heard', async ({ phone }) => {
  const app = speaking({ event: 'media', media: { payload: beep(2000) } })
  const call = await phone.dial(app.server, stream)
  await call.pauses(500)
  app.socket().close(1000)
  expect(await call.ended()).toMatchObject({ by: 'app', reason: 'the app closed the stream (1000)' })
  expect(call.heard.durationMs).toBeLessThan(600)
  expect(app.messages.at(-1).event).not.toBe('stop')
  expect(call).toHaveHungUp('app')
  expect(call).toHaveNoFindings()
})

test.for([
  ['breaks', (socket: { terminate(): void }) => socket.terminate(), 31_903],
  ['closes with an error', (socket: { close(code: number): void }) => socket.close(1011), 31_921],
] as const)('an app whose socket %s is told so', async ([, act, code], { phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, stream)
  act(app.socket())
  await call.ended()
  expect(call.findings.map((finding) => finding.code)).toEqual([code])
})

test('a slow reader lets the app’s messages pile up, and reads them in order', async ({ phone }) => {
  const app = speaking(...Array.from({ length: 5 }, (_, at) => ({ event: 'mark', mark: { name: String(at) } })))
  const call = await phone.dial(app.server, { ...stream, network: { slowReaderMs: 100 } })
  await call.pauses(250)
  const marks = (): string[] => app.messages.flatMap((message) => (message.event === 'mark' ? [message.mark.name] : []))
  expect(marks()).toEqual(['0', '1', '2'])
  await call.pauses(300)
  expect(marks()).toEqual(['0', '1', '2', '3', '4'])
})

test('jitter delays frames and keeps their order; a key does not overtake them', async ({ phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { ...stream, network: { jitterMs: 90 } })
  await call.pauses(400)
  await call.presses('7')
  await call.pauses(200)
  const numbers = app.messages.slice(1).map(({ sequenceNumber }) => Number(sequenceNumber))
  expect(numbers).toEqual(numbers.map((_, at) => at + 1))
})
