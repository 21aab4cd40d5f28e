// Unmodified programs under the preload, each with another client: no key, no network, no options.

import { expect, test } from 'vitest'
import { banner, globalSocketApp, runApp } from './support/run-app.ts'

test('the openai client, made at module level without a key; sockets and REST', async () => {
  const { code, stdout, stderr } = await runApp(`
    import OpenAI from 'openai'
    import { OpenAIRealtimeWS } from 'openai/realtime/ws'
    const client = new OpenAI()
    const { value } = await client.realtime.clientSecrets.create({ session: { type: 'realtime', instructions: 'Be kind.' } })
    const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, new OpenAI({ apiKey: value }))
    const { session } = await realtime.emitted('session.created')
    const content = [{ type: 'input_text', text: 'Hello' }]
    realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    realtime.send({ type: 'response.create' })
    let bytes = 0
    realtime.on('response.output_audio.delta', ({ delta }) => { bytes += Buffer.byteLength(delta, 'base64') })
    const { response } = await realtime.emitted('response.done')
    realtime.close()
    console.log(JSON.stringify({ instructions: session.instructions, said: response.output[0].content[0].transcript, bytes }))`)
  expect(stderr).toMatch(banner)
  expect({ code, rest: stderr.replace(banner, '') }).toEqual({ code: 0, rest: '' })
  const told = JSON.parse(stdout) as { instructions: string; said: string; bytes: number }
  expect(told).toMatchObject({ instructions: 'Be kind.', said: expect.stringMatching(/^Hello!/) })
  expect(told.bytes).toBeGreaterThan(48_000)
})

test('an agent of @openai/agents-realtime: the tool that the user names is called, and its result is said', async () => {
  const { code, stdout } = await runApp(`
    import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
    import { z } from 'zod'
    const weather = tool({
      name: 'get_weather',
      description: 'Weather of a city',
      parameters: z.object({ city: z.string() }),
      execute: async ({ city }) => { console.log('tool', city); return 'Sunny in ' + city },
    })
    const agent = new RealtimeAgent({ name: 'Desk', instructions: 'Tell the weather.', tools: [weather] })
    const session = new RealtimeSession(agent, { transport: 'websocket', model: 'gpt-realtime' })
    session.on('agent_end', (_context, _agent, text) => {
      if (!text.includes('Sunny')) return
      console.log('said', text)
      session.close()
    })
    await session.connect({ apiKey: process.env.OPENAI_API_KEY })
    session.sendMessage('What is the weather in Paris?')`)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'tool Paris\nsaid Here is what I found: Sunny in Paris.\n' })
})

test('ws in a CommonJS program', async () => {
  const { code, stdout, stderr } = await runApp(
    `
    const { WebSocket } = require('ws')
    const headers = { authorization: 'Bearer ' + process.env.OPENAI_API_KEY }
    const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers })
    socket.on('message', (data) => {
      console.log(JSON.parse(data).session.model)
      socket.close()
    })
    socket.on('close', (code) => { process.exitCode = code - 996 })`,
    { type: 'commonjs' },
  )
  expect({ code, stdout }).toEqual({ code: 1005 - 996, stdout: 'gpt-realtime\n' })
  expect(stderr).toMatch(banner)
})

test('the global WebSocket, several sessions at once', async () => {
  const { code, stdout } = await runApp(`${globalSocketApp('Thank you')}\n${globalSocketApp('Goodbye')}`)
  expect(code).toBe(0)
  expect(stdout.trim().split('\n').toSorted()).toEqual([expect.stringMatching(/^Bye/), expect.stringMatching(/^With pleasure/)])
})
