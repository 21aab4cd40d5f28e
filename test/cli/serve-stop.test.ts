// How a served process ends: every session is told, nothing is left behind, the exit code is 0.

import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { Client } from './support/client.ts'
import { startServe } from './support/serve-process.ts'

test.for(['SIGTERM', 'SIGINT'] as const)('%s closes every session with 1001 and exits with 0', async (signal) => {
  const served = await startServe()
  const clients = Array.from({ length: 5 }, () => new Client(served.ready.url))
  await Promise.all(clients.map((client) => client.next('session.created')))
  const { code, stdout, stderr } = await served.stop(signal)
  expect(code).toBe(0)
  for (const client of clients) expect(await client.closed).toEqual({ code: 1001, reason: 'The server is shutting down.' })
  expect(stdout).toBe(`${served.firstLine}\n`)
  expect(stderr).toBe('')
})

test('in the middle of an answer too, over wss, and the authority that was made for it is gone', async () => {
  const served = await startServe(['--tls'])
  const { wssUrl, caFile } = served.ready
  const client = new Client(wssUrl ?? '', { ca: readFileSync(caFile ?? '', 'utf8') })
  await client.next('session.created')
  client.send({ type: 'response.create' })
  await client.next('response.output_audio.delta')
  expect((await served.stop()).code).toBe(0)
  expect((await client.closed).code).toBe(1001)
  expect(existsSync(dirname(caFile ?? ''))).toBe(false)
})

test('a client that does not answer the close holds nothing up', async () => {
  const served = await startServe()
  const client = new Client(served.ready.url)
  await client.next('session.created')
  client.pause()
  expect((await served.stop()).code).toBe(0)
  client.drop()
})
