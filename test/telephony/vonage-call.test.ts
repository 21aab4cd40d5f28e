// Vonage: NCCO, tokens, binary sound and the texts beside it, REST. On a recorded line, without sockets.

import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { DialOptions } from '../../src/api/phone.ts'
import type { PlacedCall } from '../../src/telephony/platform.ts'
import { vonage } from '../../src/telephony/vonage/vonage.ts'
import { LineRecorder } from './support/line-recorder.ts'

async function dialled(options: DialOptions, reply?: unknown): Promise<{ line: LineRecorder; placed: PlacedCall }> {
  const line = new LineRecorder(options)
  if (reply !== undefined) line.reply = () => (typeof reply === 'string' ? reply : JSON.stringify(reply))
  const placed = await vonage.place(line)
  line.peer = placed.peer
  return { line, placed }
}

async function streaming(options: DialOptions = {}): Promise<LineRecorder> {
  const { line } = await dialled({ stream: '/socket', ...options })
  line.peer!.opened()
  return line
}

const endpoint = { type: 'websocket', uri: 'wss://app.test/socket', 'content-type': 'audio/l16;rate=16000' }
const connect = (more: object = {}, action: object = {}) => ({
  action: 'connect',
  endpoint: [{ ...endpoint, ...more }],
  ...action,
})
const packet = (ms = 20) => new Uint8Array(ms * 32).fill(0x11)
const claimsOf = (header: string | undefined) => JSON.parse(Buffer.from(header!.split('.')[1]!, 'base64url').toString())

describe('the answer webhook', () => {
  test('GET with the call in its query; the NCCO says where the websocket is', async () => {
    const { line, placed } = await dialled({ voice: '/answer', from: '+15550123' }, [connect({ headers: { lang: 'en' } })])
    const [request] = line.requests
    expect([request!.method, request!.url.pathname]).toEqual(['GET', '/answer'])
    expect(Object.fromEntries(request!.url.searchParams)).toMatchObject({
      from: '+15550123',
      to: '+15550199',
      uuid: placed.peer.callId,
    })
    expect(placed.dial).toEqual({ url: 'wss://app.test/socket', headers: {} })
    placed.peer.opened()
    expect(line.sent[0]!.message).toEqual({ event: 'websocket:connected', 'content-type': 'audio/l16;rate=16000', lang: 'en' })
    expect(line.hasAnswered).toBe(true)
  })

  test('POST with JSON', async () => {
    const { line, placed } = await dialled({ voice: '/answer', vonage: { answerMethod: 'POST' } }, [connect()])
    expect(JSON.parse(line.requests[0]!.body!)).toMatchObject({ uuid: placed.peer.callId, from: '+15550100' })
  })

  test('talk is heard before the websocket; behind it, as soon as it is open', async () => {
    const { line, placed } = await dialled({ voice: '/answer' }, [
      { action: 'talk', text: 'Hello.' },
      connect(),
      { action: 'talk', text: 'Bye.' },
    ])
    expect(line.said).toEqual(['Hello.'])
    placed.peer.opened()
    expect(line.said).toEqual(['Hello.', 'Bye.'])
  })

  test.each([
    ['nothing', /no NCCO/],
    [{ action: 'connect' }, /no NCCO/],
    [[{ action: 'talk', text: 'Hi' }], /connects no websocket: talk/],
    [[connect({ uri: 'https://app.test' })], /uri cannot be used: a ws: or wss: URL is due/],
    [[connect({ 'content-type': 'audio/l16;rate=44100' })], /content-type cannot be used/],
    [[connect({ authorization: { type: 'basic' } })], /cannot be used/],
  ])('%j is no call', async (reply, message) => {
    await expect(dialled({ voice: '/answer' }, reply)).rejects.toThrow(message)
  })
})

