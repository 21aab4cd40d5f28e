// Telnyx: messages of a media stream, webhooks, REST. On a recorded line, without sockets.

import { generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { DialOptions } from '../../src/api/phone.ts'
import type { PlacedCall } from '../../src/telephony/platform.ts'
import { telnyx } from '../../src/telephony/telnyx/telnyx.ts'
import { LineRecorder } from './support/line-recorder.ts'

async function dialled(
  options: DialOptions = {},
  line = new LineRecorder({ stream: '/media', ...options }),
): Promise<{ line: LineRecorder; placed: PlacedCall }> {
  const placed = await telnyx.place(line)
  line.peer = placed.peer
  return { line, placed }
}

async function streaming(options: DialOptions = {}): Promise<LineRecorder> {
  const { line } = await dialled(options)
  line.peer!.opened()
  return line
}

const media = (bytes: number) => ({ event: 'media', media: { payload: Buffer.alloc(bytes, 0x55).toString('base64') } })
const mark = (name: string) => ({ event: 'mark', mark: { name } })

describe('to the app', () => {
  test('connected, start, media, dtmf, stop: snake_case, numbers as texts, the stream only on top', async () => {
    const line = await streaming({
      from: '+15550123',
      to: '+15550124',
      parameters: { lang: 'en' },
      telnyx: { clientState: 'abc', tags: ['t'] },
    })
    line.hears(40)
    line.peer!.key('5')
    line.peer!.hangUp()
    const { callId } = line.peer!
    const [connected, start, first, second, dtmf, stop] = line.sent.map(({ message }) => message)
    expect(connected).toEqual({ event: 'connected', version: '1.0.0' })
    expect(start).toEqual({
      event: 'start',
      sequence_number: '1',
      stream_id: expect.any(String),
      start: {
        user_id: expect.any(String),
        call_control_id: callId,
        call_session_id: expect.any(String),
        from: '+15550123',
        to: '+15550124',
        tags: ['t'],
        client_state: 'YWJj',
        custom_parameters: { lang: 'en' },
        media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1 },
      },
    })
    const silence = Buffer.alloc(160, 0xff).toString('base64')
    expect(first).toEqual({
      event: 'media',
      sequence_number: '2',
      stream_id: start!.stream_id,
      media: { track: 'inbound', chunk: '1', timestamp: '0', payload: silence },
    })
    expect(second!.media).toMatchObject({ chunk: '2', timestamp: '20' })
    expect(dtmf).toEqual({
      event: 'dtmf',
      sequence_number: '4',
      stream_id: start!.stream_id,
      occurred_at: '2026-01-01T00:00:00.040Z',
      dtmf: { digit: '5' },
    })
    expect(stop).toEqual({
      event: 'stop',
      sequence_number: '5',
      stream_id: start!.stream_id,
      stop: { user_id: start!.start.user_id, call_control_id: callId },
    })
    expect([line.closed, line.over?.by, line.findings]).toEqual([1000, 'caller', []])
  })

  test.each([
    [{}, { encoding: 'mulaw', rateHz: 8000 }],
    [{ streamCodec: 'PCMA' }, { encoding: 'alaw', rateHz: 8000 }],
    [{ streamCodec: 'L16' }, { encoding: 'pcm16', rateHz: 16_000 }],
    [
      { streamCodec: 'L16', samplingRateHz: 24_000 },
      { encoding: 'pcm16', rateHz: 24_000 },
    ],
  ] as const)('codec %j', async (options, format) => {
    const line = await streaming({ telnyx: options })
    expect(line.peer!.inputFormat).toEqual(format)
    line.says(media(960))
    expect([line.played[0]!.format, line.findings]).toEqual([format, []])
  })

  test('the token of the stream', async () => {
    const headers = async (options: DialOptions) => (await dialled(options)).placed.dial.headers
    expect(await headers({})).toEqual({})
    expect(await headers({ authToken: 't-1' })).toEqual({ 'x-telnyx-streaming-auth-token': 't-1' })
    const [connected] = (await streaming({ authToken: 't-1' })).sent
    expect(connected!.message).toEqual({ event: 'connected', version: '1.0.0', 'x-telnyx-streaming-auth-token': 't-1' })
    expect(await headers({ authToken: 't-1', signature: 'wrong' })).toEqual({ 'x-telnyx-streaming-auth-token': 'not-t-1' })
    expect(await headers({ authToken: 't-1', signature: 'missing' })).toEqual({})
  })
})

describe('from the app', () => {
  test('marks come back when they were played, at once where nothing waits, and all with clear', async () => {
    const line = await streaming()
    line.says(mark('empty'), media(1600), mark('a'), media(1600), mark('b'))
    const marks = () => line.of('mark', 'event').map((message) => message.mark.name)
    expect(marks()).toEqual(['empty'])
    line.pass(200)
    expect(marks()).toEqual(['empty', 'a'])
    line.says({ event: 'clear' })
    expect([marks(), line.queuedMs(), line.playout.unplayedMs]).toEqual([['empty', 'a', 'b'], 0, 200])
  })

  test.each([
    ['nonsense', 'not JSON', 7203, 'malformed_frame', undefined],
    ['a binary frame', new Uint8Array(3), 7203, 'malformed_frame', undefined],
    ['an unknown event', { event: 'stop' }, 7203, 'malformed_frame', 'event'],
    ['a mark without a name', { event: 'mark' }, 7203, 'malformed_frame', 'mark'],
    ['no base64', { event: 'media', media: { payload: '?' } }, 7204, 'invalid_media', 'media.payload'],
    ['less than 20 ms', media(80), 7204, 'invalid_media', 'media.payload'],
    ['more than 30 s', media(240_001), 7204, 'invalid_media', 'media.payload'],
  ])('%s is found, and the app is told', async (_, message, code, title, path) => {
    const line = await streaming()
    line.says(message)
    expect(line.findings).toMatchObject([{ code, level: 'error', ...(path && { path }) }])
    expect(line.of('error', 'event')).toMatchObject([
      { payload: { code: expect.any(Number), title, detail: expect.any(String) } },
    ])
    line.says(media(160))
    expect(line.over).toBeUndefined()
    expect([20, 30]).toContain(line.queuedMs())
  })

  test('mp3 mode takes whole files, one a second: what is sent as it is made is not heard', async () => {
    const line = await streaming({ telnyx: { streamBidirectionalMode: 'mp3' } })
    line.says(media(160))
    expect(line.findings).toMatchObject([{ code: 7204, message: expect.stringMatching(/stream_bidirectional_mode "rtp"/) }])
    const file = { event: 'media', media: { payload: Buffer.from('ID3....').toString('base64') } }
    line.pass(2000)
    line.says(file)
    line.pass(500)
    line.says(file)
    expect([line.codes, line.played]).toEqual([[7204, 7205], []])
  })
})

