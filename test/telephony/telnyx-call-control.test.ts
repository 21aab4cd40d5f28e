// Telnyx Call Control: the app gets `call.initiated`, and asks for its stream by a command.

import { createServer, type Server } from 'node:http'
import { expect, test } from 'vitest-realtime'
import { WebSocketServer } from 'ws'
import { openModel } from './support/model-socket.ts'

const dial = { platform: 'telnyx', telnyx: { webhook: '/events' } } as const

interface Seen {
  readonly events: string[]
  readonly starts: any[]
  readonly statuses: number[]
}

/** `commands` by event: an action, and its body. */
function createApp(commands: Record<string, readonly [action: string, body: object]>): Seen & { server: Server } {
  const seen: Seen = { events: [], starts: [], statuses: [] }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    response.end()
    const { event_type: event, payload } = JSON.parse(body).data
    seen.events.push(event)
    const [action, fields] = commands[event] ?? []
    if (action === undefined) return
    const id = encodeURIComponent(payload.call_control_id)
    const headers = { authorization: 'Bearer KEY', 'content-type': 'application/json' }
    const url = `https://api.telnyx.com/v2/calls/${id}/actions/${action}`
    seen.statuses.push((await fetch(url, { method: 'POST', headers, body: JSON.stringify(fields) })).status)
  })
  new WebSocketServer({ server }).on('connection', (phone) => {
    const model = openModel(
      { type: 'audio/pcmu' },
      {
        onAudio: (payload) => phone.send(JSON.stringify({ event: 'media', media: { payload } })),
        onSpeechStarted: () => phone.send(JSON.stringify({ event: 'clear' })),
        onCall: () => {},
      },
    )
    phone.on('message', async (data) => {
      const message = JSON.parse(String(data))
      await model.ready
      if (message.event === 'start') seen.starts.push(message.start)
      if (message.event === 'start') model.tell({ type: 'response.create' })
      if (message.event === 'media') model.tell({ type: 'input_audio_buffer.append', audio: message.media.payload })
      if (message.event === 'stop') model.socket.close()
    })
  })
  return { ...seen, server }
}

const stream = { stream_url: 'wss://app.test/media', stream_bidirectional_mode: 'rtp', stream_bidirectional_codec: 'PCMU' }

test('answered with a stream', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Welcome to the clinic.')
  const app = createApp({ 'call.initiated': ['answer', { ...stream, client_state: 'YWJj' }] })
  const call = await phone.dial(app.server, { ...dial, from: '+15550123' })
  await call.hears('Welcome to the clinic.')
  await call.hangsUp()
  expect(app.starts).toMatchObject([{ call_control_id: call.id, client_state: 'YWJj', from: '+15550123' }])
  expect(app.events).toEqual(['call.initiated', 'call.answered', 'streaming.started', 'streaming.stopped', 'call.hangup'])
  expect(app.statuses).toEqual([200])
  expect(call).toHaveNoFindings()
})

test('answered first, the stream started later', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Welcome to the clinic.')
  const app = createApp({ 'call.initiated': ['answer', {}], 'call.answered': ['streaming_start', stream] })
  const call = await phone.dial(app.server, dial)
  await call.hears('Welcome to the clinic.')
  expect(app.statuses).toEqual([200, 200])
})

test('without the mode the caller hears nothing, as on the platform', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Welcome to the clinic.')
  const app = createApp({ 'call.initiated': ['answer', { stream_url: 'wss://app.test/media' }] })
  const call = await phone.dial(app.server, dial)
  await realtime.settled()
  expect(call).not.toHaveHeard('Welcome')
  expect(call.findings).toMatchObject([{ code: 7204, message: expect.stringContaining('stream_bidirectional_mode "rtp"') }])
})

test.for([
  ['no command', {}, /the app took call.initiated and asked for no stream within 30 s.\n.*actions\/answer/],
  [
    'an answer alone',
    { 'call.initiated': ['answer', {}] },
    /though it answered the call within 30 s.\n.*actions\/streaming_start/,
  ],
  ['a rejection', { 'call.initiated': ['reject', { cause: 'USER_BUSY' }] }, /the app rejected the call: USER_BUSY/],
  ['a hang-up', { 'call.initiated': ['hangup', {}] }, /hung up by REST/],
] as const)('%s fails the dialling', async ([, commands, message], { phone }) => {
  await expect(phone.dial(createApp(commands as never).server, dial)).rejects.toThrow(message)
})

test('so does a webhook that fails', async ({ phone }) => {
  const server = createServer((_, response) => response.writeHead(500).end())
  await expect(phone.dial(server, dial)).rejects.toThrow('the webhook /events did not take call.initiated')
})
