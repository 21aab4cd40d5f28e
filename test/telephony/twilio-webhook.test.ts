// The voice webhook: what is posted and signed, what its TwiML may say, what Twilio complains of, and what is dialled.

import { createServer } from 'node:http'
import twilio from 'twilio'
import { expect, test } from 'vitest-realtime'
import { connectStream, smallApp } from './support/small-app.ts'

const authToken = '0123456789abcdef0123456789abcdef'
const dialling = { voice: '/voice', authToken }

test('webhook and upgrade are signed as the official validator wants it', async ({ phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { ...dialling, from: '+15550107', to: '+15550108' })
  const [webhook] = app.requests
  expect(webhook).toMatchObject({ method: 'POST', url: '/voice', headers: { host: 'app.test', 'x-forwarded-proto': 'https' } })
  expect(webhook!.fields).toMatchObject({
    CallSid: call.id,
    AccountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
    From: '+15550107',
    To: '+15550108',
    CallStatus: 'ringing',
    Direction: 'inbound',
    ApiVersion: '2010-04-01',
  })
  const signature = String(webhook!.headers['x-twilio-signature'])
  expect(twilio.validateRequest(authToken, signature, 'https://app.test/voice', webhook!.fields)).toBe(true)
  expect(twilio.validateRequest(authToken, signature, 'https://app.test/other', webhook!.fields)).toBe(false)
  const upgrade = String(app.upgrades[0]!.headers['x-twilio-signature'])
  expect(twilio.validateRequest(authToken, upgrade, 'wss://app.test/media', {})).toBe(true)
  expect(twilio.validateRequest(authToken, upgrade, 'https://app.test/media', {})).toBe(false)
})

test('a public host and a signed URL of their own', async ({ phone }) => {
  const app = smallApp({ twiml: { '/voice': connectStream.replaceAll('app.test', 'voice.example.test') } })
  await phone.dial(app.server, { ...dialling, publicUrl: 'https://voice.example.test', signUrl: 'wss://inner.test/media' })
  const { fields, headers } = app.requests[0]!
  expect(headers.host).toBe('voice.example.test')
  expect(
    twilio.validateRequest(authToken, String(headers['x-twilio-signature']), 'https://voice.example.test/voice', fields),
  ).toBe(true)
  const upgrade = app.upgrades[0]!
  expect(upgrade.headers.host).toBe('voice.example.test')
  expect(twilio.validateRequest(authToken, String(upgrade.headers['x-twilio-signature']), 'wss://inner.test/media', {})).toBe(
    true,
  )
})

test('the app’s own check is tried by a wrong signature, and by none', async ({ phone }) => {
  const app = smallApp()
  await phone.dial(app.server, { ...dialling, signature: 'wrong' })
  await phone.dial(app.server, { ...dialling, signature: 'missing' })
  const [wrong, missing] = app.upgrades
  expect(twilio.validateRequest(authToken, String(wrong!.headers['x-twilio-signature']), 'wss://app.test/media', {})).toBe(false)
  expect(missing!.headers).not.toHaveProperty('x-twilio-signature')
})

