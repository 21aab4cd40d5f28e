// One served process and clients of it: who connects gets a service that answers by itself.

import http from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { speech } from '../../audio/speech.ts'
import { Client, textOf } from './support/client.ts'
import { type ServeProcess, startServe } from './support/serve-process.ts'

let served: ServeProcess
beforeAll(async () => {
  served = await startServe(['--timing', 'instant'])
})
afterAll(() => served?.stop())

async function connect(): Promise<Client> {
  const client = new Client(served.ready.url)
  await client.next('session.created')
  return client
}

const weatherTool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

test('the first line is one JSON object that says where the service is', () => {
  const { url, pid } = served.ready
  const port = new URL(url).port
  expect(Object.keys(served.ready)).toEqual(['url', 'wssUrl', 'httpUrl', 'caFile', 'pid'])
  expect(served.ready).toEqual({
    url: `ws://127.0.0.1:${port}/v1/realtime`,
    wssUrl: null,
    httpUrl: `http://127.0.0.1:${port}/v1`,
    caFile: null,
    pid,
  })
  expect(process.kill(pid, 0)).toBe(true)
  expect(served.firstLine).toBe(JSON.stringify(served.ready))
})

test('a text turn is answered by an everyday phrase, and the next turn too', async () => {
  const client = await connect()
  expect(await client.ask('Hello')).toMatch(/^Hello!/)
  expect(await client.ask('Goodbye')).toMatch(/^Bye/)
  expect(client.events.filter(({ type }) => type === 'error')).toEqual([])
  await client.hangUp()
})

test('a function tool that the user names is called, and a sentence holds its result', async () => {
  const client = await connect()
  client.send({ type: 'session.update', session: { type: 'realtime', tools: [weatherTool], output_modalities: ['text'] } })
  client.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'How is the weather in "Oslo"?' }] },
  })
  client.send({ type: 'response.create' })
  const call = (await client.next('response.done')).response.output[0]
  expect(call).toMatchObject({ type: 'function_call', name: 'get_weather' })
  expect(JSON.parse(call.arguments)).toEqual({ city: 'Oslo' })

  const output = JSON.stringify({ sky: 'overcast', degrees: 7 })
  client.send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: call.call_id, output } })
  client.send({ type: 'response.create' })
  expect(textOf((await client.next('response.done')).response)).toMatch(/sky overcast, degrees 7\.$/)
  await client.hangUp()
})

function transcripts({ events }: Client): unknown[] {
  return events.flatMap(({ type, transcript }) =>
    type === 'conversation.item.input_audio_transcription.completed' ? [transcript] : [],
  )
}

describe('a spoken turn', () => {
  test('is heard and understood, calls the function that it names, and has the result spoken', async () => {
    const client = await connect()
    const input = { transcription: { model: 'gpt-4o-mini-transcribe' } }
    client.send({ type: 'session.update', session: { type: 'realtime', tools: [weatherTool], audio: { input } } })
    await client.next('session.updated')
    // Made by this process, which is not the server's.
    client.speak((await speech('What will the weather be like?')).samples)
    await client.next('input_audio_buffer.speech_started')
    await client.next('input_audio_buffer.committed')
    const call = (await client.next('response.done')).response.output[0]
    expect(call).toMatchObject({ type: 'function_call', name: 'get_weather' })

    client.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: call.call_id, output: 'mild and dry' },
    })
    client.send({ type: 'response.create' })
    expect(transcripts(client)).toEqual(['What will the weather be like?'])
    const delta = await client.next('response.output_audio.delta')
    expect(Buffer.byteLength(delta.delta, 'base64')).toBeGreaterThan(1000)
    expect(textOf((await client.next('response.done')).response)).toMatch(/mild and dry\.$/)
    await client.hangUp()
  })

  test('of words that nobody knows is transcribed as nothing, answered, and told on standard error', async () => {
    const client = await connect()
    const transcription = { model: 'gpt-4o-mini-transcribe' }
    client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription } } } })
    await client.next('session.updated')
    client.speak((await speech('Nobody says this backwards.', { leadMs: 700 })).samples.toReversed())
    expect(await client.next('conversation.item.input_audio_transcription.completed')).toMatchObject({ transcript: '' })
    await client.next('response.done')
    expect(client.events.findLast(({ type }) => type === 'response.done')).toMatchObject({ response: { status: 'completed' } })
    await served.told(/without known words/)
    expect(await client.ask('Hello')).not.toBe('')
    await client.hangUp()
  })
})

test('several clients at once have sessions of their own', async () => {
  const clients = await Promise.all(Array.from({ length: 12 }, connect))
  const answers = await Promise.all(clients.map((client, index) => client.ask(index % 2 ? 'Hello' : 'Thank you')))
  for (const [index, answer] of answers.entries()) expect(answer).toMatch(index % 2 ? /^Hello!/ : /^With pleasure/)
  const ids = clients.map(({ events }) => events[0]?.session).map((session) => (session as { id: string }).id)
  expect(new Set(ids).size).toBe(clients.length)
  await Promise.all(clients.map((client) => client.hangUp()))
})

test('a client that vanishes in the middle of an answer disturbs nobody', async () => {
  const [lost, staying] = [await connect(), await connect()]
  lost.send({ type: 'response.create' })
  await lost.next('response.created')
  lost.drop()
  expect(await staying.ask('Hello')).toMatch(/^Hello!/)
  await staying.hangUp()
})

test('who has no key is told so and closed', async () => {
  const client = new Client(served.ready.url, { key: '' })
  expect(await client.next('error')).toMatchObject({ error: { type: 'invalid_request_error' } })
  expect((await client.closed).code).toBeGreaterThanOrEqual(3000)
})

test('a browser gets an ephemeral key by REST, and connects with it', async () => {
  const answer = await fetch(`${served.ready.httpUrl}/realtime/client_secrets`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime', instructions: 'Be short.' } }),
  })
  const { value } = (await answer.json()) as { value: string }
  expect(value).toMatch(/^ek_/)
  const client = new Client(served.ready.url, { key: value })
  expect(await client.next('session.created')).toMatchObject({ session: { instructions: 'Be short.' } })
  await client.hangUp()
})

test('other requests get a 404 in JSON', async () => {
  const answer = await fetch(`${served.ready.httpUrl}/models`)
  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toMatch('application/json')
  expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'unknown_url' } })
  const status = await new Promise((resolve) =>
    http.get(served.ready.httpUrl.replace('/v1', '/'), (response) => resolve(response.resume().statusCode)),
  )
  expect(status).toBe(404)
})
