// The caller's sound in a session that expects another format: what an app forgot to convert, or to configure.

import { createServer, type Server } from 'node:http'
import { expect, test } from 'vitest-realtime'
import { bytesFromSamples, decodeMulaw } from 'vitest-realtime/audio'
import { WebSocket, WebSocketServer } from 'ws'

type Format = { readonly type: string; readonly rate?: number }

/** Gives each frame of the caller to a session with that input format, as `convert` makes it. */
function createApp(format: Format, convert: (bytes: Uint8Array) => Uint8Array): Server {
  const server = createServer()
  new WebSocketServer({ server }).on('connection', (phone) => {
    const model = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers: { Authorization: 'Bearer x' } })
    const tell = (event: object): void => {
      if (model.readyState === WebSocket.OPEN) model.send(JSON.stringify(event))
    }
    model.on('open', () => tell({ type: 'session.update', session: { type: 'realtime', audio: { input: { format } } } }))
    model.on('error', () => {})
    phone.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.event !== 'media') return
      const audio = Buffer.from(convert(Buffer.from(message.media.payload, 'base64'))).toString('base64')
      tell({ type: 'input_audio_buffer.append', audio })
    })
    phone.on('close', () => model.close())
  })
  return server
}

const asItIs = (bytes: Uint8Array): Uint8Array => bytes
const decoded = (bytes: Uint8Array): Uint8Array => bytesFromSamples(decodeMulaw(bytes))
const pcm24 = { type: 'audio/pcm', rate: 24_000 }

test.override('realtimeOptions', { onUnmatched: 'fallback' })

test.for([
  ['mu-law to a PCM session', pcm24, asItIs, 'mu-law at 8000 Hz, to a session that expects 16 bit samples at 24000 Hz'],
  ['PCM without resampling', pcm24, decoded, '16 bit samples at 8000 Hz, to a session that expects 16 bit samples at 24000 Hz'],
  ['PCM to a mu-law session', { type: 'audio/pcmu' }, decoded, '16 bit samples at 8000 Hz, to a session that expects mu-law at'],
  ['mu-law to an A-law session', { type: 'audio/pcma' }, asItIs, 'mu-law at 8000 Hz, to a session that expects A-law at 8000 Hz'],
] as const)('%s is a finding', async ([, format, convert, what], { phone }) => {
  const call = await phone.dial(createApp(format, convert), { stream: '/media' })
  await call.says('Is there a room?')
  expect(call.findings.filter(({ message }) => message.startsWith('the app gives'))).toEqual([
    {
      code: 0,
      level: 'error',
      message: expect.stringContaining(`the app gives the caller's sound, ${what}`),
      atMs: expect.any(Number),
    },
  ])
  expect(() => expect(call).toHaveNoFindings()).toThrow(/\nerror \(\+\d+ms\): the app gives the caller's sound/)
})

test('the right format is none', async ({ phone }) => {
  const call = await phone.dial(createApp({ type: 'audio/pcmu' }, asItIs), { stream: '/media' })
  await call.says('Is there a room?')
  expect(call).toHaveNoFindings()
})