describe('the end', () => {
  test('who closes the socket does not end the call', async () => {
    const line = await streaming()
    line.says(media(1600))
    line.peer!.closed(1000, '')
    expect([line.over, line.queuedMs()]).toEqual([undefined, 0])
    const sent = line.sent.length
    line.hears(40)
    line.peer!.key('1')
    line.peer!.hangUp()
    expect([line.over?.by, line.sent.length]).toEqual(['caller', sent])
  })

  test('REST: hangup once, streaming_stop, and who may', async () => {
    const line = await streaming()
    const headers = { authorization: 'Bearer KEY' }
    const ask = (action: string, more: object = {}) => {
      const url = new URL(`https://api.telnyx.com/v2/calls/${encodeURIComponent(line.peer!.callId)}/actions/${action}`)
      expect(telnyx.rest!.takes(url)).toBe(true)
      const { status, body } = telnyx.rest!.answer({ method: 'POST', url, headers, body: '{}', ...more }, [line.peer!])
      return [status, JSON.parse(body)]
    }
    expect(ask('hangup', { headers: {} })[0]).toBe(401)
    expect(ask('streaming_stop')).toEqual([200, { data: { result: 'ok' } }])
    expect([line.over, line.types('event').at(-1)]).toEqual([undefined, 'stop'])
    expect(ask('hangup')).toEqual([200, { data: { result: 'ok' } }])
    expect(line.over).toEqual({ by: 'app', reason: 'hung up by REST' })
    expect(ask('hangup')).toMatchObject([422, { errors: [{ code: '90018' }] }])
    expect(telnyx.rest!.takes(new URL('https://api.telnyx.com/v2/numbers'))).toBe(false)
  })

  test('a socket that the app does not open', async () => {
    const line = await streaming()
    line.peer!.refused?.('HTTP 401', 401)
    expect([line.codes, line.over]).toEqual([[7201], { by: 'platform', reason: 'HTTP 401' }])
  })
})

describe('webhooks', () => {
  test('streaming.started and streaming.stopped are signed with Ed25519', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const line = await streaming({ telnyx: { webhook: '/events', signingKey } })
    line.peer!.hangUp()
    await Promise.resolve()
    const told = line.requests.map(({ url, body = '', headers = {} }) => {
      const signed = Buffer.from(`${headers['telnyx-timestamp']}|${body}`)
      return [
        url.href,
        JSON.parse(body).data.event_type,
        verify(null, signed, publicKey, Buffer.from(headers['telnyx-signature-ed25519']!, 'base64')),
      ]
    })
    expect(told).toEqual([
      ['https://app.test/events', 'streaming.started', true],
      ['https://app.test/events', 'streaming.stopped', true],
    ])
    expect(JSON.parse(line.requests[0]!.body!).data.payload).toMatchObject({
      call_control_id: line.peer!.callId,
      stream_url: 'wss://app.test/media',
    })
  })

  test('TeXML says where the stream goes', async () => {
    const line = new LineRecorder({ voice: '/voice' })
    line.reply = () =>
      '<Response><Say>One moment</Say><Connect><Stream url="wss://app.test/media" bidirectionalMode="rtp" codec="PCMA" bidirectionalCodec="L16" ' +
      'bidirectionalSamplingRate="24000"><Parameter name="lang" value="en"/></Stream></Connect></Response>'
    const { placed } = await dialled({}, line)
    expect([line.said, placed.dial.url]).toEqual([['One moment'], 'wss://app.test/media'])
    placed.peer.opened()
    expect(line.of('start', 'event')).toMatchObject([
      { start: { custom_parameters: { lang: 'en' }, media_format: { encoding: 'PCMA' } } },
    ])
    line.says(media(960))
    expect([line.played[0]!.format, line.findings]).toEqual([{ encoding: 'pcm16', rateHz: 24_000 }, []])
  })

  test('without bidirectionalMode the platform waits for MP3 files', async () => {
    const line = new LineRecorder({ voice: '/voice' })
    line.reply = () => '<Response><Connect><Stream url="/media"/></Connect></Response>'
    const { placed } = await dialled({}, line)
    placed.peer.opened()
    line.says(media(160))
    expect([placed.dial.url, line.codes]).toEqual(['wss://app.test/media', [7204]])
  })

  test.each([
    ['<Response><Say>Bye</Say></Response>', /connects no stream/],
    ['{}', /no TeXML/],
    ['<Response><Connect><Stream/></Connect></Response>', /has no url/],
  ])('%s is no call', async (body, message) => {
    const line = new LineRecorder({ voice: '/voice' })
    line.reply = () => body
    await expect(dialled({}, line)).rejects.toThrow(message)
  })
})
