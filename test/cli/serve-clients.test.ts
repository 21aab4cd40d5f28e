// Clients in other processes, and in another language, on one served process with TLS.

import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runNode, type ServeProcess, startServe } from './support/serve-process.ts'

let served: ServeProcess
beforeAll(async () => {
  served = await startServe(['--tls', '--timing', 'instant'])
})
afterAll(() => served?.stop())

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** An app on the official SDK, which forces `wss:`: types once, then speaks, and prints what it got. */
const openaiApp = `
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { speech } from 'vitest-realtime/audio'

const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
const { session } = await realtime.emitted('session.created')
realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] } })
realtime.send({ type: 'response.create' })
const typed = (await realtime.emitted('response.done')).response

const { samples } = await speech('Is anybody there?')
for (let start = 0; start < samples.length; start += 2400) {
  realtime.send({ type: 'input_audio_buffer.append', audio: Buffer.from(samples.slice(start, start + 2400).buffer).toString('base64') })
}
let bytes = 0
realtime.on('response.output_audio.delta', ({ delta }) => { bytes += Buffer.byteLength(delta, 'base64') })
const spoken = (await realtime.emitted('response.done')).response
realtime.close()
console.log(JSON.stringify({
  url: String(realtime.url),
  model: session.model,
  typed: typed.output[0].content[0].transcript,
  spoken: { status: spoken.status, transcript: spoken.output[0].content[0].transcript, bytes },
}))
`

test('OpenAIRealtimeWS over wss trusts the file of the authority, types and speaks', async () => {
  const { httpUrl, caFile } = served.ready
  const { code, stdout, stderr } = await runNode(['--input-type=module', '--eval', openaiApp], {
    cwd: projectRoot,
    env: { NODE_EXTRA_CA_CERTS: caFile ?? '', OPENAI_BASE_URL: httpUrl.replace('http:', 'https:'), OPENAI_API_KEY: 'sk-app' },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const said = JSON.parse(stdout) as { url: string; model: string; typed: string; spoken: { transcript: string; bytes: number } }
  expect(said).toMatchObject({ model: 'gpt-realtime', typed: expect.stringMatching(/^Hello!/), spoken: { status: 'completed' } })
  expect(said.url).toMatch(`${served.ready.wssUrl}?`)
  expect(said.spoken.transcript).not.toBe('')
  expect(said.spoken.bytes).toBeGreaterThan(48_000)
})

const hasPython = spawnSync('python3', ['--version']).status === 0

test.skipIf(!hasPython).for(['url', 'wssUrl'] as const)('a client of the Python standard library, at the %s', async (which) => {
  const { ready } = served
  const program = fileURLToPath(new URL('support/raw_client.py', import.meta.url))
  const env = { ...process.env, SSL_CERT_FILE: ready.caFile ?? '' }
  const { stdout } = await promisify(execFile)('python3', [program, ready[which] ?? '', 'Thank you'], { env, timeout: 15_000 })
  expect(JSON.parse(stdout)).toBe('With pleasure! Is there anything else?')
})