test('a refused upgrade fails the dialling with the platform’s code', async ({ phone }) => {
  const app = smallApp({ refuses: 403 })
  await expect(phone.dial(app.server, { stream: '/media' })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [RealtimeKitError: [RTK_CALL] phone.dial(…): 31920: the app answered the upgrade of /media with HTTP 403: no; phone.dial was given no authToken to sign with.
    Where the app checks who dials: give phone.dial the same \`authToken\`, and as \`publicUrl\` the host that the app thinks it has.]
  `)
})

test('a refusal says what is at that path, and what stands behind the stream', async ({ phone }) => {
  const twiml = { '/voice': '<Response><Connect><Stream url="/media"/></Connect><Say>Sorry</Say><Hangup/></Response>' }
  await expect(
    phone.dial(smallApp({ refuses: 404, twiml }).server, { voice: '/voice' }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [RealtimeKitError: [RTK_CALL] phone.dial(…): 31920: the app answered the upgrade of /media with HTTP 404: no. Behind <Connect> is <Say><Hangup>: it is not documented whether a caller hears that.
      No socket is served at /media: compare it with the path of the app's WebSocket server.]
    `)
  const withoutSockets = createServer((_, response) => response.end('hello'))
  await expect(phone.dial(withoutSockets, { stream: '/media' })).rejects.toThrow("its 'upgrade' event needs a listener")
})

test.for([
  ['an error of the webhook', { '/voice': 500 }, 'the webhook /voice answered HTTP 500.\nIt said: no'],
  ['a webhook that refuses the signature', { '/voice': 403 }, 'give phone.dial the same `authToken`'],
  [
    'JSON',
    { '/voice': '{"url":"wss://app.test/media"}' },
    "(12100, line 1, column 1): the app's answer is no XML: char '{' is not expected. It looks like JSON.",
  ],
  [
    'an open tag',
    { '/voice': '<Response><Connect></Response>' },
    "(12100, line 1, column 20): the app's answer is no XML: Expected closing tag 'Connect'",
  ],
  ['no Response', { '/voice': '<Twiml/>' }, 'the root of TwiML is <Response>, this document has <Twiml>'],
  ['nothing', { '/voice': '' }, "(12100, line 1, column 1): the app's answer is no XML: Start tag expected."],
  [
    'no stream',
    { '/voice': '<Response><Say>Bye</Say><Hangup/></Response>' },
    'the TwiML of /voice connects no stream: <Say><Hangup>.',
  ],
  [
    'ws instead of wss',
    { '/voice': '<Response>\n  <Connect><Stream url="ws://app.test/media"/></Connect>\n</Response>' },
    '(31922, line 2, column 12): the url of <Stream> begins with ws:, it must be wss:',
  ],
  [
    'no url',
    { '/voice': '<Response><Connect><Stream/></Connect></Response>' },
    '(31923, line 1, column 20): <Stream> needs a url',
  ],
  [
    'a one-way stream',
    { '/voice': '<Response><Start><Stream url="wss://app.test/media"/></Start></Response>' },
    '<Start><Stream> is one way',
  ],
] as const)('%s: the dialling says what is wrong', async ([, twiml, why], { phone }) => {
  const app = smallApp({ twiml })
  const message = await phone.dial(app.server, dialling).then(String, (error: Error) => error.message)
  expect(message).toContain('[RTK_CALL] phone.dial(…): ')
  expect(message).toContain(why)
})

test.for([
  [
    'a query string',
    '<Response><Connect><Stream url="wss://app.test/media?token=1"/></Connect></Response>',
    31_920,
    'which Twilio drops',
  ],
  [
    'a pause behind',
    `<Response>\n<Connect><Stream url="wss://app.test/media"/></Connect>\n<Pause length="40"/></Response>`,
    0,
    '40 s of dead air',
  ],
  [
    'an unknown verb',
    `<Response><Speak>Hi</Speak><Connect><Stream url="wss://app.test/media"/></Connect></Response>`,
    12_200,
    '<Speak> is no verb of TwiML.',
  ],
  [
    'a verb in small letters',
    `<Response><say>Hi</say><Connect><Stream url="wss://app.test/media"/></Connect></Response>`,
    12_200,
    'Names are case-sensitive: <Say>.',
  ],
  [
    'a long parameter',
    `<Response><Connect><Stream url="wss://app.test/media"><Parameter name="a" value="${'x'.repeat(500)}"/></Stream></Connect></Response>`,
    12_200,
    'has 501 characters in name and value, fewer than 500 are allowed',
  ],
  [
    'a track',
    '<Response><Connect><Stream url="wss://app.test/media" track="both_tracks"/></Connect></Response>',
    12_200,
    'the app hears the caller only',
  ],
  [
    'another attribute',
    '<Response><Connect><Stream url="wss://app.test/media" token="1"/></Connect></Response>',
    12_200,
    "<Stream> has no attribute 'token'.",
  ],
] as const)('%s is a finding at its place, and the call goes on', async ([, twiml, code, message], { phone }) => {
  const app = smallApp({ twiml: { '/voice': twiml } })
  const call = await phone.dial(app.server, dialling)
  expect(call.findings).toEqual([
    expect.objectContaining({ code, level: 'warning', path: expect.stringMatching(/^line \d+, column \d+$/) }),
  ])
  expect(call.findings[0]!.message).toContain(message)
  expect(app.upgrades[0]!.url).toBe('/media')
})

test('parameters, a relative url, what is said before, and redirects', async ({ phone, clock }) => {
  const app = smallApp({
    twiml: {
      '/voice': '<Response><Say>Please hold.</Say><Pause length="2"/><Redirect>/next</Redirect></Response>',
      '/next':
        '<Response><Connect><Stream url="/media" name="desk"><Parameter name="lang" value="en &amp; de"/></Stream></Connect></Response>',
    },
  })
  const call = await phone.dial(app.server, dialling)
  expect(app.requests.map(({ url }) => url)).toEqual(['/voice', '/next'])
  expect(app.messages.find(({ event }) => event === 'start').start.customParameters).toEqual({ lang: 'en & de' })
  expect(call).toHaveHeard('Please hold.')
  expect(clock.now()).toBeGreaterThan(2500)
  const url = String(app.upgrades[0]!.headers['x-twilio-signature'])
  expect(twilio.validateRequest(authToken, url, 'wss://app.test/media', {})).toBe(true)
})

test('when the app closes the stream, the TwiML goes on: words, and another stream', async ({ phone, clock }) => {
  const app = smallApp({
    twiml: {
      '/voice':
        '<Response><Connect><Stream url="wss://app.test/media"/></Connect><Say>One moment.</Say><Connect><Stream url="wss://app.test/second"/></Connect><Hangup/></Response>',
    },
  })
  const call = await phone.dial(app.server, dialling)
  await call.pauses(500)
  app.socket().close()
  await call.hears('One moment.')
  await call.pauses(500)
  expect(app.upgrades.map(({ url }) => url)).toEqual(['/media', '/second'])
  expect(call.isOpen).toBe(true)
  const atMs = clock.now()
  app.socket().close()
  expect(await call.ended()).toMatchObject({ by: 'app', reason: expect.stringContaining('<Hangup>') })
  expect(clock.now() - atMs).toBeLessThan(20)
})

test('status callbacks of the stream and of the call', async ({ phone }) => {
  const twiml =
    '<Response><Connect><Stream url="wss://app.test/media" name="desk" statusCallback="/stream-status"/></Connect></Response>'
  const app = smallApp({ twiml: { '/voice': twiml } })
  const call = await phone.dial(app.server, { ...dialling, statusCallback: '/call-status' })
  await call.pauses(2500)
  await call.hangsUp()
  const told = app.requests.slice(1).map(({ url, fields }) => [url, fields.StreamEvent ?? fields.CallStatus])
  expect(told).toEqual([
    ['/stream-status', 'stream-started'],
    ['/stream-status', 'stream-stopped'],
    ['/call-status', 'completed'],
  ])
  const [, started, , completed] = app.requests
  expect(started!.fields).toMatchObject({ StreamName: 'desk', StreamSid: app.messages[1].streamSid, CallSid: call.id })
  expect(completed!.fields.CallDuration).toBe('3')
  const signature = String(started!.headers['x-twilio-signature'])
  expect(twilio.validateRequest(authToken, signature, 'https://app.test/stream-status', started!.fields)).toBe(true)
})
