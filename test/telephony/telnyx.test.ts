// Telnyx end to end: phone.dial against an app of node:http and ws, both legs in virtual time; the app hangs up over REST.

import { createServer, type Server } from 'node:http'
import { test as base, expect } from 'vitest-realtime'
import { WebSocketServer } from 'ws'
import { openModel, say } from './support/model-socket.ts'

const test = base
const dial = { platform: 'telnyx', stream: '/media' } as const

/** Takes calls on `/media`; `x-telnyx-streaming-auth-token` must be `secret`. */
function createApp({ rest = [], chunks = [] }: { rest?: number[]; chunks?: number[] } = {}): Server {
  const server = createServer((_, response) => response.end())
  const sockets = new WebSocketServer({ noServer: true })
  const hangUp = async (id: string) => {
    const url = `https://api.telnyx.com/v2/calls/${encodeURIComponent(id)}/actions/hangup`
    const answer = await fetch(url, { method: 'POST', headers: { authorization: 'Bearer KEY' }, body: '{}' })
    rest.push(answer.status)
  }
  server.on('upgrade', (request, socket, head) => {
    if (request.headers['x-telnyx-streaming-auth-token'] !== 'secret')
      return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (phone) => {
      const send = (message: object) => phone.send(JSON.stringify(message))
      let id = ''
      const model = openModel(
        { type: 'audio/pcmu' },
        {
          onAudio: (payload) => send({ event: 'media', media: { payload } }),
          onSpeechStarted: () => send({ event: 'clear' }),
          onCall: () => {
            send({ event: 'mark', mark: { name: 'goodbye' } })
            void hangUp(id)
          },
        },
      )
      phone.on('message', async (data) => {
        const message = JSON.parse(String(data))
        if (message.event === 'media') chunks.push(Number(message.media.chunk))
        await model.ready
        if (message.event === 'start') id = message.start.call_control_id
        if (message.event === 'start') model.tell({ type: 'response.create' })
        if (message.event === 'media') model.tell({ type: 'input_audio_buffer.append', audio: message.media.payload })
        if (message.event === 'dtmf') say(model.tell, `key ${message.dtmf.digit}`)
        if (message.event === 'stop') model.socket.close()
      })
    })
  })
  return server
}

test('greeting, an interruption, keys, and the app hangs up over REST', async ({ realtime, phone }) => {
  const rest: number[] = []
  realtime.respondOnce('greeting', 'Welcome to the clinic. We are open from nine to five. How can I help you today?')
  realtime.respond('person', { when: /person/i, text: 'I will get someone. Press nine to end.' })
  realtime.respond('end', { when: /key 9/, call: { name: 'hang_up', arguments: {} } })
  const call = await phone.dial(createApp({ rest }), { ...dial, authToken: 'secret' })
  await call.interrupts('Can I talk to a person', { afterMs: 800 })
  await call.hears(/press nine/i)
  await call.presses('9')
  expect(await call.ended()).toMatchObject({ by: 'app', reason: 'hung up by REST' })
  expect(call.heard.text).not.toMatch(/how can i help/i)
  expect(call).toHaveClearedWithin(600)
  expect(call.findings).toEqual([])
  await expect.poll(() => rest).toEqual([200])
})

test('a wrong token is refused', async ({ phone }) => {
  await expect(phone.dial(createApp(), { ...dial, authToken: 'guess' })).rejects.toThrow(/HTTP 403/)
})

test('frames may arrive out of order, and all do', async ({ realtime, phone }) => {
  realtime.respond('greeting', 'Hello.')
  const chunks: number[] = []
  const call = await phone.dial(createApp({ chunks }), { ...dial, authToken: 'secret', network: { reorder: 0.3 } })
  await call.hears(/hello/i)
  await call.pauses(2000)
  const inOrder = chunks.toSorted((a, b) => a - b)
  expect(chunks.length).toBeGreaterThan(50)
  expect(chunks).not.toEqual(inOrder)
  expect(inOrder.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
})
