// Compression of `serve`: with the service as it is, and where a config file says so; not for those who want speed.

import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Ready, startServe, temporaryFiles } from './support/serve-process.ts'

async function connect(ready: Ready): Promise<WebSocket> {
  const socket = new WebSocket(`${ready.url}?model=gpt-realtime`, { headers: { authorization: 'Bearer sk-any' } })
  await once(socket, 'open')
  return socket
}

async function extensionsWith(flags: readonly string[], config?: object): Promise<string> {
  using files = temporaryFiles(config ? { 'config.json': JSON.stringify(config) } : {})
  await using served = await startServe([...flags, ...(config ? ['--config', files.path('config.json')] : [])])
  const socket = await connect(served.ready)
  socket.terminate()
  return socket.extensions
}

test('by default it is negotiated, and turns work', async () => {
  await using served = await startServe([])
  const socket = await connect(served.ready)
  expect(socket.extensions).toBe('permessage-deflate')
  const got: any[] = []
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const event = JSON.parse(String(data))
      got.push(event)
      if (event.type === 'response.done') resolve()
    })
  })
  socket.send(
    JSON.stringify({
      type: 'session.update',
      session: { type: 'realtime', output_modalities: ['text'], instructions: 'Be kind. '.repeat(500) },
    }),
  )
  socket.send(
    JSON.stringify({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
    }),
  )
  socket.send(JSON.stringify({ type: 'response.create' }))
  await done
  expect(got.find(({ type }) => type === 'session.updated').session.instructions).toBe('Be kind. '.repeat(500))
  expect(got.at(-1).response.status).toBe('completed')
  socket.terminate()
})

test.each([
  ['--timing instant', ['--timing', 'instant'], undefined, ''],
  ['--latency instant', ['--latency', 'instant'], undefined, ''],
  ['a scale', ['--timing', '50'], undefined, ''],
  ['deflate: false', [], { deflate: false }, ''],
  ['deflate: true with --timing instant', ['--timing', 'instant'], { deflate: true }, 'permessage-deflate'],
] as const)('%s', async (_what, flags, config, extensions) => {
  expect(await extensionsWith(flags, config)).toBe(extensions)
})
