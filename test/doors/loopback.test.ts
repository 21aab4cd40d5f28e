// `realtime.url`, `wssUrl`, `httpUrl`: a server of the test's own, open as soon as it is looked at, for clients that take a URL.

import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import https from 'node:https'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { Agent, WebSocket as UndiciWebSocket } from 'undici'
import { describe } from 'vitest'
import { createLocalRealtime, expect, type LocalRealtime, test } from 'vitest-realtime'
import { WebSocket } from 'ws'

const headers = { authorization: 'Bearer sk-x' }
const protocols = ['realtime', 'openai-insecure-api-key.sk-x']

/** A text turn over any WebSocket; gives the answer. */
function ask(socket: WebSocket | globalThis.WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    const send = (event: object): void => socket.send(JSON.stringify(event))
    socket.onerror = (event: unknown) => reject((event as { error?: Error }).error ?? new Error('the socket failed'))
    socket.onmessage = ({ data }: { data: unknown }) => {
      const event = JSON.parse(String(data)) as { type: string; text: string }
      if (event.type === 'session.created') {
        send({
          type: 'conversation.item.create',
          item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
        })
        send({ type: 'response.create', response: { output_modalities: ['text'] } })
      }
      if (event.type !== 'response.output_text.done') return
      socket.close(1000)
      resolve(event.text)
    }
  })
}

const model = '?model=gpt-realtime'
const ca = async (realtime: LocalRealtime): Promise<string> => readFileSync(await realtime.caFile, 'utf8')

describe('reaches its test at once', () => {
  test('ws, on the line that first looks at the URL', async ({ realtime }) => {
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    expect(await ask(new WebSocket(`${realtime.url}${model}`, { headers }))).toBe('Hi.')
    expect(realtime.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/realtime$/)
    expect(realtime.session.url.href).toBe(`${realtime.url}${model}`)
    expect(realtime.session.headers).not.toHaveProperty('x-vitest-realtime-test')
  })

  test('undici and the global WebSocket', async ({ realtime }) => {
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    expect(await ask(new UndiciWebSocket(`${realtime.url}${model}`, protocols) as never)).toBe('Hi.')
    expect(await ask(new globalThis.WebSocket(`${realtime.url}${model}`, protocols))).toBe('Hi.')
    expect(realtime.sessions).toHaveLength(2)
  })

  test('RealtimeSession of the agents SDK', async ({ realtime }) => {
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    const session = new RealtimeSession(new RealtimeAgent({ name: 'a', instructions: 'Be brief.' }), { transport: 'websocket' })
    await session.connect({ apiKey: 'sk-x', url: `${realtime.url}${model}` })
    session.sendMessage('hello')
    expect((await realtime.nextResponse()).text).toBe('Hi.')
    expect(realtime.session.config.instructions).toContain('Be brief.')
    session.close()
  })

  test('the URLs are one port', async ({ realtime }) => {
    const { port } = new URL(realtime.url)
    expect(realtime.wssUrl).toBe(`wss://127.0.0.1:${port}/v1/realtime`)
    expect(realtime.httpUrl).toBe(`http://127.0.0.1:${port}/v1`)
    expect((await fetch(`${realtime.httpUrl}/nothing`)).status).toBe(404)
  })

  test('intercept: false leaves only the URL', async () => {
    await using realtime = createLocalRealtime({ intercept: false, latency: 'instant', timing: 'real' })
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    expect(await ask(new WebSocket(`${realtime.url}${model}`, { headers }))).toBe('Hi.')
  })
})