describe('tokens', () => {
  test('a JWT of the secret, for webhook and upgrade; a whole JWT as it is', async () => {
    const { line, placed } = await dialled(
      { voice: '/answer', authToken: 'signature-secret', vonage: { answerMethod: 'POST' } },
      [connect()],
    )
    for (const header of [line.requests[0]!.headers!.Authorization!, placed.dial.headers.Authorization!]) {
      const [head, claims, signature] = header.replace('Bearer ', '').split('.')
      expect(createHmac('sha256', 'signature-secret').update(`${head}.${claims}`).digest('base64url')).toBe(signature)
    }
    expect(claimsOf(line.requests[0]!.headers!.Authorization)).toMatchObject({
      iss: 'Vonage',
      iat: 1_767_225_600,
      payload_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const whole = await dialled({ stream: '/socket', authToken: 'aaa.bbb.ccc' })
    expect(whole.placed.dial.headers).toEqual({ Authorization: 'Bearer aaa.bbb.ccc' })
    const missing = await dialled({ stream: '/socket', authToken: 's', signature: 'missing' })
    expect(missing.placed.dial.headers).toEqual({})
  })

  test("an authorization of the app's own", async () => {
    const { placed } = await dialled({ voice: '/answer', authToken: 's' }, [
      connect({ authorization: { type: 'custom', value: 'Basic eDp5' } }),
    ])
    expect(placed.dial.headers).toEqual({ Authorization: 'Basic eDp5' })
  })
})

describe('the websocket', () => {
  test.each([
    [8000, 320],
    [16_000, 640],
    [24_000, 960],
  ] as const)('binary frames of 20 ms both ways at %d Hz', async (rateHz, bytes) => {
    const line = await streaming({ vonage: { rateHz } })
    line.hears(40)
    expect(line.binary.map(({ length }) => length)).toEqual([bytes, bytes])
    line.says(new Uint8Array(bytes).fill(1))
    expect([line.queuedMs(), line.played[0]!.format, line.findings]).toEqual([20, { encoding: 'pcm16', rateHz }, []])
  })

  test('clear drops what waits, and its notifies', async () => {
    const line = await streaming()
    const notify = (n: number) => ({ action: 'notify', payload: { n } })
    line.says(notify(0), packet(), notify(1), packet(), notify(2))
    line.pass(20)
    line.says({ action: 'clear' })
    line.pass(100)
    expect(line.sent.slice(1).map(({ message }) => message)).toEqual([
      { event: 'websocket:notify', payload: { n: 0 } },
      { event: 'websocket:notify', payload: { n: 1 } },
      { event: 'websocket:cleared' },
    ])
    expect(line.playout.unplayedMs).toBe(20)
  })

  test('keys', async () => {
    const line = await streaming()
    line.peer!.key('5')
    expect(line.sent.at(-1)!.message).toEqual({ event: 'websocket:dtmf', digit: '5', duration: 260 })
  })

  test.each([
    ['a packet of another size', packet(30), 7302, 'warning'],
    ['half a sample', new Uint8Array(641), 7302, 'error'],
    ['no JSON', 'clear', 7304, 'error'],
    ['no object', '[]', 7304, 'error'],
    ['an unknown action', { action: 'stop' }, 7305, 'error'],
    ['a notify without payload', { action: 'notify' }, 7305, 'error'],
  ])('%s is found', async (_, message, code, level) => {
    const line = await streaming()
    line.says(message)
    expect(line.findings).toMatchObject([{ code, level }])
    expect(line.over).toBeUndefined()
  })

  test('3072 packets wait at most', async () => {
    const line = await streaming()
    for (let sent = 0; sent < 3074; sent++) line.says(packet())
    expect([line.queuedMs(), line.codes]).toEqual([3072 * 20, [7303]])
  })
})

describe('the end', () => {
  test('of the caller: the socket closes', async () => {
    const line = await streaming({ vonage: { eventUrl: '/events' } })
    line.peer!.hangUp()
    line.peer!.closed(1006, '')
    expect([line.closed, line.over]).toEqual([1000, { by: 'caller', reason: 'the caller hung up' }])
    expect([line.requests.length, line.findings]).toEqual([2, []])
  })

  test.each([
    [1000, []],
    [1006, [7306]],
  ])('of the app, by closing with %d; the event webhook is told', async (code, codes) => {
    const line = await streaming({ vonage: { eventUrl: '/events' } })
    line.peer!.closed(code, '')
    await Promise.resolve()
    expect([line.over?.by, line.codes]).toEqual(['app', codes])
    expect(line.requests.map(({ body }) => JSON.parse(body!).status)).toEqual(['answered', 'disconnected', 'completed'])
  })

  test('of the app, by REST', async () => {
    const line = await streaming()
    const url = new URL(`https://api.nexmo.com/v1/calls/${line.peer!.callId}`)
    const put = (body: object, headers = { authorization: 'Bearer x' }) =>
      vonage.rest!.answer({ method: 'PUT', url, headers, body: JSON.stringify(body) }, [line.peer!]).status
    expect(vonage.rest!.takes(url)).toBe(true)
    expect(put({ action: 'hangup' }, { authorization: '' })).toBe(401)
    expect(put({ action: 'dance' })).toBe(400)
    expect(put({ action: 'hangup' })).toBe(204)
    expect(line.over).toEqual({ by: 'app', reason: 'hung up by REST' })
    expect(put({ action: 'hangup' })).toBe(404)
  })
})
