import { describe, expect, test } from 'vitest'
import { limitReason, parseProtocols, selectProtocol } from '../../src/transports/handshake.ts'
import { originOf } from '../../src/transports/net-connect.ts'
import { readRequestHead } from '../../src/transports/upgrade-head.ts'

test.each([
  [['realtime', 'openai-insecure-api-key.sk-x'], undefined, 'realtime'],
  [['openai-insecure-api-key.sk-x', 'realtime'], undefined, 'realtime'],
  [['openai-insecure-api-key.sk-x'], undefined, false],
  [[], undefined, false],
  [['a', 'realtime'], 'a', 'a'],
  [['realtime'], 'a', false],
])('of %j, wanting %s, selects %s', (offered, wanted, selected) => {
  expect(selectProtocol(new Set(offered), wanted)).toBe(selected)
})

test('a close reason is cut at a character', () => {
  expect(limitReason('short')).toBe('short')
  expect(limitReason('x'.repeat(200))).toBe('x'.repeat(123))
  expect(limitReason(`x${'€'.repeat(100)}`)).toBe(`x${'€'.repeat(40)}`)
})

test('protocols are split and trimmed', () => {
  expect(parseProtocols(' realtime,  a.b ,')).toEqual(['realtime', 'a.b'])
  expect(parseProtocols(undefined)).toEqual([])
})

describe('the first bytes of a connection', () => {
  const read = (text: string): unknown => readRequestHead(Buffer.from(text, 'latin1'))

  test.each(['', 'G', 'GE', 'GET', 'GET ', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nhost: x\r\n', 'OPT', 'M-SEARCH'])(
    '%j may still become a request',
    (text) => {
      expect(read(text)).toBe('partial')
    },
  )

  test.each([
    '\u0016\u0003\u0001',
    'X',
    'GETX ',
    'get / HTTP/1.1\r\n\r\n',
    'EHLO me\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM',
    'GET / HTTP/1.0\r\n\r\n',
    'GET /\r\n\r\n',
  ])('%j is none', (text) => {
    expect(read(text)).toBe('other')
  })

  test('a head that never ends is none', () => {
    expect(read(`GET / HTTP/1.1\r\nx: ${'y'.repeat(64 * 1024)}`)).toBe('other')
  })

  test('tells upgrades from other requests', () => {
    expect(read('GET /v1?x=1 HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\nrest')).toMatchObject({
      method: 'GET',
      target: '/v1?x=1',
      isUpgrade: true,
    })
    expect(read('GET /v1 HTTP/1.1\r\nupgrade: h2c\r\n\r\n')).toMatchObject({ isUpgrade: false })
    expect(read('POST /v1 HTTP/1.1\r\nupgrade: websocket\r\n\r\n')).toMatchObject({ method: 'POST', isUpgrade: false })
    expect(read('GET / HTTP/1.1\r\n\r\nupgrade: websocket\r\n\r\n')).toMatchObject({ isUpgrade: false })
  })
})

test.each([
  [{ host: 'api.openai.com', port: 443 }, true, 'wss://api.openai.com/'],
  [{ host: 'api.openai.com', port: '443' }, true, 'wss://api.openai.com/'],
  [{ host: '10.0.0.1', servername: 'api.openai.com', port: 443 }, true, 'wss://api.openai.com/'],
  [{ host: 'api.openai.com', port: 443 }, false, 'ws://api.openai.com:443/'],
  [{ host: '::1', port: 80 }, false, 'ws://[::1]/'],
  [{ port: 8080 }, false, 'ws://localhost:8080/'],
  [{ path: '/tmp/x.sock' }, false, undefined],
  [{ host: 'bad host', port: 1 }, false, undefined],
])('%j over TLS %s goes to %s', (options, isTls, origin) => {
  expect(originOf(options, isTls)?.href).toBe(origin)
})
