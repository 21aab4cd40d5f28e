// A test whose reply function or engine fails is red for it at its end, even where nothing waits for the answer and the app bears it.

import { beforeAll, describe, expect, test } from 'vitest'
import { runVitest, type VitestRun } from '../support/run-vitest.ts'

const cases = `
import { test } from 'vitest-realtime'
import { connectTextApp } from '../support/text-app.ts'

const raise = (message) => { throw new Error(message) }
const ask = async (realtime, reply) => {
  realtime.respond('brain', reply)
  const app = await connectTextApp()
  let status
  app.socket.on('response.done', ({ response }) => (status = response.status + ' ' + response.status_details?.error?.code))
  await app.ask('hello')
  if (status !== 'failed server_error') throw new Error('the wire said ' + status)
}
test('function', ({ realtime }) => ask(realtime, () => raise('no brain')))
test('async function', ({ realtime }) => ask(realtime, async () => raise('no brain')))
test('stream', ({ realtime }) => ask(realtime, async function* () { yield 'So '; raise('no brain') }))
test('engine', async ({ realtime }) => {
  const app = await connectTextApp()
  const closed = new Promise((resolve) => app.socket.socket.once('close', resolve))
  app.socket.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(4800).toString('base64') })
  if (await closed !== 1011) throw new Error('not closed')
})
test.override('realtimeOptions', { vad: { name: 'broken', load: async () => raise('no model'), open: () => raise('not loaded') } })
`

let run: VitestRun
beforeAll(async () => {
  run = await runVitest({ 'red.case.ts': cases })
}, 60_000)

describe('a failure of', () => {
  test.for([
    ['function', /^\[RTK_REPLY\] the function of reply 'brain' failed: Error: no brain/],
    ['async function', /^\[RTK_REPLY\] the function of reply 'brain' failed: Error: no brain/],
    ['stream', /^\[RTK_REPLY\] the function of reply 'brain' failed: Error: no brain/],
    ['engine', /^\[RTK_ENGINE\] The voice activity engine failed: Error: no model\nThe session was closed with 1011\./],
  ] as const)('%s', ([name, message]) => {
    const { state, messages } = run.test(name)
    expect(state).toBe('failed')
    expect(messages).toEqual([expect.stringMatching(message)])
  })
})
