// Vonage end to end: phone.dial against an app of node:http and ws, from the answer webhook to the hang-up; both legs in virtual time.

import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { test as base, expect } from 'vitest-realtime'
import { WebSocketServer } from 'ws'
import { openModel, say } from './support/model-socket.ts'

const test = base
const secret = 'signature-secret'
const dial = { platform: 'vonage', voice: '/answer', authToken: secret } as const

function isSigned({ headers }: IncomingMessage): boolean {
  const [head, claims, signature] = headers.authorization?.replace(/^Bearer /, '').split('.') ?? []
  return signature === createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url')
}

/** Answers with an NCCO, takes the websocket at 24 kHz, hands sound on as it is; `notified` are the payloads that came back. */
function createApp(notified: unknown[] = [], events: string[] = []): Server {
  const server = createServer((request, response) => {
    if (!isSigned(request)) return response.writeHead(401).end('unsigned')
    const { pathname } = new URL(request.url ?? '', 'https://app.test')
    if (pathname === '/events') {
      request.on('data', (body) => events.push(JSON.parse(String(body)).status))
      return response.end()
    }
    const endpoint = {
      type: 'websocket',
      uri: 'wss://app.test/socket',
      'content-type': 'audio/l16;rate=24000',
      headers: { lang: 'en' },
    }
    return response.end(JSON.stringify([{ action: 'connect', eventUrl: ['https://app.test/events'], endpoint: [endpoint] }]))
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (!isSigned(request)) return socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
    sockets.handleUpgrade(request, socket, head, (phone) => {
      const send = (message: object) => phone.send(JSON.stringify(message))
      let rest = Buffer.alloc(0)
      const model = openModel(
        { type: 'audio/pcm', rate: 24_000 },
        {
          onAudio: (audio) => {
            rest = Buffer.concat([rest, Buffer.from(audio, 'base64')])
            for (; rest.length >= 960; rest = rest.subarray(960)) phone.send(rest.subarray(0, 960))
          },
          onSpeechStarted: () => {
            rest = Buffer.alloc(0)
            send({ action: 'clear' })
          },
          onCall: () => send({ action: 'notify', payload: { then: 'goodbye' } }),
        },
      )
      phone.on('message', async (data, isBinary) => {
        await model.ready
        if (isBinary) return model.tell({ type: 'input_audio_buffer.append', audio: (data as Buffer).toString('base64') })
        const message = JSON.parse(String(data))
        if (message.event === 'websocket:connected') model.tell({ type: 'response.create' })
        if (message.event === 'websocket:dtmf') say(model.tell, `key ${message.digit}`)
        if (message.event !== 'websocket:notify') return
        notified.push(message.payload)
        phone.close()
      })
      phone.on('close', () => model.socket.close())
    })
  })
  return server
}

test('answer webhook, greeting, an interruption, keys, and the app hangs up when all has been played', async ({
  realtime,
  phone,
}) => {
  const [notified, events]: [unknown[], string[]] = [[], []]
  realtime.respondOnce('greeting', 'Welcome to the clinic. We are open from nine to five. How can I help you today?')
  realtime.respond('person', { when: /person/i, text: 'I will get someone. Press nine to end.' })
  realtime.respond('end', { when: /key 9/, call: { name: 'hang_up', arguments: {} } })
  const call = await phone.dial(createApp(notified, events), dial)
  await call.interrupts('Can I talk to a person', { afterMs: 800 })
  await call.hears(/press nine/i)
  await call.presses('9')
  expect(await call.ended()).toMatchObject({ by: 'app' })
  expect(call.heard.text).not.toMatch(/how can i help/i)
  expect(call).toHaveClearedWithin(600)
  expect([notified, call.findings]).toEqual([[{ then: 'goodbye' }], []])
  expect(events).toEqual(['answered', 'disconnected', 'completed'])
})

test.for([
  ['the webhook', { signature: 'missing' }, /answered HTTP 401: unsigned/],
  ['the upgrade', { voice: undefined, stream: '/socket', signature: 'wrong' }, /HTTP 401/],
] as const)('an unsigned call is refused by %s', async ([_, options, message], { phone }) => {
  const { voice, ...rest } = { ...dial, ...options }
  await expect(phone.dial(createApp(), voice === undefined ? rest : { ...rest, voice })).rejects.toThrow(message)
})

test('the caller hangs up', async ({ realtime, phone }) => {
  realtime.respond('greeting', 'Welcome.')
  const call = await phone.dial(createApp(), dial)
  await call.hears(/welcome/i)
  await call.hangsUp()
  await realtime.settled()
  expect(call).toHaveHungUp('caller')
  expect(realtime.sessions[0]!.open).toBe(false)
  expect(call.findings).toEqual([])
})
