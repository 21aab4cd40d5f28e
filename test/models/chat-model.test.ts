// The adapter against a real endpoint on loopback and with the real `openai` package, in tests as users write them.

import OpenAI from 'openai'
import { chatModel, createLocalRealtime, expect, test } from 'vitest-realtime'
import { connectTextApp } from '../support/text-app.ts'
import { startChatServer } from './chat-server.ts'

const words = (text: string) => text.split(/(?<= )/).map((content) => ({ content }))

test('streams what the model says, delta by delta', async ({ realtime }) => {
  await using server = await startChatServer(() => words('Hello, this is a model.'))
  realtime.respond('model', chatModel({ baseURL: server.baseURL, model: 'tiny', request: { temperature: 0 } }))
  const app = await connectTextApp()
  app.socket.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind.' } })
  expect(await app.ask('Hi')).toBe('Hello, this is a model.')
  expect(await app.ask('And now?')).toBe('Hello, this is a model.')
  expect(server.requests[1]).toMatchObject({
    authorization: 'Bearer local',
    body: {
      model: 'tiny',
      temperature: 0,
      stream: true,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello, this is a model.' },
        { role: 'user', content: 'And now?' },
      ],
    },
  })
  expect(server.requests[0]?.body.tools).toBeUndefined()
})

test('streams from a slow server of the test itself, whose timers are those of the test', async ({ realtime }) => {
  await using server = await startChatServer(() => words('Hello, slow model.').flatMap((word) => [{ waitMs: 400 }, word]))
  realtime.respond('model', chatModel({ baseURL: server.baseURL, model: 'tiny' }))
  const app = await connectTextApp()
  expect(await app.ask('Hi')).toBe('Hello, slow model.')
  expect(String(realtime.timeline)).not.toContain('the clock waited')
})

test('calls functions of the app, and sees what they give', async ({ realtime }) => {
  await using server = await startChatServer(({ body }) => {
    const result = body.messages.find(({ role }) => role === 'tool')
    if (result) return [{ content: `It is ${result.content}.` }]
    const call = (index: number, part: object, id?: string) => ({
      tool_calls: [{ index, ...(id ? { id, type: 'function' } : {}), function: part }],
    })
    return [
      { content: 'One moment.' },
      call(0, { name: 'weather', arguments: '' }, 'a'),
      call(0, { arguments: '{"city":' }),
      call(0, { arguments: '"Rome"}' }),
      call(1, { name: 'time', arguments: '{}' }, 'b'),
      { finish: 'tool_calls' },
    ]
  })
  realtime.respond('model', chatModel({ client: new OpenAI({ baseURL: server.baseURL, apiKey: 'sk-mine' }), model: 'tiny' }))
  const app = await connectTextApp()
  const parameters = { type: 'object', properties: { city: { type: 'string' } } }
  app.socket.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      output_modalities: ['text'],
      tools: [{ type: 'function', name: 'weather', description: 'W', parameters }],
    },
  })
  app.tell('Weather in Rome?')
  const response = await realtime.nextResponse()
  expect(response.text).toBe('One moment.')
  expect(response.calls).toMatchObject([
    { name: 'weather', arguments: { city: 'Rome' } },
    { name: 'time', arguments: {} },
  ])
  for (const item of realtime.emitted('response.output_item.done').map((event) => event.item)) {
    if (item.type !== 'function_call') continue
    const output = { type: 'function_call_output', call_id: item.call_id, output: `${item.name}-output` } as const
    app.socket.send({ type: 'conversation.item.create', item: output })
  }
  app.socket.send({ type: 'response.create' })
  expect(await realtime.nextResponse()).toHaveSaid('It is weather-output.')
  const [first, second] = server.requests
  expect(first).toMatchObject({
    authorization: 'Bearer sk-mine',
    body: { tools: [{ type: 'function', function: { name: 'weather', description: 'W', parameters } }], tool_choice: 'auto' },
  })
  expect(second?.body.messages.slice(-3)).toMatchObject([
    { role: 'assistant', content: null, tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Rome"}' } }, {}] },
    { role: 'tool', content: 'weather-output' },
    { role: 'tool', content: 'time-output' },
  ])
})

