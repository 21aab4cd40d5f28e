// Compression of loopback servers: when asked for, in real timing; never behind the gate, never in virtual timing.

import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'

const headers = { authorization: 'Bearer sk-any' }

async function extensionsOf(url: string): Promise<string> {
  const socket = new WebSocket(`${url}?model=gpt-realtime`, { headers })
  await once(socket, 'open')
  socket.terminate()
  return socket.extensions
}

test('a loopback server in real timing, when asked for', async () => {
  await using realtime = createLocalRealtime({ timing: 'real', deflate: true })
  expect(await extensionsOf(realtime.url)).toBe('permessage-deflate')
  expect(await extensionsOf('wss://api.openai.com/v1/realtime')).toBe('')
})

test.each([{ timing: 'real' }, { timing: 'virtual' }, { timing: 'virtual', deflate: false }] as const)(
  'not with %j',
  async (options) => {
    await using realtime = createLocalRealtime(options)
    expect(await extensionsOf(realtime.url)).toBe('')
  },
)

test.each([{ deflate: true }, { deflate: true, timing: 'virtual' }] as const)('%j is refused', (options) => {
  expect(() => createLocalRealtime(options)).toThrow(/RTK_OPTION.*`deflate` must be false or left out.*timing: 'real'/s)
})