describe('TLS', () => {
  test('ws trusts the authority of caFile, and nothing less', async ({ realtime }) => {
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    await expect(ask(new WebSocket(`${realtime.wssUrl}${model}`, { headers }))).rejects.toThrow(/certificate/)
    expect(await ask(new WebSocket(`${realtime.wssUrl}${model}`, { headers, ca: await ca(realtime) }))).toBe('Hi.')
    expect(realtime.session.url.protocol).toBe('wss:')
  })

  test('a client that connects before the certificate is made waits for it', async ({ realtime }) => {
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    expect(await ask(new WebSocket(`${realtime.wssUrl}${model}`, { headers, rejectUnauthorized: false }))).toBe('Hi.')
  })

  test('undici', async ({ realtime }) => {
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    const dispatcher = new Agent({ connect: { ca: await ca(realtime) } })
    expect(await ask(new UndiciWebSocket(`${realtime.wssUrl}${model}`, { protocols, dispatcher }) as never)).toBe('Hi.')
    await dispatcher.close()
  })

  test('openai, which makes wss of any base URL', async ({ realtime }) => {
    realtime.respond('hi', { when: 'hello', text: 'Hi.' })
    const openai = new OpenAI({ apiKey: 'sk-x', baseURL: realtime.httpUrl })
    const client = new OpenAIRealtimeWS({ model: 'gpt-realtime', options: { ca: await ca(realtime) } }, openai)
    client.on('error', () => {})
    expect(await ask(client.socket)).toBe('Hi.')
  })

  test('https', async ({ realtime }) => {
    const options = { ca: await ca(realtime) }
    const status = await new Promise((resolve, reject) => {
      https
        .get(`${realtime.httpUrl.replace('http', 'https')}/nothing`, options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
    })
    expect(status).toBe(404)
  })

  test('another process, by NODE_EXTRA_CA_CERTS', async ({ realtime }) => {
    const program = `new WebSocket('${realtime.wssUrl}${model}', ${JSON.stringify(protocols)}).onmessage = (event) => { console.log(JSON.parse(event.data).type); process.exit() }`
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: await realtime.caFile }
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { env })
    expect(stdout).toBe('session.created\n')
  })
})

describe('all at once', () => {
  for (let index = 0; index < 12; index++) {
    test.concurrent(`server ${index} leads to its own test`, async ({ realtime, expect }) => {
      realtime.respond('hi', { when: 'hello', text: `Hi ${index}.` })
      const url = index % 3 === 0 ? realtime.wssUrl : realtime.url
      const open = (): WebSocket => new WebSocket(`${url}${model}`, { headers, rejectUnauthorized: false })
      expect(await Promise.all([ask(open()), ask(open())])).toEqual([`Hi ${index}.`, `Hi ${index}.`])
      expect(realtime.sessions).toHaveLength(2)
    })
  }
})

describe('the end', () => {
  const isOpen = (url: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })

  test('clients get a close frame, the port is free, the authority is deleted', async () => {
    const realtime = createLocalRealtime({ timing: 'real' })
    const { url } = realtime
    const caFile = await realtime.caFile
    const socket = new WebSocket(`${url}${model}`, { headers })
    const greeted = new Promise((resolve) => socket.once('message', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await greeted
    expect(await isOpen(url)).toBe(true)
    await Promise.all([realtime.close(), realtime.close()])
    expect(await closed).toBe(1000)
    expect(await isOpen(url)).toBe(false)
    expect(existsSync(caFile)).toBe(false)
  })

  test('a client that never answers the close frame does not hold it up', async () => {
    const realtime = createLocalRealtime({ timing: 'real' })
    const socket = new WebSocket(`${realtime.url}${model}`, { headers })
    await new Promise((resolve) => socket.once('message', resolve))
    socket.pause()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await realtime.close()
    socket.resume()
    await closed
  })

  test('a service that is closed opens no server any more', async () => {
    const realtime = createLocalRealtime()
    await realtime.close()
    expect(() => realtime.url).toThrow(/\[RTK_TRANSPORT\] realtime\.url: this service is closed/)
  })

  test('a program that closed its service ends', async () => {
    const program = `
      import { createLocalRealtime } from 'vitest-realtime'
      const realtime = createLocalRealtime({ timing: 'real' })
      await fetch(realtime.httpUrl)
      await realtime.caFile
      await realtime.close()
      console.log(process.getActiveResourcesInfo().filter((name) => /TCPServer|Timeout/.test(name)).join())
    `
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 10_000 })
    expect(stdout).toBe('\n')
  })
})