test('calls tools of MCP servers as it calls functions, and sees what they give', async () => {
  await using server = await startChatServer(({ body }) => {
    const result = body.messages.find(({ role }) => role === 'tool')
    if (result) return [{ content: `It is ${result.content}.` }]
    const part = { name: 'forecast', arguments: '{"city":"Rome"}' }
    return [{ tool_calls: [{ index: 0, id: 'a', type: 'function', function: part }] }, { finish: 'tool_calls' }]
  })
  const weather = {
    tools: { forecast: { description: 'Tells the weather', run: ({ city }: { city: string }) => `sunny in ${city}` } },
  }
  const other = { tools: { forecast: { run: () => 'wrong' }, secret: { run: () => 'wrong' } } }
  await using realtime = createLocalRealtime({ mcp: { weather, other }, latency: 'instant' })
  realtime.respond('model', chatModel({ baseURL: server.baseURL, model: 'tiny' }))
  await realtime.run(async () => {
    const app = await connectTextApp()
    const mcp = (label: string, more: object) => ({
      ...{ type: 'mcp', server_label: label, server_url: `https://${label}.test`, require_approval: 'never' },
      ...more,
    })
    const tools = [mcp('weather', {}), mcp('other', { allowed_tools: ['forecast'] })]
    app.socket.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools } as never })
    await realtime.settled()
    app.tell('Weather in Rome?')
    const called = await realtime.nextResponse()
    expect(called.calls).toMatchObject([{ name: 'forecast', arguments: { city: 'Rome' }, output: 'sunny in Rome' }])
    app.socket.send({ type: 'response.create' })
    expect((await realtime.nextResponse()).text).toBe('It is sunny in Rome.')
  })
  const [first, second] = server.requests
  expect(first?.body.tools).toEqual([
    {
      type: 'function',
      function: {
        name: 'forecast',
        description: 'Tells the weather',
        parameters: { type: 'object', additionalProperties: true },
      },
    },
  ])
  expect(second?.body.messages.at(-1)).toMatchObject({ role: 'tool', content: 'sunny in Rome' })
})

test('is interrupted by the caller, and hangs up on the endpoint', async ({ realtime, caller }) => {
  await using server = await startChatServer(({ body }) =>
    body.messages.filter(({ role }) => role === 'user').length > 1
      ? words('Of course. Goodbye.')
      : [
          ...words('This is a long sentence that goes on and on. And here is one more of that kind. '),
          { waitMs: 60_000 },
          { content: 'Never.' },
        ],
  )
  realtime.respond('model', chatModel({ baseURL: server.baseURL, model: 'tiny' }))
  const { socket } = await connectTextApp()
  caller.attach(socket)
  await caller.says('Tell me something')
  await caller.interrupts('Please stop now', { afterMs: 600 })
  await server.hungUp
  await realtime.settled()
  expect(realtime.responses.map(({ status }) => status)).toEqual(['cancelled', 'completed'])
  expect(realtime.responses[1]).toHaveSaid('Of course. Goodbye.')
  expect(server.requests[0]?.body.messages.at(-1)).toEqual({ role: 'user', content: 'Tell me something' })
})

test('ends as the model ends', async ({ realtime }) => {
  await using server = await startChatServer(({ body }) => [{ content: 'Half' }, { finish: String(body.messages[0]?.content) }])
  const app = await connectTextApp()
  realtime.respond('model', chatModel({ baseURL: server.baseURL, model: 'tiny', system: ({ text }) => text }))
  app.tell('length')
  expect((await realtime.nextResponse()).status).toBe('incomplete')
  app.tell('content_filter')
  const { status } = await realtime.nextResponse()
  expect(status).toBe('incomplete')
  expect(realtime.emitted('response.done').map(({ response }) => response.status_details)).toMatchObject([
    { reason: 'max_output_tokens' },
    { reason: 'content_filter' },
  ])
})
