// Requests of a recording: each answer goes to the request that it was given to, whatever the order in which they come.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { recordedRequests } from '../../src/cli/recorded-requests.ts'
import type { Recording } from '../../src/recording/recording.ts'

async function desk(...requests: readonly (readonly [path: string, request: unknown, response: unknown])[]) {
  const told: string[] = []
  const entries = requests.map(([path, request, response], index) => {
    const note = { type: 'rest', method: 'POST', path, status: 200, request, response }
    return { index, atMs: 0, sessionId: '', from: 'kit', note }
  })
  const server = createServer(
    recordedRequests({ entries } as unknown as Recording, {
      otherwise: (_request, response) => response.end('"ours"'),
      tell: ({ message }) => told.push(message),
    }),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const post = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) })
    return await answer.json()
  }
  return { post, told }
}

const path = '/v1/responses'

test('by their bodies, in any order, keys in any order', async () => {
  const { post } = await desk([path, { a: 1, b: 2 }, { is: 'first' }], [path, { a: 3 }, { is: 'second' }])
  expect(await post(path, { a: 3 })).toEqual({ is: 'second' })
  expect(await post(path, { b: 2, a: 1 })).toEqual({ is: 'first' })
})

test('a secret in a body is not compared', async () => {
  const { post } = await desk(
    [path, { ask: 'b', key: '[key]' }, { is: 'first' }],
    [path, { ask: 'a', key: '[key]' }, { is: 'second' }],
  )
  expect(await post(path, { ask: 'a', key: 'sk-abcdefghijklmnop' })).toEqual({ is: 'second' })
})

test('another body takes the next answer of its path; one more is told', async () => {
  const { post, told } = await desk([path, { a: 1 }, { is: 'first' }], [path, undefined, { is: 'second' }])
  expect(await post(path)).toEqual({ is: 'second' })
  expect(await post(path, { other: true })).toEqual({ is: 'first' })
  expect(await post(path, { other: true })).toMatchObject({ error: { code: 'not_recorded' } })
  expect(told).toEqual([expect.stringContaining('POST /v1/responses is not recorded, nor is any other request.')])
})

test('requests of Realtime are answered by the service', async () => {
  const { post } = await desk()
  expect(await post('/v1/realtime/client_secrets', {})).toBe('ours')
})

test('a path that begins with two slashes names no host', async () => {
  const { post, told } = await desk(['//v1/responses', { a: 1 }, { is: 'first' }])
  expect(await post('//v1/responses', { a: 1 })).toEqual({ is: 'first' })
  expect(await post('//')).toMatchObject({ error: { code: 'not_recorded' } })
  expect(told).toEqual([expect.stringContaining('POST // is not recorded')])
})
